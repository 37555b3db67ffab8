#include "anole/html/svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "anole/core/error.h"
#include "anole/html/text.h"

namespace anole {
namespace {

constexpr double kLeft = 52, kRight = 12, kTop = 10, kBottom = 42;

std::string text_at(double x, double y, std::string_view anchor, std::string_view text) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>", x, y, anchor,
                     escape_html(text));
}

std::string line(double x1, double y1, double x2, double y2, std::string_view style) {
  return fmt::format("<line class=\"{}\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>",
                     style, x1, y1, x2, y2);
}

std::string hint_of(std::string_view hint) {
  return hint.empty() ? "" : fmt::format("<title>{}</title>", escape_html(hint));
}

std::string colour_class(int colour) { return fmt::format("s{}", colour % 6); }

std::string open_svg(double width, double height, std::string_view title) {
  return fmt::format(
      "<svg viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-label=\"{}\" "
      "style=\"max-width:{:.0f}px\">",
      width, height, escape_html(title), width * 1.1);
}

bool finite(const ChartPoint& point) { return std::isfinite(point.x) && std::isfinite(point.y); }

// From values to places along one axis.
class Scale {
 public:
  Scale(const Axis& axis, double low, double high, double from, double to)
      : log1p_(axis.log1p), low_(place(low)), high_(place(high)), from_(from), to_(to) {
    if (high_ <= low_) high_ = low_ + 1;
  }
  double operator()(double value) const {
    return from_ + (to_ - from_) * std::clamp((place(value) - low_) / (high_ - low_), 0.0, 1.0);
  }

 private:
  double place(double value) const { return log1p_ ? std::log1p(value) : value; }

  bool log1p_;
  double low_, high_, from_, to_;
};

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  void take(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  bool empty() const { return low > high; }
};

class ChartDrawing {
 public:
  explicit ChartDrawing(const Chart& chart)
      : chart_(chart),
        x_range_(range_x()),
        y_range_(range_y()),
        x_(chart.x, x_range_.low, x_range_.high, kLeft, chart.width - kRight),
        y_(chart.y, y_range_.low, y_range_.high, chart.height - kBottom, kTop) {}

  std::string draw() const {
    if (x_range_.empty() || y_range_.empty()) return "<p class=\"note\">Nothing to draw.</p>";
    std::string svg = legend() + open_svg(chart_.width, chart_.height, chart_.title) + grid();
    for (const auto& series : chart_.series) svg += band(series);
    for (const auto& series : chart_.series) svg += lines(series);
    return svg + "</svg>";
  }

 private:
  template <class Take>
  Range range(const Axis& axis, Take take) const {
    Range range;
    for (const auto& series : chart_.series) {
      for (const auto& point : series.points) {
        if (finite(point)) take(range, series, point);
      }
    }
    if (axis.min) range.low = *axis.min;
    if (axis.max) range.high = *axis.max;
    return range;
  }

  Range range_x() const {
    return range(chart_.x,
                 [](Range& range, const Series&, const ChartPoint& point) { range.take(point.x); });
  }

  Range range_y() const {
    auto found = range(chart_.y, [](Range& range, const Series& series, const ChartPoint& point) {
      range.take(point.y - point.ci95);
      range.take(point.y + point.ci95);
      if (series.style == SeriesStyle::kBars) range.take(0);
    });
    const double margin = std::max(0.06 * (found.high - found.low), 1e-9);
    if (!chart_.y.min) found.low -= margin;
    if (!chart_.y.max) found.high += margin;
    return found;
  }

  std::string legend() const {
    std::string items;
    for (const auto& series : chart_.series) {
      if (series.name.empty()) continue;
      const auto* kind = series.style == SeriesStyle::kDashed ? "dash" : "swatch";
      items += fmt::format("<span class=\"key {}\"><i class=\"{}\"></i>{}</span>",
                           colour_class(series.colour), kind, escape_html(series.name));
    }
    return items.empty() ? "" : "<div class=\"legend\">" + items + "</div>";
  }

