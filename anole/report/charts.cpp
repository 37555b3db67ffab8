#include "anole/report/charts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "anole/core/text.h"
#include "anole/html/svg.h"
#include "anole/html/text.h"

namespace anole {
namespace {

constexpr int kLossBins = 120;
constexpr std::size_t kCurvePoints = 400;  // of a drawn validation curve, at most

std::string figure(const std::string& title, const std::string& drawing) {
  return fmt::format("<figure><figcaption>{}</figcaption>{}</figure>", escape_html(title), drawing);
}

std::string side_by_side(const std::string& figures) {
  return figures.empty() ? "" : "<div class=\"pair\">" + figures + "</div>";
}

const Metric& metric_of(const RunReport& run) {
  if (run.findings) return *run.findings->learned.metric;
  return run.history.validations.empty() ? kAccuracy : *run.history.validations[0].metric;
}

Axis plain_axis(const Metric& metric) {
  return {.label = std::string(metric.name), .unit = std::string(metric.unit)};
}

// From 0 where that is what a score should come down to.
Axis score_axis(const Metric& metric) {
  auto axis = plain_axis(metric);
  if (!metric.higher_is_better) axis.min = 0;
  return axis;
}

// Room above 100 % would only make the curve flatter.
Axis fit_percent(Axis axis, const std::vector<Series>& series) {
  double top = 0;
  for (const auto& one : series) {
    for (const auto& point : one.points) top = std::max(top, point.y + point.ci95);
  }
  if (axis.unit == " %" && top > 90) axis.max = std::max(100.0, top);
  return axis;
}

std::string draw(Chart chart) {
  chart.y = fit_percent(chart.y, chart.series);
  return chart_svg(chart);
}

Series validation_series(const RunReport& run, int colour, const std::string& name) {
  const auto& all = run.history.validations;
  Series series{.name = name, .style = SeriesStyle::kMarks, .colour = colour};
  const auto every = (all.size() + kCurvePoints - 1) / kCurvePoints;
  if (all.size() > 60) series.style = SeriesStyle::kLine;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i % every != 0 && i + 1 != all.size()) continue;
    series.points.push_back(
        {.x = static_cast<double>(all[i].iteration),
         .y = all[i].score.mean,
         .ci95 = all[i].score.ci95,
         .hint = fmt::format("{} meta-iterations: {}", with_commas(all[i].iteration),
                             score_text(all[i].score, *all[i].metric))});
  }
  return series;
}

Series loss_series(const RunReport& run, int colour, const std::string& name) {
  Series series{.name = name, .style = SeriesStyle::kLine, .colour = colour};
  for (const auto& bin : bin_losses(run.history.losses, kLossBins)) {
    series.points.push_back({.x = bin.iteration, .y = bin.loss.mean, .ci95 = bin.loss.ci95});
  }
  return series;
}

Series curve_series(const NormScores& scores, int colour, const std::string& name,
                    const Metric& metric) {
  Series series{.name = name, .style = SeriesStyle::kMarks, .colour = colour};
  for (const auto& point : scores.curve) {
    series.points.push_back(
        {.x = static_cast<double>(point.steps),
         .y = point.score.mean,
         .ci95 = point.score.ci95,
         .hint = fmt::format("{} inner steps: {}", point.steps, score_text(point.score, metric))});
  }
  return series;
}

std::vector<double> step_ticks(const Findings& findings) {
  std::vector<double> ticks;
  for (const auto& point : findings.learned.norms[0].curve) ticks.push_back(point.steps);
  return ticks;
}

// In order of their places: a run's name where several are shown, else nothing.
std::string name_of(std::span<const RunReport> runs, std::size_t index) {
  return runs.size() > 1 ? runs[index].history.name : std::string();
}

const Findings* first_findings(std::span<const RunReport> runs) {
  for (const auto& run : runs) {
    if (run.findings) return &*run.findings;
  }
  return nullptr;
}

