#include "anole/support/truth.h"

#include "anole/files/unicode.h"
#include "anole/io/file_system.h"

namespace anole {

int label_named(std::string_view name, const std::vector<std::string>& labels) {
  const auto wanted = composed(name);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (composed(labels[i]) == wanted) return static_cast<int>(i);
  }
  return kTruthUnknown;
}

int label_of_folder(const std::filesystem::path& folder, const std::vector<std::string>& labels) {
  auto whole =
      composed(absolute_path(folder.empty() ? "." : folder).lexically_normal().generic_string());
  while (whole.ends_with('/')) whole.pop_back();
  int best = kTruthUnknown;
  std::size_t longest = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto label = composed(labels[i]);
    if (label.size() <= longest || !whole.ends_with("/" + label)) continue;
    best = static_cast<int>(i);
    longest = label.size();
  }
  return best;
}

}  // namespace anole
