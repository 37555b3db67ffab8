#include "anole/report/reproduce_table.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "anole/core/error.h"
#include "anole/core/fields.h"
#include "anole/io/json.h"
#include "anole/report/table.h"
#include "anole/version.h"

namespace anole {
namespace {

using Runs = std::vector<const ReproducedRun*>;

// ---- from runs to lines

// Runs whose numbers belong together: one row, one number of iterations.
std::vector<Runs> grouped(const std::vector<ReproducedRun>& runs) {
  std::vector<Runs> groups;
  for (const auto& run : runs) {
    const auto same = [&](const Runs& group) {
      return group[0]->row == run.row && group[0]->iterations == run.iterations;
    };
    const auto found = std::ranges::find_if(groups, same);
    if (found == groups.end()) {
      groups.push_back({&run});
    } else {
      found->push_back(&run);
    }
  }
  return groups;
}

const Measured* find_measured(const ReproducedRun& run, const Setting& setting) {
  const auto found = std::ranges::find(run.measured, &setting, &Measured::setting);
  return found == run.measured.end() ? nullptr : &*found;
}

const NormScores* find_norm(const EvalResult& result, NormMode norm) {
  const auto found = std::ranges::find(result.norms, norm, &NormScores::norm);
  return found == result.norms.end() ? nullptr : &*found;
}

std::optional<double> published(const Setting& setting, NormMode norm) {
  const auto found = std::ranges::find(setting.published, norm, &PublishedScore::norm);
  if (found == setting.published.end()) return std::nullopt;
  return found->value;
}

Score pooled(const std::vector<Score>& scores) {
  const auto count = static_cast<double>(scores.size());
  Score all;
  for (const auto& score : scores) {
    all.mean += score.mean / count;
    all.ci95 += score.ci95 * score.ci95;
  }
  all.ci95 = std::sqrt(all.ci95) / count;
  return all;
}

std::optional<Spread> spread_of(const std::vector<Score>& scores, double mean) {
  if (scores.size() < 2) return std::nullopt;
  Spread spread{.least = scores[0].mean, .greatest = scores[0].mean};
  for (const auto& score : scores) {
    spread.least = std::min(spread.least, score.mean);
    spread.greatest = std::max(spread.greatest, score.mean);
    spread.deviation += (score.mean - mean) * (score.mean - mean);
  }
  spread.deviation = std::sqrt(spread.deviation / static_cast<double>(scores.size() - 1));
  return spread;
}

// One line over the seeds of `group`; without scores if none was measured.
ResultLine line_of(const Runs& group, const Setting& setting, NormMode norm, bool before) {
  ResultLine line{.row = group[0]->row,
                  .setting = &setting,
                  .norm = norm,
                  .before = before,
                  .iterations = group[0]->iterations,
                  .config_iterations = group[0]->config_iterations,
                  .config_tasks = group[0]->config_tasks};
  if (!before) line.paper = published(setting, norm);
  for (const auto* run : group) {
    const auto* measured = find_measured(*run, setting);
    const auto* scores = measured == nullptr ? nullptr : find_norm(measured->result, norm);
    if (scores == nullptr) continue;
    line.regression = measured->result.regression;
    line.tasks = measured->result.tasks;
    line.iteration =
        line.seeds.empty() ? measured->iteration : std::min(line.iteration, measured->iteration);
    line.seeds.push_back(run->seed);
    line.of_seed.push_back(before ? scores->before : scores->after);
  }
  if (line.seeds.empty()) return line;
  line.score = pooled(line.of_seed);
  line.spread = spread_of(line.of_seed, line.score.mean);
  return line;
}

void add_lines(const Runs& group, const Setting& setting, std::vector<ResultLine>& lines) {
  for (const bool before : {true, false}) {
    if (before && !setting.show_before) continue;
    for (const auto norm :
         {NormMode::kTransductive, NormMode::kSupportPlusOne, NormMode::kSupport}) {
      auto line = line_of(group, setting, norm, before);
      if (line.seeds.empty()) continue;
      const bool regression = line.regression;  // networks without batch-norm: one line
      if (regression) line.norm.reset();
      lines.push_back(std::move(line));
      if (regression) break;
    }
  }
}

// ---- words

std::string with_commas(std::int64_t number) {
  auto text = fmt::format("{}", number);
  for (std::size_t i = text.size(); i > 3;) text.insert(i -= 3, 1, ',');
  return text;
}

std::string number(double value, bool regression) {
  return regression ? fmt::format("{:.4f}", value) : fmt::format("{:.2f}", value);
}

std::string score_text(const ResultLine& line) {
  return fmt::format("{} ± {}", number(line.score.mean, line.regression),
                     number(line.score.ci95, line.regression));
}

std::string setting_text(const ResultLine& line) {
  std::string text = fmt::format("{}, {}", line.row->title, line.setting->title);
  if (line.before) return text + ", without adaptation";
  return line.setting->show_before ? text + ", with adaptation" : text;
}

std::string norm_text(const ResultLine& line) {
  return line.norm ? fmt::format("`{}`", enum_name(*line.norm)) : "no batch-norm";
}

std::string spread_text(const ResultLine& line) {
  if (!line.spread) return "one seed";
  const auto text = [&](double value) { return number(value, line.regression); };
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

Table score_table(const std::vector<ResultLine>& lines) {
  Table table{.columns = {"row", "setting", "norm", "paper", "ours ± 95 % CI over tasks",
                          "ours − paper", "spread over seeds", "tasks", "meta-iterations"}};
  for (const auto& line : lines) {
    table.rows.push_back(
        {fmt::format("`{}`", line.row->name), setting_text(line), norm_text(line), paper_text(line),
         score_text(line), difference_text(line), spread_text(line), tasks_text(line),
         iterations_text(line.iteration, line.iterations, line.config_iterations)});
  }
  return table;
}

Table run_table(const std::vector<ReproducedRun>& runs) {
  Table table{.columns = {"row", "seed", "meta-iterations", "data", "training", "evaluation",
                          "trained by"}};
  for (const auto& run : runs) {
    table.rows.push_back({fmt::format("`{}`", run.row->name), fmt::format("{}", run.seed),
                          iterations_text(run.iteration, run.iterations, run.config_iterations),
                          run.data, run.seconds ? duration(*run.seconds) : "not recorded",
                          duration(evaluation_seconds(run)), run.machine});
  }
  return table;
}

// The command of a group, with the iterations that it was scaled to.
std::string command_of(const Runs& group, ReproduceOptions options) {
  const auto& run = *group[0];
  const auto scaled = row_options({.iterations = run.config_iterations}, options, 0).iterations;
  options.iterations = run.iterations == scaled ? options.iterations : run.iterations;
  std::vector<std::uint64_t> seeds;
  for (const auto* one : group) seeds.push_back(one->seed);
  return reproduce_command(options, run.row->name, seeds);
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
        "- `{}`, seed {}: {} meta-iterations{}; continue with `{}`\n", run.row->name, run.seed,
        iterations_text(run.iteration, run.iterations, run.config_iterations),
        run.finished() ? ", not all settings evaluated" : "", command_of({&run}, options));
  }
  return text.empty() ? text : "\n## Unfinished\n\n" + text;
}

constexpr const char* kQuick =
    "QUICK: 1/200 of the meta-iterations and 1/100 of the tasks. These numbers show that the "
    "program works, not how well it learns.";

// ---- JSON

Json score_json(const Score& score) { return {{"mean", score.mean}, {"ci95", score.ci95}}; }

Json line_json(const ResultLine& line) {
  Json json{{"row", line.row->name},
            {"setting", line.setting->name},
            {"title", setting_text(line)},
            {"norm", line.norm ? Json(enum_name(*line.norm)) : Json()},
            {"before", line.before},
            {"unit", line.regression ? "mean squared error" : "percent"},
            {"paper", line.paper ? Json(*line.paper) : Json()},
            {"band", line.paper ? Json(line.setting->band) : Json()},
            {"score", score_json(line.score)},
            {"spread_over_seeds", Json()},
            {"seeds", Json::array()},
            {"tasks", line.tasks},
            {"config_tasks", line.config_tasks},
            {"iteration", line.iteration},
            {"iterations", line.iterations},
            {"config_iterations", line.config_iterations}};
  if (line.spread) {
    json["spread_over_seeds"] = {{"least", line.spread->least},
                                 {"greatest", line.spread->greatest},
                                 {"standard_deviation", line.spread->deviation}};
  }
  for (std::size_t i = 0; i < line.seeds.size(); ++i) {
    auto one = score_json(line.of_seed[i]);
    one["seed"] = line.seeds[i];
    json["seeds"].push_back(std::move(one));
  }
  return json;
}

Json curves_json(const EvalResult& result) {
  Json curves = Json::object();
  for (const auto& scores : result.norms) {
    auto& curve = curves[std::string(enum_name(scores.norm))] = Json::array();
    for (const auto& point : scores.curve) {
      curve.push_back({point.steps, point.score.mean, point.score.ci95});
    }
  }
  return curves;
}

Json run_json(const ReproducedRun& run, const ReproduceOptions& options) {
  Json json{{"row", run.row->name},
            {"seed", run.seed},
            {"folder", run.folder.string()},
            {"iteration", run.iteration},
            {"iterations", run.iterations},
            {"config_iterations", run.config_iterations},
            {"finished", run.finished()},
            {"data", run.data},
            {"training_seconds", run.seconds ? Json(*run.seconds) : Json()},
            {"trained_by", run.machine},
            {"command", command_of({&run}, options)},
            {"evaluations", Json::array()}};
  for (const auto& measured : run.measured) {
    json["evaluations"].push_back({{"setting", measured.setting->name},
                                   {"iteration", measured.iteration},
                                   {"seconds", measured.seconds},
                                   {"evaluated_by", measured.machine},
                                   {"curve", curves_json(measured.result)}});
  }
  return json;
}

const Runs* group_of(const std::vector<Runs>& groups, const ResultLine& line) {
  for (const auto& group : groups) {
    if (group[0]->row == line.row && group[0]->iterations == line.iterations) return &group;
  }
  return nullptr;
}

std::vector<std::string> csv_row(const ResultLine& line, const Runs& group,
                                 const ReproduceOptions& options) {
  const auto optional = [](bool there, double value) {
    return there ? fmt::format("{}", value) : std::string();
  };
  double training = 0, evaluation = 0;
  bool timed = true;
  for (const auto* run : group) {
    training += run->seconds.value_or(0);
    timed = timed && run->seconds.has_value();
    const auto* measured = find_measured(*run, *line.setting);
    evaluation += measured == nullptr ? 0 : measured->seconds;
  }
  return {std::string(line.row->name),
          std::string(line.setting->name),
          line.before ? "before" : "after",
          line.norm ? std::string(enum_name(*line.norm)) : "",
          line.regression ? "mean squared error" : "percent",
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
          options.quick ? "true" : "false",
          optional(timed, training),
          fmt::format("{}", evaluation),
          group[0]->data,
          group[0]->machine,
          command_of(group, options)};
}

}  // namespace

