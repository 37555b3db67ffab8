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

ImageRows decode(const ImageSet& set, const DataOptions& options) {
  const auto size = [&](int usual) { return options.image_size == 0 ? usual : options.image_size; };
  if (auto rows = decode_if_grey(set, size(kGreySize), size(kGreySize), options.threads)) {
    return *std::move(rows);
  }
  return decode_images(set, {3, size(kColorSize), size(kColorSize)}, options.threads);
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
  auto rows = cached_images(set, options.image_size, [&] { return decode(set, options); });
  auto loaded =
      loaded_images(set, std::move(rows), std::move(own.split.split), std::move(own.split.name));
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
