#include "anole/data/own/class_folders.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "anole/core/error.h"
#include "anole/data/own/listing.h"
#include "anole/data/pictures.h"
#include "anole/files/image.h"
#include "anole/files/unicode.h"
#include "anole/io/file_system.h"

namespace anole {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kNoFolders =
    "no class folders with PNG, JPEG or WebP pictures; expected <class>/<picture>.png";

std::string_view parent(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == path.npos ? std::string_view() : path.substr(0, slash);
}

std::string_view top_of(std::string_view path) { return path.substr(0, path.find('/')); }

struct Picture {
  std::size_t entry = 0;
  std::string_view path;  // below the root
};

// What one of the top folders holds.
struct Top {
  std::size_t in_class_folders = 0, outside = 0;  // pictures
  std::string_view first_outside = {};
};
using Tops = std::map<std::string_view, Top>;

std::vector<Picture> pictures_in(const Archive& archive) {
  std::vector<Picture> pictures;
  for (std::size_t i = 0; i < archive.entries().size(); ++i) {
    const auto& name = archive.entries()[i].name;
    if (has_image_extension(name)) pictures.push_back({i, name});
  }
  return pictures;
}

// Pictures beside the top folders are in none of them.
Tops tops_of(const std::vector<Picture>& pictures) {
  Tops tops;
  for (const auto& picture : pictures) {
    const auto top = top_of(picture.path);
    if (top.size() == picture.path.size()) continue;
    auto& found = tops[top];
    if (picture.path.find('/', top.size() + 1) != picture.path.npos) {
      ++found.in_class_folders;
    } else if (found.outside++ == 0) {
      found.first_outside = picture.path;
    }
  }
  return tops;
}

bool can_be_part(const Tops::value_type& top) {
  return part_named(top.first).has_value() && top.second.in_class_folders > 0;
}

bool are_parts(const Tops& tops) {
  const auto is_named = [](const auto& top) { return part_named(top.first).has_value(); };
  return std::ranges::all_of(tops, is_named) && std::ranges::any_of(tops, can_be_part);
}

bool is_train_alone(const Tops& tops) {
  return tops.size() == 1 && are_parts(tops) &&
         part_named(tops.begin()->first) == SplitPart::kTrain && tops.begin()->second.outside == 0;
}

// Of a zip, the one folder at the top that holds everything, with its '/'; "" if there is none.
std::string_view wrapping_folder(const Archive& archive) {
  if (is_folder(archive.path()) || archive.entries().empty()) return {};
  const std::string_view first = archive.entries().front().name;
  const auto slash = first.find('/');
  if (slash == first.npos) return {};
  const auto top = first.substr(0, slash + 1);
  const auto is_inside = [&](const ArchiveEntry& entry) {
    const bool in_class = entry.name.find('/', top.size()) != std::string::npos;
    return entry.name.starts_with(top) && (in_class || !has_image_extension(entry.name));
  };
  return std::ranges::all_of(archive.entries(), is_inside) ? top : std::string_view();
}

// Reads one archive; its members are what is known so far.
class Reader {
 public:
  Reader(const fs::path& path, TopFolders mode) : mode_(mode) {
    folders_.set.name = "image_folder";
    folders_.set.archives.push_back(Archive::open(path));
  }

  ClassFolders read() {
    pictures_ = pictures_in(archive());
    if (pictures_.empty()) throw Error("{}: {}{}", where(), kNoFolders, foreign_text(""));
    find_root();
    tops_ = tops_of(pictures_);
    if (!folders_.divided && mode_ == TopFolders::kUsual) look_for_half_a_division();
    if (folders_.divided) check_parts();
    collect();
    refuse_empty_classes();
    add_classes();
    note_what_is_left_out();
    return std::move(folders_);
  }

 private:
  const Archive& archive() const { return *folders_.set.archives[0]; }
  std::string where() const { return archive().path().string(); }
  void note(std::string text) { folders_.notes.push_back(std::move(text)); }

