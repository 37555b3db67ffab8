#include "anole/data/vectors.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "anole/core/error.h"
#include "anole/core/text.h"
#include "anole/data/own/class_lists.h"
#include "anole/data/own/own_split.h"
#include "anole/data/own/row_notes.h"
#include "anole/data/splits.h"
#include "anole/data/tables/column_statistics.h"
#include "anole/data/tables/csv_table.h"
#include "anole/data/tables/npy_table.h"
#include "anole/files/unicode.h"
#include "anole/io/atomic_file.h"
#include "anole/io/file_system.h"

namespace anole {
namespace {

namespace fs = std::filesystem;

bool ends_in(const fs::path& path, std::string_view ending) {
  auto found = path.extension().string();
  for (char& c : found) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return found == ending;
}

bool is_array(const fs::path& path) { return ends_in(path, ".npy") || ends_in(path, ".npz"); }

void refuse_csv_options(const DataOptions& options) {
  const auto refuse = [&](std::string_view option, std::string_view instead) {
    throw Error("vectors: {} is for .csv files; {} {}", option, options.data.string(), instead);
  };
  if (!options.label_column.empty()) refuse("label_column", "takes its labels from --labels");
  if (options.header != Header::kAuto) refuse("header", "has none");
  if (!options.leave_out.empty()) refuse("leave_out", "has columns without names");
}

void check_file(const fs::path& path) {
  if (path.empty()) throw Error("vectors: name the data file by --data: FILE.csv or FILE.npy");
  if (!path_exists(path)) throw Error("vectors: there is no file {}", path.string());
  if (is_folder(path)) {
    throw Error("vectors: {} is a folder; expected a .csv, .tsv, .npy or .npz file", path.string());
  }
  if (is_array(path) || ends_in(path, ".csv") || ends_in(path, ".tsv")) return;
  throw Error("vectors: expected a file that ends in .csv, .tsv, .npy or .npz, found {}",
              path.string());
}

void refuse_labels(const DataOptions& options) {
  if (options.labels.empty()) return;
  throw Error("vectors: labels is for .npy files; {} names its labels by --label-column",
              options.data.string());
}

Table read_table(const DataOptions& options) {
  const auto& path = options.data;
  check_file(path);
  if (is_array(path)) {
    refuse_csv_options(options);
    return table_from_npy(options);
  }
  refuse_labels(options);
  return table_from_csv(read_file(path), path.string(), options);
}

ClassDataset to_dataset(Table table) {
  for (auto& label : table.labels) label = composed(label);
  std::map<std::string_view, std::int32_t> index;
  for (const auto& label : table.labels) index.emplace(label, 0);
  std::vector<std::string> names;
  for (auto& [name, position] : index) {
    position = static_cast<std::int32_t>(names.size());
    names.emplace_back(name);
  }
  std::vector<std::int32_t> labels;
  for (const auto& label : table.labels) labels.push_back(index.at(label));
  return ClassDataset::from_rows(table.rows, table.shape, labels, std::move(names));
}

// The list files beside the table.
std::vector<ListFile> list_files(const fs::path& table) {
  constexpr std::uint64_t kLargest = std::uint64_t{1} << 24;  // bytes; more is no list of classes
  std::vector<ListFile> lists;
  const auto folder = table.has_parent_path() ? table.parent_path() : fs::path(".");
  for (const auto& path : folder_entries(folder)) {
    const auto name = path.filename().string();
    if (!is_list_file(name) || !is_plain_file(path) || file_bytes(path) > kLargest) continue;
    lists.push_back({.name = name, .text = read_file(path)});
  }
  return lists;
}

OwnSplit find_split(const ClassDataset& dataset, std::vector<ListFile> lists,
                    const DataOptions& options) {
  return split_own({.classes = dataset.classes(),
                    .lists = std::move(lists),
                    .lists_may_be_foreign = true,
                    .where = options.data.string()},
                   options);
}

// Rows of numbers for a network that takes pictures of as many are such pictures.
void take_shape(Table& table, const DataOptions& options) {
  if (!options.network || options.network->shape == table.shape) return;
  const auto& shape = options.network->shape;
  const bool flat = table.shape.height == 1 && table.shape.width == 1;
  if (!flat || shape.size() != table.shape.size()) return;
  table.notes.push_back(fmt::format("rows of {} numbers are taken as {}, which the network takes",
                                    shape.size(), describe(shape)));
  table.shape = shape;
}

// By what the network was trained with; never fitted anew.
void standardize_as(const Preprocessing& network, const DataOptions& options,
                    const ClassDataset& dataset, Preprocessing& result) {
  const auto numbers = dataset.shape().size();
  if (network.mean.empty()) {
    if (!options.standardize) return;
    throw Error("standardize: the network was trained on columns as they are; leave it out");
  }
  if (network.mean.size() != numbers) {
    throw Error("{}: found rows of {} numbers, but the network takes {}", options.data.string(),
                numbers, network.mean.size());
  }
  result.mean = network.mean;
  result.deviation = network.deviation;
}

void standardize_by(ColumnStatistics statistics, Preprocessing& result) {
  result.mean = std::move(statistics.mean);
  result.deviation = std::move(statistics.deviation);
  std::ranges::replace(result.deviation, 0.0, 1.0);
}

// Mean and deviation go to `result`, what is odd about the columns to the table's notes.
void see_columns(const ClassDataset& dataset, const ClassSplit& split, const DataOptions& options,
                 Table& table, Preprocessing& result) {
  if (options.network) return standardize_as(*options.network, options, dataset, result);
  if (split.train.empty()) {
    if (!options.standardize) return;
    throw Error("standardize: there is no training class to take mean and deviation from");
  }
  auto statistics = column_statistics(dataset, split.train);
  for (auto& note : statistics_notes(statistics, table, options.standardize)) {
    table.notes.push_back(fmt::format("{}: {}", options.data.string(), std::move(note)));
  }
  if (options.standardize) standardize_by(std::move(statistics), result);
}

void check_standardized(const Table& table, const Preprocessing& preprocessing,
                        const std::string& where) {
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const auto at = i % table.shape.size();
    const float value =
        standardized(table.rows[i], preprocessing.mean[at], preprocessing.deviation[at]);
    if (std::isfinite(value)) continue;
    throw Error("{}: {} in {} is too large once its column is standardized; scale the column down",
                where, table.rows[i], column_name(table, at));
  }
}

LoadedData loaded(Table table, std::vector<ListFile> lists, const DataOptions& options) {
  take_shape(table, options);
  auto dataset = to_dataset(table);
  auto split = find_split(dataset, std::move(lists), options);
  Preprocessing preprocessing{.shape = dataset.shape(), .resize = Resize::kNone, .scale = 1};
  see_columns(dataset, split.split, options, table, preprocessing);
  if (!preprocessing.mean.empty()) {
    check_standardized(table, preprocessing, options.data.string());
    dataset = std::move(dataset).standardized(preprocessing.mean, preprocessing.deviation);
  }
  auto notes = std::move(table.notes);
  notes.insert(notes.end(), split.notes.begin(), split.notes.end());
  return {.dataset = std::move(dataset),
          .split = std::move(split.split),
          .preprocessing = std::move(preprocessing),
          .name = "vectors",
          .split_name = std::move(split.name),
          .notes = std::move(notes)};
}

LoadedData with_row_notes(LoadedData data, const DataOptions& options) {
  const auto name = [](std::int32_t, std::int32_t item) { return fmt::format("row {}", item + 1); };
  const auto of_rows = row_notes(data.dataset, data.split, name, options.threads);
  data.notes.insert(data.notes.end(), of_rows.begin(), of_rows.end());
  return data;
}

void refuse_file_options(const DataOptions& options) {
  if (!options.data.empty()) {
    throw UsageError("data: found {}, but the rows are in memory; leave one of them out",
                     options.data.string());
  }
  if (!options.labels.empty()) {
    throw UsageError("labels: found {}, but rows in memory come with their labels, y",
                     options.labels.string());
  }
  if (!options.label_column.empty()) {
    throw UsageError("label_column: found {}, but rows in memory come with their labels, y",
                     options.label_column);
  }
}

DataOptions called_x_and_y(DataOptions options) {
  options.data = "X";
  options.labels = "y";
  return options;
}

}  // namespace

