#pragma once

// Whether a data set on disk is whole: judged by its content, so a zip that was packed again is as
// good as the original. A check does not stop at the first problem.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace anole {

// One file, class or archive that is not as it should be, e.g.
// {"images_background.zip: images_background/Korean/character07/0649_03.png", "truncated: …"}.
struct DataProblem {
  std::string where;
  std::string reason;
};

// One archive or folder of a data set, or the data set's one file.
struct DataPart {
  std::string name;            // "background", "evaluation"; "train", "val", "test"; "all"
  std::filesystem::path path;  // zip, folder or file
  std::int64_t bytes = 0;      // of the zip, or of all files in the folder
  std::string md5 = {};        // of a zip, 32 hex digits; else empty
  bool original = false;       // md5 is the published one; if not, the content decides
  std::int32_t classes = 0;
  std::int32_t expected_classes = 0;  // 0: any number
  std::int64_t items = 0;
  std::int32_t fewest = 0, most = 0;  // items of a class
};

struct DataReport {
  std::string name;              // "omniglot"
  std::filesystem::path folder;  // where it was found
  std::vector<DataPart> parts;
  std::int32_t classes = 0, groups = 0;  // of all parts; groups: alphabets, 0 where there are none
  std::int64_t items = 0, bytes = 0;
  std::string image;  // size and kind as stored, e.g. "105x105 grey"; empty for vectors
  std::vector<DataProblem> problems;  // in order of parts and files
  std::vector<std::string> notes;     // e.g. "75 of the 600 images of each class are here"

  bool whole() const { return problems.empty(); }
};

// Read and decode everything. `data` and `threads` as in DataOptions. Throw Error when the data set
// is not found; all else is reported as problems.
DataReport check_omniglot(const std::filesystem::path& data, int threads);
DataReport check_miniimagenet(const std::filesystem::path& data, int threads);

// Whether all parts that loading would ask for are in `folder`.
bool omniglot_is_complete(const std::filesystem::path& folder);
bool miniimagenet_is_complete(const std::filesystem::path& folder);

}  // namespace anole
