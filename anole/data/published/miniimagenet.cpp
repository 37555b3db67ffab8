#include "anole/data/published/miniimagenet.h"

#include <algorithm>
#include <unordered_map>

#include "anole/core/error.h"
#include "anole/data/image_cache.h"
#include "anole/data/published/locate.h"
#include "anole/data/splits.h"
#include "anole/files/image.h"
#include "anole/files/read_bytes.h"

namespace anole {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFetch =  // ImageNet's terms forbid a public download of the images
    "copy {train,val,test}.csv and images_{train,val,test}.zip there";
constexpr std::string_view kNext = "run 'anole data check miniimagenet'";

// A class and its images, in the order of the CSV.
struct Member {
  std::string label;
  std::vector<ImageFile> images;
};

// The images of an archive by file name, each to be taken once.
class ImageIndex {
 public:
  ImageIndex(const Archive& archive, std::int32_t number) : archive_(archive), number_(number) {
    for (std::size_t i = 0; i < archive.entries().size(); ++i) {
      const std::string_view name = archive.entries()[i].name;
      if (!has_image_extension(std::string(name))) continue;
      const auto [it, is_new] = entries_.emplace(name.substr(name.rfind('/') + 1), i);
      if (!is_new)
        throw Error("{}: a second image of this name, after {}", archive.describe(i),
                    archive.describe(it->second));
    }
  }

  bool take(const std::string& filename, std::vector<ImageFile>& images) {
    const auto it = entries_.find(filename);
    if (it == entries_.end()) return false;
    images.push_back({number_, it->second});
    entries_.erase(it);
    return true;
  }

  void refuse_rest(const fs::path& csv) const {
    if (entries_.empty()) return;
    const auto first =
        std::ranges::min_element(entries_, {}, [](const auto& item) { return item.second; });
    throw Error(
        "{}: {} does not list this image{}; {}", archive_.describe(first->second), csv.string(),
        entries_.size() == 1 ? "" : fmt::format(" ({} such images)", entries_.size()), kNext);
  }

 private:
  const Archive& archive_;
  std::int32_t number_;
  std::unordered_map<std::string_view, std::size_t> entries_;
};

std::vector<Member> group_by_label(const std::vector<CsvRow>& rows, ImageIndex& images) {
  std::vector<Member> members;
  std::unordered_map<std::string, std::size_t> index;
  for (const auto& row : rows) {
    const auto [it, is_new] = index.emplace(row.label, members.size());
    if (is_new) members.push_back({row.label, {}});
    images.take(row.filename, members[it->second].images);
  }
  return members;
}

void add_part(ImageSet& set, const fs::path& folder, const MiniImagenetPart& part) {
  const auto csv = folder / fmt::format("{}.csv", part.name);
  const auto rows = read_image_csv(csv);
  const auto number = static_cast<std::int32_t>(set.archives.size());
  const auto& archive =
      *set.archives.emplace_back(Archive::open(find_miniimagenet_images(folder, part.name)));
  ImageIndex images(archive, number);
  const auto members = group_by_label(rows, images);
  images.refuse_rest(csv);
  if (static_cast<std::int32_t>(members.size()) != part.classes) {
    throw Error("miniimagenet: expected {} {} classes in {}, found {}; {}", part.classes, part.name,
                csv.string(), members.size(), kNext);
  }
  for (const auto& member : members) {
    if (member.images.empty()) {
      throw Error("miniimagenet: expected images of {} in {}, found none; {}", member.label,
                  archive.path().string(), kNext);
    }
    set.add_class(member.label, "", member.images);
  }
}

// Classes [first, first + count).
std::vector<std::int32_t> range(std::int32_t first, std::int32_t count) {
  std::vector<std::int32_t> indices;
  for (std::int32_t i = 0; i < count; ++i) indices.push_back(first + i);
  return indices;
}

ClassLists ravi_split() {
  const auto& [train, val, test] = kMiniImagenetParts;
  return {.train = range(0, train.classes),
          .validation = range(train.classes, val.classes),
          .test = range(train.classes + val.classes, test.classes)};
}

}  // namespace

std::vector<CsvRow> read_image_csv(const fs::path& path) {
  std::error_code error;
  if (!fs::exists(path, error)) {
    throw Error("miniimagenet: no {}; {}", path.string(), kFetch);
  }
  const auto bytes = read_bytes(path);
  const auto lines = list_lines({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  if (lines.empty() || lines.front() != "filename,label") {
    throw Error("{}: expected the header 'filename,label', found '{}'", path.string(),
                lines.empty() ? "" : lines.front().substr(0, 60));
  }
  std::vector<CsvRow> rows;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const auto comma = lines[i].find(',');
    if (comma == std::string::npos || comma == 0 || comma + 1 == lines[i].size()) {
      throw Error("{}: row {}: expected 'filename,label', found '{}'", path.string(), i,
                  lines[i].substr(0, 60));
    }
    rows.push_back({lines[i].substr(0, comma), lines[i].substr(comma + 1)});
  }
  return rows;
}

fs::path find_miniimagenet(const fs::path& option) {
  constexpr std::array<std::string_view, 3> kFiles = {"train.csv", "val.csv", "test.csv"};
  return require_dataset(option, "miniimagenet", kFiles, kFetch);
}

fs::path find_miniimagenet_images(const fs::path& folder, std::string_view part) {
  for (const auto& name : {fmt::format("images_{}", part), std::string(part)}) {
    if (auto path = find_part(folder, name); !path.empty()) return path;
  }
  throw Error("miniimagenet: '{}' holds neither images_{}.zip nor a folder images_{} or {}",
              folder.string(), part, part, part);
}

LoadedData load_miniimagenet(const DataOptions& options) {
  const std::string split_name = options.split.empty() ? "ravi" : options.split;
  if (split_name != "ravi") throw Error("miniimagenet has no split '{}'; it has ravi", split_name);
  ImageSet set{.name = "miniimagenet"};
  const auto folder = find_miniimagenet(options.data);
  for (const auto& part : kMiniImagenetParts) add_part(set, folder, part);
  auto split = cut_split(ravi_split(), options, /*rotations=*/false);

  const auto how = picture_form(options, usual_pictures(set.name));
  auto rows = cached_images(set, how, [&] { return decode_images(set, how, options.threads); });
  return loaded_images(
      set, std::move(rows),
      {.how = how, .options = options, .split = std::move(split), .split_name = split_name});
}

}  // namespace anole
