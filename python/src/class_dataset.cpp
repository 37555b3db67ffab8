#include "python/src/class_dataset.h"

#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <utility>

#include "anole/core/error.h"
#include "python/src/bind.h"

namespace nb = nanobind;

namespace anole::python {

ClassData::ClassData(ArrayWithLabels arrays) : arrays_(std::move(arrays)) {
  const auto dataset = classes_of_arrays(arrays_);
  shape_ = dataset.shape();
  hash_ = dataset.content_hash();
  for (const auto& one : dataset.classes()) {
    classes_.push_back(one.name);
    items_.push_back(one.items);
  }
}

RowsInMemory ClassData::rows() const {
  return {.load = [this](const DataOptions& options) { return load_arrays(arrays_, options); }};
}

void name_rows(Arguments& arguments, const RowsInMemory& rows) {
  for (const auto& [name, text] : arguments.flags) {
    if (name == "data" || (name == "dataset" && text != rows.dataset)) {
      throw UsageError("{}: found '{}', but the rows are in memory; leave it out", name, text);
    }
  }
  if (!arguments.has("dataset")) arguments.flags.push_back({"dataset", rows.dataset});
}

namespace {

// The memory of a C-contiguous array, little-endian.
using Bytes = nb::ndarray<const std::uint8_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

NpyArray array_of(std::vector<std::size_t> shape, std::string type, const Bytes& bytes) {
  return {std::move(shape),
          std::move(type),
          {reinterpret_cast<const char*>(bytes.data()), bytes.size()}};
}

void make(ClassData* place, std::vector<std::size_t> shape, std::string type, const Bytes& bytes,
          std::vector<std::string> labels) {
  const nb::gil_scoped_release others_run;
  new (place) ClassData({array_of(std::move(shape), std::move(type), bytes), std::move(labels)});
}

}  // namespace

void bind_class_dataset(nb::module_& module) {
  using namespace nb::literals;
  module.def(
      "labels_of_array",
      [](std::vector<std::size_t> shape, std::string type, const Bytes& bytes) {
        return labels_from_array(array_of(std::move(shape), std::move(type), bytes), "y");
      },
      "shape"_a, "type"_a, "bytes"_a, "The labels of a .npy file with this array.");
  nb::class_<ClassData>(module, "ClassData", "Rows with labels in memory.")
      .def("__init__", make, "shape"_a, "type"_a, "bytes"_a, "labels"_a)
      .def_prop_ro("shape",
                   [](const ClassData& data) {
                     const auto& shape = data.shape();
                     return nb::typed<nb::tuple, int, int, int>(
                         nb::make_tuple(shape.channels, shape.height, shape.width));
                   })
      .def_prop_ro("classes", &ClassData::classes)
      .def_prop_ro("items", &ClassData::items)
      .def_prop_ro("hash", &ClassData::hash);
}

}  // namespace anole::python
