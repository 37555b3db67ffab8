// Inner steps per second of each engine on the networks of the papers, one thread, random rows:
// adapt() with ten steps, conversion at the border included, drawing of tasks excluded.

#include <benchmark/benchmark.h>

#include <vector>

#include "anole/core/parallel.h"
#include "anole/make_learner.h"
#include "anole/models/zoo.h"

namespace anole {
namespace {

struct Case {
  const char* model;
  Shape input;
  int batch;
  Engine engine;
};

constexpr int kSteps = 10;

// Rows, labels or targets of a made-up task; only their shapes matter for speed.
struct Rows {
  std::vector<float> rows, targets;
  std::vector<std::int32_t> labels;
  Examples examples;

  Rows(Shape input, int count, bool regression) {
    Rng rng(0, Stream::kTrainTask);
    rows.resize(input.size() * static_cast<std::size_t>(count));
    for (float& value : rows) value = rng.uniform();
    for (int i = 0; i < count; ++i) labels.push_back(i % 5), targets.push_back(rng.normal());
    examples.rows = rows;
    examples.count = count;
    regression ? void(examples.targets = targets) : void(examples.labels = labels);
  }
};

void adapt(benchmark::State& state, const Case& which) {
  const bool regression = std::string_view(which.model) == "sine_mlp";
  const auto spec = make_model({.model = which.model}, which.input, regression ? 1 : 5,
                               regression ? Loss::kMeanSquaredError : Loss::kCrossEntropy);
  const Rows support(which.input, which.batch, regression);
  const MetaState meta{.params = initial_params(spec, Rng(0, Stream::kInit))};
  const auto batches =
      schedule(Rng(0, Stream::kTrainBatches), which.batch, {.batch = which.batch, .steps = kSteps});
  WorkerPool pool(1);  // engines run on workers
  pool.run(1, [&](int, std::int64_t) {
    const auto learner = make_learner(spec, which.engine);
    for (auto _ : state)
      benchmark::DoNotOptimize(
          learner->adapt(begin_task(meta, {}), support.examples, batches, {}).loss);
  });
  state.counters["steps"] = benchmark::Counter(kSteps * static_cast<double>(state.iterations()),
                                               benchmark::Counter::kIsRate);
}

constexpr Shape kOmniglot{1, 28, 28}, kMini{3, 84, 84}, kArticle{1, 20, 20}, kPoint{1, 1, 1};

BENCHMARK_CAPTURE(adapt, omniglot_conv4, Case{"omniglot_conv4", kOmniglot, 10, Engine::kFused})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(adapt, miniimagenet_conv4, Case{"miniimagenet_conv4", kMini, 10, Engine::kFused})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(adapt, conv4_fc, Case{"conv4_fc", kArticle, 25, Engine::kFused})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(adapt, sine_mlp, Case{"sine_mlp", kPoint, 10, Engine::kFused})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(adapt, omniglot_conv4_reference,
                  Case{"omniglot_conv4", kOmniglot, 10, Engine::kReference})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace anole
