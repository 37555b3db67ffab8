#include "anole/data/own/check.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include "anole/core/error.h"
#include "anole/core/parallel.h"
#include "anole/data/image_folder.h"
#include "anole/data/own/listing.h"
#include "anole/data/own/row_notes.h"
#include "anole/data/published/checker.h"
#include "anole/data/vectors.h"
#include "anole/files/digest.h"
#include "anole/files/image.h"

namespace anole {
namespace {

constexpr std::size_t kShown = 10;        // of one kind of note or problem
constexpr int kTiny = 8;                  // pixels; smaller pictures show little
constexpr std::int32_t kTrainShots = 10;  // TrainOptions::train_shots

std::string are(std::size_t count, std::string_view noun) {
  return counted_noun(count, noun) + (count == 1 ? " is" : " are");
}

// "3 classes have fewer than 10 items: 'a' (2), …".
void note_small_classes(Checker& checker, std::span<const ClassInfo> classes,
                        std::string_view item) {
  std::vector<std::string> lone, few;
  for (const auto& info : classes) {
    if (info.items < 2) {
      lone.push_back(info.name);
    } else if (info.items < kTrainShots) {
      few.push_back(fmt::format("'{}' ({})", info.name, info.items));
    }
  }
  if (!lone.empty()) {
    checker.note(fmt::format("with a single {}, so that there is none to ask about: {}", item,
                             quoted_list(lone)));
  }
  if (!few.empty()) {
    checker.note(fmt::format(
        "with fewer than {} {}s, which training with the usual train_shots asks for: {}",
        kTrainShots, item, short_list(few)));
  }
}

// Equal rows or pictures: the lines about them.
class Twins {
 public:
  // Two items that are equal, the class and the name of each.
  void add(const std::string& class_a, const std::string& a, const std::string& class_b,
           const std::string& b) {
    auto& found = pairs_[std::minmax(class_a, class_b)];
    if (found.count++ == 0) found.example = fmt::format("{} and {}", a, b);
  }

  void report(Checker& checker, const std::string& where, std::string_view noun) const {
    std::size_t notes = 0;
    for (const auto& [classes, found] : pairs_) {
      if (classes.first != classes.second) {
        checker.problem(where, fmt::format("classes '{}' and '{}' hold {} equal {}{}, such as {}",
                                           classes.first, classes.second, found.count, noun,
                                           found.count == 1 ? "" : "s", found.example));
      } else if (notes++ < kShown) {
        checker.note(fmt::format("class '{}' holds {} more than once, such as {}", classes.first,
                                 counted_noun(found.count, noun), found.example));
      }
    }
    if (notes > kShown) {
      checker.note(fmt::format("{} more classes hold equal {}s", notes - kShown, noun));
    }
  }

 private:
  struct Found {
    std::size_t count = 0;
    std::string example = {};
  };
  std::map<std::pair<std::string, std::string>, Found> pairs_;
};

// One picture after decoding.
struct Seen {
  Shape shape = {};
  std::string digest = {};
  bool blank = false;
  std::string problem = {};
};

Seen look_at(const ImageSet& set, const ImageFile& file) {
  const auto where = set.describe(file);
  try {
    const auto image = decode_image(set.read(file), where);
    const auto size = [](int n) { return static_cast<std::uint64_t>(n); };
    Digest digest;
    digest.add(size(image.shape.channels))
        .add(size(image.shape.height))
        .add(std::span(image.pixels));
    const auto differs = std::ranges::adjacent_find(image.pixels, std::ranges::not_equal_to());
    return {.shape = image.shape, .digest = digest.hex(), .blank = differs == image.pixels.end()};
  } catch (const Error& error) {
    return {.problem = reason_of(error, where)};
  }
}

std::vector<Seen> look_at_all(const ImageSet& set, int threads) {
  std::vector<Seen> seen(set.files.size());
  WorkerPool pool(resolved_threads(threads));
  pool.run(static_cast<std::int64_t>(seen.size()), [&](int, std::int64_t i) {
    const auto index = static_cast<std::size_t>(i);
    seen[index] = look_at(set, set.files[index]);
  });
  return seen;
}

// "3 pictures are blank: a, b and c".
void note_pictures(Checker& checker, const ImageSet& set, const std::vector<Seen>& seen,
                   const std::function<bool(const Seen&)>& odd, std::string_view text) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (seen[i].problem.empty() && odd(seen[i])) names.push_back(set.describe(set.files[i]));
  }
  if (names.empty()) return;
  checker.note(fmt::format("{} {}: {}", are(names.size(), "picture"), text, quoted_list(names, 3)));
}

