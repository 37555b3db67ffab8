#include "anole/data/image_folder.h"

#include <utility>

#include "anole/core/error.h"
#include "anole/data/image_cache.h"
#include "anole/data/own/class_lists.h"
#include "anole/data/own/row_notes.h"

namespace anole {
namespace {

constexpr int kGreySize = 28;   // as Omniglot
constexpr int kColorSize = 84;  // as miniImageNet

TopFolders top_folders(const std::string& split) {
  if (split == "folders") return TopFolders::kParts;
  return split.empty() ? TopFolders::kUsual : TopFolders::kClasses;
}

// The list files beside the class folders.
std::vector<ListFile> list_files(const Archive& archive, const std::string& root) {
  std::vector<ListFile> lists;
  for (std::size_t i = 0; i < archive.entries().size(); ++i) {
    const auto& name = archive.entries()[i].name;
    if (!name.starts_with(root) || !is_list_file(name.substr(root.size()))) continue;
    const auto bytes = archive.read(i);
    lists.push_back({.name = name.substr(root.size()), .text = {bytes.begin(), bytes.end()}});
  }
  return lists;
}

// Grey if all pictures are, where nothing else decides it; each at its usual size, if no other is
// asked for.
ImageRows decode(const ImageSet& set, const Preprocessing& how, int threads) {
  const auto in = [&](int channels, int usual) {
    auto form = how;
    form.shape.channels = channels;
    if (form.shape.height == 0) form.shape.height = form.shape.width = usual;
    return form;
  };
  if (how.shape.channels == 1) return decode_images(set, in(1, kGreySize), threads);
  if (how.shape.channels == 0) {
    if (auto rows = decode_if_grey(set, in(1, kGreySize), threads)) return *std::move(rows);
  }
  return decode_images(set, in(3, kColorSize), threads);
}

}  // namespace

OwnImages open_own_images(const DataOptions& options) {
  if (options.data.empty()) {
    throw Error("image_folder: name the folder that holds one folder a class with --data");
  }
  OwnImages own;
  own.folders = list_class_folders(options.data, top_folders(options.split));
  const auto& [set, divided, parts, root, notes] = own.folders;
  own.split = split_own({.classes = set.classes,
                         .divided = divided,
                         .parts = parts,
                         .lists = list_files(*set.archives[0], root),
                         .where = options.data.string()},
                        options);
  own.notes = notes;
  own.notes.insert(own.notes.end(), own.split.notes.begin(), own.split.notes.end());
  return own;
}

LoadedData load_image_folder(const DataOptions& options) {
  auto own = open_own_images(options);
  const auto& set = own.folders.set;
  const auto how = picture_form(options, usual_pictures(set.name));
  auto rows = cached_images(set, how, [&] { return decode(set, how, options.threads); });
  auto loaded = loaded_images(set, std::move(rows),
                              {.how = how,
                               .options = options,
                               .split = std::move(own.split.split),
                               .split_name = std::move(own.split.name)});
  const auto name = [&](std::int32_t class_index, std::int32_t item) {
    const auto first = set.classes[static_cast<std::size_t>(class_index)].first_item;
    return set.describe(set.files[static_cast<std::size_t>(first + item)]);
  };
  const auto of_rows = row_notes(loaded.dataset, loaded.split, name, options.threads);
  loaded.notes.insert(loaded.notes.end(), own.notes.begin(), own.notes.end());
  loaded.notes.insert(loaded.notes.end(), of_rows.begin(), of_rows.end());
  return loaded;
}

}  // namespace anole
