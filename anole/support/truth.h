#pragma once

// What a question is the right answer to, where its user has said so by the way: in the name of the
// folder that it lies in, or in a column of labels.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace anole {

inline constexpr int kTruthUnknown = -1;

// The label called `name`, in [0, labels.size()); kTruthUnknown if there is none. Letters and their
// accents may be composed or not.
int label_named(std::string_view name, const std::vector<std::string>& labels);

// The label that `folder` ends with, as "new/wave" does with "wave" and "new/Latin/a" with
// "Latin/a"; of several the longest. A relative folder counts from where we are.
int label_of_folder(const std::filesystem::path& folder, const std::vector<std::string>& labels);

}  // namespace anole
