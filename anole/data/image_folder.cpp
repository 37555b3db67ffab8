#include "anole/data/image_folder.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "anole/core/error.h"
#include "anole/data/image_cache.h"
#include "anole/data/splits.h"
#include "anole/files/image.h"
#include "anole/io/file_system.h"

namespace anole {
namespace {

namespace fs = std::filesystem;
using Classes = std::map<std::string, std::vector<ImageFile>>;  // bytewise order

constexpr int kGreySize = 28;   // as Omniglot
constexpr int kColorSize = 84;  // as miniImageNet

std::string_view parent(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == path.npos ? std::string_view() : path.substr(0, slash);
}

// The one folder at the top of a zip that holds everything, with its '/'; empty if there is none.
std::string_view top_folder(const Archive& archive) {
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

Classes sort_into_classes(const Archive& archive) {
  Classes classes;
  const auto top = top_folder(archive);
  for (std::size_t i = 0; i < archive.entries().size(); ++i) {
    const std::string_view name = archive.entries()[i].name;
    if (!has_image_extension(std::string(name))) continue;
    const auto class_name = parent(name.substr(top.size()));
    if (class_name.empty()) {
      throw Error("{}: this picture is in no class; move it into a folder named after its class",
                  archive.describe(i));
    }
    classes[std::string(class_name)].push_back({0, i});
  }
  return classes;
}

// A class folder with nothing in it is more likely a failed copy than a wish.
void refuse_empty_folders(const Archive& archive, const Classes& classes) {
  if (!is_folder(archive.path())) return;
  for (const auto& folder : folder_entries(archive.path())) {
    const auto name = folder.filename().string();
    if (!is_folder(folder) || name.starts_with('.') || name == "__MACOSX") continue;
    const auto belongs = [&](const auto& entry) {
      return entry.first == name || entry.first.starts_with(name + "/");
    };
    if (std::ranges::none_of(classes, belongs)) {
      throw Error(
          "{}: class '{}' has no .png, .jpg or .jpeg pictures; add some or remove the folder",
          archive.path().string(), name);
    }
  }
}

// The lines of a file at the top of the archive; nothing if it is not there.
std::optional<std::vector<std::string>> read_list(const Archive& archive, std::string_view file) {
  const auto name = fmt::format("{}{}", top_folder(archive), file);
  const auto entry = std::ranges::find(archive.entries(), name, &ArchiveEntry::name);
  if (entry == archive.entries().end()) return {};
  const auto bytes = archive.read(static_cast<std::size_t>(entry - archive.entries().begin()));
  return list_lines({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::vector<std::string> require_list(const Archive& archive, std::string_view file) {
  auto list = read_list(archive, file);
  if (!list || list->empty()) {
    throw Error(
        "{}: the split 'lists' needs {} with one class name a line; write it, or use --split "
        "seeded",
        archive.path().string(), file);
  }
  return *std::move(list);
}

ClassLists find_split(const ImageSet& set, const std::string& name, const DataOptions& options) {
  const auto& archive = *set.archives[0];
  if (name == "seeded") {
    return seeded_split(static_cast<std::int32_t>(set.classes.size()),
                        static_cast<std::uint64_t>(options.split_seed), options.test_fraction);
  }
  return listed_split(
      set.classes,
      {.train = require_list(archive, "train.txt"),
       .validation = read_list(archive, "val.txt").value_or(std::vector<std::string>()),
       .test = require_list(archive, "test.txt")},
      archive.path().string());
}

ImageRows decode(const ImageSet& set, const DataOptions& options) {
  const auto size = [&](int usual) { return options.image_size == 0 ? usual : options.image_size; };
  if (auto rows = decode_if_grey(set, size(kGreySize), size(kGreySize), options.threads)) {
    return *std::move(rows);
  }
  return decode_images(set, {3, size(kColorSize), size(kColorSize)}, options.threads);
}

}  // namespace

ImageSet list_image_folder(const fs::path& path) {
  ImageSet set{.name = "image_folder"};
  const auto& archive = *set.archives.emplace_back(Archive::open(path));
  const auto classes = sort_into_classes(archive);
  if (classes.empty()) {
    throw Error(
        "{}: no class folders with .png, .jpg or .jpeg pictures; expected <class>/<picture>.png",
        path.string());
  }
  refuse_empty_folders(archive, classes);
  for (const auto& [name, files] : classes) set.add_class(name, std::string(parent(name)), files);
  return set;
}

LoadedData load_image_folder(const DataOptions& options) {
  if (options.data.empty()) {
    throw Error("image_folder: name the folder that holds one folder a class with --data");
  }
  const auto set = list_image_folder(options.data);
  std::string split_name = options.split;
  if (split_name.empty())
    split_name = read_list(*set.archives[0], "train.txt") ? "lists" : "seeded";
  refuse_unused_seed(options, split_name);
  auto split = cut_split(find_split(set, split_name, options), options, /*rotations=*/false);

  auto rows = cached_images(set, options.image_size, [&] { return decode(set, options); });
  return loaded_images(set, std::move(rows), std::move(split), split_name);
}

}  // namespace anole
