#include "bench/training.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "anole/core/clock.h"
#include "anole/core/text.h"
#include "anole/make_learner.h"
#include "anole/meta/reptile.h"
#include "anole/meta/schedule.h"
#include "anole/models/flops.h"
#include "bench/fma_peak.h"

namespace anole::bench {
namespace {

constexpr std::string_view kNetworks[] = {"omniglot_conv4", "miniimagenet_conv4", "conv4_fc",
                                          "sine_mlp"};

constexpr const char* kNoise = "noise";  // a data set of no data

TrainOptions omniglot_options() {
  return {.data = {.dataset = "glyphs"}, .model = {.model = "omniglot_conv4"}};
}

TrainOptions miniimagenet_options() {
  return {.data = {.dataset = kNoise},
          .model = {.model = "miniimagenet_conv4"},
          .train_shots = 15,
          .inner_steps = 8};
}

TrainOptions article_options() {
  return {.data = {.dataset = "glyphs", .image_size = 20},
          .model = {.model = "conv4_fc"},
          .train_shots = 5,
          .inner_batch = 25,  // the full support set
          .inner = {.beta1 = 0.9, .optimizer_state = OptimizerState::kReset}};
}

TrainOptions sine_options() {
  return {.data = {.dataset = "sine"},
          .model = {.model = "sine_mlp"},
          .shots = 10,
          .train_shots = 50,
          .inner = {.optimizer = Optimizer::kSgd, .lr = 0.02},
          .meta_step = 0.1,
          .eval = {.eval_batch = 0, .eval_steps = 32}};
}

TrainOptions options_of(const std::string& network) {
  if (network == "miniimagenet_conv4") return miniimagenet_options();
  if (network == "conv4_fc") return article_options();
  if (network == "sine_mlp") return sine_options();
  return omniglot_options();
}

// 20 classes of 20 images of random bytes.
LoadedData noise_images() {
  constexpr int kClasses = 20, kItems = 20;
  const Shape shape{.channels = 3, .height = 84, .width = 84};
  std::vector<std::uint8_t> pixels(kClasses * kItems * shape.size());
  Rng rng(0, Stream::kGlyphs);
  for (auto& pixel : pixels) pixel = static_cast<std::uint8_t>(rng.below(256));
  std::array<float, 256> values{};
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i) / 255;
  std::vector<ClassInfo> classes;
  ClassSplit split;
  for (int i = 0; i < kClasses; ++i) {
    classes.push_back({.name = fmt::format("noise{}", i),
                       .group = "",
                       .first_item = i * kItems,
                       .items = kItems});
    (i < 10 ? split.train : split.test).push_back({.class_index = i});
  }
  return {.dataset = ClassDataset::from_bytes(std::move(pixels), shape, values, classes),
          .split = std::move(split),
          .preprocessing = {.shape = shape},
          .name = kNoise,
          .split_name = kNoise};
}

// Loss of the second inner step on task 0, all from `state` after some training, so that second
// moments are not 0. Five rows, for the reference is slow.
double loss_after_a_step(const Experiment& experiment, const MetaState& state, Engine engine) {
  const auto& options = experiment.options();
  const auto task = experiment.train_tasks()->task(Stream::kTrainTask, 0, 0);
  const auto batches =
      schedule(Rng(options.seed, Stream::kTrainBatches),
               static_cast<std::int32_t>(task.support.count), {.batch = 5, .steps = 2});
  auto inner = options.inner;
  if (engine == Engine::kReference) inner.precision = Precision::kFp32;
  auto adapted = begin_task(state, inner);
  make_learner(experiment.spec(), engine)->adapt(adapted, task.support, batches, inner);
  return adapted.loss;
}

// Collects the repeats of one loop.
class Series {
 public:
  Series(TrainingLoop& loop, Precision precision) : loop_(loop), precision_(precision) {}

  double measure(double seconds) {  // step_us
    const PeakOptions beside{.threads = loop_.threads(), .seconds = seconds / 20, .runs = 1};
    const double before = fma_peak(precision_, beside).value();
    step_us_.push_back(loop_.step_us(seconds));
    const double after = fma_peak(precision_, beside).value();
    peaks_.push_back((before + after) / 2);
    return step_us_.back();
  }

  TrainingSpeed result() const {
    return {.threads = loop_.threads(), .step_us = spread_of(step_us_), .peak = spread_of(peaks_)};
  }

 private:
  TrainingLoop& loop_;
  const Precision precision_;
  std::vector<double> step_us_, peaks_;
};

}  // namespace

