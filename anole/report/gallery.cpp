#include "anole/report/gallery.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "anole/core/text.h"
#include "anole/html/svg.h"
#include "anole/html/text.h"
#include "anole/report/charts.h"

namespace anole {
namespace {

constexpr std::size_t kSupportShown = 3;  // rows of a class
constexpr std::size_t kGroupsShown = 40;  // in the confusion matrix
constexpr std::size_t kPairsShown = 8;    // in the list beside it
constexpr std::int64_t kFew = 5;          // times that a mistake could have been made
constexpr std::size_t kSparklinePoints = 64;

// "A", …, "Z", "AA", …: labels as the gallery calls them.
std::string letter(std::size_t label) {
  const char last = static_cast<char>('A' + label % 26);
  return label < 26 ? std::string(1, last) : letter(label / 26 - 1) + last;
}

std::string sparkline(std::span<const float> values) {
  const auto [low, high] = std::ranges::minmax(values);
  const auto step = (values.size() + kSparklinePoints - 1) / kSparklinePoints;
  const double height = high > low ? double{high} - double{low} : 1;
  std::string points;
  for (std::size_t i = 0; i < values.size(); i += step) {
    const double x = values.size() < 2
                         ? 24
                         : 46.0 * static_cast<double>(i) / static_cast<double>(values.size() - 1);
    points +=
        fmt::format("{:.0f},{:.0f} ", 1 + x, 46 - 44 * (double{values[i]} - double{low}) / height);
  }
  return fmt::format(
      "<svg class=\"spark\" viewBox=\"0 0 48 48\"><polyline class=\"thin s0\" points=\"{}\"/>"
      "</svg>",
      points);
}

// "Korean/character07 rotated 90" -> group and the rest.
std::string class_title(const std::string& name) {
  const auto slash = name.find('/');
  if (slash == name.npos) return fmt::format("<span>{}</span>", escape_html(name));
  return fmt::format("<span>{}</span><span>{}</span>", escape_html(name.substr(0, slash)),
                     escape_html(name.substr(slash + 1)));
}

std::string answer_html(const Answer& answer, const std::string& picture) {
  const auto guess = letter(static_cast<std::size_t>(answer.guess));
  return fmt::format(
      "<figure class=\"{}\">{}<figcaption>{}{} <small>{:.0f} %</small></figcaption></figure>",
      answer.right() ? "right" : "wrong", picture, answer.right() ? "" : "✗ ", guess,
      100 * answer.confidence);
}

// One class of a task: its support rows above, its query rows below.
class TaskCard {
 public:
  TaskCard(const ShownTask& shown, const Shape& row, PictureBudget& budget)
      : task_(shown.task), answered_(shown.answered), row_(row), budget_(budget) {}

  std::string html() {
    const auto rows = answered_.answers.size();
    std::string html = fmt::format(
        "<div class=\"task\"><h3>Task {} <small>{} of {} right</small></h3><div class=\"ways\">",
        answered_.index, rows - static_cast<std::size_t>(answered_.mistakes()), rows);
    for (std::size_t label = 0; label < answered_.class_names.size(); ++label) {
      html += fmt::format(
          "<div class=\"way\"><h4 title=\"{}\"><b>{}</b>{}</h4><div class=\"support\">{}</div>"
          "<div class=\"query\">{}</div></div>",
          escape_html(answered_.class_names[label]), letter(label),
          class_title(answered_.class_names[label]), support(label), query(label));
    }
    return html + "</div></div>";
  }

 private:
  std::string support(std::size_t label) {
    std::string html;
    std::size_t shown = 0;
    for (std::size_t i = 0; i < task_.support.labels.size() && shown < kSupportShown; ++i) {
      if (static_cast<std::size_t>(task_.support.labels[i]) != label) continue;
      html += budget_.spend(picture_of(task_.support, i));
      ++shown;
    }
    return html;
  }

  std::string query(std::size_t label) {
    std::string html;
    for (std::size_t i = 0; i < answered_.answers.size(); ++i) {
      const auto& answer = answered_.answers[i];
      if (static_cast<std::size_t>(answer.truth) != label) continue;
      html += answer_html(answer, budget_.spend(picture_of(task_.query, i)));
    }
    return html;
  }

  std::string picture_of(const Examples& examples, std::size_t index) const {
    return picture(examples.rows.subspan(index * row_.size(), row_.size()), row_);
  }

