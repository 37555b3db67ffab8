#pragma once

// What `anole train NAME` means, and the options with which own data is trained on.

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "anole/program/arguments.h"
#include "anole/program/config.h"
#include "anole/runs/options.h"

namespace anole {

// One of the two, or nothing.
struct Named {
  std::optional<std::vector<ConfigEntry>> config = {};
  std::optional<std::string> data = {};
};

// What the one positional names: a config of the program by its name, with or without ".toml"; own
// data that lies there; else a file with a config. Throws UsageError for a name that is a config of
// the program and lies here as well, and for one that is nothing.
Named what_is_named(const Arguments& arguments, std::span<const FlagInfo> keys);

// The options for the data at `path`: flag over what follows from the data over the kind's recipe
// (configs/own_pictures.toml, configs/own_tables.toml). Loads the data. `notes` get a line for each
// decision.
TrainOptions own_data_options(const std::string& path, const Arguments& arguments,
                              std::span<const FlagInfo> keys, std::vector<std::string>& notes);

// Rows that a program has in memory, in the place of files: "vectors" or "image_folder" as `dataset`
// says, and what its loader would make of them under these options.
struct RowsInMemory {
  std::string dataset = "vectors";
  std::function<LoadedData(const DataOptions& options)> load;
};

// `options` without what names files and how they are read: rows in memory have none.
DataOptions without_files(DataOptions options);

// Its data under `options`, whose `dataset` is that of `rows`. Throws UsageError as
// load_distribution does for options that such data does not use.
LoadedData load_rows(const RowsInMemory& rows, DataOptions options);

// The same as above for such rows.
TrainOptions own_data_options(const RowsInMemory& rows, const Arguments& arguments,
                              std::span<const FlagInfo> keys, std::vector<std::string>& notes);

// Whether the classes are of the user's own files.
bool is_own_data(const TrainOptions& options);

}  // namespace anole
