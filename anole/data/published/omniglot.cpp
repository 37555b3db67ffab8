#include "anole/data/published/omniglot.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <vector>

#include "anole/core/error.h"
#include "anole/data/image_cache.h"
#include "anole/data/published/locate.h"
#include "anole/data/splits.h"
#include "anole/files/image.h"

namespace anole {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kNext = "run 'anole data check omniglot'";

// A character and where its drawings are, in order of their names.
struct Character {
  std::string alphabet;
  std::int32_t part = 0;
  std::vector<ImageFile> drawings;
};
using Characters = std::map<std::string, Character>;  // std::string compares bytewise

// The number that all of `text` spells; 0 if it is none.
int number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : 0;
}

std::string_view take_last(std::string_view& path) {
  const auto slash = path.rfind('/');
  const auto last = slash == path.npos ? path : path.substr(slash + 1);
  path = slash == path.npos ? std::string_view() : path.substr(0, slash);
  return last;
}

void add_drawing(Characters& characters, const Archive& archive, ImageFile file) {
  const auto& name = archive.entries()[file.entry].name;
  if (!has_image_extension(name)) return;
  const auto path = parse_omniglot_path(name);
  if (path.character.empty()) {
    throw Error("{}: expected a path like Korean/character07/0649_03.png; {}",
                archive.describe(file.entry), kNext);
  }
  auto& character = characters[path.character];
  if (!character.drawings.empty() && character.part != file.archive) {
    throw Error("omniglot: {} is in both archives, the second time in {}; {}", path.character,
                archive.path().string(), kNext);
  }
  character.alphabet = path.alphabet;
  character.part = file.archive;
  character.drawings.push_back(file);
}

std::unique_ptr<Archive> open_part(const fs::path& folder, const OmniglotPart& part) {
  const auto path = find_part(folder, part.file);
  if (path.empty()) {
    throw Error(
        "omniglot: '{}' holds neither {}.zip nor a folder {}; run 'anole data fetch omniglot'",
        folder.string(), part.file, part.file);
  }
  return Archive::open(path);
}

void check_counts(const Characters& characters, const ImageSet& set) {
  for (std::size_t i = 0; i < kOmniglotParts.size(); ++i) {
    const auto& part = kOmniglotParts[i];
    const auto where = set.archives[i]->path().string();
    std::int32_t found = 0;
    for (const auto& [name, character] : characters) {
      if (character.part != static_cast<std::int32_t>(i)) continue;
      ++found;
      if (character.drawings.size() != static_cast<std::size_t>(kOmniglotDrawings)) {
        throw Error("omniglot: expected {} drawings of {} in {}, found {}; {}", kOmniglotDrawings,
                    name, where, character.drawings.size(), kNext);
      }
    }
    if (found != part.characters) {
      throw Error("omniglot: expected {} {} characters in {}, found {}; {}", part.characters,
                  part.name, where, found, kNext);
    }
  }
}

ImageSet list_images(const fs::path& folder) {
  ImageSet set{.name = "omniglot"};
  Characters characters;
  for (const auto& part : kOmniglotParts) {
    const auto index = static_cast<std::int32_t>(set.archives.size());
    const auto& archive = *set.archives.emplace_back(open_part(folder, part));
    for (std::size_t entry = 0; entry < archive.entries().size(); ++entry) {
      add_drawing(characters, archive, {index, entry});
    }
  }
  check_counts(characters, set);
  for (const auto& [name, character] : characters)
    set.add_class(name, character.alphabet, character.drawings);
  return set;
}

ClassLists background_evaluation(const ImageSet& set) {
  ClassLists lists;
  for (std::size_t i = 0; i < set.classes.size(); ++i) {
    const auto& first = set.files[static_cast<std::size_t>(set.classes[i].first_item)];
    (first.archive == 0 ? lists.train : lists.test).push_back(static_cast<std::int32_t>(i));
  }
  return lists;
}

ClassLists find_split(const ImageSet& set, const std::string& name, const DataOptions& options) {
  if (name == "seeded") {
    return seeded_split(static_cast<std::int32_t>(set.classes.size()),
                        static_cast<std::uint64_t>(options.split_seed), options.test_fraction);
  }
  if (name == "background_evaluation") return background_evaluation(set);
  if (name == "authors") {
    return listed_split(set.classes,
                        {.train = builtin_list("omniglot_authors_train"),
                         .test = builtin_list("omniglot_authors_test")},
                        "omniglot, split authors");
  }
  if (name != "vinyals") {
    throw Error("omniglot has no split '{}'; use authors, vinyals, background_evaluation or seeded",
                name);
  }
  return listed_split(set.classes,
                      {.train = builtin_list("omniglot_vinyals_train"),
                       .validation = builtin_list("omniglot_vinyals_val"),
                       .test = builtin_list("omniglot_vinyals_test")},
                      "omniglot, split vinyals");
}

}  // namespace

OmniglotPath parse_omniglot_path(std::string_view path) {
  const auto file = take_last(path);
  const auto character = take_last(path);
  const auto alphabet = take_last(path);
  const auto underscore = file.find('_');
  if (alphabet.empty() || !character.starts_with("character") || underscore == file.npos) return {};
  const auto stem = file.substr(0, file.rfind('.'));
  if (stem.size() <= underscore) return {};
  return {.character = fmt::format("{}/{}", alphabet, character),
          .alphabet = std::string(alphabet),
          .number = number(stem.substr(0, underscore)),
          .drawing = number(stem.substr(underscore + 1))};
}

fs::path find_omniglot(const fs::path& option) {
  constexpr std::array<std::string_view, 2> kFiles = {kOmniglotParts[0].file,
                                                      kOmniglotParts[1].file};
  return require_dataset(option, "omniglot", kFiles, "run 'anole data fetch omniglot'");
}

LoadedData load_omniglot(const DataOptions& options) {
  const std::string split_name = options.split.empty() ? "authors" : options.split;
  const auto set = list_images(find_omniglot(options.data));
  auto split = cut_split(find_split(set, split_name, options), options, options.rotations);

  const auto how = picture_form(options, usual_pictures(set.name));
  auto rows = cached_images(set, how, [&] { return decode_images(set, how, options.threads); });
  return loaded_images(
      set, std::move(rows),
      {.how = how, .options = options, .split = std::move(split), .split_name = split_name});
}

}  // namespace anole
