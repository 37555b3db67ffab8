#include "anole/data/own/own_split.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "anole/core/error.h"
#include "anole/core/text.h"
#include "anole/data/own/class_lists.h"
#include "anole/data/own/known_classes.h"
#include "anole/data/own/listing.h"

namespace anole {
namespace {

constexpr auto kValidation = static_cast<std::size_t>(SplitPart::kValidation),
               kTest = static_cast<std::size_t>(SplitPart::kTest);

std::vector<std::int32_t> all_of(const OwnClasses& own) {
  std::vector<std::int32_t> all(own.classes.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::int32_t>(i);
  return all;
}

// The names of a class's parts: "train/ and test/".
std::string parts_text(const std::array<bool, 3>& parts) {
  std::string text;
  for (const auto part : {SplitPart::kTrain, SplitPart::kValidation, SplitPart::kTest}) {
    if (!parts[static_cast<std::size_t>(part)]) continue;
    text += fmt::format("{}{}/", text.empty() ? "" : " and ", enum_name(part));
  }
  return text;
}

void refuse_shared_classes(const OwnClasses& own) {
  std::map<std::string, std::vector<std::string_view>> shared;  // by their parts
  for (std::size_t i = 0; i < own.parts.size(); ++i) {
    if (std::ranges::count(own.parts[i], true) < 2) continue;
    shared[parts_text(own.parts[i])].push_back(own.classes[i].name);
  }
  if (shared.empty()) return;
  const auto& [parts, names] = *shared.begin();
  throw Error(
      "{}: {} {} in {}; what is learned from must not be tested on, so a class belongs to one "
      "part. "
      "Either move all its pictures into one part, or use --split seeded, which puts the pictures "
      "of all parts together, one class a name, and divides the classes anew",
      own.where,
      names.size() == 1 ? "class " + quoted_list(names) : "classes " + quoted_list(names),
      names.size() == 1 ? "is" : "are", parts);
}

// Decides one split, step by step.
class Divider {
 public:
  Divider(const OwnClasses& own, const DataOptions& options)
      : own_(own), options_(options), evaluates_(options.known.has_value()) {
    is_own_ = evaluates_ && has_any_of(*options.known, own.classes);
    if (evaluates_ && !is_own_) options_.split.clear();  // the run's is of the run's data alone
    names_ = used_lists();
  }

  OwnSplit divide() {
    result_.name = name();
    if (!evaluates_) refuse_unused_seed(options_, result_.name);
    auto lists = this->lists();
    auto cuts = options_;
    if (evaluates_) {  // the cuts were the training's; those that it left out are known
      cuts.train_classes = cuts.validation_classes = cuts.test_classes = 0;
    }
    if (is_own_) {
      auto kept = keep_parts(lists, *options_.known, own_.classes);
      lists = std::move(kept.lists);
      for (auto& text : kept.notes) note(std::move(text));
    } else if (evaluates_ && !options_.known->empty()) {
      note("no class here has the name of one that took part in training: all are new");
    }
    result_.split = cut_split(lists, cuts, /*rotations=*/false);
    return std::move(result_);
  }

 private:
  void note(std::string text) { result_.notes.push_back(std::move(text)); }

  // Lists beside a table may be of something else.
  ClassNames used_lists() {
    const bool asked = options_.split == "lists";
    if (own_.lists.empty() || (!asked && !options_.split.empty())) return {};
    const auto& first = own_.lists[0].name;
    if (own_.divided && !asked) {
      note(first + " is not used, since folders divide the classes; --split lists follows it");
      return {};
    }
    auto names = read_class_lists(own_);
    if (asked || !own_.lists_may_be_foreign || fits(names, own_.classes)) return names;
    note(fmt::format("{} beside {} is not used, since it names what is no class there", first,
                     own_.where));
    return {};
  }

  std::string name() const {
    if (!options_.split.empty()) return options_.split;
    if (own_.divided) return "folders";
    if (names_.any()) return "lists";
    return evaluates_ && !is_own_ ? "all" : "seeded";
  }

  ClassLists lists() {
    if (result_.name == "folders") return by_folders();
    if (result_.name == "lists") return by_lists();
    if (result_.name == "all") return {.test = all_of(own_)};
    if (result_.name != "seeded") {
      throw Error("{}: no split is named '{}'; use seeded, lists, folders or all", own_.where,
                  result_.name);
    }
    if (evaluates_) return {.test = new_classes(*options_.known, own_.classes)};
    return seeded_split(static_cast<std::int32_t>(own_.classes.size()),
                        static_cast<std::uint64_t>(options_.split_seed), options_.test_fraction);
  }

  ClassLists by_folders() {
    if (!own_.divided) {
      throw Error(
          "{}: the split 'folders' needs folders train, val or test that hold class folders; make "
          "them, or use --split seeded",
          own_.where);
    }
    if (!evaluates_) refuse_shared_classes(own_);
    ClassLists lists;
    for (std::size_t i = 0; i < own_.classes.size(); ++i) {
      const auto& parts = own_.parts[i];
      auto& list = parts[kTest] ? lists.test : parts[kValidation] ? lists.validation : lists.train;
      list.push_back(static_cast<std::int32_t>(i));
    }
    return foreign(std::move(lists), "folders");
  }

  ClassLists by_lists() {
    if (!names_.any()) {
      throw Error(
          "{}: the split 'lists' needs train.txt or test.txt with one class name a line; write "
          "one, "
          "or use --split seeded",
          own_.where);
    }
    auto lists = divide_by_lists(names_, own_);
    note_unlisted(lists);
    return foreign(std::move(lists), "list files");
  }

  void note_unlisted(const ClassLists& lists) {
    std::vector<bool> listed(own_.classes.size());
    for (const auto* list : {&lists.train, &lists.validation, &lists.test}) {
      for (const auto index : *list) listed[static_cast<std::size_t>(index)] = true;
    }
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < listed.size(); ++i) {
      if (!listed[i]) names.push_back(own_.classes[i].name);
    }
    if (names.empty()) return;
    note(fmt::format("in no list, so not used: {}", quoted_list(names)));
  }

  // Of data that took no part in training, evaluation takes the test part, if there is one.
  ClassLists foreign(ClassLists lists, std::string_view by) {
    if (!evaluates_ || is_own_) return lists;
    if (lists.test.empty()) {
      note(fmt::format("the {} name no test classes; none took part in training, so all are", by));
      result_.name = "all";
      return {.test = all_of(own_)};
    }
    if (lists.test.size() < own_.classes.size()) {
      note(
          fmt::format("the {} divide the classes: {} of {} are test classes; --split-part chooses "
                      "another part, --split all takes all",
                      by, lists.test.size(), own_.classes.size()));
    }
    return lists;
  }

  const OwnClasses& own_;
  DataOptions options_;
  bool evaluates_;       // an initialisation that is there already
  bool is_own_ = false;  // and the data is that of its training, perhaps changed since
  OwnSplit result_ = {};
  ClassNames names_ = {};
};

}  // namespace

OwnSplit split_own(const OwnClasses& own, const DataOptions& options) {
  return Divider(own, options).divide();
}

}  // namespace anole