  std::string grid() const {
    const double bottom = chart_.height - kBottom, right = chart_.width - kRight;
    std::string svg = "<g class=\"grid\">";
    for (const double tick : ticks(chart_.y, y_range_, 5)) {
      svg += line(kLeft, y_(tick), right, y_(tick), "rule");
      svg += text_at(kLeft - 7, y_(tick) + 4, "end", tick_number(tick) + chart_.y.unit);
    }
    for (const double tick : ticks(chart_.x, x_range_, 6)) {
      svg += line(x_(tick), bottom, x_(tick), bottom + 4, "tick");
      svg += text_at(x_(tick), bottom + 17, "middle", tick_number(tick) + chart_.x.unit);
    }
    svg += line(kLeft, bottom, right, bottom, "axis");
    svg += text_at((kLeft + right) / 2, chart_.height - 7.0, "middle", chart_.x.label);
    return svg + fmt::format(
                     "<text class=\"ylabel\" transform=\"translate(11 {:.1f}) "
                     "rotate(-90)\" text-anchor=\"middle\">{}</text></g>",
                     (kTop + bottom) / 2, escape_html(chart_.y.label));
  }

  static std::vector<double> ticks(const Axis& axis, const Range& range, int count) {
    return axis.ticks.empty() ? round_ticks(range.low, range.high, count) : axis.ticks;
  }

  // The band of confidence of a line; whiskers are drawn with the marks.
  std::string band(const Series& series) const {
    const bool drawn = series.style == SeriesStyle::kLine || series.style == SeriesStyle::kMarks;
    std::string upper, lower;
    for (const auto& point : series.points) {
      if (!drawn || !finite(point) || !(point.ci95 > 0)) continue;
      upper += fmt::format("{:.1f},{:.1f} ", x_(point.x), y_(point.y + point.ci95));
      lower.insert(0, fmt::format("{:.1f},{:.1f} ", x_(point.x), y_(point.y - point.ci95)));
    }
    if (upper.empty()) return "";
    return fmt::format("<polygon class=\"band {}\" points=\"{}{}\"/>", colour_class(series.colour),
                       upper, lower);
  }

  std::string lines(const Series& series) const {
    const auto colour = colour_class(series.colour);
    std::string path, marks;
    for (const auto& point : series.points) {
      if (!finite(point)) continue;
      path += fmt::format("{:.1f},{:.1f} ", x_(point.x), y_(point.y));
      if (series.style == SeriesStyle::kBars) marks += bar(series, point);
      if (series.style == SeriesStyle::kMarks || series.style == SeriesStyle::kScatter) {
        marks += fmt::format("<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\">{}</circle>",
                             colour, x_(point.x), y_(point.y), hint_of(point.hint));
      }
    }
    if (series.style == SeriesStyle::kBars || series.style == SeriesStyle::kScatter) return marks;
    const auto* kind = series.style == SeriesStyle::kDashed ? "dashed"
                       : series.style == SeriesStyle::kThin ? "thin"
                                                            : "line";
    return fmt::format("<polyline class=\"{} {}\" points=\"{}\"/>", kind, colour, path) + marks;
  }

  std::string bar(const Series& series, const ChartPoint& point) const {
    const double left = x_(point.x - series.bar / 2), right = x_(point.x + series.bar / 2);
    const double top = y_(point.y), bottom = y_(std::max(0.0, y_range_.low));
    return fmt::format(
        "<rect class=\"bar {}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" "
        "height=\"{:.1f}\">{}</rect>",
        colour_class(series.colour), left, top, right - left, bottom - top, hint_of(point.hint));
  }

  const Chart& chart_;
  Range x_range_, y_range_;
  Scale x_, y_;
};

}  // namespace

std::string chart_svg(const Chart& chart) { return ChartDrawing(chart).draw(); }

