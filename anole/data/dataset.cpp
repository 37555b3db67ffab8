#include "anole/data/dataset.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "anole/core/error.h"
#include "anole/core/nearest.h"
#include "anole/data/glyphs.h"
#include "anole/data/omniglot.h"
#include "anole/data/vectors.h"

namespace anole {
namespace {

using Names = std::vector<std::string_view>;

// What a data set understands; whatever it does not is refused, never ignored.
struct DatasetEntry {
  std::string_view name;
  Names splits;
  bool resizes;   // image_size
  bool labelled;  // label_column, labels
  LoadedData (*load)(const DataOptions&);
  bool generated = false;  // split_seed makes the data too, in every split
};

const std::vector<DatasetEntry>& registry() {
  static const std::vector<DatasetEntry> entries = {
      {"glyphs", {"alphabets", "seeded"}, true, false, &load_glyphs, true},
      {"omniglot",
       {"authors", "vinyals", "background_evaluation", "seeded"},
       true,
       false,
       &load_omniglot},
      {"vectors", {"seeded", "lists"}, false, true, &load_vectors},
  };
  return entries;
}

const DatasetEntry& find_entry(const std::string& name) {
  if (name == "sine") throw Error("sine tasks are generated and have no data set to load");
  const auto entry = std::ranges::find(registry(), name, &DatasetEntry::name);
  if (entry != registry().end()) return *entry;
  Names names;
  for (const auto& known : registry()) names.push_back(known.name);
  throw Error("unknown data set '{}'{}; known: {}, sine", name, did_you_mean(name, names),
              fmt::join(names, ", "));
}

[[noreturn]] void refuse(std::string_view dataset, std::string_view option) {
  throw Error("{} does not use the option {}; leave it out", dataset, option);
}

void check_split(const DatasetEntry& entry, const DataOptions& options) {
  if (!options.split.empty() &&
      std::ranges::find(entry.splits, options.split) == entry.splits.end()) {
    throw Error("{} has no split '{}'{}; it has {}", entry.name, options.split,
                did_you_mean(options.split, entry.splits), fmt::join(entry.splits, ", "));
  }
  const auto split = options.split.empty() ? entry.splits.front() : std::string_view(options.split);
  if (split == "seeded") return;
  const auto unused = [&](std::string_view option) {
    throw Error("{} has no effect on the split '{}' of {}; leave it out, or use the split 'seeded'",
                option, split, entry.name);
  };
  if (options.split_seed != 0 && !entry.generated) unused("split_seed");
  if (options.test_fraction != DataOptions().test_fraction) unused("test_fraction");
}

void check_options(const DatasetEntry& entry, const DataOptions& options) {
  if (options.image_size != 0 && !entry.resizes) refuse(entry.name, "image_size");
  if (!options.label_column.empty() && !entry.labelled) refuse(entry.name, "label_column");
  if (!options.labels.empty() && !entry.labelled) refuse(entry.name, "labels");
  check_split(entry, options);
}

}  // namespace

LoadedData load_dataset(const DataOptions& options) {
  const auto& entry = find_entry(options.dataset);
  check_options(entry, options);
  return entry.load(options);
}

}  // namespace anole