Twins equal_pictures(const ImageSet& set, const std::vector<Seen>& seen) {
  std::unordered_map<std::string_view, std::pair<std::size_t, std::size_t>> first;
  Twins twins;
  for (std::size_t c = 0; c < set.classes.size(); ++c) {
    const auto begin = static_cast<std::size_t>(set.classes[c].first_item);
    const auto end = begin + static_cast<std::size_t>(set.classes[c].items);
    for (auto i = begin; i < end; ++i) {
      if (seen[i].digest.empty() || seen[i].blank) continue;
      const auto [other, is_new] = first.try_emplace(seen[i].digest, c, i);
      if (is_new) continue;
      const auto [other_class, other_file] = other->second;
      twins.add(set.classes[other_class].name, set.describe(set.files[other_file]),
                set.classes[c].name, set.describe(set.files[i]));
    }
  }
  return twins;
}

void check_pictures(Checker& checker, const ImageSet& set, const std::string& where, int threads) {
  const auto seen = look_at_all(set, threads);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (!seen[i].problem.empty()) {
      checker.problem(set.describe(set.files[i]), seen[i].problem);
    } else {
      checker.saw(seen[i].shape);
    }
  }
  equal_pictures(set, seen).report(checker, where, "picture");
  const auto smaller = [](const Seen& s) {
    return std::min(s.shape.height, s.shape.width) < kTiny;
  };
  note_pictures(
      checker, set, seen, [](const Seen& s) { return s.blank; }, "blank, one value all over");
  note_pictures(
      checker, set, seen, [](const Seen& s) { return s.shape.height != s.shape.width; },
      "not square (--fit says what becomes of them)");
  note_pictures(checker, set, seen, smaller, fmt::format("smaller than {} pixels", kTiny));
}

// The class folders, or nothing and a problem.
std::optional<ClassFolders> listed(Checker& checker, const DataOptions& options) {
  const auto where = options.data.string();
  try {
    auto own = open_own_images(options);
    for (const auto& note : own.notes) checker.note(note);
    return std::move(own.folders);
  } catch (const Error& error) {
    checker.problem(where, reason_of(error, where));
  }
  try {  // what stands in the way of a split must not hide the pictures
    return list_class_folders(options.data, TopFolders::kClasses);
  } catch (const Error&) {
    return {};
  }
}

std::vector<std::int32_t> sizes(std::span<const ClassInfo> classes) {
  std::vector<std::int32_t> items;
  for (const auto& info : classes) items.push_back(info.items);
  return items;
}

Twins equal_rows(const ClassDataset& dataset, int threads) {
  Twins twins;
  for (const auto& two : look_at_rows(dataset, threads).twins) {
    const auto name = [&](std::int32_t c) {
      return dataset.classes()[static_cast<std::size_t>(c)].name;
    };
    const auto row = [&](std::int32_t c, std::int32_t item) {
      return fmt::format("row {} of '{}'", item + 1, name(c));
    };
    twins.add(name(two.first_class), row(two.first_class, two.first_item), name(two.second_class),
              row(two.second_class, two.second_item));
  }
  return twins;
}

}  // namespace

DataReport check_image_folder(const DataOptions& options) {
  if (options.data.empty()) {
    throw Error("image_folder: name the folder that holds one folder a class with --data");
  }
  Checker checker("image_folder", options.data, options.threads);
  if (!checker.open({.name = "all", .path = options.data})) return checker.finish();
  const auto folders = listed(checker, options);
  if (!folders) return checker.finish();
  check_pictures(checker, folders->set, options.data.string(), options.threads);
  note_small_classes(checker, folders->set.classes, "picture");
  checker.count(sizes(folders->set.classes));
  return checker.finish();
}

DataReport check_vectors(const DataOptions& options) {
  if (options.data.empty()) {
    throw Error("vectors: name the data file by --data: FILE.csv or FILE.npy");
  }
  const auto where = options.data.string();
  Checker checker("vectors", options.data, options.threads);
  checker.begin({.name = "all", .path = options.data});
  try {
    const auto loaded = open_vectors(options);
    for (const auto& note : loaded.notes) checker.note(note);
    equal_rows(loaded.dataset, options.threads).report(checker, where, "row");
    note_small_classes(checker, loaded.dataset.classes(), "row");
    checker.count(sizes(loaded.dataset.classes()));
  } catch (const Error& error) {
    checker.problem(where, reason_of(error, where));
  }
  return checker.finish();
}

}  // namespace anole