std::string norm_name(const Findings& findings, const NormScores& scores) {
  return findings.batch_norm ? std::string(enum_name(scores.norm)) : "no batch-norm";
}

// Without batch-norm all modes are the same numbers.
std::size_t norms_shown(const Findings& findings) {
  return findings.batch_norm ? findings.learned.norms.size() : 1;
}

Series reliability_series(const Calibration& calibration, int colour, const std::string& name,
                          bool bars) {
  Series series{
      .name = name, .style = bars ? SeriesStyle::kBars : SeriesStyle::kMarks, .colour = colour};
  const double width = 1.0 / static_cast<double>(calibration.bins.size());
  for (std::size_t i = 0; i < calibration.bins.size(); ++i) {
    const auto& bin = calibration.bins[i];
    if (bin.rows == 0) continue;
    const double middle = (static_cast<double>(i) + 0.5) * width;
    series.points.push_back(
        {.x = bars ? middle : bin.confidence,
         .y = bin.accuracy,
         .hint = fmt::format("{} answers, mean confidence {:.1f} %, {:.1f} % right",
                             with_commas(bin.rows), 100 * bin.confidence, 100 * bin.accuracy)});
  }
  return series;
}

Series share_series(const Calibration& calibration, int colour, const std::string& name,
                    bool bars) {
  auto series = reliability_series(calibration, colour, name, bars);
  std::size_t next = 0;
  for (const auto& bin : calibration.bins) {
    if (bin.rows == 0) continue;
    series.points[next++].y =
        100 * static_cast<double>(bin.rows) / static_cast<double>(calibration.rows);
  }
  return series;
}

std::string rate_text(double rate) { return with_commas(std::llround(rate)); }

std::vector<std::string> timing_row(const RunReport& run) {
  const auto& timing = run.history.timing;
  const auto total = total_time(timing);
  const double rate = static_cast<double>(total.iterations) / std::max(total.seconds, 1e-9);
  return {escape_html(run.history.name),
          seconds_text(total.seconds),
          with_commas(total.iterations),
          short_number(rate, 1),
          rate_text(timing.back().inner_steps_per_second),
          rate_text(timing.back().rows_per_second),
          fmt::format("{}", timing.back().threads)};
}

Series throughput_series(const RunReport& run, int colour, const std::string& name) {
  Series series{.name = name, .style = SeriesStyle::kMarks, .colour = colour};
  for (const auto& point : run.history.timing) {
    if (!(point.inner_steps_per_second > 0)) continue;  // not yet known in the first second
    series.points.push_back({.x = static_cast<double>(point.iteration),
                             .y = point.inner_steps_per_second,
                             .hint = rate_text(point.inner_steps_per_second) + " inner steps/s"});
  }
  return series;
}

}  // namespace

std::string section(std::string_view title, std::string_view lead, std::string_view body) {
  if (body.empty()) return "";
  const auto text = lead.empty() ? "" : fmt::format("<p class=\"lead\">{}</p>", escape_html(lead));
  return fmt::format("<section><h2>{}</h2>{}{}</section>\n", escape_html(title), text, body);
}

std::string html_table(const std::vector<std::vector<std::string>>& rows, bool numbers) {
  std::string html =
      fmt::format("<div class=\"scroll\"><table{}>", numbers ? " class=\"numbers\"" : "");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    html += "<tr>";
    const auto* cell = i == 0 ? "th" : "td";
    for (const auto& text : rows[i]) html += fmt::format("<{}>{}</{}>", cell, text, cell);
    html += "</tr>";
  }
  return html + "</table></div>";
}