  const Task& task_;
  const AnsweredTask& answered_;
  const Shape& row_;
  PictureBudget& budget_;
};

std::string class_table(const Findings& findings, const std::vector<std::size_t>& which,
                        PictureBudget& budget) {
  std::string html = "<table class=\"classes\">";
  for (const auto i : which) {
    const auto& one = findings.classes[i];
    const auto& example = findings.class_examples[i];
    html += fmt::format(
        "<tr><td>{}</td><td class=\"name\">{}</td><td class=\"n\">{} of {}</td><td>"
        "<span class=\"meter\"><i style=\"width:{:.0f}%\"></i></span></td>"
        "<td class=\"n\">{:.1f} %</td></tr>",
        example.empty() ? "" : budget.spend(picture(example, findings.row)), class_title(one.name),
        one.right, one.rows, 100 * one.truth_probability, 100 * one.truth_probability);
  }
  return html + "</table>";
}

// What was seen a few times only is drawn paler than its rate.
double strength(const Confusion& confusion, std::size_t cell) {
  return static_cast<double>(confusion.mistaken[cell]) /
         static_cast<double>(confusion.offered[cell] + kFew);
}

double mistake_rate(const Confusion& confusion, std::size_t cell) {
  if (confusion.offered[cell] == 0) return 0;
  return static_cast<double>(confusion.mistaken[cell]) /
         static_cast<double>(confusion.offered[cell]);
}

std::string confusion_matrix(const Confusion& confusion) {
  const auto n = confusion.groups.size();
  double largest = 0;
  for (std::size_t i = 0; i < n * n; ++i) largest = std::max(largest, strength(confusion, i));
  std::vector<HeatCell> cells(n * n);
  for (std::size_t i = 0; i < n * n; ++i) {
    if (confusion.mistaken[i] == 0) continue;
    cells[i] = {
        .share = strength(confusion, i) / largest,
        .hint = fmt::format("{} taken for {}: {} of {} times ({:.1f} %)", confusion.groups[i / n],
                            confusion.groups[i % n], confusion.mistaken[i], confusion.offered[i],
                            100 * mistake_rate(confusion, i))};
  }
  return heat_svg(confusion.groups, cells, "Mistakes between groups of classes");
}

std::string confusion_pairs(const Confusion& confusion) {
  const auto n = confusion.groups.size();
  std::vector<std::size_t> order(n * n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(
      order, [&](auto a, auto b) { return confusion.mistaken[a] > confusion.mistaken[b]; });
  std::vector<std::vector<std::string>> rows{{"truth → answer", "mistakes", "of", "rate"}};
  for (const auto cell : order) {
    if (confusion.mistaken[cell] == 0 || rows.size() > kPairsShown) break;
    rows.push_back(
        {escape_html(confusion.groups[cell / n]) + " → " + escape_html(confusion.groups[cell % n]),
         with_commas(confusion.mistaken[cell]), with_commas(confusion.offered[cell]),
         fmt::format("{:.1f} %", 100 * mistake_rate(confusion, cell))});
  }
  return html_table(rows, true);
}

Series fit_series(const char* name, const std::vector<float>& x, const std::vector<float>& y,
                  SeriesStyle style, int colour) {
  Series series{.name = name, .style = style, .colour = colour};
  for (std::size_t i = 0; i < x.size() && i < y.size(); ++i) {
    series.points.push_back({.x = x[i], .y = y[i]});
  }
  return series;
}

std::string fit_html(const Fit& fit) {
  Chart chart{.x = {.label = "x"}, .y = {.label = "y"}, .width = 500, .height = 260};
  chart.title = fit.name;
  chart.series = {
      fit_series("target", fit.x, fit.target, SeriesStyle::kDashed, 5),
      fit_series("before adapting", fit.x, fit.before, SeriesStyle::kThin, 2),
      fit_series("random initialisation, adapted", fit.x, fit.random, SeriesStyle::kThin, 1),
      fit_series("adapted", fit.x, fit.after, SeriesStyle::kLine, 0),
      fit_series("support", fit.support_x, fit.support_y, SeriesStyle::kScatter, 0)};
  return fmt::format("<figure><figcaption>{}</figcaption>{}</figure>", escape_html(fit.name),
                     chart_svg(chart));
}

}  // namespace

std::string PictureBudget::spend(std::string html) {
  if (html.size() > left_) return "<span class=\"gone\">…</span>";
  left_ -= html.size();
  return html;
}

std::string picture(std::span<const float> row, const Shape& shape) {
  const bool image = shape.height > 1 && shape.width > 1;
  if (!image || (shape.channels != 1 && shape.channels != 3)) return sparkline(row);
  return fmt::format("<img alt=\"\" src=\"{}\">", png_uri(row, shape));
}

std::string task_gallery(const std::vector<ShownTask>& tasks, const Shape& row,
                         PictureBudget& budget) {
  std::string html;
  for (const auto& shown : tasks) html += TaskCard(shown, row, budget).html();
  return html.empty() ? "" : "<div class=\"tasks\">" + html + "</div>";
}

std::string class_gallery(const Findings& findings, std::size_t count, PictureBudget& budget) {
  const auto all = findings.classes.size();
  count = std::min(count, all / 2);
  if (count == 0) return "";
  std::vector<std::size_t> hardest(count), easiest;
  std::iota(hardest.begin(), hardest.end(), std::size_t{0});
  for (std::size_t i = 0; i < count; ++i) easiest.push_back(all - 1 - i);
  return fmt::format(
      "<div class=\"pair\"><div><h3>Hardest</h3>{}</div><div><h3>Easiest</h3>{}</div></div>",
      class_table(findings, hardest, budget), class_table(findings, easiest, budget));
}

std::string confusion_html(const std::vector<AnsweredTask>& tasks) {
  const auto all = confuse(tasks);
  const auto mistakes = std::accumulate(all.mistaken.begin(), all.mistaken.end(), std::int64_t{0});
  if (all.groups.size() < 2 || mistakes == 0) return "";
  const auto shown = most_confused(all, kGroupsShown);
  const auto note =
      shown.groups.size() < all.groups.size()
          ? fmt::format("<p class=\"note\">The {} of {} groups with most mistakes.</p>",
                        shown.groups.size(), all.groups.size())
          : std::string();
  return fmt::format("<div class=\"heatpair\"><div>{}{}</div><div>{}</div></div>",
                     confusion_matrix(shown), note, confusion_pairs(all));
}

std::string fit_gallery(const std::vector<Fit>& fits) {
  std::string html;
  for (const auto& fit : fits) html += fit_html(fit);
  return html.empty() ? "" : "<div class=\"pair\">" + html + "</div>";
}

}  // namespace anole