  void set_root(std::string_view root) {
    for (auto& picture : pictures_) picture.path.remove_prefix(root.size() - folders_.root.size());
    folders_.root = root;
  }

  // Goes down through folders that hold all the rest, as long as no parts are found.
  void find_root() {
    const auto all = pictures_;
    for (std::string root;;) {
      const auto tops = tops_of(pictures_);
      const bool asked = mode_ == TopFolders::kParts && std::ranges::any_of(tops, can_be_part);
      if (!asked && is_train_alone(tops)) {
        note("'train' is the only folder, so it divides nothing: its classes are split anew");
        return set_root(root + std::string(tops.begin()->first) + "/");
      }
      if (asked || are_parts(tops)) {
        folders_.divided = true;
        return;
      }
      const bool wraps = tops.size() == 1 && tops.begin()->second.outside == 0 &&
                         std::ranges::all_of(pictures_, [](const auto& picture) {
                           return picture.path.find('/') != picture.path.npos;
                         });
      if (!wraps) break;
      root += std::string(tops.begin()->first) + "/";
      set_root(root);
    }
    pictures_ = all;
    folders_.root.clear();
    set_root(wrapping_folder(archive()));
  }

  // train/ and test/ with classes, but something else beside them: nobody can say what is meant.
  // One such folder alone may well be a class with a name of its own.
  void look_for_half_a_division() {
    std::vector<std::string_view> parts, others;
    for (const auto& top : tops_) (can_be_part(top) ? parts : others).push_back(top.first);
    if (parts.empty() &&
        std::ranges::all_of(others, [](auto name) { return part_named(name).has_value(); })) {
      note(fmt::format("taken as classes, since they hold no class folders: {}",
                       quoted_list(others)));
    }
    if (parts.size() == 1 && tops_.at(parts[0]).outside == 0) {
      note(
          fmt::format("'{}' is not taken as a part of a split, since others are beside it ({}); "
                      "--split folders takes it as one",
                      parts[0], quoted_list(others, 3)));
    }
    if (parts.size() < 2) return;
    throw Error(
        "{}: the folders {} look like the parts of a split, but {} beside them {}; move {} away, "
        "or "
        "say what is meant: --split folders takes the parts alone, --split seeded takes every "
        "folder as a class",
        where(), quoted_list(parts), quoted_list(others),
        others.size() == 1 ? "does not" : "do not", others.size() == 1 ? "it" : "them");
  }

  void check_parts() {
    std::map<SplitPart, std::string_view> folder_of;
    for (const auto& [name, top] : tops_) {
      const auto part = part_named(name);
      if (!part || top.in_class_folders == 0) {
        if (mode_ == TopFolders::kParts) {
          note(fmt::format("the split 'folders' leaves out the folder '{}'", name));
          continue;
        }
      }
      if (top.outside > 0) refuse_outside(name, top);
      const auto [other, is_new] = folder_of.emplace(*part, name);
      if (is_new) continue;
      throw Error("{}: the folders '{}' and '{}' are both the {} part of the split; make them one",
                  where(), other->second, name, enum_name(*part));
    }
  }

  [[noreturn]] void refuse_outside(std::string_view name, const Top& top) const {
    throw Error(
        "{}: {} in '{}' {} in no class folder, the first: {}{}; '{}' is a part of the split: sort "
        "its pictures into class folders, or, if nobody knows their classes, move them out of the "
        "data set",
        where(), counted_noun(top.outside, "picture"), name, top.outside == 1 ? "is" : "are",
        folders_.root, top.first_outside, name);
  }

  bool takes(std::string_view top) const {
    return !folders_.divided || can_be_part(*tops_.find(top));
  }

