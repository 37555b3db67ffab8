#include "anole/bundle/version1.h"

#include <algorithm>
#include <tuple>

#include "anole/core/error.h"
#include "anole/io/fields_json.h"
#include "anole/meta/schedule.h"

namespace anole {
namespace {

// Of the options of a run those that matter here, with their defaults of that time.
struct Options {
  int ways = 5, train_shots = 10, inner_batch = 10;
  int eval_batch = 5, eval_steps = 50, eval_shift = 0;
  double lr_final = 0, eval_lr = 0;
  MetaSchedule meta_schedule = MetaSchedule::kLinear;
  InnerOptions inner = {};

  static constexpr auto fields() {
    return std::tuple{Field{"ways", &Options::ways, "", {.min = 2}},
                      Field{"train_shots", &Options::train_shots, "", {.min = 1}},
                      Field{"inner_batch", &Options::inner_batch, "", {.min = 0}},
                      Field{"eval_batch", &Options::eval_batch, "", {.min = 0}},
                      Field{"eval_steps", &Options::eval_steps, "", {.min = 0}},
                      Field{"eval_shift", &Options::eval_shift, "", {.min = 0}},
                      Field{"lr_final", &Options::lr_final, "", {.min = 0}},
                      Field{"eval_lr", &Options::eval_lr, "", {.min = 0}},
                      Field{"meta_schedule", &Options::meta_schedule, ""},
                      Nested{&Options::inner}};
  }
};

std::int32_t moment_rows(const Options& options, Loss loss) {
  if (options.inner.optimizer != Optimizer::kAdam) return 0;
  const int support = options.train_shots * (loss == Loss::kCrossEntropy ? options.ways : 1);
  return options.inner_batch == 0 ? support : std::min(options.inner_batch, support);
}

}  // namespace

std::int32_t moment_rows_of_version_1(std::string_view text, Loss loss) {
  const auto json = parse_json(text, "options");
  if (json.empty()) return 0;
  Options options;
  known_fields_from_json(json, options, "options");
  return moment_rows(options, loss);
}

void complete_version_1(Bundle& bundle, std::string_view where) {
  const auto training = parse_json(bundle.training, fmt::format("{}: training", where));
  if (!training.contains("options")) return;
  Options options;
  known_fields_from_json(training["options"], options, fmt::format("{}: training: options", where));
  bundle.inner = options.inner;
  if (options.lr_final > 0) {  // the rate at the end of meta-training, to the bit
    bundle.inner.lr =
        scheduled_step(options.meta_schedule, options.inner.lr, options.lr_final, 1, 1);
  }
  if (options.eval_lr > 0) bundle.inner.lr = options.eval_lr;
  bundle.schedule = {.batch = options.eval_batch, .steps = options.eval_steps};
  bundle.shift = options.eval_shift;
  bundle.meta.moment_rows = moment_rows(options, bundle.spec.loss);
}

}  // namespace anole
