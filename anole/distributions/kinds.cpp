#include "anole/distributions/kinds.h"

#include <algorithm>
#include <type_traits>

#include "anole/core/error.h"
#include "anole/core/field_value.h"
#include "anole/core/text.h"
#include "anole/data/glyphs/glyphs.h"
#include "anole/data/image_folder.h"
#include "anole/data/own/check.h"
#include "anole/data/published/miniimagenet.h"
#include "anole/data/published/omniglot.h"
#include "anole/data/splits.h"
#include "anole/data/vectors.h"
#include "anole/distributions/class_distribution.h"
#include "anole/distributions/harmonics.h"
#include "anole/distributions/sine.h"

namespace anole {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string_view>;

constexpr int kOmniglotPixels = 28;

template <LoadedData (*load)(const DataOptions&)>
std::unique_ptr<const TaskDistribution> classes_from(const DataOptions& options) {
  return std::make_unique<const ClassDistribution>(load(options));
}

template <DataReport (*check)(const std::filesystem::path&, int)>
DataReport check_published(const DataOptions& options) {
  return check(options.data, options.threads);
}

template <const char* model>
std::string_view always(const Shape&) {
  return model;
}
constexpr char kOmniglotConv4[] = "omniglot_conv4", kMiniImagenetConv4[] = "miniimagenet_conv4",
               kMlp[] = "mlp", kSineMlp[] = "sine_mlp";

std::string_view by_size(const Shape& row) {
  if (row.height == 1 && row.width == 1) return kMlp;
  return std::max(row.height, row.width) <= kOmniglotPixels ? kOmniglotConv4 : kMiniImagenetConv4;
}

// Of every data set with classes, and `more`.
Names class_options(const Names& more) {
  Names names{
      "split",         "split_seed",        "train_classes", "test_classes", "validation_classes",
      "test_fraction", "skip_small_classes"};
  names.insert(names.end(), more.begin(), more.end());
  return names;
}

const std::vector<DistributionKind>& table() {
  static const std::vector<DistributionKind> kinds = {
      {.name = "glyphs",
       .description = "handwriting-like characters drawn by a program, 1,500 classes",
       .splits = {"alphabets", "seeded"},
       .options = class_options({"image_size", "rotations", "mirrors", "invert"}),
       .seed_makes_data = true,
       .usual_model = &always<kOmniglotConv4>,
       .load = &classes_from<load_glyphs>},
      {.name = "omniglot",
       .description = "handwritten characters, 1,623 classes of 20 drawings (Lake et al. 2015)",
       .license = "MIT",
       .origin = Origin::kPublished,
       .splits = {"authors", "vinyals", "background_evaluation", "seeded"},
       .options = class_options({"image_size", "rotations", "mirrors", "resize", "invert"}),
       .usual_model = &always<kOmniglotConv4>,
       .load = &classes_from<load_omniglot>,
       .check = &check_published<check_omniglot>,
       .complete = &omniglot_is_complete,
       .fetch = &fetch_omniglot},
      {.name = "miniimagenet",
       .description = "photographs, 100 classes of 600 images, 84x84 (Ravi & Larochelle 2017)",
       .license = "ImageNet terms: non-commercial research and education",
       .origin = Origin::kPublished,
       .splits = {"ravi"},
       .options = class_options({"image_size", "mirrors", "resize", "invert"}),
       .usual_model = &always<kMiniImagenetConv4>,
       .load = &classes_from<load_miniimagenet>,
       .check = &check_published<check_miniimagenet>,
       .complete = &miniimagenet_is_complete},
      {.name = "image_folder",
       .description = "your own pictures, one folder a class",
       .origin = Origin::kOwnFiles,
       .splits = {"seeded", "lists", "folders", "all"},
       .options = class_options({"image_size", "mirrors", "channels", "resize", "fit", "invert"}),
       .usual_model = &by_size,
       .load = &classes_from<load_image_folder>,
       .check = &check_image_folder},
      {.name = "vectors",
       .description = "your own rows of numbers with labels: .csv, .tsv, .npy or .npz",
       .origin = Origin::kOwnFiles,
       .splits = {"seeded", "lists", "all"},
       .options = class_options({"label_column", "header", "leave_out", "standardize", "labels"}),
       .usual_model = &always<kMlp>,
       .load = &classes_from<load_vectors>,
       .check = &check_vectors},
      {.name = "sine",
       .description = "regression tasks a sin(x + b)",
       .usual_model = &always<kSineMlp>,
       .load = &load_sine},
      {.name = "harmonics",
       .description = "regression tasks a sin(w x + b) + c sin(2 w x + d) (Lacoste et al. 2018)",
       .usual_model = &always<kSineMlp>,
       .load = &load_harmonics},
  };
  return kinds;
}

bool is_one_of(std::string_view name, const Names& names) {
  return std::ranges::find(names, name) != names.end();
}

// Calls take(name, member, default member) for the options that `kind` does not understand.
template <class Take>
void for_each_foreign(const DistributionKind& kind, DataOptions& options, Take take) {
  DataOptions defaults;
  visit_fields(options, [&](const auto& field, auto& value) {
    if (field.name == "dataset" || field.name == "data" || is_one_of(field.name, kind.options)) {
      return;
    }
    take(field.name, value, defaults.*(field.member));
  });
}

void refuse_foreign(const DistributionKind& kind, DataOptions options) {
  for_each_foreign(kind, options, [&](std::string_view name, const auto& value, const auto& usual) {
    if constexpr (std::is_same_v<decltype(value), const bool&>) {
      if (!value) return;  // a switch that is off asks for nothing
    }
    if (value == usual) return;
    throw UsageError("{} does not use the option {}; leave it out", kind.name, name);
  });
}

void check_split(const DistributionKind& kind, const DataOptions& options) {
  if (kind.splits.empty()) return;
  if (!options.split.empty() && !is_one_of(options.split, kind.splits)) {
    throw UsageError("{} has no split '{}'{}", kind.name, options.split,
                     known_names(options.split, kind.splits));
  }
  auto used = options;
  if (kind.seed_makes_data) used.split_seed = 0;
  refuse_unused_seed(used, options.split.empty() ? kind.splits.front() : options.split);
}

}  // namespace

