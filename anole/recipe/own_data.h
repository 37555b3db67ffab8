#pragma once

// What a path is to someone who has data and wants to train on it: pictures in class folders, or a
// table. Nothing is decoded here; names are looked at, and the head and columns of a .csv file.

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "anole/data/dataset.h"

namespace anole {

enum class OwnData {
  kNone,      // nothing that is data: a config, a name, nothing at all
  kPictures,  // a folder or .zip: `image_folder`
  kTable,     // .csv, .tsv, .npy or .npz: `vectors`
};

// By what lies there and, of files, by the ending in any case.
OwnData own_data_at(const std::filesystem::path& path);

// Options that say what `path` is, found out.
struct FoundData {
  DataOptions options = {};
  std::vector<std::string> notes = {};  // what was decided, a line each
};

// Completes `options` for the data at `path`. `given` says which options, by their names, the user
// has set; these stay. Of a table:
// - the labels of NAME.npy are those of NAME.labels.txt, NAME.labels.npy, NAME_labels.txt,
//   NAME_labels.npy, labels.txt, labels.npy, y.npy or y.txt beside it, the first that is there;
// - the label column of a .csv is the one called label, labels, class, target, category or species, in any
//   case; else the only one that holds words; else the last;
// - a column called id or index, or one without a name, is left out if no two of its values are
//   alike: it numbers the rows.
// Throws UsageError if `options` contradict the path, and Error saying what to do for data in a
// shape that cannot be trained on: no labels, several columns of words, a folder or zip without
// pictures.
FoundData find_out(const std::filesystem::path& path, DataOptions options,
                   const std::function<bool(std::string_view)>& given);

}  // namespace anole
