#pragma once

// Charts as inline SVG. They hold shapes and classes only; colours, fonts and dark mode are the
// page's CSS (page_style.h): series k has the class `s<k mod 6>`. Texts are escaped here. Equal
// charts give equal text.

#include <optional>
#include <string>
#include <vector>

namespace anole {

struct ChartPoint {
  double x = 0, y = 0;
  double ci95 = 0;        // half the height of the band or whisker; 0: none
  std::string hint = {};  // shown when pointed at; empty: none
};

enum class SeriesStyle {
  kLine,     // a line with its band of confidence
  kMarks,    // a line with a band, and a mark at each point
  kThin,     // a thin line, without marks
  kDashed,   // a thin dashed grey line, for what is not measured: a diagonal, chance
  kScatter,  // marks without a line
  kBars,     // a bar from 0 to y at each point, `bar` wide
};

struct Series {
  std::string name = {};  // in the legend; empty: not in the legend
  std::vector<ChartPoint> points = {};
  SeriesStyle style = SeriesStyle::kLine;
  int colour = 0;     // >= 0
  double bar = 0.08;  // width of bars, in units of x
};

struct Axis {
  std::string label = {};
  std::optional<double> min = {}, max = {};  // else from the points, with a margin for y
  bool log1p = false;                        // position = log(1 + value), for counts of steps
  std::vector<double> ticks = {};            // empty: round numbers
  std::string unit = {};                     // after each tick's number: " %"
};

struct Chart {
  Axis x = {}, y = {};
  std::vector<Series> series = {};
  int width = 560, height = 280;  // of its own coordinates; the page scales it
  std::string title = {};         // for those who hear the page read; not drawn
};

// Legend and drawing. Points that are not finite are left out; a chart without points says so.
std::string chart_svg(const Chart& chart);

// Means with their intervals on one common scale, a row each.
struct IntervalRow {
  std::string label = {};  // empty: belongs to the row above
  double mean = 0, ci95 = 0;
  std::string text = {};  // at the right: "97.5 ± 0.4 %"
  int colour = 0;
};
std::string interval_svg(const std::vector<IntervalRow>& rows, const Axis& x);

// A square of cells, row by row; share in [0, 1] is the cell's strength, 0 is left blank.
struct HeatCell {
  double share = 0;
  std::string hint = {};
};
std::string heat_svg(const std::vector<std::string>& labels, const std::vector<HeatCell>& cells,
                     const std::string& title);

// Numbers 1, 2 or 5 times a power of ten apart inside [low, high], about `count` of them.
std::vector<double> round_ticks(double low, double high, int count);

}  // namespace anole
