#include "anole/data/published/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "anole/core/error.h"
#include "anole/data/published/checker.h"
#include "anole/data/published/locate.h"
#include "anole/data/published/miniimagenet.h"
#include "anole/data/published/omniglot.h"
#include "anole/files/archive.h"
#include "anole/files/image.h"

namespace anole {
namespace {

namespace fs = std::filesystem;

std::vector<std::int32_t> sizes(const auto& classes) {
  std::vector<std::int32_t> result;
  for (const auto& [name, items] : classes)
    result.push_back(static_cast<std::int32_t>(items.size()));
  return result;
}

// The characters of Omniglot as they are found: which drawings, under which numbers.
struct Drawn {
  std::set<int> drawings, numbers;
  std::size_t size() const { return drawings.size(); }
};
using Characters = std::map<std::string, Drawn>;

void check_character(Checker& checker, const std::string& where, const std::string& name,
                     const Drawn& drawn) {
  for (int d = 1; d <= kOmniglotDrawings; ++d) {
    if (!drawn.drawings.contains(d))
      checker.problem(where, fmt::format("drawing {:02} of {} is missing", d, name));
  }
  if (const int last = *drawn.drawings.rbegin();
      last > kOmniglotDrawings || *drawn.drawings.begin() < 1) {
    checker.problem(where, fmt::format("{} has drawings beyond 01 to {}", name, kOmniglotDrawings));
  }
  if (drawn.numbers.size() > 1) {
    checker.problem(where,
                    fmt::format("{} bears {} numbers, expected one", name, drawn.numbers.size()));
  }
}

Characters characters_in(Checker& checker, const Archive& archive) {
  Characters characters;
  for (std::size_t i = 0; i < archive.entries().size(); ++i) {
    const auto& name = archive.entries()[i].name;
    if (!has_image_extension(name)) continue;
    const auto path = parse_omniglot_path(name);
    if (path.character.empty()) {
      checker.problem(archive.describe(i), "expected a path like Korean/character07/0649_03.png");
      continue;
    }
    auto& drawn = characters[path.character];
    drawn.numbers.insert(path.number);
    if (!drawn.drawings.insert(path.drawing).second) {
      checker.problem(archive.describe(i), fmt::format("a second drawing {:02}", path.drawing));
    }
  }
  return characters;
}

// Alphabets and character numbers of one part, and over both.
struct OmniglotTotals {
  std::set<std::string> alphabets;
  std::map<int, std::string> numbers;  // who bears them
};

void check_part(Checker& checker, const OmniglotPart& part, const fs::path& path,
                OmniglotTotals& totals) {
  const auto archive = checker.open(
      {.name = std::string(part.name), .path = path, .expected_classes = part.characters});
  if (!archive) return;
  if (!checker.part().md5.empty()) {
    checker.part().original = checker.part().md5 == part.md5;
    if (!checker.part().original) {
      checker.note(fmt::format(
          "{} is not the zip that was published (md5 {}), but packed again; its content decides",
          path.filename().string(), part.md5));
    }
  }
  checker.decode(*archive, {1, 105, 105});
  const auto characters = characters_in(checker, *archive);
  std::set<std::string> alphabets;
  for (const auto& [name, drawn] : characters) {
    check_character(checker, path.string(), name, drawn);
    alphabets.insert(name.substr(0, name.rfind('/')));
    const auto [it, is_new] = totals.numbers.emplace(*drawn.numbers.begin(), name);
    if (!is_new)
      checker.problem(path.string(), fmt::format("{} has the number of {}", name, it->second));
  }
  if (alphabets.size() != static_cast<std::size_t>(part.alphabets)) {
    checker.problem(path.string(), fmt::format("expected {} alphabets, found {}", part.alphabets,
                                               alphabets.size()));
  }
  totals.alphabets.merge(alphabets);
  checker.count(sizes(characters));
}

void check_part(Checker& checker, const MiniImagenetPart& part, const fs::path& folder) {
  const auto csv = folder / fmt::format("{}.csv", part.name);
  const auto rows = read_image_csv(csv);
  const auto archive = checker.open({.name = std::string(part.name),
                                     .path = find_miniimagenet_images(folder, part.name),
                                     .expected_classes = part.classes});
  if (!archive) return;
  checker.decode(*archive, {3, 84, 84});
  std::map<std::string, std::string> labels;  // of files that the CSV lists
  std::map<std::string, std::set<std::string>> classes;
  for (const auto& row : rows) {
    labels.emplace(row.filename, row.label);
    classes[row.label];
  }
  for (std::size_t i = 0; i < archive->entries().size(); ++i) {
    const auto file = fs::path(archive->entries()[i].name).filename().string();
    if (!has_image_extension(file)) continue;
    const auto label = labels.find(file);
    if (label == labels.end()) {
      checker.problem(archive->describe(i), fmt::format("{} does not list it", csv.string()));
    } else if (!classes[label->second].insert(file).second) {
      checker.problem(archive->describe(i), "a second image of this name");
    }
  }
  for (const auto& [label, files] : classes) {
    if (files.empty())
      checker.problem(archive->path().string(), fmt::format("no image of {}", label));
  }
  checker.count(sizes(classes));
  if (checker.part().fewest < kMiniImagenetImages) {
    checker.note(fmt::format("{}: {} to {} of the {} images of each class are here", part.name,
                             checker.part().fewest, checker.part().most, kMiniImagenetImages));
  }
}

}  // namespace

DataReport check_omniglot(const fs::path& data, int threads) {
  const auto folder = find_omniglot(data);
  Checker checker("omniglot", folder, threads);
  OmniglotTotals totals;
  std::int32_t expected = 0;
  for (const auto& part : kOmniglotParts) {
    expected += part.characters;
    const auto path = find_part(folder, part.file);
    if (path.empty()) {
      checker.problem((folder / part.file).string(),
                      "neither a zip nor a folder of this name; run 'anole data fetch omniglot'");
    } else {
      check_part(checker, part, path, totals);
    }
  }
  for (int number = 1; number <= expected; ++number) {
    if (!totals.numbers.contains(number)) {
      checker.problem(folder.string(), fmt::format("no character has the number {:04}", number));
    }
  }
  checker.groups(totals.alphabets.size());
  return checker.finish();
}

DataReport check_miniimagenet(const fs::path& data, int threads) {
  const auto folder = find_miniimagenet(data);
  Checker checker("miniimagenet", folder, threads);
  for (const auto& part : kMiniImagenetParts) {
    try {
      check_part(checker, part, folder);
    } catch (const Error& error) {
      checker.problem(folder.string(), reason_of(error, "miniimagenet"));
    }
  }
  return checker.finish();
}

bool omniglot_is_complete(const fs::path& folder) {
  return std::ranges::all_of(
      kOmniglotParts, [&](const auto& part) { return !find_part(folder, part.file).empty(); });
}

bool miniimagenet_is_complete(const fs::path& folder) {
  const auto has = [&](std::string_view part) { return !find_part(folder, part).empty(); };
  return std::ranges::all_of(kMiniImagenetParts, [&](const auto& part) {
    return has(fmt::format("{}.csv", part.name)) &&
           (has(fmt::format("images_{}", part.name)) || has(part.name));
  });
}

}  // namespace anole
