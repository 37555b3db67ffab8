#pragma once

// The table of all task distributions: one row makes one known to train, eval, data, help, docs and
// error messages.

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "anole/data/dataset.h"
#include "anole/data/published/check.h"
#include "anole/data/published/fetch.h"
#include "anole/distributions/task_distribution.h"

namespace anole {

// Where its data comes from.
enum class Origin {
  kGenerated,  // a program: needs no files
  kPublished,  // its authors' files, looked for in the data root
  kOwnFiles,   // the user, who names them with --data
};

struct DistributionKind {
  std::string_view name;          // as in --dataset
  std::string_view description;   // one line
  std::string_view license = {};  // of published data
  Origin origin = Origin::kGenerated;
  std::vector<std::string_view> splits = {};   // the usual one first
  std::vector<std::string_view> options = {};  // of DataOptions, besides `dataset` and `data`, that
                                               // it understands; others are refused, not ignored
  bool seed_makes_data = false;                // split_seed is of the data, not of one split
  std::string_view (*usual_model)(const Shape& row) = nullptr;
  std::unique_ptr<const TaskDistribution> (*load)(const DataOptions&) = nullptr;
  // Reads all of it; null: nothing to check apart from loading.
  DataReport (*check)(const DataOptions&) = nullptr;
  // Of published data: whether all that loading asks for is in `folder`.
  bool (*complete)(const std::filesystem::path& folder) = nullptr;
  // What `anole data fetch` does; null: it cannot be fetched.
  std::vector<FetchedFile> (*fetch)(const FetchOptions&) = nullptr;
};

// In the order of documentation.
std::span<const DistributionKind> distribution_kinds();
std::vector<std::string_view> distribution_names();
std::vector<std::string_view> split_names();  // of all of them, each once

// Null for a name that is not in the table.
const DistributionKind* find_kind(std::string_view name);
// Throws UsageError naming the nearest.
const DistributionKind& require_kind(std::string_view name);

// `options` with those that its data set does not understand at their defaults.
DataOptions understood(const DataOptions& options);

// Throws UsageError for a name, a split or an option that is not there.
void require_understood(const DataOptions& options);

// Throws UsageError as require_understood, and Error saying what is missing where.
std::unique_ptr<const TaskDistribution> load_distribution(const DataOptions& options);

// The network that tasks of these rows usually get; of a name that is not in the table, by the
// rows alone: omniglot_conv4 for images up to 28 pixels, miniimagenet_conv4 for larger ones, mlp.
std::string_view usual_model(std::string_view name, const Shape& row);

// Reads all of `options.dataset`. Throws Error, or UsageError for a name or an option that it does
// not understand, if there is nothing to check or it is not found; all else is reported as problems.
DataReport check_dataset(const DataOptions& options);

// A row of the table and its files on this machine.
struct FoundKind {
  const DistributionKind* kind = nullptr;
  bool found = false;                // generated, or all its files are there
  std::filesystem::path where = {};  // its folder: where it was found, or where it would be
};
std::vector<FoundKind> find_distributions(const std::filesystem::path& data = {});

}  // namespace anole