std::vector<ResultLine> result_lines(const std::vector<ReproducedRun>& runs) {
  std::vector<ResultLine> lines;
  for (const auto& group : grouped(runs)) {
    for (const auto& setting : group[0]->row->settings) add_lines(group, setting, lines);
  }
  return lines;
}

std::string results_markdown(const std::vector<ReproducedRun>& runs,
                             const ReproduceOptions& options) {
  std::string text = "# Results of `anole reproduce`\n\n";
  if (options.quick) text += fmt::format("**{}**\n\n", kQuick);
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
  Table table{.columns = {"row",
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
                          "quick",
                          "training_seconds",
                          "evaluation_seconds",
                          "data",
                          "trained_by",
                          "command"}};
  const auto groups = grouped(runs);
  for (const auto& line : result_lines(runs)) {
    table.rows.push_back(csv_row(line, *group_of(groups, line), options));
  }
  return to_csv(table);
}

std::string results_json(const std::vector<ReproducedRun>& runs, const ReproduceOptions& options) {
  Json json{{"anole", kVersion}, {"quick", options.quick}};
  if (options.quick) json["note"] = kQuick;
  json["results"] = Json::array();
  for (const auto& line : result_lines(runs)) json["results"].push_back(line_json(line));
  json["runs"] = Json::array();
  for (const auto& run : runs) json["runs"].push_back(run_json(run, options));
  return dump_json(json, "results", 2) + '\n';
}

}  // namespace anole
