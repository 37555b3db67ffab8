#include "anole/data/splits.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "anole/core/error.h"
#include "anole/core/rng.h"
#include "anole/core/text.h"

namespace anole {
namespace {

struct BuiltinList {
  std::string_view name, text;
};
constexpr BuiltinList kBuiltinLists[] = {
#include "anole/data/split_lists.inc"
};

// Finds classes by name, each at most once.
class ClassFinder {
 public:
  ClassFinder(std::span<const ClassInfo> classes, std::string_view where) : where_(where) {
    for (const auto& info : classes) {
      index_.emplace(info.name, static_cast<std::int32_t>(index_.size()));
      names_.push_back(info.name);
    }
    used_.resize(classes.size());
  }

  std::vector<std::int32_t> find(std::span<const std::string> names) {
    std::vector<std::int32_t> found;
    for (const auto& name : names) found.push_back(find(name));
    return found;
  }

 private:
  std::int32_t find(const std::string& name) {
    const auto it = index_.find(name);
    if (it == index_.end()) {
      throw Error("{}: '{}' is in the split's lists but is no class of the data{}", where_, name,
                  did_you_mean(name, names_));
    }
    const auto index = static_cast<std::size_t>(it->second);
    if (used_[index]) {
      throw Error("{}: class '{}' is listed twice; a class belongs to one part of a split", where_,
                  name);
    }
    used_[index] = true;
    return it->second;
  }

  std::string_view where_;
  std::unordered_map<std::string_view, std::int32_t> index_;
  std::vector<std::string_view> names_;
  std::vector<bool> used_;
};

// The first `count` of `classes`; all for 0.
std::vector<std::int32_t> first(std::vector<std::int32_t> classes, int count, const char* option) {
  if (count == 0) return classes;
  const auto wanted = static_cast<std::size_t>(count);
  if (wanted > classes.size()) {
    throw Error("{} = {}, but the split has {} such classes; use at most {}, or 0 for all", option,
                count, classes.size(), classes.size());
  }
  classes.resize(wanted);
  return classes;
}

std::vector<ClassRef> turned(std::span<const std::int32_t> classes, int turns, bool mirrors) {
  std::vector<ClassRef> refs;
  for (const auto index : classes) {
    for (const bool mirrored : {false, true}) {
      if (mirrored && !mirrors) continue;
      for (int turn = 0; turn < turns; ++turn) refs.push_back({index, turn, mirrored});
    }
  }
  return refs;
}

}  // namespace

ClassLists listed_split(std::span<const ClassInfo> classes, const NamedSplit& split,
                        std::string_view where) {
  ClassFinder finder(classes, where);
  ClassLists lists;
  lists.train = finder.find(split.train);
  lists.validation = finder.find(split.validation);
  lists.test = finder.find(split.test);
  return lists;
}

ClassLists seeded_split(std::int32_t classes, std::uint64_t seed, double test_fraction) {
  ANOLE_CHECK(test_fraction >= 0 && test_fraction <= 1);
  std::vector<std::int32_t> order(static_cast<std::size_t>(classes));
  std::iota(order.begin(), order.end(), 0);
  Rng(seed, Stream::kSplit).shuffle(order);
  const auto tests = static_cast<std::ptrdiff_t>(std::floor(test_fraction * classes + 0.5));
  return {.train = {order.begin(), order.end() - tests},
          .validation = {},
          .test = {order.end() - tests, order.end()}};
}

ClassSplit cut_split(const ClassLists& lists, const DataOptions& options, bool rotations) {
  auto train = first(lists.train, options.train_classes, "train_classes");
  auto validation =
      first(lists.validation, lists.validation.empty() ? 0 : options.validation_classes,
            "validation_classes");
  if (lists.validation.empty()) {
    const auto count = static_cast<std::size_t>(options.validation_classes);
    if (count > 0 && count >= train.size()) {
      throw Error("validation_classes = {} leaves none of the {} training classes; use fewer",
                  count, train.size());
    }
    validation.assign(train.end() - options.validation_classes, train.end());
    train.resize(train.size() - count);
  }
  const int turns = rotations ? 4 : 1;
  return {.train = turned(train, turns, options.mirrors),
          .validation = turned(validation, turns, false),
          .test = turned(first(lists.test, options.test_classes, "test_classes"), 1, false)};
}

void refuse_unused_seed(const DataOptions& options, std::string_view split_name) {
  if (split_name == "seeded") return;
  const auto refuse = [&](std::string_view option) {
    throw Error("{} has no effect on the split '{}'; leave it out, or use the split 'seeded'",
                option, split_name);
  };
  if (options.split_seed != 0) refuse("split_seed");
  if (options.test_fraction != DataOptions().test_fraction) refuse("test_fraction");
}

std::vector<std::string> list_lines(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  std::vector<std::string> lines;
  while (!text.empty()) {
    auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    line.remove_prefix(std::min(line.size(), line.find_first_not_of(kBlank)));
    if (!line.empty()) lines.emplace_back(line.substr(0, line.find_last_not_of(kBlank) + 1));
  }
  return lines;
}

std::optional<SplitPart> part_named(std::string_view name) {
  static constexpr std::pair<std::string_view, SplitPart> kNames[] = {
      {"train", SplitPart::kTrain},    {"training", SplitPart::kTrain},
      {"val", SplitPart::kValidation}, {"valid", SplitPart::kValidation},
      {"dev", SplitPart::kValidation}, {"validation", SplitPart::kValidation},
      {"test", SplitPart::kTest},      {"testing", SplitPart::kTest},
      {"eval", SplitPart::kTest},      {"evaluation", SplitPart::kTest}};
  std::string lower(name);
  for (auto& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  for (const auto& [known, part] : kNames) {
    if (known == lower) return part;
  }
  return {};
}

ClassParts class_parts(const ClassDataset& dataset, const ClassSplit& split) {
  std::vector<bool> used(dataset.classes().size());
  const auto names = [&](std::span<const ClassRef> refs) {
    std::vector<std::string> result;
    for (const auto& ref : refs) {
      const auto index = static_cast<std::size_t>(ref.class_index);
      if (!used[index]) result.push_back(dataset.classes()[index].name);
      used[index] = true;
    }
    return result;
  };
  ClassParts parts{.train = names(split.train),
                   .validation = names(split.validation),
                   .test = names(split.test)};
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (!used[i]) parts.unused.push_back(dataset.classes()[i].name);
  }
  return parts;
}

std::vector<std::string> builtin_list(std::string_view name) {
  const auto* list = std::ranges::find(kBuiltinLists, name, &BuiltinList::name);
  ANOLE_CHECK(list != std::end(kBuiltinLists));
  return list_lines(list->text);
}

}  // namespace anole
