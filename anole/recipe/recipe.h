#pragma once

// Our best recipe, cut to somebody's data: how many classes are set aside, ways, shots, steps and
// meta-iterations by what the classes allow. All of it by rules on sizes, so that a seed gives the
// same bits on every machine; none looks at the values of rows.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "anole/data/dataset.h"
#include "anole/runs/options.h"

namespace anole {

// Fewer classes are not meta-trained on: most tasks would be made of the same ones, and what they
// teach is these classes, not how classes are told apart.
inline constexpr int kFewestClasses = 10;         // in all
inline constexpr int kFewestTrainingClasses = 5;  // of the user's own split
inline constexpr int kFewestTestClasses = 2;

// The nominal work of a recipe's training, in GFLOP: two cores of 2023 do 150 to 300 of them a
// second, two slow ones 100. Pictures of up to 28 x 28 pixels then train in three to eight minutes,
// larger ones in six to seventeen.
struct WorkBudget {
  double small_pictures = 45000, large_pictures = 100000, rows = 2000;
  std::int64_t least = 200, most = 20000;  // meta-iterations
};

// `recipe` is the config of the kind with the user's flags, `data` was loaded with its data
// options. `given` says which options, by name, are the user's: these stay, and all others follow
// from them:
// - of a seeded split a quarter of the classes are test classes, at least 5 if these are at most a
//   third; of 15 training classes or more an eighth, at least 5, for validation;
// - ways: 5, fewer if there are fewer than 10 training classes or 5 test classes;
// - train_shots: 20, or as many as the smallest class has; inner steps: see each row at most twice;
// - shift: a fourteenth of the pictures' width;
// - rows of numbers are standardised; an array of pictures gets a network for pictures;
// - no validation on fewer validation classes than ways;
// - iterations: by WorkBudget, with two significant digits; `average` as long as a tenth of them.
// Throws Error, saying what to do in its place, if there are too few classes or a class has one
// item only.
TrainOptions fit_recipe(const TrainOptions& recipe, const LoadedData& data,
                        const std::function<bool(std::string_view)>& given,
                        const WorkBudget& budget = {});

// Nominal work of a meta-iteration under `options`, on rows of `row`.
double iteration_gigaflops(const TrainOptions& options, const Shape& row);

// One line for people: what was set aside and why so many meta-iterations.
std::string describe_recipe(const TrainOptions& options, const LoadedData& data);

}  // namespace anole
