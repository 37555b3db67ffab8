#include "anole/reproduce/table.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "anole/core/error.h"
#include "anole/core/fields.h"
#include "anole/reproduce/text_table.h"

namespace anole {
namespace {

std::string with_commas(std::int64_t number) {
  auto text = fmt::format("{}", number);
  for (std::size_t i = text.size(); i > 3;) text.insert(i -= 3, 1, ',');
  return text;
}

std::string score_cell(const ResultLine& line) {
  return fmt::format("{} ± {}", number_text(line.score.mean, *line.metric),
                     number_text(line.score.ci95, *line.metric));
}

std::string norm_text(const ResultLine& line) {
  return line.norm ? fmt::format("`{}`", enum_name(*line.norm)) : "no batch-norm";
}

std::string spread_text(const ResultLine& line) {
  if (!line.spread) return "one seed";
  const auto text = [&](double value) { return number_text(value, *line.metric); };
  return fmt::format("{} to {}, s {}", text(line.spread->least), text(line.spread->greatest),
                     text(line.spread->deviation));
}

std::string tasks_text(const ResultLine& line) {
  auto text = with_commas(line.tasks);
  if (line.tasks != line.config_tasks) {
    text += fmt::format(" (config: {})", with_commas(line.config_tasks));
  }
  return line.seeds.size() == 1 ? text : fmt::format("{} x {}", line.seeds.size(), text);
}

// "100,000", "63,000 of 200,000"; of a scaled-down row also the config's.
std::string iterations_text(std::int64_t done, std::int64_t all, std::int64_t config) {
  auto text = with_commas(done);
  if (done < all) text += " of " + with_commas(all);
  if (all != config) text += fmt::format(" (config: {})", with_commas(config));
  return text;
}

std::string duration(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::llround(seconds));
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

std::string paper_text(const ResultLine& line) {
  if (!line.paper) return "";
  return line.setting->band > 0
             ? fmt::format("{:.2f} (reruns ± {})", *line.paper, line.setting->band)
             : fmt::format("{:.2f}", *line.paper);
}

double evaluation_seconds(const ReproducedRun& run) {
  double sum = 0;
  for (const auto& measured : run.measured) sum += measured.seconds;
  return sum;
}

std::string difference_text(const ResultLine& line) {
  return line.paper ? fmt::format("{:+.2f}", line.score.mean - *line.paper) : "";
}

TextTable score_table(const std::vector<ResultLine>& lines) {
  TextTable table{.columns = {"row", "setting", "norm", "paper", "ours ± 95 % CI over tasks",
                              "ours − paper", "spread over seeds", "tasks", "meta-iterations"}};
  for (const auto& line : lines) {
    table.rows.push_back(
        {fmt::format("`{}`", line.row->name), setting_text(line), norm_text(line), paper_text(line),
         score_cell(line), difference_text(line), spread_text(line), tasks_text(line),
         iterations_text(line.iteration, line.iterations, line.config_iterations)});
  }
  return table;
}

TextTable run_table(const std::vector<ReproducedRun>& runs) {
  TextTable table{.columns = {"row", "seed", "precision", "meta-iterations", "data", "training",
                              "evaluation", "trained by"}};
  for (const auto& run : runs) {
    table.rows.push_back({fmt::format("`{}`", run.row->name), fmt::format("{}", run.seed),
                          std::string(enum_name(run.precision)),
                          iterations_text(run.iteration, run.iterations, run.config_iterations),
                          run.data, run.seconds ? duration(*run.seconds) : "not recorded",
                          duration(evaluation_seconds(run)), run.machine});
  }
  return table;
}

std::string commands_text(const std::vector<ReproducedRun>& runs, const ReproduceOptions& options) {
  std::string text = "```sh\n";
  for (const auto& group : grouped(runs)) text += command_of(group, options) + '\n';
  return text + "```\n";
}

std::string unfinished_text(const std::vector<ReproducedRun>& runs,
                            const ReproduceOptions& options) {
  std::string text;
  for (const auto& run : runs) {
    const bool measured = run.measured.size() == run.row->settings.size();
    if (run.finished() && measured) continue;
    text += fmt::format(
        "- `{}`, seed {}{}: {} meta-iterations{}; continue with `{}`\n", run.row->name, run.seed,
        run.precision == Precision::kFp32 ? "" : fmt::format(", {}", enum_name(run.precision)),
        iterations_text(run.iteration, run.iterations, run.config_iterations),
        run.finished() ? ", not all settings evaluated" : "", command_of({&run}, options));
  }
  return text.empty() ? text : "\n## Unfinished\n\n" + text;
}

std::vector<std::string> csv_row(const ResultLine& line, const ReproduceOptions& options) {
  const auto optional = [](bool there, double value) {
    return there ? fmt::format("{}", value) : std::string();
  };
  double training = 0, evaluation = 0;
  bool timed = true;
  for (const auto* run : line.runs) {
    training += run->seconds.value_or(0);
    timed = timed && run->seconds.has_value();
    const auto* measured = find_measured(*run, *line.setting);
    evaluation += measured == nullptr ? 0 : measured->seconds;
  }
  return {std::string(line.row->name),
          std::string(line.setting->name),
          line.before ? "before" : "after",
          line.norm ? std::string(enum_name(*line.norm)) : "",
          unit_of(line),
          optional(line.paper.has_value(), line.paper.value_or(0)),
          optional(line.paper.has_value(), line.setting->band),
          fmt::format("{}", line.score.mean),
          fmt::format("{}", line.score.ci95),
          fmt::format("{}", fmt::join(line.seeds, " ")),
          optional(line.spread.has_value(), line.spread.value_or(Spread{}).least),
          optional(line.spread.has_value(), line.spread.value_or(Spread{}).greatest),
          optional(line.spread.has_value(), line.spread.value_or(Spread{}).deviation),
          fmt::format("{}", line.tasks),
          fmt::format("{}", line.iteration),
          fmt::format("{}", line.iterations),
          fmt::format("{}", line.config_iterations),
          std::string(enum_name(line.precision)),
          options.quick ? "true" : "false",
          optional(timed, training),
          fmt::format("{}", evaluation),
          line.runs[0]->data,
          line.runs[0]->machine,
          command_of(line.runs, options)};
}

}  // namespace

std::string results_markdown(const std::vector<ReproducedRun>& runs,
                             const ReproduceOptions& options) {
  std::string text = "# Results of `anole reproduce`\n\n";
  if (options.quick) text += fmt::format("**{}**\n\n", kQuickNote);
  text +=
      "Accuracy in percent on test classes; mean squared error for regression. ± is the 95 % "
      "confidence interval over\ntasks for the trainings at hand; the spread over seeds is another "
      "quantity and stands apart (s is the standard\ndeviation). Paper: Nichol, Achiam & Schulman "
      "2018, arXiv:1803.02999, with the range within which reruns of the\nauthors' program "
      "stay.\n\n";
  text += to_markdown(score_table(result_lines(runs)));
  text += "\n## Runs\n\n" + to_markdown(run_table(runs));
  text += unfinished_text(runs, options);
  return text + "\n## Commands\n\n" + commands_text(runs, options);
}

std::string results_csv(const std::vector<ReproducedRun>& runs, const ReproduceOptions& options) {
  TextTable table{.columns = {"row",
                              "setting",
                              "score",
                              "norm",
                              "unit",
                              "paper",
                              "band",
                              "mean",
                              "ci95_over_tasks",
                              "seeds",
                              "seeds_least",
                              "seeds_greatest",
                              "seeds_standard_deviation",
                              "tasks",
                              "iteration",
                              "iterations",
                              "config_iterations",
                              "precision",
                              "quick",
                              "training_seconds",
                              "evaluation_seconds",
                              "data",
                              "trained_by",
                              "command"}};
  for (const auto& line : result_lines(runs)) {
    table.rows.push_back(csv_row(line, options));
  }
  return to_csv(table);
}

}  // namespace anole
