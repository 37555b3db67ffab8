#include "anole/reproduce/lines.h"

#include <algorithm>
#include <cmath>

namespace anole {
namespace {

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
ResultLine line_of(const RunGroup& group, const Setting& setting, NormMode norm, bool before) {
  ResultLine line{.row = group[0]->row,
                  .setting = &setting,
                  .runs = group,
                  .norm = norm,
                  .before = before,
                  .iterations = group[0]->iterations,
                  .config_iterations = group[0]->config_iterations,
                  .config_tasks = group[0]->config_tasks,
                  .precision = group[0]->precision};
  if (!before) line.paper = published(setting, norm);
  for (const auto* run : group) {
    const auto* measured = find_measured(*run, setting);
    const auto* scores = measured == nullptr ? nullptr : find_norm(measured->result, norm);
    if (scores == nullptr) continue;
    line.metric = measured->result.metric;
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

void add_lines(const RunGroup& group, const Setting& setting, std::vector<ResultLine>& lines) {
  for (const bool before : {true, false}) {
    if (before && !setting.show_before) continue;
    for (const auto norm :
         {NormMode::kTransductive, NormMode::kSupportPlusOne, NormMode::kSupport}) {
      auto line = line_of(group, setting, norm, before);
      if (line.seeds.empty()) continue;
      // Of the rows, those scored by error have networks without batch-norm: one line.
      const bool alike = line.metric == &kSquaredError;
      if (alike) line.norm.reset();
      lines.push_back(std::move(line));
      if (alike) break;
    }
  }
}

}  // namespace

std::vector<RunGroup> grouped(const std::vector<ReproducedRun>& runs) {
  std::vector<RunGroup> groups;
  for (const auto& run : runs) {
    const auto same = [&](const RunGroup& group) {
      return group[0]->row == run.row && group[0]->iterations == run.iterations &&
             group[0]->precision == run.precision;
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

std::string command_of(const RunGroup& group, ReproduceOptions options) {
  const auto& run = *group[0];
  const auto scaled = row_options({.iterations = run.config_iterations}, options, 0).iterations;
  options.iterations = run.iterations == scaled ? options.iterations : run.iterations;
  options.precision = run.precision;
  std::vector<std::uint64_t> seeds;
  for (const auto* one : group) seeds.push_back(one->seed);
  return reproduce_command(options, run.row->name, seeds);
}

std::vector<ResultLine> result_lines(const std::vector<ReproducedRun>& runs) {
  std::vector<ResultLine> lines;
  for (const auto& group : grouped(runs)) {
    for (const auto& setting : group[0]->row->settings) add_lines(group, setting, lines);
  }
  return lines;
}

std::string unit_of(const ResultLine& line) {
  return line.metric->unit == " %" ? "percent" : std::string(line.metric->name);
}

std::string setting_text(const ResultLine& line) {
  auto text = fmt::format("{}, {}", line.row->title, line.setting->title);
  if (line.precision != Precision::kFp32) text += fmt::format(", {}", enum_name(line.precision));
  if (line.before) return text + ", without adaptation";
  return line.setting->show_before ? text + ", with adaptation" : text;
}

}  // namespace anole
