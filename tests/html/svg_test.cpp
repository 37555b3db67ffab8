#include "anole/html/svg.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace anole {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(RoundTicks, AreOneTwoOrFiveTimesAPowerOfTenApart) {
  EXPECT_THAT(round_ticks(0, 100, 5), ElementsAre(0, 20, 40, 60, 80, 100));
  EXPECT_THAT(round_ticks(0, 1, 5), ElementsAre(0, testing::DoubleEq(0.2), testing::DoubleEq(0.4),
                                                testing::DoubleEq(0.6), testing::DoubleEq(0.8), 1));
  EXPECT_THAT(round_ticks(90, 100, 5), ElementsAre(90, 92, 94, 96, 98, 100));
  EXPECT_THAT(round_ticks(-3, 3, 3), ElementsAre(-2, 0, 2));
  EXPECT_THAT(round_ticks(7, 7, 5), ElementsAre(7));
}

// Places: x from 52 to 548, y from 238 (low) to 10 (high).
const Chart kSmall{.x = {.label = "iteration", .min = 0, .max = 10},
                   .y = {.label = "accuracy", .min = 0, .max = 100, .unit = " %"},
                   .series = {{.name = "after", .points = {{0, 0, 0}, {10, 100, 0}}}}};

TEST(ChartSvg, PutsPointsAndTicksInTheirPlaces) {
  const auto svg = chart_svg(kSmall);
  EXPECT_THAT(svg, HasSubstr("points=\"52.0,238.0 548.0,10.0 \""));
  EXPECT_THAT(svg, HasSubstr("<text x=\"45.0\" y=\"14.0\" text-anchor=\"end\">100 %</text>"));
  EXPECT_THAT(svg, HasSubstr("<text x=\"300.0\" y=\"273.0\" text-anchor=\"middle\">iteration"));
  EXPECT_THAT(svg, HasSubstr("</i>after</span>"));
}

TEST(ChartSvg, DrawsTheIntervalAsABandAroundTheLine) {
  auto chart = kSmall;
  EXPECT_THAT(chart_svg(chart), Not(HasSubstr("<polygon")));
  chart.series[0].points = {{0, 50, 10}, {10, 50, 50}};
  EXPECT_THAT(chart_svg(chart),
              HasSubstr("points=\"52.0,101.2 548.0,10.0 548.0,238.0 52.0,146.8 \""));
}

TEST(ChartSvg, CountsOfStepsCanStandOnALogarithmicAxis) {
  auto chart = kSmall;
  chart.x = {.label = "inner steps", .min = 0, .max = 99, .log1p = true, .ticks = {0, 9, 99}};
  chart.series[0].points = {{0, 0, 0}, {9, 0, 0}, {99, 0, 0}};  // log 1, 10, 100: equally spaced
  EXPECT_THAT(chart_svg(chart), HasSubstr("points=\"52.0,238.0 300.0,238.0 548.0,238.0 \""));
}

TEST(ChartSvg, LeavesOutWhatIsNotFiniteAndEscapesNames) {
  auto chart = kSmall;
  chart.series[0].name = "<script>";
  chart.series[0].points[0].y = std::numeric_limits<double>::quiet_NaN();
  const auto svg = chart_svg(chart);
  EXPECT_THAT(svg, HasSubstr("points=\"548.0,10.0 \""));
  EXPECT_THAT(svg, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
  EXPECT_THAT(svg, Not(HasSubstr("<script>")));
}

TEST(ChartSvg, WithoutPointsSaysSo) {
  EXPECT_EQ(chart_svg({}), "<p class=\"note\">Nothing to draw.</p>");
}

TEST(IntervalSvg, DrawsMeanAndWhiskerOnOneScale) {
  const std::vector<IntervalRow> rows{
      {.label = "support", .mean = 50, .ci95 = 25, .text = "50 ± 25 %"}};
  const auto svg = interval_svg(rows, {.label = "accuracy", .min = 0, .max = 100});
  // 0 is at 120, 100 at 432.
  EXPECT_THAT(svg, HasSubstr("<line class=\"whisker s0\" x1=\"198.0\" y1=\"17.0\" x2=\"354.0\""));
  EXPECT_THAT(svg, HasSubstr("cx=\"276.0\" cy=\"17.0\""));
  EXPECT_THAT(svg, HasSubstr("50 ± 25 %"));
}

TEST(HeatSvg, LeavesEmptyCellsBlank) {
  const auto svg = heat_svg({"a", "b"}, {{0.5, "half"}, {}, {}, {1, "all"}}, "confusion");
  EXPECT_THAT(svg, HasSubstr("fill-opacity=\"0.56\"><title>half</title>"));
  EXPECT_THAT(svg, HasSubstr("fill-opacity=\"1.00\"><title>all</title>"));
  std::size_t cells = 0;
  for (auto at = svg.find("class=\"cell\""); at != svg.npos;
       at = svg.find("class=\"cell\"", at + 1)) {
    ++cells;
  }
  EXPECT_EQ(cells, 2u);
}

}  // namespace
}  // namespace anole
