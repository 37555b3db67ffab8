#include "anole/support/files.h"

#include <algorithm>
#include <cctype>
#include <string>

#include "anole/core/error.h"
#include "anole/core/text.h"
#include "anole/files/image.h"
#include "anole/io/file_system.h"

namespace anole {

bool is_table(const std::filesystem::path& path) {
  auto ending = path.extension().string();
  std::ranges::transform(ending, ending.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return ending == ".csv" || ending == ".tsv" || ending == ".npy" || ending == ".npz";
}

Preprocessing rows_taken(const Bundle& bundle) {
  if (bundle.preprocessing.shape.channels != 0) return bundle.preprocessing;
  return {.shape = bundle.spec.input, .resize = Resize::kNone};
}

Preprocessing start_rows(const Bundle& bundle) {
  auto how = rows_taken(bundle);
  how.invert = how.invert != bundle.adapted_by.inverted;
  return how;
}

bool takes_pictures(const Bundle& bundle) {
  const auto& how = bundle.preprocessing;
  return how.resize != Resize::kNone && (how.shape.channels == 1 || how.shape.channels == 3);
}

void require_pictures(const Bundle& bundle, const std::filesystem::path& path) {
  if (takes_pictures(bundle)) return;
  throw Error("{}: the network takes rows of {} numbers; expected a table, .csv or .npy",
              path.string(), bundle.spec.input.size());
}

void require_numbers(const Bundle& bundle, const std::filesystem::path& path) {
  if (!takes_pictures(bundle)) return;
  throw Error("{}: the network takes pictures of {}; expected a picture or a folder of them",
              path.string(), describe(bundle.spec.input));
}

std::string_view wrapping_folder(const Archive& archive) {
  if (is_folder(archive.path())) return {};
  std::string_view top;
  for (const auto& entry : archive.entries()) {
    if (!has_image_extension(entry.name)) continue;
    const std::string_view name = entry.name;
    const auto slash = name.find('/');
    if (slash == name.npos) return {};
    const auto first = name.substr(0, slash + 1);
    if (!top.empty() && first != top) return {};
    top = first;
  }
  return top;
}

}  // namespace anole
