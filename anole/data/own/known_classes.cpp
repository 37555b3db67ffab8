#include "anole/data/own/known_classes.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <string_view>
#include <unordered_map>

#include "anole/data/own/listing.h"
#include "anole/files/unicode.h"

namespace anole {
namespace {

using Names = std::vector<std::string>;
using Indices = std::vector<std::int32_t>;

// The parts of all known classes, one after another.
class Keeper {
 public:
  explicit Keeper(std::span<const ClassInfo> classes) : classes_(classes), known_(classes.size()) {
    for (const auto& info : classes) {
      index_.emplace(info.name, static_cast<std::int32_t>(index_.size()));
    }
  }

  // The classes of these names that are still there.
  Indices keep(const Names& names) {
    Indices kept;
    for (const auto& name : names) {
      const auto found = index_.find(composed(name));
      if (found == index_.end()) {
        gone_.push_back(name);
      } else if (!known_[static_cast<std::size_t>(found->second)]) {
        known_[static_cast<std::size_t>(found->second)] = true;
        kept.push_back(found->second);
      }
    }
    return kept;
  }

  // The classes of `now` that were not there in training.
  Indices added(const Indices& now) const {
    Indices result;
    for (const auto i : now) {
      if (!known_[static_cast<std::size_t>(i)]) result.push_back(i);
    }
    return result;
  }

  Names names_of(const Indices& indices) const {
    Names names;
    for (const auto i : indices) names.push_back(classes_[static_cast<std::size_t>(i)].name);
    return names;
  }

  const Names& gone() const { return gone_; }

 private:
  std::span<const ClassInfo> classes_;
  std::unordered_map<std::string_view, std::int32_t> index_;
  std::vector<bool> known_;
  Names gone_;
};

void append(Indices& list, const Indices& more) {
  list.insert(list.end(), more.begin(), more.end());
}

Indices in_both(const Indices& one, const Indices& other) {
  Indices both;
  for (const auto i : one) {
    if (std::ranges::find(other, i) != other.end()) both.push_back(i);
  }
  return both;
}

}  // namespace

std::vector<std::int32_t> new_classes(const ClassParts& known, std::span<const ClassInfo> classes) {
  Keeper keeper(classes);
  for (const auto* names : {&known.train, &known.validation, &known.test, &known.unused}) {
    (void)keeper.keep(*names);
  }
  Indices all(classes.size());
  std::iota(all.begin(), all.end(), 0);
  return keeper.added(all);
}

bool has_any_of(const ClassParts& known, std::span<const ClassInfo> classes) {
  return new_classes(known, classes).size() < classes.size();
}

KeptParts keep_parts(const ClassLists& lists, const ClassParts& known,
                     std::span<const ClassInfo> classes) {
  Keeper keeper(classes);
  KeptParts result;
  auto& kept = result.lists;
  kept = {.train = keeper.keep(known.train),
          .validation = keeper.keep(known.validation),
          .test = keeper.keep(known.test)};
  (void)keeper.keep(known.unused);
  const auto say = [&](std::string_view text, const Names& names) {
    if (!names.empty()) {
      result.notes.push_back(
          fmt::format("the data has changed since training: {} {}", text, quoted_list(names)));
    }
  };
  say("trained on, so no test classes, wherever they are now:",
      keeper.names_of(in_both(kept.train, lists.test)));
  const auto train = keeper.added(lists.train), test = keeper.added(lists.test);
  const auto validation = keeper.added(lists.validation);
  say("new, so test classes:", keeper.names_of(test));
  say("new, but divided into training:", keeper.names_of(train));
  say("new, but divided into validation:", keeper.names_of(validation));
  say("gone:", keeper.gone());
  append(kept.train, train);
  append(kept.validation, validation);
  append(kept.test, test);
  return result;
}

}  // namespace anole
