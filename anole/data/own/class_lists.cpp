#include "anole/data/own/class_lists.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "anole/core/error.h"
#include "anole/data/own/class_folders.h"
#include "anole/files/image.h"
#include "anole/files/unicode.h"

namespace anole {
namespace {

using NameSet = std::unordered_set<std::string_view>;

NameSet names_of(std::span<const ClassInfo> classes) {
  NameSet names;
  for (const auto& info : classes) names.insert(info.name);
  return names;
}

std::string class_name(std::string line, const NameSet& classes) {
  line = composed(line);
  if (classes.contains(line)) return line;
  std::ranges::replace(line, '\\', '/');
  while (line.starts_with("./")) line.erase(0, 2);
  while (line.size() > 1 && line.ends_with('/')) line.pop_back();
  return line;
}

std::vector<std::string> names_in(const ListFile& file, const OwnClasses& own,
                                  const NameSet& classes) {
  std::string text(plain_text(file.text, own.where + ": " + file.name));
  std::ranges::replace(text, '\r', '\n');  // alone, it ended lines once
  std::vector<std::string> names;
  for (auto& line : list_lines(text)) {
    const bool comment = line.starts_with('#') && !classes.contains(composed(line));
    if (!comment) names.push_back(class_name(std::move(line), classes));
  }
  return names;
}

std::string_view stem(std::string_view name) { return name.substr(0, name.rfind('.')); }

void refuse_picture_names(const std::vector<std::string>& names, const OwnClasses& own) {
  const auto known = names_of(own.classes);
  for (const auto& name : names) {
    if (known.contains(name) || (!has_image_extension(name) && !is_left_out_picture(name)))
      continue;
    throw Error(
        "{}: '{}' in the split's lists is a picture, expected the name of a class; list the "
        "folders "
        "of the pictures, or use --split seeded",
        own.where, name);
  }
}

}  // namespace

ClassNames read_class_lists(const OwnClasses& own) {
  const auto classes = names_of(own.classes);
  ClassNames names;
  const std::string* files[3] = {};
  for (const auto& file : own.lists) {
    const auto part = *part_named(stem(file.name));
    auto& before = files[static_cast<std::size_t>(part)];
    if (before != nullptr) {
      throw Error("{}: {} and {} both list the {} classes of the split; make them one file",
                  own.where, *before, file.name, enum_name(part));
    }
    before = &file.name;
    auto& list = part == SplitPart::kTrain  ? names.train
                 : part == SplitPart::kTest ? names.test
                                            : names.validation;
    list = names_in(file, own, classes);
  }
  return names;
}

bool fits(const ClassNames& names, std::span<const ClassInfo> classes) {
  const auto known = names_of(classes);
  const auto are_classes = [&](const auto& list) {
    return !list || std::ranges::all_of(*list, [&](const auto& n) { return known.contains(n); });
  };
  return are_classes(names.train) && are_classes(names.validation) && are_classes(names.test);
}

ClassLists divide_by_lists(const ClassNames& names, const OwnClasses& own) {
  using Names = std::vector<std::string>;
  const NamedSplit split{.train = names.train.value_or(Names()),
                         .validation = names.validation.value_or(Names()),
                         .test = names.test.value_or(Names())};
  for (const auto* list : {&split.train, &split.validation, &split.test}) {
    refuse_picture_names(*list, own);
  }
  auto lists = listed_split(own.classes, split, own.where);
  if (names.train && names.test) return lists;
  std::vector<bool> listed(own.classes.size());
  for (const auto* list : {&lists.train, &lists.validation, &lists.test}) {
    for (const auto index : *list) listed[static_cast<std::size_t>(index)] = true;
  }
  auto& rest = names.train ? lists.test : lists.train;
  for (std::size_t i = 0; i < listed.size(); ++i) {
    if (!listed[i]) rest.push_back(static_cast<std::int32_t>(i));
  }
  return lists;
}

bool is_list_file(std::string_view name) {
  constexpr std::string_view kEnding = ".txt";
  if (name.size() <= kEnding.size()) return false;
  const auto ending = name.substr(name.size() - kEnding.size());
  return (ending == kEnding || ending == ".TXT") && part_named(stem(name)).has_value();
}

}  // namespace anole
