#include "anole/data/tables/npy_table.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <memory>
#include <span>
#include <utility>

#include "anole/core/error.h"
#include "anole/core/text.h"
#include "anole/data/splits.h"
#include "anole/data/tables/npy_layout.h"
#include "anole/files/archive.h"
#include "anole/files/npy.h"
#include "anole/io/atomic_file.h"
#include "anole/io/file_system.h"

namespace anole {
namespace {

namespace fs = std::filesystem;
using Names = std::span<const std::string_view>;

constexpr std::array<std::string_view, 5> kRows = {"x", "data", "images", "features", "arr_0"};
constexpr std::array<std::string_view, 6> kLabels = {"y",       "labels", "label",
                                                     "targets", "target", "arr_1"};
constexpr float kMostOfScaled = 16;  // pictures with greater values were not brought to 0 to 1

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

bool ends_in(const fs::path& path, std::string_view ending) {
  return lower(path.extension().string()) == ending;
}

// The arrays of a .npz file by name.
class NpzFile {
 public:
  explicit NpzFile(const fs::path& path) : archive_(Archive::open(path)) {
    for (const auto& entry : archive_->entries()) {
      names_.push_back(entry.name.substr(0, entry.name.rfind('.')));
    }
  }

  bool has(Names wanted) const {
    return std::ranges::any_of(names_, [&](const std::string& name) {
      return std::ranges::find(wanted, lower(name)) != wanted.end();
    });
  }

  // The one array whose name is of `wanted`; `what` is what it holds.
  std::pair<NpyArray, std::string> array(Names wanted, std::string_view what) const {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (std::ranges::find(wanted, lower(names_[i])) != wanted.end()) found.push_back(i);
    }
    if (found.size() != 1) {
      throw Error(
          "{}: expected one array of {}, named {}; found the arrays {}; save "
          "numpy.savez(path, x=rows, y=labels)",
          archive_->path().string(), what, fmt::join(wanted, ", "), fmt::join(names_, ", "));
    }
    const auto bytes = archive_->read(found[0]);
    auto where = archive_->describe(found[0]);
    return {parse_npy({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, where), where};
  }

 private:
  std::unique_ptr<Archive> archive_;
  std::vector<std::string> names_;
};

}  // namespace

std::vector<std::string> labels_from_array(const NpyArray& array, const std::string& where) {
  const auto& shape = array.shape;
  if (shape.size() == 2 && shape[1] > 1) {
    throw Error(
        "{}: found {} numbers a row, expected one label; of one-hot rows save "
        "labels.argmax(axis=1)",
        where, shape[1]);
  }
  if (shape.empty() || shape.size() > 2) {
    throw Error("{}: found {} dimensions, expected one label a row", where, shape.size());
  }
  return texts(array, where);
}

namespace {

std::vector<std::string> read_labels(const fs::path& path) {
  const auto where = path.string();
  if (ends_in(path, ".npy")) return labels_from_array(parse_npy(read_file(path), where), where);
  if (ends_in(path, ".npz")) {
    const auto [array, name] = NpzFile(path).array(kLabels, "labels");
    return labels_from_array(array, name);
  }
  const auto text = read_file(path);
  std::string_view lines = text;
  if (lines.starts_with("\xEF\xBB\xBF")) lines.remove_prefix(3);
  return list_lines(lines);
}

// From [n, H, W, C] to [n, C, H, W].
std::vector<float> channels_first(std::span<const float> rows, const Shape& shape) {
  std::vector<float> result;
  result.reserve(rows.size());
  const auto channels = static_cast<std::size_t>(shape.channels);
  for (std::size_t row = 0; row < rows.size(); row += shape.size()) {
    for (std::size_t channel = 0; channel < channels; ++channel) {
      for (std::size_t i = channel; i < shape.size(); i += channels) {
        result.push_back(rows[row + i]);
      }
    }
  }
  return result;
}

void check_finite(std::span<const float> rows, const Shape& shape, const std::string& where) {
  const auto bad = std::ranges::find_if(rows, [](float v) { return !std::isfinite(v); });
  if (bad == rows.end()) return;
  const auto at = static_cast<std::size_t>(bad - rows.begin());
  throw Error(
      "{} row {}, value {} (from 0): found {}, expected a finite number; leave such rows out: "
      "array[numpy.isfinite(array).reshape(len(array), -1).all(axis=1)]",
      where, at / shape.size(), at % shape.size(), *bad);
}

Table table_of(const NpyArray& array, const std::string& where, const DataOptions& options) {
  auto layout = layout_of(array, options.network, where);
  Table table{.shape = layout.shape,
              .rows = floats(array, where),
              .labels = {},
              .columns = {},
              .notes = {}};
  check_finite(table.rows, table.shape, where);
  if (layout.channels_last) table.rows = channels_first(table.rows, table.shape);
  if (!layout.note.empty()) table.notes.push_back(std::move(layout.note));
  const bool pictures = table.shape.height > 1 && table.shape.width > 1;
  const float most = std::ranges::max(table.rows);
  if (pictures && most > kMostOfScaled && !options.standardize) {
    table.notes.push_back(
        fmt::format("{}: the pictures' values reach {}; networks learn better from 0 to 1: say "
                    "standardize = true, or save array / {}",
                    where, most, most <= 255 ? 255 : most));
  }
  return table;
}

void take_labels(Table& table, std::vector<std::string> labels, std::size_t rows,
                 const std::string& from, const std::string& where) {
  if (labels.size() != rows) {
    throw Error("{}: found {} labels, expected {}, one for each row of {}{}", from, labels.size(),
                rows, where,
                labels.size() == rows + 1 ? "; if the first line is a header, leave it out" : "");
  }
  const auto empty = std::ranges::find(labels, "");
  if (empty != labels.end()) {
    throw Error("{} row {} (from 0): found an empty label", from, empty - labels.begin());
  }
  table.labels = std::move(labels);
}

}  // namespace

Table table_from_npy(const DataOptions& options) {
  const auto& path = options.data;
  if (ends_in(path, ".npz")) {
    const NpzFile file(path);
    const auto [array, where] = file.array(kRows, "rows");
    auto table = table_of(array, where, options);
    if (!options.labels.empty()) {
      take_labels(table, read_labels(options.labels), array.shape[0], options.labels.string(),
                  where);
      return table;
    }
    const auto [labels, from] = file.array(kLabels, "labels");
    take_labels(table, labels_from_array(labels, from), array.shape[0], from, where);
    return table;
  }
  const auto where = path.string();
  if (options.labels.empty()) {
    throw Error(
        "{}: a .npy file has no labels of its own; name a file with one label a row by "
        "--labels",
        where);
  }
  const auto array = parse_npy(read_file(path), where);
  auto table = table_of(array, where, options);
  take_labels(table, read_labels(options.labels), array.shape[0], options.labels.string(), where);
  return table;
}

Table table_from_arrays(const ArrayWithLabels& arrays, const DataOptions& options) {
  const auto where = options.data.string();
  auto table = table_of(arrays.rows, where, options);
  take_labels(table, arrays.labels, arrays.rows.shape[0], options.labels.string(), where);
  return table;
}

Table rows_from_npy(const DataOptions& options) {
  const auto& path = options.data;
  const bool zipped = ends_in(path, ".npz");
  if (!options.labels.empty() || (zipped && NpzFile(path).has(kLabels))) {
    return table_from_npy(options);
  }
  if (zipped) {
    const auto [array, where] = NpzFile(path).array(kRows, "rows");
    return table_of(array, where, options);
  }
  const auto where = path.string();
  return table_of(parse_npy(read_file(path), where), where, options);
}

}  // namespace anole