std::string learning_section(std::span<const RunReport> runs) {
  Axis iterations{.label = "meta-iterations", .min = 0, .max = 0};
  for (const auto& run : runs) {
    iterations.max = std::max(*iterations.max, static_cast<double>(run.iteration));
  }
  Chart validation{.x = iterations, .y = score_axis(metric_of(runs[0]))};
  Chart loss{.x = iterations, .y = {.label = "loss", .min = 0}};
  std::string on;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const auto& validations = runs[i].history.validations;
    if (!validations.empty()) {
      validation.series.push_back(
          validation_series(runs[i], static_cast<int>(i), name_of(runs, i)));
      on = fmt::format("{} tasks of {}", validations.back().tasks, validations.back().on);
      if (!runs[i].findings || runs[i].findings->batch_norm) on += ", " + validations.back().norm;
    }
    if (!runs[i].history.losses.empty()) {
      loss.series.push_back(loss_series(runs[i], static_cast<int>(i), name_of(runs, i)));
    }
  }
  std::string figures;
  if (!validation.series.empty()) {
    validation.title = "Validation during training";
    figures += figure(validation.title + ": " + on, draw(validation));
  }
  if (!loss.series.empty()) {
    loss.title = "Loss of the last inner step";
    figures += figure(loss.title + ", mean over stretches of training", draw(loss));
  }
  return section("Learning curves",
                 "Bands are 95 % confidence intervals: over tasks for validations, over "
                 "meta-iterations for the loss.",
                 side_by_side(figures));
}

std::string adaptation_section(std::span<const RunReport> runs) {
  const auto* some = first_findings(runs);
  if (some == nullptr) return "";
  Chart chart{.x = {.label = "inner steps", .min = 0, .log1p = true, .ticks = step_ticks(*some)},
              .y = score_axis(*some->learned.metric),
              .width = 1000,
              .height = 360,
              .title = "Adaptation"};
  std::string tasks;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (!runs[i].findings) continue;
    const auto& findings = *runs[i].findings;
    const auto name = name_of(runs, i);
    const auto colour = static_cast<int>(i);
    const bool alone = runs.size() == 1;
    chart.series.push_back(curve_series(findings.learned.norms[0], colour,
                                        alone ? "learned initialisation" : name,
                                        *findings.learned.metric));
    auto random = curve_series(findings.random.norms[0], alone ? colour + 1 : colour,
                               alone ? "random initialisation, before meta-training" : "",
                               *findings.random.metric);
    if (!alone) random.style = SeriesStyle::kThin;
    chart.series.push_back(std::move(random));
    tasks = fmt::format("{} tasks from the learned initialisation, {} from the random one",
                        with_commas(findings.learned.tasks), with_commas(findings.random.tasks));
  }
  auto lead = fmt::format("Test tasks, {}; {}.", norm_name(*some, some->learned.norms[0]), tasks);
  if (runs.size() > 1) lead += " Thin lines: each run's random initialisation.";
  return section("Adaptation, step by step", lead, draw(chart));
}

std::string norm_section(std::span<const RunReport> runs) {
  const auto* some = first_findings(runs);
  if (some == nullptr) return "";
  std::vector<IntervalRow> rows;
  std::vector<std::vector<std::string>> cells{
      {"", "before adapting", "after adapting", "ECE", "tasks"}};
  for (std::size_t norm = 0; norm < norms_shown(*some); ++norm) {
    for (std::size_t i = 0; i < runs.size(); ++i) {
      if (!runs[i].findings || norm >= norms_shown(*runs[i].findings)) continue;
      const auto& findings = *runs[i].findings;
      const auto& scores = findings.learned.norms[norm];
      auto label = norm_name(findings, scores);
      rows.push_back({.label = i == 0 ? label : "",
                      .mean = scores.after.mean,
                      .ci95 = scores.after.ci95,
                      .text = score_text(scores.after, *findings.learned.metric),
                      .colour = static_cast<int>(i)});
      if (runs.size() > 1) label = runs[i].history.name + ", " + label;
      cells.push_back({escape_html(label), score_text(scores.before, *findings.learned.metric),
                       score_text(scores.after, *findings.learned.metric),
                       findings.answer == AnswerKind::kClass
                           ? fmt::format("{:.2f} %", 100 * calibrate(findings.answers[norm]).ece)
                           : "–",
                       with_commas(findings.learned.tasks)});
    }
  }
  const auto drawing = interval_svg(rows, plain_axis(*some->learned.metric));
  return section(
      some->answer == AnswerKind::kClass ? "Accuracy by norm mode" : "Error",
      some->batch_norm
          ? "Batch-norm has no running averages, so a number states which rows shared the batch. "
            "transductive: the query rows of the task alone; support+1: all support rows and one "
            "query row at a time; support: statistics of the support rows, frozen, as a deployed "
            "bundle predicts. ± is the 95 % confidence interval over tasks."
          : "The network has no batch-norm. ± is the 95 % confidence interval over tasks.",
      "<div class=\"pair\"><figure>" + drawing + "</figure>" + html_table(cells, true) + "</div>");
}

