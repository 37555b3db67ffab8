// The functions of anole.h: arguments in, the library's call, results out. What they mean stands
// in the header.

#include "anole/c_api/anole.h"

#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "anole/bundle/adapter.h"
#include "anole/c_api/adapt_call.h"
#include "anole/c_api/answers.h"
#include "anole/c_api/calls.h"
#include "anole/c_api/gathered_examples.h"
#include "anole/c_api/handles.h"
#include "anole/c_api/pictures.h"
#include "anole/core/error.h"
#include "anole/data/row.h"
#include "anole/files/unicode.h"
#include "anole/io/json.h"
#include "anole/make_learner.h"
#include "anole/support/files.h"

namespace anole {
namespace {

// Never destroyed: programs may use handles in destructors that run at their end.
auto& adapters() {
  static auto& handles = *new Handles<Adapter, anole_adapter>("adapter");
  return handles;
}

auto& gatherings() {
  static auto& handles = *new Handles<GatheredExamples, anole_examples>("examples");
  return handles;
}

std::span<const anole_option> given_options(const anole_option* options, std::size_t count) {
  if (count == 0) return {};
  return {given(options, "options"), count};
}

std::int64_t iteration_of(const Bundle& bundle) {
  const auto training = parse_json(bundle.training, "training");
  if (!training.contains("iteration") || !training["iteration"].is_number_integer()) return -1;
  return training["iteration"].get<std::int64_t>();
}

anole_facts facts_of(const Bundle& bundle) {
  const auto network = signature_of(bundle.spec);
  const auto point = calibration_of(bundle);
  return {.struct_size = sizeof(anole_facts),
          .channels = network.input.channels,
          .height = network.input.height,
          .width = network.input.width,
          .numbers = network.input.size(),
          .outputs = static_cast<std::size_t>(network.outputs),
          .is_classifier = network.loss == Loss::kCrossEntropy,
          .is_adapted = is_adapted(bundle),
          .takes_pictures = takes_pictures(bundle),
          .examples = bundle.examples.size(),
          .inverted = bundle.preprocessing.invert,
          .norm = enum_name(bundle.norm).data(),
          .threshold = point.threshold,
          .temperature = point.temperature,
          .steps = bundle.schedule.steps,
          .batch = bundle.schedule.batch,
          .iteration = iteration_of(bundle)};
}

void copy_label(const Bundle& bundle, std::size_t index, std::span<char> text) {
  if (bundle.labels.empty()) {
    throw Error("the bundle is an initialisation, whose classes have no names; adapt it first");
  }
  if (index >= bundle.labels.size()) {
    throw UsageError("there is no class {}, expected one in [0, {})", index, bundle.labels.size());
  }
  const auto& label = bundle.labels[index];
  if (text.size() <= label.size()) {
    throw UsageError("the label of class {} takes {} bytes with its zero, there is room for {}",
                     index, label.size() + 1, text.size());
  }
  std::memcpy(text.data(), label.c_str(), label.size() + 1);
}

// Memory for the caller, freed by anole_free.
void* copy_of(const std::string& bytes) {
  auto* copy = std::malloc(bytes.size());
  if (copy == nullptr) throw std::bad_alloc();
  std::memcpy(copy, bytes.data(), bytes.size());
  return copy;
}

}  // namespace
}  // namespace anole

using namespace anole;

anole_status anole_load(const char* path, anole_adapter** adapter) {
  return guarded([&] {
    given(adapter, "adapter");
    auto bundle = load_bundle(given(path, "path"));
    *adapter = adapters().add(std::move(bundle), learners());
  });
}

anole_status anole_load_bytes(const void* bytes, size_t size, anole_adapter** adapter) {
  return guarded([&] {
    given(adapter, "adapter");
    const std::string_view text(static_cast<const char*>(given(bytes, "bytes")), size);
    *adapter = adapters().add(bundle_from_bytes(text, "bytes"), learners());
  });
}

anole_status anole_adapter_free(anole_adapter* adapter) {
  return guarded([&] { adapters().close(adapter); });
}

anole_status anole_save(anole_adapter* adapter, const char* path) {
  return guarded([&] { save_bundle(given(path, "path"), adapters().use(adapter)->bundle()); });
}

