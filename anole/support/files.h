#pragma once

// What a path of examples or questions holds, and whether the network takes that.

#include <filesystem>
#include <string_view>

#include "anole/bundle/bundle.h"
#include "anole/files/archive.h"

namespace anole {

// Whether it is a file of rows of numbers, by its ending: .csv, .tsv, .npy or .npz, in any case.
bool is_table(const std::filesystem::path& path);

// How an input becomes a row: the bundle's preprocessing, or, where it has none, numbers as they
// are.
Preprocessing rows_taken(const Bundle& bundle);

// The same of the initialisation that it is or began with: whether pictures are inverted may differ.
Preprocessing start_rows(const Bundle& bundle);

// Whether the rows of the network are pictures.
bool takes_pictures(const Bundle& bundle);

// Throw Error naming `path` if the network takes the other.
void require_pictures(const Bundle& bundle, const std::filesystem::path& path);
void require_numbers(const Bundle& bundle, const std::filesystem::path& path);

// The one folder at the top of a zip that holds all its pictures, with its '/', so that a zipped
// folder is as good as the folder; empty if there is none, or nothing is below a folder of it.
std::string_view wrapping_folder(const Archive& archive);

}  // namespace anole
