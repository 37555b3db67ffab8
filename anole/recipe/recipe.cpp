#include "anole/recipe/recipe.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>
#include <span>

#include "anole/core/error.h"
#include "anole/core/text.h"
#include "anole/distributions/kinds.h"
#include "anole/models/flops.h"

namespace anole {
namespace {

using Given = std::function<bool(std::string_view)>;

constexpr int kSmallPixels = 28;

int distinct(const std::vector<ClassRef>& refs) {
  std::set<std::int32_t> classes;
  for (const auto& ref : refs) classes.insert(ref.class_index);
  return static_cast<int>(classes.size());
}

// How many classes each part has, once the options are those that were chosen.
struct Parts {
  int train = 0, validation = 0, test = 0;
  int all() const { return train + validation + test; }
};

Parts parts_of(const LoadedData& data) {
  return {.train = distinct(data.split.train),
          .validation = distinct(data.split.validation),
          .test = distinct(data.split.test)};
}

int test_classes(int all) {
  const int quarter = (all + 2) / 4;
  return std::max(quarter, std::min(5, all / 3));
}

int validation_classes(int train) { return train < 15 ? 0 : std::max(5, (train + 4) / 8); }

bool is_seeded(const LoadedData& data) { return data.split_name == "seeded"; }

// Chooses test and validation classes where the split leaves that open.
Parts choose_parts(TrainOptions& options, const LoadedData& data, const Given& given) {
  auto parts = parts_of(data);
  const bool cut = given("train_classes") || given("test_classes");
  if (is_seeded(data) && !given("test_fraction") && !cut) {
    const int all = parts.all();
    parts = {.train = all - test_classes(all), .validation = 0, .test = test_classes(all)};
    options.data.test_fraction = static_cast<double>(parts.test) / all;
  }
  if (given("validation_classes") || cut) return parts;
  if (is_seeded(data) || parts.validation == 0) {
    parts.train += parts.validation;
    options.data.validation_classes = parts.validation = validation_classes(parts.train);
    parts.train -= parts.validation;
  }
  return parts;
}

std::string named(const LoadedData& data) { return data.name == "vectors" ? "table" : "pictures"; }

void require_classes(const TrainOptions& options, const LoadedData& data, const Parts& parts) {
  const bool few = is_seeded(data)
                       ? parts.all() < kFewestClasses
                       : parts.train < kFewestTrainingClasses || parts.test < kFewestTestClasses;
  if (!few) return;
  const auto found = is_seeded(data)
                         ? fmt::format("{} classes", parts.all())
                         : fmt::format("{} training and {} test classes", parts.train, parts.test);
  const auto wanted = is_seeded(data) ? fmt::format("at least {}", kFewestClasses)
                                      : fmt::format("at least {} and {}", kFewestTrainingClasses,
                                                    kFewestTestClasses);
  throw Error(
      "{}: {} are too few to meta-train on, which takes {}: it learns from classes how to learn "
      "others; adapt the start that 'make demo' leaves, or any bundle, to them: anole adapt "
      "--support {}",
      options.data.data.string(), found, wanted, options.data.data.string());
}

// Items of the smallest class, and its name.
struct Smallest {
  int items = 0;
  std::string name = {};
};
Smallest smallest_class(const LoadedData& data) {
  const auto& classes = data.dataset.classes();
  const auto least = std::ranges::min_element(classes, {}, &ClassInfo::items);
  return {.items = least->items, .name = least->name};
}

void require_items(const TrainOptions& options, const LoadedData& data) {
  const auto [items, name] = smallest_class(data);
  if (items >= 2) return;
  const auto alone = std::ranges::count(data.dataset.classes(), 1, &ClassInfo::items);
  throw Error(
      "{}: class '{}' has one item{}; a class needs two at least, one to learn from and one to be "
      "asked about: add some or take it out",
      options.data.data.string(), name,
      alone == 1 ? "" : fmt::format(", and so have {} others", alone - 1));
}

template <class T>
void choose(const Given& given, std::string_view name, T& option, T value) {
  if (!given(name)) option = value;
}

void choose_tasks(TrainOptions& options, const LoadedData& data, const Parts& parts,
                  const Given& given) {
  const int smallest = smallest_class(data).items;
  const int most = std::max(2, std::min({5, parts.train / 2, parts.test}));
  choose(given, "ways", options.ways, std::min(options.ways, most));
  choose(given, "train_shots", options.train_shots, std::min(options.train_shots, smallest));
  choose(given, "shots", options.shots, 1);
  choose(given, "queries", options.eval.queries,
         std::clamp(smallest - options.shots, 1, options.eval.queries));
  const int rows = options.ways * options.train_shots;
  choose(given, "inner_batch", options.inner_batch, std::min(options.inner_batch, rows));
  const int batch = options.inner_batch == 0 ? rows : options.inner_batch;
  choose(given, "inner_steps", options.inner_steps,
         std::clamp(2 * rows / std::max(1, batch), 2, std::max(2, options.inner_steps)));
}

// What a table needs that pictures do not: columns of one scale, or, where its rows are pictures, a
// network for pictures.
void choose_for_rows(TrainOptions& options, const LoadedData& data, const Given& given) {
  if (options.data.dataset != "vectors") return;
  const auto& row = data.dataset.shape();
  if (row.height > 1 || row.width > 1) {
    choose(given, "model", options.model.model, std::string(usual_model("image_folder", row)));
    return;
  }
  const auto& known = require_kind("vectors").options;
  if (std::ranges::find(known, "standardize") == known.end()) return;
  choose(given, "standardize", options.data.standardize, true);
}

// 6427 -> 6400: what people can remember and write.
std::int64_t two_digits(double value) {
  const double unit = std::pow(10, std::max(0.0, std::floor(std::log10(value)) - 1));
  return static_cast<std::int64_t>(std::floor(value / unit) * unit);
}

double budget_for(const Shape& row, const WorkBudget& budget) {
  if (row.height == 1 && row.width == 1) return budget.rows;
  return std::max(row.height, row.width) <= kSmallPixels ? budget.small_pictures
                                                         : budget.large_pictures;
}

void choose_length(TrainOptions& options, const Shape& row, const Given& given,
                   const WorkBudget& budget) {
  if (!given("iterations")) {
    const double affordable = budget_for(row, budget) / iteration_gigaflops(options, row);
    options.iterations = two_digits(std::clamp(affordable, static_cast<double>(budget.least),
                                               static_cast<double>(budget.most)));
  }
  const double decay = 1 - 10 / static_cast<double>(options.iterations);
  choose(given, "average", options.average, std::clamp(decay, 0.0, options.average));
  choose(given, "eval_every", options.eval_every,
         static_cast<int>(std::max<std::int64_t>(1, options.iterations / 4)));
}

}  // namespace

double iteration_gigaflops(const TrainOptions& options, const Shape& row) {
  auto model = options.model;
  if (model.model.empty()) model.model = usual_model(options.data.dataset, row);
  const auto spec = make_model(model, row, options.ways, Loss::kCrossEntropy);
  const int support = options.ways * options.train_shots;
  const int batch = options.inner_batch == 0 ? support : std::min(options.inner_batch, support);
  return 1e-9 * static_cast<double>(inner_step_flops(spec, batch)) * options.inner_steps *
         options.meta_batch;
}

TrainOptions fit_recipe(const TrainOptions& recipe, const LoadedData& data, const Given& given,
                        const WorkBudget& budget) {
  auto options = recipe;
  const auto parts = choose_parts(options, data, given);
  require_classes(options, data, parts);
  require_items(options, data);
  choose_tasks(options, data, parts, given);
  choose_for_rows(options, data, given);
  const auto& row = data.dataset.shape();
  const int width = std::max(row.height, row.width);
  choose(given, "shift", options.shift, width == 1 ? 0 : std::min(64, width / 14));
  choose_length(options, row, given, budget);
  const bool few = parts.validation > 0 && parts.validation < options.ways;
  if (few) choose(given, "eval_every", options.eval_every, 0);
  return options;
}

std::string describe_recipe(const TrainOptions& options, const LoadedData& data) {
  return fmt::format(
      "for {} of {}: {} meta-iterations by the size of rows and network; all options: "
      "--print-config",
      named(data), describe(data.dataset.shape()), with_commas(options.iterations));
}

}  // namespace anole