std::string calibration_section(std::span<const RunReport> runs) {
  Chart reliability{.x = {.label = "confidence", .min = 0, .max = 1},
                    .y = {.label = "share that is right", .min = 0, .max = 1},
                    .series = {},
                    .width = 500,
                    .height = 360,
                    .title = "Reliability"};
  Chart share{.x = {.label = "confidence", .min = 0, .max = 1},
              .y = {.label = "answers", .min = 0, .unit = " %"},
              .series = {},
              .width = 500,
              .height = 360,
              .title = "How often each confidence was given"};
  std::string text;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (!runs[i].findings || runs[i].findings->answer != AnswerKind::kClass) continue;
    const auto calibration = calibrate(runs[i].findings->answers[0]);
    const bool bars = runs.size() == 1;
    const auto colour = static_cast<int>(i);
    reliability.series.push_back(reliability_series(calibration, colour, name_of(runs, i), bars));
    share.series.push_back(share_series(calibration, colour, name_of(runs, i), bars));
    text += fmt::format("{}ECE {:.2f} %, mean confidence {:.2f} %, {:.2f} % right of {} answers. ",
                        runs.size() > 1 ? runs[i].history.name + ": " : "", 100 * calibration.ece,
                        100 * calibration.confidence, 100 * calibration.accuracy,
                        with_commas(calibration.rows));
  }
  if (share.series.empty()) return "";
  const std::string mode = first_findings(runs)->batch_norm ? ", transductive" : "";
  reliability.series.push_back(
      {.name = "as sure as right", .points = {{0, 0}, {1, 1}}, .style = SeriesStyle::kDashed});
  return section(
      "Calibration",
      std::string("Does a confidence of 90 % mean right nine times out of ten? Ten equal bins") +
          mode + ". ECE is the mean distance from the diagonal, weighted by answers. " + text,
      side_by_side(figure(reliability.title, chart_svg(reliability)) +
                   figure(share.title, chart_svg(share))));
}

std::string timing_section(std::span<const RunReport> runs) {
  std::vector<std::vector<std::string>> rows{
      {"run", "time", "meta-iterations", "a second", "inner steps/s", "rows/s", "threads"}};
  Chart chart{.x = {.label = "meta-iterations", .min = 0},
              .y = {.label = "inner steps per second", .min = 0},
              .series = {},
              .width = 1000,
              .height = 240,
              .title = "Throughput"};
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (runs[i].history.timing.empty()) continue;
    rows.push_back(timing_row(runs[i]));
    auto series = throughput_series(runs[i], static_cast<int>(i), name_of(runs, i));
    if (series.points.size() > 1) chart.series.push_back(std::move(series));
  }
  if (rows.size() == 1) return "";
  return section("Time and throughput",
                 "Of training and its validations, all processes of a resumed run together; rates "
                 "are those of its last seconds.",
                 html_table(rows, true) + (chart.series.empty() ? "" : chart_svg(chart)));
}

}  // namespace anole
