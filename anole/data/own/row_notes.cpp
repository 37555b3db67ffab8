#include "anole/data/own/row_notes.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <string_view>
#include <unordered_map>

#include "anole/core/parallel.h"
#include "anole/data/own/listing.h"

namespace anole {
namespace {

constexpr std::int64_t kRowsOfAJob = 64;

std::vector<RowPlace> items_of(const ClassDataset& dataset) {
  std::vector<RowPlace> items;
  for (std::size_t c = 0; c < dataset.classes().size(); ++c) {
    for (std::int32_t i = 0; i < dataset.classes()[c].items; ++i) {
      items.push_back({static_cast<std::int32_t>(c), i});
    }
  }
  return items;
}

std::vector<float> row_of(const ClassDataset& dataset, const RowPlace& item) {
  std::vector<float> row(dataset.shape().size());
  dataset.copy_row({item.class_index}, item.item, row);
  return row;
}

std::size_t hash_of(const std::vector<float>& row) {
  return std::hash<std::string_view>()(
      {reinterpret_cast<const char*>(row.data()), row.size() * sizeof(float)});
}

bool is_blank(const std::vector<float>& row) {
  return std::ranges::adjacent_find(row, std::ranges::not_equal_to()) == row.end();
}

bool has_pictures(const ClassDataset& dataset) {
  return dataset.shape().height > 1 || dataset.shape().width > 1;
}

struct Look {
  std::size_t hash = 0;
  bool blank = false;
};

std::vector<Look> hash_all(const ClassDataset& dataset, const std::vector<RowPlace>& items,
                           int threads) {
  std::vector<Look> looks(items.size());
  const auto count = static_cast<std::int64_t>(items.size());
  WorkerPool pool(resolved_threads(threads));
  pool.run((count + kRowsOfAJob - 1) / kRowsOfAJob, [&](int, std::int64_t job) {
    const auto end = std::min(count, (job + 1) * kRowsOfAJob);
    for (auto i = job * kRowsOfAJob; i < end; ++i) {
      const auto row = row_of(dataset, items[static_cast<std::size_t>(i)]);
      looks[static_cast<std::size_t>(i)] = {hash_of(row), is_blank(row)};
    }
  });
  return looks;
}

// The part of each class, for "training class 'a'".
std::vector<std::string_view> parts_of(const ClassDataset& dataset, const ClassSplit& split) {
  std::vector<std::string_view> parts(dataset.classes().size(), "class");
  const auto mark = [&](const std::vector<ClassRef>& refs, std::string_view part) {
    for (const auto& ref : refs) parts[static_cast<std::size_t>(ref.class_index)] = part;
  };
  mark(split.train, "training class");
  mark(split.validation, "validation class");
  mark(split.test, "test class");
  return parts;
}

bool crosses(const EqualRows& twins, const std::vector<std::string_view>& parts) {
  return parts[static_cast<std::size_t>(twins.first_class)] !=
         parts[static_cast<std::size_t>(twins.second_class)];
}

}  // namespace

RowsReport look_at_rows(const ClassDataset& dataset, int threads) {
  const auto items = items_of(dataset);
  const auto looks = hash_all(dataset, items, threads);
  const bool pictures = has_pictures(dataset);
  RowsReport report;
  std::unordered_multimap<std::size_t, std::size_t> first;  // rows by hash
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (pictures && looks[i].blank) {
      report.blank.push_back(items[i]);
      continue;
    }
    const auto [begin, end] = first.equal_range(looks[i].hash);
    const auto twin = std::find_if(begin, end, [&](const auto& other) {
      return row_of(dataset, items[other.second]) == row_of(dataset, items[i]);
    });
    if (twin == end) {
      first.emplace(looks[i].hash, i);
    } else {
      const auto& before = items[twin->second];
      report.twins.push_back(
          {before.class_index, before.item, items[i].class_index, items[i].item});
    }
  }
  return report;
}

std::vector<std::string> row_notes(const ClassDataset& dataset, const ClassSplit& split,
                                   const NameOfItem& name, int threads) {
  const auto report = look_at_rows(dataset, threads);
  const auto parts = parts_of(dataset, split);
  const bool pictures = has_pictures(dataset);
  std::vector<std::string> notes;
  const auto say = [&](bool across) {
    std::vector<const EqualRows*> found;
    for (const auto& twins : report.twins) {
      const bool two_classes = twins.first_class != twins.second_class;
      if (two_classes && crosses(twins, parts) == across) found.push_back(&twins);
    }
    if (found.empty()) return;
    const auto& one = *found[0];
    const auto a = static_cast<std::size_t>(one.first_class);
    const auto b = static_cast<std::size_t>(one.second_class);
    notes.push_back(
        fmt::format("{} in two classes{}, such as {} of {} '{}' and {} of {} '{}'; 'anole data "
                    "check' lists them",
                    counted_noun(found.size(), pictures ? "picture" : "row") +
                        (found.size() == 1 ? " is" : " are"),
                    across ? " of different parts of the split" : "",
                    name(one.first_class, one.first_item), parts[a], dataset.classes()[a].name,
                    name(one.second_class, one.second_item), parts[b], dataset.classes()[b].name));
  };
  say(true);
  say(false);
  if (const auto blank = report.blank.size(); blank > 0) {
    notes.push_back(fmt::format("{} blank, one value all over, such as {}",
                                counted_noun(blank, "picture") + (blank == 1 ? " is" : " are"),
                                name(report.blank[0].class_index, report.blank[0].item)));
  }
  return notes;
}

}  // namespace anole