LoadedData open_vectors(const DataOptions& options) {
  auto table = read_table(options);
  return loaded(std::move(table), list_files(options.data), options);
}

LoadedData load_vectors(const DataOptions& options) {
  return with_row_notes(open_vectors(options), options);
}

LoadedData load_arrays(const ArrayWithLabels& arrays, DataOptions options) {
  refuse_file_options(options);
  options = called_x_and_y(std::move(options));
  refuse_csv_options(options);
  return with_row_notes(loaded(table_from_arrays(arrays, options), {}, options), options);
}

ClassDataset classes_of_arrays(const ArrayWithLabels& arrays) {
  return to_dataset(table_from_arrays(arrays, called_x_and_y({})));
}

Table read_rows(const DataOptions& options) {
  const auto& path = options.data;
  check_file(path);
  const auto numbers = options.network->shape.size();
  is_array(path) ? refuse_csv_options(options) : refuse_labels(options);
  auto table = is_array(path) ? rows_from_npy(options)
                              : rows_from_csv(read_file(path), path.string(), options, numbers);
  if (table.shape.size() != numbers) {
    throw Error("{}: found rows of {}, the network takes {}", path.string(), describe(table.shape),
                describe(options.network->shape));
  }
  for (auto& label : table.labels) label = composed(label);
  return table;
}

}  // namespace anole
