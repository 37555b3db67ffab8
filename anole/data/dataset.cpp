#include "anole/data/dataset.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "anole/core/error.h"
#include "anole/core/nearest.h"
#include "anole/data/glyphs/glyphs.h"
#include "anole/data/image_folder.h"
#include "anole/data/miniimagenet.h"
#include "anole/data/omniglot.h"
#include "anole/data/splits.h"
#include "anole/data/vectors.h"

namespace anole {
namespace {

using Names = std::vector<std::string_view>;

// What a data set understands; whatever it does not is refused, never ignored.
struct DatasetEntry {
  std::string_view name;
  LoadedData (*load)(const DataOptions&);
  Names splits;            // the usual one first
  bool pictures = true;    // takes image_size and mirrors, not label_column and labels
  bool generated = false;  // split_seed makes the data too, in every split
};

const std::vector<DatasetEntry>& registry() {
  static const std::vector<DatasetEntry> entries = {
      {.name = "glyphs",
       .load = &load_glyphs,
       .splits = {"alphabets", "seeded"},
       .generated = true},
      {.name = "omniglot",
       .load = &load_omniglot,
       .splits = {"authors", "vinyals", "background_evaluation", "seeded"}},
      {.name = "miniimagenet", .load = &load_miniimagenet, .splits = {"ravi"}},
      {.name = "image_folder", .load = &load_image_folder, .splits = {"seeded", "lists"}},
      {.name = "vectors", .load = &load_vectors, .splits = {"seeded", "lists"}, .pictures = false},
  };
  return entries;
}

const DatasetEntry& find_entry(const std::string& name) {
  if (name == "sine") throw Error("sine tasks are generated and have no data set to load");
  const auto entry = std::ranges::find(registry(), name, &DatasetEntry::name);
  if (entry != registry().end()) return *entry;
  Names names;
  for (const auto& known : registry()) names.push_back(known.name);
  throw Error("unknown data set '{}'; known are {}, sine{}", name, fmt::join(names, ", "),
              did_you_mean(name, names));
}

[[noreturn]] void refuse(std::string_view dataset, std::string_view option) {
  throw Error("{} does not use the option {}; leave it out", dataset, option);
}

void check_split(const DatasetEntry& entry, const DataOptions& options) {
  if (!options.split.empty() &&
      std::ranges::find(entry.splits, options.split) == entry.splits.end()) {
    throw Error("{} has no split '{}'; it has {}{}", entry.name, options.split,
                fmt::join(entry.splits, ", "), did_you_mean(options.split, entry.splits));
  }
  DataOptions used = options;
  if (entry.generated) used.split_seed = 0;
  refuse_unused_seed(used, options.split.empty() ? entry.splits.front() : options.split);
}

void check_options(const DatasetEntry& entry, const DataOptions& options) {
  if (options.image_size != 0 && !entry.pictures) refuse(entry.name, "image_size");
  if (options.mirrors && !entry.pictures) refuse(entry.name, "mirrors");
  if (!options.label_column.empty() && entry.pictures) refuse(entry.name, "label_column");
  if (!options.labels.empty() && entry.pictures) refuse(entry.name, "labels");
  check_split(entry, options);
}

}  // namespace

LoadedData load_dataset(const DataOptions& options) {
  const auto& entry = find_entry(options.dataset);
  check_options(entry, options);
  return entry.load(options);
}

}  // namespace anole