  void collect() {
    for (const auto& picture : pictures_) {
      auto folder = parent(picture.path);
      if (folder.empty()) {
        throw Error("{}: this picture is in no class; move it into a folder named after its class",
                    archive().describe(picture.entry));
      }
      const auto top = top_of(picture.path);
      if (!takes(top)) continue;
      if (folders_.divided) folder.remove_prefix(top.size() + 1);
      auto& found = classes_[composed(folder)];
      found.files.push_back({0, picture.entry});
      found.spellings.insert(std::string(folder));
      if (folders_.divided) found.parts[static_cast<std::size_t>(*part_named(top))] = true;
    }
    if (classes_.empty()) throw Error("{}: {}", where(), kNoFolders);
  }

  // A class folder with nothing in it is more likely a failed copy than a wish. Zips list empty
  // folders or not, as they like; one with pictures that are not read is meant to be a class.
  void refuse_empty_classes() {
    for (const auto& folder : archive().folders()) {
      if (!folder.starts_with(folders_.root) || folder.size() == folders_.root.size()) continue;
      const auto below = std::string_view(folder).substr(folders_.root.size());
      const auto depth = std::ranges::count(below, '/');
      if (depth == 0 && folders_.divided) note_without_pictures(below);
      if (depth != (folders_.divided ? 1 : 0) || holds_pictures(folder)) continue;
      if (folders_.divided && !part_named(top_of(below))) continue;
      const auto foreign = foreign_text(folder + "/");
      if (foreign.empty() && !is_folder(archive().path())) continue;
      throw Error(
          "{}: class '{}' has no PNG, JPEG or WebP pictures{}; add some or remove the "
          "folder",
          where(), below, foreign);
    }
  }

  void note_without_pictures(std::string_view top) {
    if (tops_.contains(top)) return;
    const bool part = part_named(top).has_value();
    note(part ? fmt::format("the folder '{}' is empty: the split has no such classes", top)
              : fmt::format("the folder '{}' holds no pictures and is left alone", top));
  }

  bool holds_pictures(const std::string& folder) const {
    const auto inside = folder + "/";
    return std::ranges::any_of(pictures_, [&](const auto& picture) {
      return archive().entries()[picture.entry].name.starts_with(inside);
    });
  }

  void add_classes() {
    for (const auto& [name, found] : classes_) {
      folders_.set.add_class(name, std::string(parent(name)), found.files);
      if (folders_.divided) folders_.parts.push_back(found.parts);
      if (found.spellings.size() > 1) {
        note(
            fmt::format("{} folders are the class '{}': their names are the same letters in other "
                        "bytes",
                        found.spellings.size(), name));
      }
    }
  }

  // How many pictures below `folder` are not read, by ending: " (3 .webp, which are not read)".
  std::string foreign_text(std::string_view folder) const {
    std::map<std::string, std::size_t> endings;
    for (const auto& entry : archive().entries()) {
      if (!entry.name.starts_with(folder) || !is_left_out_picture(entry.name)) continue;
      ++endings[picture_ending(entry.name)];
    }
    std::vector<std::string> parts;
    for (const auto& [ending, count] : endings)
      parts.push_back(fmt::format("{} {}", count, ending));
    if (parts.empty()) return {};
    return fmt::format(" ({}, which {} not read)", fmt::join(parts, ", "),
                       parts.size() == 1 && endings.begin()->second == 1 ? "is" : "are");
  }

  void note_what_is_left_out() {
    if (auto text = left_out_note(archive()); !text.empty()) note(std::move(text));
    for_the_first(
        archive().left_out(), 3, [&](const auto& text) { note("left out: " + text); },
        [&](std::size_t more) { note(fmt::format("left out: {} more", more)); });
  }

  struct Found {
    std::vector<ImageFile> files = {};
    std::set<std::string> spellings = {};
    std::array<bool, 3> parts{};
  };

  TopFolders mode_;
  ClassFolders folders_;
  std::vector<Picture> pictures_;
  Tops tops_;
  std::map<std::string, Found> classes_;  // bytewise order
};

}  // namespace

ClassFolders list_class_folders(const fs::path& path, TopFolders top) {
  return Reader(path, top).read();
}

}  // namespace anole
