#include "anole/support/read_support.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "anole/core/error.h"
#include "anole/core/text.h"
#include "anole/data/pictures.h"
#include "anole/data/splits.h"
#include "anole/data/vectors.h"
#include "anole/files/archive.h"
#include "anole/files/image.h"
#include "anole/files/unicode.h"
#include "anole/io/file_system.h"
#include "anole/support/example_pictures.h"
#include "anole/support/files.h"

namespace anole {
namespace {

namespace fs = std::filesystem;

std::string stem_of(std::string_view name) { return fs::path(name).stem().string(); }

std::string_view folder_of(std::string_view name) {
  const auto slash = name.rfind('/');
  return slash == name.npos ? std::string_view() : name.substr(0, slash);
}

std::string name_of_folder(const fs::path& path) {
  auto name = absolute_path(path).lexically_normal();
  if (name.filename().empty()) name = name.parent_path();  // "gestures/"
  return is_folder(path) ? name.filename().string() : name.stem().string();
}

// One picture of the source: where to read it, and its class.
struct Listed {
  std::size_t entry = 0;
  std::string label, name;
};

// Parts of a split are no classes: "train/cat" and "test/cat" would be two.
void refuse_parts(const Archive& archive, const std::vector<Listed>& listed) {
  const auto is_in_part = [](const Listed& one) {
    const auto slash = one.label.find('/');
    return slash != one.label.npos && part_named(one.label.substr(0, slash)).has_value();
  };
  if (!std::ranges::all_of(listed, is_in_part)) return;
  throw Error(
      "{}: its folders are the parts of a split, not classes; name the one that holds the "
      "examples, "
      "such as {}",
      archive.path().string(),
      (archive.path() / listed.front().label.substr(0, listed.front().label.find('/'))).string());
}

// Loose pictures beside class folders would be of no class.
void refuse_mixture(const Archive& archive, const std::vector<Listed>& listed) {
  const auto is_loose = [](const Listed& one) { return one.label.empty(); };
  const auto loose = std::ranges::find_if(listed, is_loose);
  if (loose == listed.end() || std::ranges::all_of(listed, is_loose)) return;
  throw Error(
      "{}: this picture is in no class, but others are in folders; move it into a folder named "
      "after its class",
      archive.describe(loose->entry));
}

// A class folder without a picture that can be read would be a class that is silently not learned.
// Zips list empty folders or not, as they like: there it must hold something.
void refuse_empty_classes(const Archive& archive, std::string_view top) {
  const bool is_zip = !is_folder(archive.path());
  for (const auto& folder : archive.folders()) {
    if (folder.size() < top.size() || folder.find('/', top.size()) != folder.npos) continue;
    bool pictures = false, files = false;
    for (const auto& entry : archive.entries()) {
      if (!entry.name.starts_with(folder + "/")) continue;
      files = true;
      pictures = pictures || has_image_extension(entry.name);
    }
    if (pictures || (is_zip && !files)) continue;
    throw Error(
        "{}: class '{}' has no pictures that can be read (PNG, JPEG, WebP); add some or remove the "
        "folder",
        archive.path().string(), folder.substr(top.size()));
  }
}

std::vector<Listed> list_pictures(const Archive& archive, LoosePictures loose) {
  std::vector<Listed> listed;
  const auto top = wrapping_folder(archive);
  for (std::size_t i = 0; i < archive.entries().size(); ++i) {
    const std::string_view name = archive.entries()[i].name;
    if (!has_image_extension(std::string(name))) continue;
    const auto below = name.substr(top.size());
    listed.push_back({.entry = i,
                      .label = std::string(folder_of(below)),
                      .name = fs::path(below).filename().string()});
  }
  if (listed.empty()) {
    throw Error(
        "{}: found no pictures that can be read (PNG, JPEG, WebP); expected "
        "<class>/<picture>.png or <class>.png",
        archive.path().string());
  }
  refuse_mixture(archive, listed);
  refuse_parts(archive, listed);
  refuse_empty_classes(archive, top);
  for (auto& one : listed) {
    if (!one.label.empty()) {
      one.label = composed(one.label);
      continue;
    }
    one.label = loose == LoosePictures::kClassEach ? stem_of(one.name)
                : top.empty()                      ? name_of_folder(archive.path())
                                                   : std::string(top.substr(0, top.size() - 1));
    one.label = composed(one.label);
  }
  return listed;
}

SupportSet read_pictures(const SupportSource& source, const Bundle& bundle) {
  require_pictures(bundle, source.path);
  const bool anew = source.loose == LoosePictures::kClassEach;
  const auto how = anew ? start_rows(bundle) : rows_taken(bundle);
  ExamplePictures pictures(how);
  std::string left_out;
  if (is_plain_file(source.path) && has_image_extension(source.path.string())) {
    pictures.add(composed(stem_of(source.path.string())), source.path.filename().string(),
                 read_image(source.path));
  } else {
    const auto archive = Archive::open(source.path);
    left_out = left_out_note(*archive);
    for (auto& one : list_pictures(*archive, source.loose)) {
      pictures.add(std::move(one.label), std::move(one.name),
                   decode_image(archive->read(one.entry), archive->describe(one.entry)));
    }
  }
  auto set = pictures.finished(how, source.invert);
  if (!left_out.empty()) set.notes.push_back(std::move(left_out));
  return set;
}

SupportSet read_table(const SupportSource& source, const Bundle& bundle) {
  require_numbers(bundle, source.path);
  auto options = source.table;
  options.dataset = "vectors";
  options.data = source.path;
  options.network = rows_taken(bundle);
  options.split = "all";
  const auto data = load_vectors(options);
  SupportSet set{.notes = data.notes};
  const auto& classes = data.dataset.classes();
  for (std::size_t c = 0; c < classes.size(); ++c) {
    for (std::int32_t item = 0; item < classes[c].items; ++item) {
      LabelledRow example{.label = classes[c].name};
      example.row.resize(data.dataset.shape().size());
      data.dataset.copy_row({.class_index = static_cast<std::int32_t>(c)}, item, example.row);
      set.examples.push_back(std::move(example));
    }
  }
  return set;
}

}  // namespace

SupportSet read_support(const SupportSource& source, const Bundle& bundle) {
  if (!path_exists(source.path)) {
    throw Error("{}: no such file or folder; expected a folder of examples, a picture or a table",
                source.path.string());
  }
  auto set = is_table(source.path) ? read_table(source, bundle) : read_pictures(source, bundle);
  sort_canonically(set.examples);
  return set;
}

}  // namespace anole
