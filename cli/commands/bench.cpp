// anole bench: how fast this machine trains, adapts and evaluates, against what its cores can do.

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "anole/core/isa.h"
#include "anole/core/parallel.h"
#include "anole/io/json.h"
#include "bench/fma_peak.h"
#include "bench/suite.h"
#include "cli/command.h"
#include "cli/describe.h"
#include "cli/terminal.h"
#include "cli/text.h"

namespace anole::cli {
namespace {

using bench::Spread;
using bench::SuiteResult;
using Rows = std::vector<std::vector<std::string>>;

struct BenchCommand {
  bench::SuiteOptions suite = {};
  bool quick = false;
  bool json = false;

  static constexpr auto fields() {
    return std::tuple{Nested{&BenchCommand::suite},
                      Field{"quick", &BenchCommand::quick,
                            "a look in a few seconds: one repeat of 0.02 s, 2 tasks of 2 inner "
                            "steps, 5 adaptations"},
                      Field{"json", &BenchCommand::json, "print one JSON object"}};
  }
};

BenchCommand parse_bench(const Arguments& arguments) {
  expect_positionals(arguments, {});
  BenchCommand options;
  arguments.apply(options);
  if (!options.quick) return options;
  options.suite = bench::kQuickSuite;
  arguments.apply(options);  // --quick --repeats 3 is three
  return options;
}

struct Rates {
  double steps_per_s = 0, images_per_s = 0, gflops = 0;
  double percent_of_peak = 0;         // of the one-core peak times threads
  double percent_of_peak_beside = 0;  // of the peak measured right before and after
};

Rates rates_of(const bench::TrainingResult& network, const bench::TrainingSpeed& speed,
               double one_core_peak) {
  const double steps = 1e6 / speed.step_us.median;
  const double gflops = steps * static_cast<double>(network.step_flops) / 1e9;
  return {.steps_per_s = steps,
          .images_per_s = steps * network.batch,
          .gflops = gflops,
          .percent_of_peak = 100 * gflops / (one_core_peak * speed.threads),
          .percent_of_peak_beside = 100 * gflops / speed.peak.median};
}

Json to_json(const Spread& spread) {
  return {{"median", spread.median}, {"min", spread.min}, {"max", spread.max}};
}

Json to_json(const bench::Peak& peak) {
  return {{"fp32", peak.fp32}, {"bf16", peak.bf16 ? Json(*peak.bf16) : Json()}};
}

Json network_json(const bench::TrainingResult& network, const bench::TrainingSpeed& speed,
                  double one_core_peak) {
  const auto rates = rates_of(network, speed, one_core_peak);
  return {{"name", network.network},
          {"batch", network.batch},
          {"precision", enum_name(network.precision)},
          {"threads", speed.threads},
          {"meta_batch", network.meta_batch},
          {"inner_steps", network.inner_steps},
          {"step_us", speed.step_us.median},
          {"step_us_min", speed.step_us.min},
          {"step_us_max", speed.step_us.max},
          {"steps_per_s", rates.steps_per_s},
          {"images_per_s", rates.images_per_s},
          {"gflops", rates.gflops},
          {"percent_of_peak", rates.percent_of_peak},
          {"percent_of_peak_beside", rates.percent_of_peak_beside}};
}

Json networks_json(const SuiteResult& result) {
  Json networks = Json::array();
  for (const auto& network : result.training) {
    for (const auto& speed : network.speeds) {
      networks.push_back(network_json(network, speed, result.one_core.of(network.precision)));
    }
  }
  return networks;
}

Json scaling_json(const SuiteResult& result) {
  Json scaling = Json::array();
  for (const auto& network : result.training) {
    if (network.speeds.size() < 2) continue;
    scaling.push_back({{"name", network.network},
                       {"meta_batch", network.meta_batch},
                       {"threads", network.speeds.back().threads},
                       {"ratio", to_json(network.scaling)}});
  }
  return scaling;
}

Json checks_json(const SuiteResult& result) {
  Json checks = Json::array();
  for (const auto& network : result.training) {
    checks.push_back({{"name", network.network},
                      {"meta_batch", network.meta_batch},
                      {"loss", network.loss},
                      {"reference_loss", network.reference_loss}});
  }
  return checks;
}

Json to_json(const SuiteResult& result, bool quick) {
  const auto& adaptation = result.adaptation;
  const auto& evaluation = result.evaluation;
  return {{"cpu", cpu_name()},
          {"isa", isa_name(isa())},
          {"kernels", result.kernels},
          {"load", result.load},
          {"quick", quick},
          {"seconds", result.options.seconds},
          {"repeats", result.options.repeats},
          {"peak_gflops", to_json(result.one_core)},
          {"peak_gflops_all_cores", to_json(result.all_cores)},
          {"networks", networks_json(result)},
          {"scaling", scaling_json(result)},
          {"checks", checks_json(result)},
          {"task", result.task},
          {"adapt_ms",
           {{"median", adaptation.median_ms},
            {"p99", adaptation.p99_ms},
            {"first", adaptation.first_ms},
            {"adaptations", adaptation.adaptations}}},
          {"eval",
           {{"threads", evaluation.threads},
            {"tasks", evaluation.tasks},
            {"tasks_per_s", to_json(evaluation.tasks_per_s)},
            {"before", evaluation.before},
            {"after", evaluation.after}}},
          {"rss_mb", result.peak_memory_mb}};
}

// Three digits at least: 1.42, 14.2, 142, 1,423.
std::string short_number(double value) {
  if (value >= 1000) return with_commas(std::llround(value));
  return fmt::format("{:.{}f}", value, value < 10 ? 2 : value < 100 ? 1 : 0);
}

std::string range_text(double least, double most) {
  return short_number(least) + "–" + short_number(most);
}

std::string spread_text(const Spread& spread) {
  return fmt::format("{} ({})", short_number(spread.median), range_text(spread.min, spread.max));
}

void print_line(std::string_view label, const std::string& text) {
  fmt::print("{}", labelled(label, text, text_columns(1)));
}

void print_method(const SuiteResult& result, bool quick) {
  const auto& options = result.options;
  print_line("machine", fmt::format("{}, {}, {} kernels, {}, load {:.1f} before", cpu_name(),
                                    counted(available_cores(), "core"), isa_name(isa()),
                                    result.kernels, result.load));
  print_line("method",
             fmt::format("medians (least–most) of {} of {} s, one thread and all in turn; "
                         "whole meta-iterations, nothing excluded{}",
                         counted(options.repeats, "measurement"), options.seconds,
                         quick ? "; --quick is a look, not a measurement" : ""));
}

void print_peaks(const SuiteResult& result) {
  Rows rows{{"FMA peak, GFLOP/s", "instructions", "1 core"}};
  const bool several = result.options.threads > 1;
  if (several) rows[0].push_back(counted(result.options.threads, "core"));
  const auto add = [&](const char* name, Precision precision, double one, double all) {
    rows.push_back({name, std::string(bench::fma_instructions(precision)), short_number(one)});
    if (several) rows.back().push_back(short_number(all));
  };
  add("fp32", Precision::kFp32, result.one_core.fp32, result.all_cores.fp32);
  if (result.one_core.bf16) {
    add("bf16", Precision::kBf16, *result.one_core.bf16, *result.all_cores.bf16);
  }
  fmt::print("\n{}", table(rows, "llr"));
}

std::vector<std::string> training_row(const bench::TrainingResult& network,
                                      const bench::TrainingSpeed& speed, double one_core_peak) {
  const auto rates = rates_of(network, speed, one_core_peak);
  return {network.network,
          std::string(enum_name(network.precision)),
          fmt::format("{}", network.batch),
          fmt::format("{}", network.meta_batch),
          fmt::format("{}", speed.threads),
          short_number(rates.steps_per_s),
          range_text(1e6 / speed.step_us.max, 1e6 / speed.step_us.min),
          short_number(rates.images_per_s),
          short_number(rates.gflops),
          fmt::format("{:.0f}", rates.percent_of_peak),
          fmt::format("{:.0f}", rates.percent_of_peak_beside)};
}

void print_training(const SuiteResult& result) {
  Rows rows{{"training", "in", "rows", "tasks", "cores", "steps/s", "least–most", "images/s",
             "GFLOP/s", "% peak", "beside"}};
  for (const auto& network : result.training) {
    for (const auto& speed : network.speeds) {
      rows.push_back(training_row(network, speed, result.one_core.of(network.precision)));
    }
  }
  fmt::print("\n{}", table(rows, "llr"));
  fmt::print(
      "  rows of an inner batch, tasks of a meta-batch, inner steps of all tasks; peak: one core's "
      "in\n  that precision, times cores; beside: the peak measured right before and after.\n");
}

void print_scaling(const SuiteResult& result) {
  Rows rows{{fmt::format("{} cores over one", result.options.threads), "tasks", "steps/s"}};
  for (const auto& network : result.training) {
    if (network.speeds.size() < 2) continue;
    rows.push_back(
        {network.network, fmt::format("{}", network.meta_batch), spread_text(network.scaling)});
  }
  if (rows.size() > 1) fmt::print("\n{}", table(rows, "lrl"));
}

void print_few_shot(const SuiteResult& result) {
  const auto& adaptation = result.adaptation;
  const auto& evaluation = result.evaluation;
  fmt::print("\n");
  print_line("task", result.task);
  print_line("adapt",
             fmt::format("median {} ms, p99 {} ms over {} on one core; a new learner's "
                         "first {} ms",
                         short_number(adaptation.median_ms), short_number(adaptation.p99_ms),
                         counted(adaptation.adaptations, "adaptation"),
                         short_number(adaptation.first_ms)));
  const auto& metric = *evaluation.metric;
  print_line("eval", fmt::format("{} tasks/s on {}, all norm modes and the curve; {} {:.3g}{} "
                                 "before adapting, {:.3g}{} after",
                                 spread_text(evaluation.tasks_per_s),
                                 counted(evaluation.threads, "core"), metric.name,
                                 evaluation.before, metric.unit, evaluation.after, metric.unit));
  print_line("memory", fmt::format("{:.0f} MB resident at most", result.peak_memory_mb));
}

void print_checks(const SuiteResult& result) {
  std::string text;
  for (const auto& network : result.training) {
    if (!text.empty() && network.network == result.training[0].network) continue;
    text +=
        fmt::format("{} {:.5f} ({:.5f}), ", network.network, network.loss, network.reference_loss);
  }
  print_line("checked", "loss after an inner step (the reference engine's): " + text +
                            "and every number of threads gave the same bits");
}

void run(const Arguments& arguments) {
  const auto options = parse_bench(arguments);
  print_note(threads_note(options.suite.threads));
  ProgressLine line(is_terminal(2));
  const auto result = bench::run_suite(
      options.suite,
      [&](const std::string& what, double fraction) { line.show(fraction, {what}); });
  line.clear();
  if (options.json) {
    return fmt::print("{}\n", dump_json(to_json(result, options.quick), "bench", 2));
  }
  print_method(result, options.quick);
  print_peaks(result);
  print_training(result);
  print_scaling(result);
  print_few_shot(result);
  print_checks(result);
}

}  // namespace

const Command kBench{
    .name = "bench",
    .usage = "[options]",
    .summary = "measure how fast this machine trains, adapts and evaluates",
    .details =
        "Each network of the zoo trains as its paper's row does, on one core and on all, and is "
        "held against the FMA peak: the most multiply-adds that the cores can do. FLOP are "
        "nominal: 2 per multiply-add of convolutions and linear layers, forward and backward. "
        "Losses are compared with the reference engine's in the same run. Takes about two "
        "minutes; the machine should be idle.\n"
        "\n"
        "  anole bench\n"
        "  anole bench --network omniglot_conv4 --json\n",
    .flags = [] { return flags_of<BenchCommand>(); },
    .run = run};

}  // namespace anole::cli
