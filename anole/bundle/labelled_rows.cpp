#include "anole/bundle/labelled_rows.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "anole/core/error.h"
#include "anole/core/text.h"

namespace anole {
namespace {

std::string named(const LabelledRow& row) {
  if (row.name.empty()) return fmt::format("a row of '{}'", row.label);
  return fmt::format("{} of '{}'", row.name, row.label);
}

void check_row(const LabelledRow& row, const Shape& shape) {
  if (row.label.empty())
    throw Error("{}: found no label, expected the name of its class", named(row));
  if (row.row.size() != shape.size()) {
    throw Error("{}: {} numbers, the network takes {} ({})", named(row), row.row.size(),
                shape.size(), describe(shape));
  }
  const auto bad = std::ranges::find_if(row.row, [](float v) { return !std::isfinite(v); });
  if (bad == row.row.end()) return;
  throw Error("{}: found {} at place {}, expected finite numbers", named(row), *bad,
              bad - row.row.begin());
}

// Every row that was seen before, with the first of its kind.
template <class Take>
void for_each_repeated(const std::vector<LabelledRow>& rows, Take take) {
  const auto less = [](const LabelledRow* a, const LabelledRow* b) { return a->row < b->row; };
  std::map<const LabelledRow*, const LabelledRow*, decltype(less)> first(less);
  for (const auto& row : rows) {
    const auto [found, is_new] = first.emplace(&row, &row);
    if (!is_new) take(*found->first, row);
  }
}

}  // namespace

void sort_canonically(std::vector<LabelledRow>& rows) {
  std::ranges::stable_sort(rows, [](const LabelledRow& a, const LabelledRow& b) {
    return std::tie(a.label, a.name, a.row) < std::tie(b.label, b.name, b.row);
  });
}

std::vector<std::string> labels_of(const std::vector<LabelledRow>& rows) {
  std::vector<std::string> labels;
  for (const auto& row : rows) labels.push_back(row.label);
  std::ranges::sort(labels);
  const auto rest = std::ranges::unique(labels);
  labels.erase(rest.begin(), rest.end());
  return labels;
}

void check_examples(const std::vector<LabelledRow>& rows, const Shape& shape) {
  for (const auto& row : rows) check_row(row, shape);
  const auto labels = labels_of(rows);
  if (labels.size() < 2) {
    throw Error("{}, expected at least 2 classes to tell apart; add examples of another",
                labels.empty() ? "found no examples"
                               : fmt::format("all examples are of one class, '{}'", labels[0]));
  }
  if (labels.size() > kMostWays) {
    throw Error("found {} classes, expected at most {}", labels.size(), kMostWays);
  }
  for_each_repeated(rows, [](const LabelledRow& a, const LabelledRow& b) {
    if (a.label == b.label) return;
    throw Error("the same example is under two classes: {} and {}; keep it in the right one",
                named(a), named(b));
  });
}

std::vector<std::string> repeated_examples(const std::vector<LabelledRow>& rows) {
  std::vector<std::string> lines;
  for_each_repeated(rows, [&](const LabelledRow& a, const LabelledRow& b) {
    if (a.label != b.label || a.name.empty()) return;
    lines.push_back(fmt::format("{}: {} and {} are the same", a.label, a.name, b.name));
  });
  return lines;
}

Task support_task(const std::vector<LabelledRow>& rows, const std::vector<std::string>& labels) {
  Task task;
  task.way = static_cast<int>(labels.size());
  task.class_names = labels;
  for (const auto& row : rows) {
    task.rows.insert(task.rows.end(), row.row.begin(), row.row.end());
    const auto label = std::ranges::lower_bound(labels, row.label);
    ANOLE_CHECK(label != labels.end() && *label == row.label);
    task.labels.push_back(static_cast<std::int32_t>(label - labels.begin()));
  }
  task.support = {
      .rows = task.rows, .labels = task.labels, .count = static_cast<std::int64_t>(rows.size())};
  return task;
}

}  // namespace anole
