#pragma once

// miniImageNet: 100 classes of ImageNet, 84x84 RGB. Vinyals et al., "Matching networks for one shot
// learning", NIPS 2016, with the classes and images of Ravi & Larochelle, "Optimization as a model
// for few-shot learning", ICLR 2017: 64 training, 16 validation, 20 test classes. value = byte /
// 255.
//
// Files, for each of train, val and test: train.csv (`filename,label`, a label is a WordNet id) and
// the images in images_train or train, a zip or a folder, whatever the folders inside. Only rows of
// the CSV whose image is there are used, so a copy with fewer images of a class is fine; an image
// that the CSV does not list is an error. Classes are named by WordNet id, in the order of their
// first rows in train.csv, then val.csv, then test.csv; images in the order of the rows.
//
// Split: ravi. Its validation classes are its own; `validation_classes` keeps the first n of them.

#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "anole/data/dataset.h"
#include "anole/data/image_set.h"

namespace anole {

struct MiniImagenetPart {
  std::string_view name;  // "train": <name>.csv, and images_<name> or <name>
  std::int32_t classes;
};
inline constexpr std::array<MiniImagenetPart, 3> kMiniImagenetParts = {
    {{"train", 64}, {"val", 16}, {"test", 20}}};
inline constexpr std::int32_t kMiniImagenetImages = 600;  // of a class, in a complete copy

struct CsvRow {
  std::string filename, label;
};

// The rows of a `filename,label` file. Throws Error naming file and line.
std::vector<CsvRow> read_image_csv(const std::filesystem::path& path);

// Where data set and images of a part are. Throws Error saying what is missing.
std::filesystem::path find_miniimagenet(const std::filesystem::path& option);
std::filesystem::path find_miniimagenet_images(const std::filesystem::path& folder,
                                               std::string_view part);

// `data`, cuts of the split, `image_size` and `threads` are used. Throws Error if files are
// missing, contradict each other or cannot be decoded, or the class counts are not 64, 16 and 20.
LoadedData load_miniimagenet(const DataOptions& options);

}  // namespace anole