std::span<const DistributionKind> distribution_kinds() { return table(); }

std::vector<std::string_view> distribution_names() {
  Names names;
  for (const auto& kind : table()) names.push_back(kind.name);
  return names;
}

std::vector<std::string_view> split_names() {
  Names names;
  for (const auto& kind : table()) {
    for (const auto split : kind.splits) {
      if (!is_one_of(split, names)) names.push_back(split);
    }
  }
  return names;
}

const DistributionKind* find_kind(std::string_view name) {
  const auto found = std::ranges::find(table(), name, &DistributionKind::name);
  return found == table().end() ? nullptr : &*found;
}

const DistributionKind& require_kind(std::string_view name) {
  if (const auto* kind = find_kind(name)) return *kind;
  throw UsageError("unknown data set '{}'{}", name, known_names(name, distribution_names()));
}

DataOptions understood(const DataOptions& options) {
  auto kept = options;
  for_each_foreign(require_kind(options.dataset), kept,
                   [](std::string_view, auto& value, const auto& usual) { value = usual; });
  return kept;
}

void require_understood(const DataOptions& options) {
  const auto& kind = require_kind(options.dataset);
  refuse_foreign(kind, options);
  check_split(kind, options);
}

std::unique_ptr<const TaskDistribution> load_distribution(const DataOptions& options) {
  require_understood(options);
  return require_kind(options.dataset).load(options);
}

std::string_view usual_model(std::string_view name, const Shape& row) {
  const auto* kind = find_kind(name);
  return kind == nullptr ? by_size(row) : kind->usual_model(row);
}

DataReport check_dataset(const DataOptions& options) {
  const auto& kind = require_kind(options.dataset);
  if (kind.check == nullptr) {
    throw Error("{} is generated and has no files to check", kind.name);
  }
  refuse_foreign(kind, options);
  check_split(kind, options);
  return kind.check(options);
}

std::vector<FoundKind> find_distributions(const fs::path& data) {
  std::vector<FoundKind> all;
  for (const auto& kind : table()) {
    auto& one = all.emplace_back(FoundKind{&kind, kind.origin == Origin::kGenerated});
    if (kind.origin != Origin::kPublished) continue;
    for (const auto& folder : {data_root(data), data_root(data) / kind.name}) {
      one.where = folder;
      one.found = kind.complete(folder);
      if (one.found) break;
    }
  }
  return all;
}

}  // namespace anole