std::vector<TrainingCase> training_cases(const std::string& network, int meta_batch) {
  if (!network.empty() && std::ranges::find(kNetworks, network) == std::end(kNetworks)) {
    throw UsageError("--network: expected one of {}, found '{}'{}", fmt::join(kNetworks, ", "),
                     network, did_you_mean(network, kNetworks));
  }
  std::vector<TrainingCase> cases;
  for (const auto name : kNetworks) {
    if (!network.empty() && name != network) continue;
    cases.push_back({std::string(name), {meta_batch}});
    if (name == "omniglot_conv4" && meta_batch != 5) cases.back().meta_batches.push_back(5);
  }
  return cases;
}

Experiment training_experiment(const std::string& network, const TrainingChoice& choice) {
  auto options = options_of(network);
  if (choice.inner_steps > 0) options.inner_steps = choice.inner_steps;
  options.inner.precision = choice.precision;
  if (options.data.dataset == kNoise) return {std::move(options), noise_images()};
  return Experiment(std::move(options));
}

TrainingLoop::TrainingLoop(const Experiment& experiment, int threads, int meta_batch)
    : options_(experiment.options()),
      meta_batch_(meta_batch),
      source_(experiment.train_tasks()),
      team_([&] { return make_learner(experiment.spec()); }, threads),
      state_(initial_state(options_, team_.learner(0), 0)) {}

void TrainingLoop::iterate() {
  const auto& inner = options_.inner;
  const bool carry =
      inner.optimizer == Optimizer::kAdam && inner.optimizer_state == OptimizerState::kCarry;
  auto results =
      adapt_all(team_, state_, *source_,
                {.seed = options_.seed,
                 .iteration = iteration_,
                 .count = static_cast<std::uint32_t>(meta_batch_)},
                {.schedule = {.batch = options_.inner_batch, .steps = options_.inner_steps},
                 .steps = {.inner = inner}});
  const double step = annealed_step(options_.meta_step, options_.meta_step_final,
                                    static_cast<std::int64_t>(iteration_), options_.iterations);
  meta_step(state_, results, step, carry ? MomentRule::kMean : MomentRule::kKeep);
  team_.recycle(std::move(results));
  ++iteration_;
}

double TrainingLoop::step_us(double seconds) {
  const double start = now_seconds();
  double elapsed = 0, steps = 0;
  do {
    iterate();
    steps += meta_batch_ * options_.inner_steps;
    elapsed = now_seconds() - start;
  } while (elapsed < seconds);
  return elapsed / steps * 1e6;
}

// Engines round differently: some 1e-6 in a gradient. Adam makes whole steps of the noise where a
// gradient is nearly 0, but there the loss does not feel them. Operands rounded to bfloat16 err by
// some 1e-2.
void require_agreement(const TrainingResult& result) {
  const double tolerance = result.precision == Precision::kBf16 ? 5e-2 : 1e-3;
  const double scale = std::max(1.0, std::abs(result.reference_loss));
  if (std::abs(result.loss - result.reference_loss) <= tolerance * scale) return;
  throw Error(
      "bench: {}: the loss after an inner step is {}, expected the reference engine's {} within "
      "{}; do not trust this build, and run its tests with 'make test'",
      result.network, result.loss, result.reference_loss, tolerance * scale);
}

void require_same_bits(const std::string& network, const MetaState& one, const MetaState& all) {
  if (one == all) return;
  throw Error(
      "bench: {}: a meta-iteration on all threads gives other bits than on one; do not trust this "
      "build, and run its tests with 'make test'",
      network);
}

TrainingResult measure_training(const Experiment& experiment, int meta_batch,
                                const RepeatOptions& options) {
  const auto& training = experiment.options();
  TrainingResult result{.network = experiment.spec().name,
                        .batch = training.inner_batch,
                        .inner_steps = training.inner_steps,
                        .meta_batch = meta_batch,
                        .precision = training.inner.precision,
                        .step_flops = inner_step_flops(experiment.spec(), training.inner_batch)};
  TrainingLoop one(experiment, 1, meta_batch), all(experiment, options.threads, meta_batch);
  one.iterate();  // makes the plans
  all.iterate();
  require_same_bits(result.network, one.state(), all.state());
  result.loss = loss_after_a_step(experiment, one.state(), Engine::kFused);
  result.reference_loss = loss_after_a_step(experiment, one.state(), Engine::kReference);
  require_agreement(result);

  Series on_one(one, result.precision), on_all(all, result.precision);
  std::vector<double> scaling;
  for (int i = 0; i < options.repeats; ++i) {
    const double single = on_one.measure(options.seconds);
    if (options.threads > 1) scaling.push_back(single / on_all.measure(options.seconds));
  }
  result.speeds.push_back(on_one.result());
  if (options.threads > 1) {
    result.speeds.push_back(on_all.result());
    result.scaling = spread_of(scaling);
  }
  result.state = (options.threads > 1 ? all : one).state();
  return result;
}

}  // namespace anole::bench
