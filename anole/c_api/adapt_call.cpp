#include "anole/c_api/adapt_call.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "anole/c_api/calls.h"
#include "anole/core/error.h"
#include "anole/core/field_value.h"
#include "anole/core/text.h"
#include "anole/support/files.h"

namespace anole {
namespace {

std::vector<std::string_view> option_names() {
  std::vector<std::string_view> names;
  LearnOptions call;
  visit_fields(call, [&](const auto& field, const auto&) { names.push_back(field.name); });
  return names;
}

bool has(std::span<const anole_option> options, std::string_view name) {
  return std::ranges::any_of(options, [&](const auto& option) { return option.name == name; });
}

// Options that say what is inverted go with what the examples are.
void refuse_unheeded(std::span<const anole_option> options, const GatheredExamples& examples) {
  if (examples.has_pictures() && has(options, "inverted")) {
    throw UsageError(
        "inverted: it is of rows, and there are pictures among the examples; leave it "
        "out, or say by invert what becomes of them");
  }
  if (!examples.has_pictures() && has(options, "invert")) {
    throw UsageError("invert: there are no pictures among the examples; leave it out");
  }
}

bool is_classifier(const Bundle& bundle) {
  return signature_of(bundle.spec).loss == Loss::kCrossEntropy;
}

}  // namespace

LearnOptions parse_options(std::span<const anole_option> options) {
  static const auto kNames = option_names();
  LearnOptions call;
  for (const auto& option : options) {
    const std::string_view name = given(option.name, "an option's name");
    if (std::ranges::find(kNames, name) == kNames.end()) {
      throw UsageError("unknown option '{}'{}", name, known_names(name, kNames));
    }
    if (option.value == nullptr) throw UsageError("{}: its value is null", name);
    set_field(call, name, name, option.value);
  }
  return call;
}

void adapt_call(Adapter& adapter, const GatheredExamples& examples,
                std::span<const anole_option> options) {
  const auto call = parse_options(options);
  refuse_unheeded(options, examples);
  examples.require_for(adapter.bundle());
  if (!is_classifier(adapter.bundle())) return adapter.adapt(examples.values(), {}, call.adapt);
  auto set = examples.support(start_rows(adapter.bundle()), call.invert);
  if (examples.has_pictures()) return begin_with(adapter, std::move(set), call.adapt);
  adapter.adapt(std::move(set.examples), call.adapt);
}

void add_call(Adapter& adapter, const GatheredExamples& examples,
              std::span<const anole_option> options) {
  const auto call = parse_options(options);
  for (const auto& option : options) {
    if (option.name == std::string_view("invert")) continue;
    throw UsageError(
        "{}: a change is adapted as the bundle was at first, so that nothing drifts; leave it out, "
        "or begin anew by anole_adapt",
        option.name);
  }
  refuse_unheeded(options, examples);
  examples.require_for(adapter.bundle());
  if (!is_classifier(adapter.bundle())) {
    throw UsageError(
        "a network of values keeps no examples; adapt it to all of them by anole_adapt");
  }
  add_to(adapter, examples.support(rows_taken(adapter.bundle()), call.invert),
         {"examples", "invert them before, or give the option invert=no"});
}

}  // namespace anole
