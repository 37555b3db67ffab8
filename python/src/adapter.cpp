// anole._anole.Core: how Python calls a Core. Arrays come in as views and go out as owners.

#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/unique_ptr.h>
#include <nanobind/stl/vector.h>

#include <utility>

#include "anole/bundle/start.h"
#include "anole/core/error.h"
#include "anole/models/signature.h"
#include "anole/support/files.h"
#include "python/src/arguments.h"
#include "python/src/bind.h"
#include "python/src/core.h"
#include "python/src/texts.h"

namespace nb = nanobind;

namespace anole::python {
namespace {

using InRows = nb::ndarray<const float, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Keywords = nb::typed<nb::dict, std::string, nb::object>;
using Items = nb::typed<nb::list, nb::object>;
using Floats = nb::ndarray<nb::numpy, float>;
using Texts = std::vector<std::string>;
using OthersRun = nb::gil_scoped_release;

Engine engine_named(const std::string& name) {
  struct Options {
    Engine engine = Engine::kFused;
    static constexpr auto fields() {
      return std::tuple{Field{"engine", &Options::engine, "fused, onednn or reference"}};
    }
  };
  Options options;
  set_field(options, "engine", "engine", name);
  return options.engine;
}

// As on the command line, whether pictures are inverted is `invert`'s to say.
std::vector<FlagInfo> adapt_flags() {
  auto flags = flags_of<LearnOptions>();
  std::erase_if(flags, [](const FlagInfo& flag) { return flag.name == "inverted"; });
  return flags;
}

LearnOptions adapt_keywords(const nb::dict& keywords) {
  LearnOptions how;
  arguments_of(keywords, adapt_flags()).apply(how);
  return how;
}

// Python's _adapter.py sees to the shapes.
RowsView view(const InRows& rows) {
  return {{rows.data(), rows.size()}, static_cast<std::int64_t>(rows.shape(0))};
}

// An array that owns `values`.
template <class T>
nb::ndarray<nb::numpy, T> array_of(std::vector<T> values, const std::vector<std::size_t>& shape) {
  auto* kept = new std::vector<T>(std::move(values));
  const nb::capsule owner(kept, [](void* p) noexcept { delete static_cast<std::vector<T>*>(p); });
  return {kept->data(), shape.size(), shape.data(), owner};
}

std::unique_ptr<Core> load(const nb::object& path, const std::string& engine) {
  const auto chosen = engine_named(engine);
  const auto file = text_from(path);
  const OthersRun release;
  return std::make_unique<Core>(load_bundle(file), chosen);
}

std::unique_ptr<Core> from_bytes(const nb::bytes& bytes, const std::string& engine) {
  const auto chosen = engine_named(engine);
  const std::string_view view(bytes.c_str(), bytes.size());
  const OthersRun release;
  return std::make_unique<Core>(bundle_from_bytes(view, "bytes"), chosen);
}

std::unique_ptr<Core> untrained_core(const std::tuple<int, int, int>& shape, int ways,
                                     std::uint64_t seed, const std::string& engine,
                                     const Keywords& keywords) {
  const auto [channels, height, width] = shape;
  Untrained what{.input = {channels, height, width}, .ways = ways, .seed = seed};
  arguments_of(keywords, flags_of<ModelOptions>()).apply(what.model);
  return std::make_unique<Core>(untrained(std::move(what)), engine_named(engine));
}

nb::bytes to_bytes(const Core& core) {
  std::string bytes;
  {
    const OthersRun release;
    bytes = bundle_bytes(core.bundle(), "bundle");
  }
  return nb::bytes(bytes.data(), bytes.size());
}

void save(const Core& core, const nb::object& path) {
  const auto file = text_from(path);
  const OthersRun release;
  save_bundle(file, core.bundle());
}

void adapt_rows(Core& core, const InRows& rows, Texts labels, Texts names, const Keywords& how) {
  const auto keywords = adapt_keywords(how);
  const auto rows_view = view(rows);
  const OthersRun release;
  core.adapt_rows(rows_view, {std::move(labels), std::move(names)}, keywords);
}

void adapt_targets(Core& core, const InRows& rows, const InRows& targets, const Keywords& how) {
  const auto keywords = adapt_keywords(how);
  const auto rows_view = view(rows);
  const std::span<const float> numbers(targets.data(), targets.size());
  const OthersRun release;
  core.adapt_targets(rows_view, numbers, keywords);
}

Texts adapt_pictures(Core& core, const Items& items, Texts labels, Texts names,
                     const Keywords& how) {
  const auto keywords = adapt_keywords(how);
  const auto pictures = pictures_of(items);
  const OthersRun release;
  return core.adapt_pictures(pictures, {std::move(labels), std::move(names)}, keywords);
}

Texts adapt_path(Core& core, const nb::object& path, const Keywords& how) {
  const auto keywords = adapt_keywords(how);
  const auto place = text_from(path);
  const OthersRun release;
  return core.adapt_path(place, keywords);
}

Texts add_path(Core& core, const nb::object& path) {
  const auto place = text_from(path);
  const OthersRun release;
  return core.add_path(place);
}

void add_rows(Core& core, const InRows& rows, Texts labels, Texts names) {
  const auto rows_view = view(rows);
  const OthersRun release;
  core.add_rows(rows_view, {std::move(labels), std::move(names)});
}

Texts add_pictures(Core& core, const Items& items, Texts labels, Texts names) {
  const auto pictures = pictures_of(items);
  const OthersRun release;
  return core.add_pictures(pictures, {std::move(labels), std::move(names)});
}

Floats rows_of_pictures(Core& core, const Items& items) {
  const auto pictures = pictures_of(items);
  std::vector<float> rows;
  {
    const OthersRun release;
    rows = core.rows_of_pictures(pictures);
  }
  return array_of(std::move(rows), {pictures.size(), core.row_size()});
}

Floats outputs(Core& core, const InRows& rows) {
  const auto rows_view = view(rows);
  std::vector<float> all;
  {
    const OthersRun release;
    all = core.outputs(rows_view);
  }
  return array_of(std::move(all), {rows.shape(0), core.outputs_size()});
}

nb::typed<nb::tuple, nb::ndarray<nb::numpy, std::int64_t>, nb::ndarray<nb::numpy, double>,
          nb::ndarray<nb::numpy, std::uint8_t>>
predict(Core& core, const InRows& rows) {
  const auto rows_view = view(rows);
  Answers all;
  {
    const OthersRun release;
    all = core.predict(rows_view);
  }
  const auto n = rows.shape(0);
  return nb::make_tuple(array_of(std::move(all.labels), {n}),
                        array_of(std::move(all.probabilities), {n, core.outputs_size()}),
                        array_of(std::move(all.known), {n}));
}

// (name, shape, offset) of each tensor of the params.
nb::typed<nb::list,
          nb::typed<nb::tuple, std::string, nb::typed<nb::tuple, int, nb::ellipsis>, std::size_t>>
tensors(const Core& core) {
  nb::list all;
  for (const auto& tensor : signature_of(core.bundle().spec).tensors) {
    all.append(nb::make_tuple(tensor.name, nb::tuple(nb::cast(tensor.shape)), tensor.offset));
  }
  return all;
}

Floats params(const Core& core) {
  const auto& all = core.bundle().meta.params;
  return array_of(all, {all.size()});
}

std::unique_ptr<Core> with_params(const Core& core,
                                  const nb::ndarray<const float, nb::ndim<1>, nb::c_contig>& params,
                                  const std::string& engine) {
  return core.with_params({params.data(), params.data() + params.size()}, engine_named(engine));
}

// What the bundle is, by names; see anole/_adapter.py.
Keywords facts(const Core& core) {
  const auto& bundle = core.bundle();
  const auto signature = signature_of(bundle.spec);
  Keywords all;
  all["model"] = bundle.spec.name;
  all["shape"] =
      nb::make_tuple(signature.input.channels, signature.input.height, signature.input.width);
  all["pictures"] = takes_pictures(bundle);
  all["classes"] = signature.loss == Loss::kCrossEntropy;
  all["largest"] = 255 * bundle.preprocessing.scale;
  all["outputs"] = signature.outputs;
  all["adapted"] = is_adapted(bundle);
  all["labels"] = bundle.labels;
  all["examples"] = bundle.examples.size();
  all["threshold"] = calibration_of(bundle).threshold;
  all["steps"] = bundle.schedule.steps;
  return all;
}

void bind_changes(nb::class_<Core>& core) {
  using namespace nb::literals;
  core.def("adapt_rows", adapt_rows, "rows"_a, "labels"_a, "names"_a, "options"_a)
      .def("adapt_targets", adapt_targets, "rows"_a, "targets"_a, "options"_a)
      .def("adapt_pictures", adapt_pictures, "pictures"_a, "labels"_a, "names"_a, "options"_a)
      .def("adapt_path", adapt_path, "path"_a, "options"_a)
      .def("add_rows", add_rows, "rows"_a, "labels"_a, "names"_a)
      .def("add_pictures", add_pictures, "pictures"_a, "labels"_a, "names"_a)
      .def("add_path", add_path, "path"_a)
      .def("remove", &Core::remove, "label"_a, nb::call_guard<OthersRun>())
      .def("forget_examples", &Core::forget_examples);
}

}  // namespace

void bind_adapter(nb::module_& module) {
  using namespace nb::literals;
  module.def(
      "adapt_keywords", [] { return keywords_of(adapt_flags()); },
      "Of Adapter.adapt: (name, type, default, help) of each keyword.");
  module.def(
      "model_keywords", [] { return keywords_of(flags_of<ModelOptions>()); },
      "Of untrained: (name, type, default, help) of each keyword.");
  module.def(
      "start_bundle", [] { return python_path(require_start_bundle()); },
      "The path of the start that `make demo` leaves.");
  nb::class_<Core> core(module, "Core", "One bundle; not for several threads at once.");
  core.def_static("load", load, "path"_a, "engine"_a)
      .def_static("from_bytes", from_bytes, "bytes"_a, "engine"_a)
      .def_static("untrained", untrained_core, "shape"_a, "ways"_a, "seed"_a, "engine"_a,
                  "options"_a)
      .def("to_bytes", to_bytes)
      .def("save", save, "path"_a)
      .def("facts", facts)
      .def("rows_of_pictures", rows_of_pictures, "pictures"_a)
      .def("outputs", outputs, "rows"_a)
      .def("predict", predict, "rows"_a)
      .def("tensors", tensors)
      .def("params", params)
      .def("with_params", with_params, "params"_a, "engine"_a);
  bind_changes(core);
}

}  // namespace anole::python
