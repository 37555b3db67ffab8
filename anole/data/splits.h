#pragma once

// Which classes are for training, which for validation, which for testing. Rules:
// 1. A split is fixed by its name and `split_seed`; nothing else moves a class between its parts.
// 2. Test classes are never turned, and never touched by training or validation.
// 3. Cuts count classes before rotations: the first `train_classes` are kept, of these the last
//    `validation_classes` go to validation, all four rotations with them.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "anole/data/class_dataset.h"
#include "anole/data/dataset.h"

namespace anole {

// A split before cuts and rotations: indices into ClassDataset::classes(), in the split's order.
struct ClassLists {
  std::vector<std::int32_t> train = {}, validation = {}, test = {};
};

// A split as class names, in the split's order.
struct NamedSplit {
  std::vector<std::string> train = {}, validation = {}, test = {};
};

// The classes of `split` by name. `where` is for messages. Throws Error for a name that is no class
// of the data set and for a class that is listed twice; classes in no list stay unused.
ClassLists listed_split(std::span<const ClassInfo> classes, const NamedSplit& split,
                        std::string_view where);

// All `classes` in an order shuffled by `seed`: the last floor(test_fraction * classes + 1/2) are
// for testing, the others for training.
ClassLists seeded_split(std::int32_t classes, std::uint64_t seed, double test_fraction);

// Cuts as `train_classes`, `test_classes` and `validation_classes` say, then turns training and
// validation classes if `rotations` (class by class, quarter turns 0 to 3), and training classes
// also as mirror images, after the others, if `mirrors`. Where the split has validation classes of
// its own, `validation_classes` keeps the first n of them, and 0 keeps all. Throws Error if a cut
// asks for more classes than there are.
ClassSplit cut_split(const ClassLists& lists, const DataOptions& options, bool rotations);

// Throws Error if `split_seed` or `test_fraction` are given with a split that has no use for them.
void refuse_unused_seed(const DataOptions& options, std::string_view split_name);

// One name a line; empty lines are skipped, spaces at both ends and '\r' dropped.
std::vector<std::string> list_lines(std::string_view text);

// The parts by the names that people give them.
enum class SplitPart { kTrain, kValidation, kTest };
inline std::span<const std::string_view> enum_names(SplitPart) {
  static constexpr std::string_view kNames[] = {"train", "validation", "test"};
  return kNames;
}

// train, training; val, valid, validation, dev; test, testing, eval, evaluation, in any case.
std::optional<SplitPart> part_named(std::string_view name);

// The names of the classes of `split`, each once, whatever its turns; all others are `unused`.
ClassParts class_parts(const ClassDataset& dataset, const ClassSplit& split);

// A list of anole/data/splits/ by its file name without .txt; part of the library.
std::vector<std::string> builtin_list(std::string_view name);

}  // namespace anole
