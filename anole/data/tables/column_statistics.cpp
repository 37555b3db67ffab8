#include "anole/data/tables/column_statistics.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "anole/core/error.h"

namespace anole {
namespace {

constexpr double kMostScales = 100;  // between the deviations of columns

bool are_pictures(const Shape& shape) { return shape.height > 1 && shape.width > 1; }

// Calls take(number, group) for every number of every row; a group shares its statistics.
template <class Take>
void for_each_number(const ClassDataset& dataset, const std::set<std::int32_t>& classes,
                     Take take) {
  const auto& shape = dataset.shape();
  const auto plane = are_pictures(shape) ? shape.size() / static_cast<std::size_t>(shape.channels)
                                         : std::size_t{1};
  std::vector<float> row(shape.size());
  for (const auto index : classes) {
    const auto items = dataset.classes()[static_cast<std::size_t>(index)].items;
    for (std::int32_t item = 0; item < items; ++item) {
      dataset.copy_row({.class_index = index}, item, row);
      for (std::size_t i = 0; i < row.size(); ++i) take(static_cast<double>(row[i]), i / plane);
    }
  }
}

struct Sums {
  double sum = 0, squares = 0, count = 0;
  double least = INFINITY, most = -INFINITY;
};

std::string scale_note(const ColumnStatistics& statistics, const Table& table) {
  std::size_t least = 0, most = 0;
  const auto& deviation = statistics.deviation;
  for (std::size_t i = 0; i < deviation.size(); ++i) {
    if (deviation[i] > deviation[most]) most = i;
    if (deviation[i] > 0 && (deviation[least] == 0 || deviation[i] < deviation[least])) least = i;
  }
  if (deviation[most] <= kMostScales * deviation[least]) return "";
  return fmt::format(
      "columns differ in scale: {} deviates by {:.3g}, {} by {:.3g}; standardize = true gives all "
      "of them mean 0 and deviation 1",
      column_name(table, most), deviation[most], column_name(table, least), deviation[least]);
}

}  // namespace

ColumnStatistics column_statistics(const ClassDataset& dataset, std::span<const ClassRef> classes) {
  std::set<std::int32_t> each;
  for (const auto& one : classes) each.insert(one.class_index);
  const auto& shape = dataset.shape();
  const auto groups = are_pictures(shape) ? static_cast<std::size_t>(shape.channels) : shape.size();
  std::vector<Sums> sums(groups);
  for_each_number(dataset, each, [&](double value, std::size_t group) {
    auto& one = sums[group];
    one.sum += value;
    ++one.count;
    one.least = std::min(one.least, value);
    one.most = std::max(one.most, value);
  });
  for (auto& one : sums) one.sum /= one.count;  // the mean from here on
  for_each_number(dataset, each, [&](double value, std::size_t group) {
    auto& one = sums[group];
    one.squares += (value - one.sum) * (value - one.sum);
  });
  ColumnStatistics result;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const auto& one = sums[i / (shape.size() / groups)];
    const bool constant = one.least == one.most;
    result.mean.push_back(constant ? one.least : one.sum);
    result.deviation.push_back(constant ? 0 : std::sqrt(one.squares / one.count));
  }
  return result;
}

std::vector<std::string> statistics_notes(const ColumnStatistics& statistics, const Table& table,
                                          bool standardized) {
  if (are_pictures(table.shape)) return {};
  std::vector<std::string> notes, constant;
  for (std::size_t i = 0; i < statistics.deviation.size(); ++i) {
    if (statistics.deviation[i] == 0) constant.push_back(column_name(table, i));
  }
  if (!constant.empty()) {
    notes.push_back(fmt::format("{} {} the same in all rows of the training classes{}",
                                some_of(constant), constant.size() == 1 ? "is" : "are",
                                standardized ? "; its deviation is taken as 1" : ""));
  }
  if (standardized) return notes;
  if (auto note = scale_note(statistics, table); !note.empty()) notes.push_back(std::move(note));
  return notes;
}

}  // namespace anole