anole_status anole_save_bytes(anole_adapter* adapter, void** bytes, size_t* size) {
  return guarded([&] {
    given(bytes, "bytes"), given(size, "size");
    const auto file = bundle_bytes(adapters().use(adapter)->bundle(), "bytes");
    *bytes = copy_of(file);
    *size = file.size();
  });
}

void anole_free(void* bytes) { std::free(bytes); }

anole_status anole_get_facts(anole_adapter* adapter, anole_facts* facts) {
  return guarded([&] {
    if (given(facts, "facts")->struct_size < sizeof(anole_facts)) {
      throw UsageError("facts.struct_size is {}, expected sizeof(anole_facts), {} or more",
                       facts->struct_size, sizeof(anole_facts));
    }
    const auto size = facts->struct_size;
    *facts = facts_of(adapters().use(adapter)->bundle());
    facts->struct_size = size;
  });
}

anole_status anole_get_label(anole_adapter* adapter, size_t index, char* text, size_t size) {
  return guarded([&] {
    copy_label(adapters().use(adapter)->bundle(), index, {given(text, "text"), size});
  });
}

anole_status anole_examples_new(anole_adapter* adapter, anole_examples** examples) {
  return guarded([&] {
    given(examples, "examples");
    *examples = gatherings().add(adapters().use(adapter)->bundle());
  });
}

anole_status anole_examples_free(anole_examples* examples) {
  return guarded([&] { gatherings().close(examples); });
}

anole_status anole_examples_add_rows(anole_examples* examples, const char* const* labels,
                                     const float* rows, size_t count, size_t numbers) {
  return guarded([&] {
    const auto values = given_rows(rows, count, numbers);
    if (count > 0) given(labels, "labels");
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < count; ++i) texts.push_back(label_of(labels[i]));
    gatherings().use(examples)->add_rows(texts, values, numbers);
  });
}

anole_status anole_examples_add_targets(anole_examples* examples, const float* targets,
                                        size_t outputs, const float* rows, size_t count,
                                        size_t numbers) {
  return guarded([&] {
    const auto values = given_rows(rows, count, numbers);
    gatherings().use(examples)->add_targets(given_rows(targets, count, outputs, "targets"), outputs,
                                            values, numbers);
  });
}

anole_status anole_examples_add_picture(anole_examples* examples, const char* label,
                                        const anole_picture* picture) {
  return guarded([&] {
    auto text = label_of(label);
    auto name = name_of(*given(picture, "picture"));
    auto image = image_of(*picture);
    gatherings().use(examples)->add_picture(std::move(text), std::move(name), std::move(image));
  });
}

anole_status anole_adapt(anole_adapter* adapter, anole_examples* examples,
                         const anole_option* options, size_t option_count) {
  return guarded([&] {
    const auto use = adapters().use(adapter);
    adapt_call(*use, *gatherings().use(examples), given_options(options, option_count));
  });
}

anole_status anole_add(anole_adapter* adapter, anole_examples* examples,
                       const anole_option* options, size_t option_count) {
  return guarded([&] {
    const auto use = adapters().use(adapter);
    add_call(*use, *gatherings().use(examples), given_options(options, option_count));
  });
}

anole_status anole_remove(anole_adapter* adapter, const char* label) {
  return guarded([&] {
    const auto text = text_of(label, "label");
    adapters().use(adapter)->remove(text);
  });
}

anole_status anole_forget_examples(anole_adapter* adapter) {
  return guarded([&] { adapters().use(adapter)->forget_examples(); });
}

anole_status anole_predict_rows(anole_adapter* adapter, const float* rows, size_t count,
                                size_t numbers, const anole_answers* answers) {
  return guarded([&] {
    const auto values = given_rows(rows, count, numbers);
    const auto use = adapters().use(adapter);
    const auto how = rows_taken(use->bundle());
    answer(*use, count, given(answers, "answers"),
           [&](std::size_t i) { return network_row(values, numbers, i, how); });
  });
}

anole_status anole_predict_pictures(anole_adapter* adapter, const anole_picture* pictures,
                                    size_t count, const anole_answers* answers) {
  return guarded([&] {
    if (count > 0) given(pictures, "pictures");
    const auto use = adapters().use(adapter);
    const auto how = rows_taken(use->bundle());
    answer(*use, count, given(answers, "answers"),
           [&](std::size_t i) { return row_of_image(image_of(pictures[i]), how); });
  });
}
