// Micro-benchmarks: every operation of the fused engine's plans for the zoo's networks, one by one.
//
//   bench_operations --benchmark_filter=omniglot_conv4/fp32/conv2 --benchmark_repetitions=5
//
// Google Benchmark's flags; it prints tables in Markdown. An operation repeats on the same memory,
// so that it finds its operands in the cache where they fit; "all operations" is what a step makes
// of them. Those in place drive their numbers to 0 or infinity, which costs no time: no branch
// depends on data, and workers flush denormals. Of plans in bf16 only what differs is measured.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "anole/core/isa.h"
#include "anole/core/parallel.h"
#include "anole/core/rng.h"
#include "anole/fused/plan.h"
#include "anole/models/flops.h"
#include "anole/models/zoo.h"
#include "bench/fma_peak.h"
#include "bench/operation_flops.h"
#include "bench/summary.h"

namespace anole::bench {
namespace {

// The zoo at its papers' sizes and inner batches.
struct Network {
  const char* name;
  Shape input;
  int batch;
};
constexpr Network kNetworks[] = {{"omniglot_conv4", {1, 28, 28}, 10},
                                 {"miniimagenet_conv4", {3, 84, 84}, 10},
                                 {"conv4_fc", {1, 20, 20}, 25},
                                 {"sine_mlp", {1, 1, 1}, 10}};

// A training plan with parameters, random rows and a gradient of the output: ready for any of its
// operations.
class Step {
 public:
  Step(const Network& network, Precision precision)
      : spec_(make_model({.model = network.name}, network.input, 5, Loss::kCrossEntropy)),
        batch_(network.batch),
        precision_(precision),
        plan_(spec_, batch_,
              precision == Precision::kBf16 ? PlanKind::kTrainBf16 : PlanKind::kTrain) {
    Rng rng(0, Stream::kTrainTask);
    plan_.load(ParamArray::kParams, initial_params(spec_, Rng(0, Stream::kInit)));
    std::vector<float> row(spec_.input.size());
    const float* const pixels = row.data();
    for (int i = 0; i < batch_; ++i) {
      for (float& pixel : row) pixel = rng.uniform();
      plan_.set_rows(i, {&pixels, 1});
    }
    for (float& gradient : plan_.output_gradient()) gradient = rng.uniform(-0.1f, 0.1f);
  }

  std::string title() const {
    return fmt::format("{}, {} rows, {}", spec_.name, batch_, enum_name(precision_));
  }
  std::string path() const { return fmt::format("{}/{}", spec_.name, enum_name(precision_)); }
  Precision precision() const { return precision_; }
  fused::Plan& plan() { return plan_; }
  std::int64_t flops() const { return inner_step_flops(spec_, batch_); }
  std::int64_t flops(const std::string& operation) const {
    return operation_flops(spec_, batch_, operation);
  }
  void run() {
    plan_.forward();
    plan_.backward();
  }

 private:
  const ModelSpec spec_;
  const int batch_;
  const Precision precision_;
  fused::Plan plan_;
};

// The rate counters compare with the peak of the moment, for the machine may be shared.
void measure(benchmark::State& state, Step& step, const std::function<void()>& run,
             std::int64_t flops) {
  const double gflop = static_cast<double>(flops) / 1e9;
  const PeakOptions beside{.threads = 1, .seconds = 0.002, .runs = 3};
  step.run();  // what the operation reads
  const double before = flops == 0 ? 0 : fma_peak(step.precision(), beside).value();
  for (auto _ : state) run();
  state.SetLabel(step.title());
  if (flops == 0) return;
  const double peak = std::max(before, fma_peak(step.precision(), beside).value());
  constexpr auto kRate = benchmark::Counter::kIsIterationInvariantRate;
  state.counters["GFLOP/s"] = {gflop, kRate};
  state.counters["% of peak"] = {100 * gflop / peak, kRate};
}

void add(const std::shared_ptr<Step>& step, const std::string& operation,
         const std::function<void()>& run, std::int64_t flops) {
  benchmark::RegisterBenchmark((step->path() + "/" + operation).c_str(),
                               [=](benchmark::State& state) { measure(state, *step, run, flops); })
      ->UseRealTime()
      ->Unit(benchmark::kMicrosecond);
}

void add_network(const Network& network, Precision precision) {
  const auto step = std::make_shared<Step>(network, precision);
  for (const auto& part : {step->plan().forward_operations(), step->plan().backward_operations()}) {
    for (const auto& operation : part) {
      if (precision == Precision::kBf16 && !operation.name.ends_with(" in bf16")) continue;
      add(step, operation.name, operation.run, step->flops(operation.name));
    }
  }
  add(
      step, "all operations", [step] { step->run(); }, step->flops());
}

// A table for each network, a row for each operation: medians over the repetitions.
class Tables : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }

  void ReportRuns(const std::vector<Run>& report) override {
    std::vector<double> times, rates, shares;
    for (const auto& run : report) {
      if (run.run_type != Run::RT_Iteration || run.iterations == 0) continue;
      times.push_back(run.GetAdjustedRealTime());
      if (!run.counters.contains("GFLOP/s")) continue;
      rates.push_back(run.counters.at("GFLOP/s"));
      shares.push_back(run.counters.at("% of peak"));
    }
    if (times.empty()) return;
    begin_table(report.front().report_label);
    const auto& name = report.front().run_name.function_name;
    const auto time = spread_of(times);
    print_row(name.substr(name.rfind('/') + 1),
              {short_number(time.median), short_number(time.min) + "–" + short_number(time.max),
               median_of(rates), median_of(shares)});
    std::fflush(stdout);
  }

 private:
  static void print_row(const std::string& first, const std::array<std::string, 4>& rest) {
    fmt::print("| {:<52} | {:>5} | {:>11} | {:>7} | {:>9} |\n", first, rest[0], rest[1], rest[2],
               rest[3]);
  }
  void begin_table(const std::string& title) {
    if (title == title_) return;
    if (!title_.empty()) fmt::print("\n");
    title_ = title;
    print_row(title, {"µs", "least–most", "GFLOP/s", "% of peak"});
    fmt::print("| --- | ---: | ---: | ---: | ---: |\n");
  }
  static std::string short_number(double value) {  // two digits at least
    return fmt::format("{:.{}f}", value, value < 1 ? 3 : value < 10 ? 2 : value < 100 ? 1 : 0);
  }
  static std::string median_of(const std::vector<double>& values) {
    return values.empty() ? "" : fmt::format("{:.0f}", spread_of(values).median);
  }

  std::string title_;
};

int run(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  for (const auto& network : kNetworks) {
    add_network(network, Precision::kFp32);
    if (bf16_isa() != Bf16Isa::kNone) add_network(network, Precision::kBf16);
  }
  std::size_t ran = 0;
  Tables tables;
  WorkerPool(1).run(  // where plans run
      1, [&](int, std::int64_t) { ran = benchmark::RunSpecifiedBenchmarks(&tables); });
  return ran > 0 ? 0 : 1;
}

}  // namespace
}  // namespace anole::bench

int main(int argc, char** argv) {
  try {
    return anole::bench::run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_operations: {}\n", error.what());
    return 1;
  }
}