std::string interval_svg(const std::vector<IntervalRow>& rows, const Axis& x) {
  constexpr double kWidth = 560, kRow = 26, kText = 120, kNumbers = 128;
  Range range;
  for (const auto& row : rows) {
    range.take(row.mean - row.ci95);
    range.take(row.mean + row.ci95);
  }
  const double least = 0.002 * std::max(std::abs(range.low), std::abs(range.high));
  const double margin = std::max({0.08 * (range.high - range.low), least, 1e-9});
  const double low = x.min.value_or(range.low - margin);
  const double high = x.max.value_or(range.high + margin);
  const Scale scale(x, low, high, kText, kWidth - kNumbers);
  const double bottom = kRow * static_cast<double>(rows.size()) + 6;

  std::string svg = open_svg(kWidth, bottom + 40, x.label) + "<g class=\"grid\">";
  for (const double tick : round_ticks(low, high, 5)) {
    svg += line(scale(tick), 4, scale(tick), bottom, "rule");
    svg += text_at(scale(tick), bottom + 15, "middle", tick_number(tick) + x.unit);
  }
  svg += text_at((kText + kWidth - kNumbers) / 2, bottom + 33, "middle", x.label) + "</g>";
  double y = kRow / 2 + 4;
  for (const auto& row : rows) {
    const auto colour = colour_class(row.colour);
    svg += text_at(kText - 10, y + 4, "end", row.label);
    svg += line(scale(row.mean - row.ci95), y, scale(row.mean + row.ci95), y, "whisker " + colour);
    svg += fmt::format("<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4.5\"/>", colour,
                       scale(row.mean), y);
    svg += text_at(kWidth - kNumbers + 12, y + 4, "start", row.text);
    y += kRow;
  }
  return svg + "</svg>";
}

std::string heat_svg(const std::vector<std::string>& labels, const std::vector<HeatCell>& cells,
                     const std::string& title) {
  const std::size_t n = labels.size();
  ANOLE_CHECK(cells.size() == n * n);
  std::size_t longest = 0;
  for (const auto& label : labels) longest = std::max(longest, label.size());
  const double cell = n <= 12 ? 30 : n <= 24 ? 22 : 13;
  const double font = cell < 20 ? 10 : 12;
  const double room = 0.56 * font * static_cast<double>(longest) + 12;
  const double side = cell * static_cast<double>(n);

  std::string svg = open_svg(room + side + 4, room + side + 4, title);
  svg += fmt::format("<g class=\"heat\" style=\"font-size:{:.0f}px\">", font);
  svg += fmt::format(
      "<rect class=\"frame\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>", room,
      room, side, side);
  for (std::size_t i = 0; i < n; ++i) {
    const double middle = room + cell * (static_cast<double>(i) + 0.5);
    svg += text_at(room - 6, middle + font / 3, "end", labels[i]);
    svg += fmt::format(
        "<text transform=\"translate({:.1f} {:.1f}) rotate(-90)\" text-anchor=\"start\">{}</text>",
        middle + font / 3, room - 6, escape_html(labels[i]));
  }
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (!(cells[i].share > 0)) continue;
    svg += fmt::format(
        "<rect class=\"cell\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" "
        "fill-opacity=\"{:.2f}\">{}</rect>",
        room + cell * static_cast<double>(i % n), room + cell * static_cast<double>(i / n), cell,
        cell, 0.12 + 0.88 * std::min(1.0, cells[i].share), hint_of(cells[i].hint));
  }
  return svg + "</g></svg>";
}

std::vector<double> round_ticks(double low, double high, int count) {
  if (!(high > low) || !std::isfinite(high - low)) return {low};
  const double rough = (high - low) / count;
  const double decade = std::pow(10.0, std::floor(std::log10(rough)));
  double step = 10 * decade;
  for (const double factor : {5.0, 2.0, 1.0}) {
    if (factor * decade >= rough * 0.999) step = factor * decade;
  }
  std::vector<double> ticks;
  const double slack = step * 1e-9;
  for (double k = std::ceil((low - slack) / step); k * step <= high + slack; ++k) {
    ticks.push_back(k * step == 0 ? 0 : k * step);  // no -0
  }
  return ticks;
}

}  // namespace anole
