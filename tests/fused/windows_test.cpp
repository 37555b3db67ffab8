#include "anole/fused/windows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

namespace anole::fused {
namespace {

constexpr PixelSizes kSizes{.source = 10, .dest = 100};
constexpr int kTapRows = 4;

// A 3 x 3 image, kernel 3 x 3, stride 2, one pixel of padding on every side.
constexpr Window kThreeByThree{.in_height = 3,
                               .in_width = 3,
                               .out_height = 2,
                               .out_width = 2,
                               .kernel_height = 3,
                               .kernel_width = 3,
                               .stride = 2,
                               .pad_top = 1,
                               .pad_left = 1};

// Sources and weights of a position's taps.
std::vector<std::pair<std::ptrdiff_t, std::ptrdiff_t>> taps_of(const ProductLists& lists,
                                                               std::size_t position) {
  std::vector<std::pair<std::ptrdiff_t, std::ptrdiff_t>> taps;
  const auto& at = lists.positions[position];
  for (int i = 0; i < at.tap_count; ++i) {
    const auto& tap = lists.taps[static_cast<std::size_t>(at.first_tap + i)];
    taps.emplace_back(tap.source, tap.weight);
  }
  return taps;
}

using Taps = std::vector<std::pair<std::ptrdiff_t, std::ptrdiff_t>>;

TEST(ForwardLists, LeaveOutTheTapsInThePadding) {
  const auto lists = forward_lists(kThreeByThree, kSizes, kTapRows);
  ASSERT_EQ(lists.positions.size(), 4u);
  EXPECT_EQ(lists.positions[0].source, -40);  // pixel (-1, -1)
  EXPECT_EQ(lists.positions[0].dest, 0);
  EXPECT_EQ(taps_of(lists, 0), (Taps{{40, 16}, {50, 20}, {70, 28}, {80, 32}}));
  EXPECT_EQ(lists.positions[1].source, -20);  // pixel (-1, 1)
  EXPECT_EQ(lists.positions[1].dest, 100);
  EXPECT_EQ(taps_of(lists, 1), (Taps{{30, 12}, {40, 16}, {60, 24}, {70, 28}}));
}

// 3 x 3 ways to meet the border, of 2, 3 and 2 taps a side.
TEST(ForwardLists, ShareTheTapsOfPositionsThatMeetTheBorderAlike) {
  Window window = kThreeByThree;
  window.in_height = window.in_width = window.out_height = window.out_width = 5;
  window.stride = 1;
  const auto lists = forward_lists(window, kSizes, kTapRows);
  EXPECT_EQ(lists.positions.size(), 25u);
  EXPECT_EQ(lists.taps.size(), 49u);
}

TEST(BackwardLists, FindTheOutputPixelsThatReadAnInputPixel) {
  const auto lists = backward_lists(kThreeByThree, kSizes, kTapRows);
  ASSERT_EQ(lists.positions.size(), 9u);
  EXPECT_EQ(lists.positions[0].source, 0);
  EXPECT_EQ(taps_of(lists, 0), (Taps{{0, 16}}));  // a corner: one output pixel, its middle tap
  EXPECT_EQ(lists.positions[4].source, 30);       // the middle: all four, by their corner taps
  EXPECT_EQ(lists.positions[4].dest, 400);
  EXPECT_EQ(taps_of(lists, 4), (Taps{{0, 0}, {-10, 8}, {-20, 24}, {-30, 32}}));
}

TEST(BackwardLists, GiveNoTapsToAPixelThatNobodyReads) {
  const auto lists = backward_lists({.in_width = 4, .out_width = 2, .stride = 2}, kSizes, kTapRows);
  ASSERT_EQ(lists.positions.size(), 4u);
  EXPECT_EQ(lists.positions[1].tap_count, 0);
  EXPECT_EQ(lists.positions[2].tap_count, 1);
  EXPECT_EQ(lists.positions[3].tap_count, 0);
}

TEST(GradientLists, CutTheOutputIntoGroupsOfWholeRows) {
  const Window window{.in_height = 5, .in_width = 3, .out_height = 5, .out_width = 3};
  const auto lists = gradient_lists(window, kSizes, 6);  // two rows at most
  EXPECT_EQ(lists.groups, 3);
  EXPECT_EQ(lists.first_run, (std::vector<std::int32_t>{0, 1, 3, 5}));  // of 1, 2 and 2 rows
  EXPECT_EQ(lists.runs[4].source, 120);
  EXPECT_EQ(lists.runs[4].dest, 1200);
  EXPECT_EQ(lists.runs[4].count, 3);
}

TEST(GradientLists, CutRowsLongerThanAGroup) {
  const Window window{.in_width = 7, .out_width = 7};
  const auto lists = gradient_lists(window, kSizes, 3);
  ASSERT_EQ(lists.groups, 3);
  EXPECT_EQ(lists.runs[0].count, 2);
  EXPECT_EQ(lists.runs[1].count, 2);
  EXPECT_EQ(lists.runs[2].count, 3);
  EXPECT_EQ(lists.runs[2].source, 40);
}

TEST(RawRuns, CountTheResultFromTheFirstRow) {
  const Window window{.in_height = 5,
                      .in_width = 11,
                      .out_height = 2,
                      .out_width = 5,
                      .kernel_height = 3,
                      .kernel_width = 3,
                      .stride = 2};
  const auto runs = raw_runs(window, kSizes, 3, 1, 2);
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_EQ(runs[0].source, 220);  // row 2
  EXPECT_EQ(runs[0].dest, 0);
  EXPECT_EQ(runs[0].count, 2);
  EXPECT_EQ(runs[1].source, 260);  // row 2, column 4
  EXPECT_EQ(runs[1].dest, 200);
  EXPECT_EQ(runs[1].count, 3);
}

TEST(PoolLists, CutWindowsAtTheBorder) {
  const auto lists = pool_lists({.in_height = 3,
                                 .in_width = 3,
                                 .out_height = 2,
                                 .out_width = 2,
                                 .kernel_height = 2,
                                 .kernel_width = 2,
                                 .stride = 2},
                                kSizes);
  EXPECT_EQ(lists.sources, (std::vector<std::ptrdiff_t>{0, 10, 30, 40, 20, 50, 60, 70, 80}));
  ASSERT_EQ(lists.windows.size(), 4u);
  EXPECT_EQ(lists.windows[0].count, 4);
  EXPECT_EQ(lists.windows[1].first, 4);
  EXPECT_EQ(lists.windows[1].count, 2);
  EXPECT_EQ(lists.windows[3].dest, 300);
  EXPECT_EQ(lists.windows[3].count, 1);
}

// ---- all lists say the same: which input pixel meets which output pixel by which tap

using Meeting = std::tuple<std::ptrdiff_t, std::ptrdiff_t, std::ptrdiff_t>;  // input, output, tap
using Meetings = std::vector<Meeting>;

Meetings sorted(Meetings meetings) {
  std::ranges::sort(meetings);
  return meetings;
}

Meetings meetings_of(const Window& w) {
  Meetings meetings;
  for (int y = 0; y < w.out_height; ++y) {
    for (int x = 0; x < w.out_width; ++x) {
      for (int tap = 0; tap < w.taps(); ++tap) {
        const int row = y * w.stride - w.pad_top + tap / w.kernel_width;
        const int column = x * w.stride - w.pad_left + tap % w.kernel_width;
        if (row < 0 || row >= w.in_height || column < 0 || column >= w.in_width) continue;
        meetings.emplace_back(row * w.in_width + column, y * w.out_width + x, tap);
      }
    }
  }
  return sorted(meetings);
}

// Of lists with pixels of one float and one row a tap; `backward` sources are outputs.
Meetings meetings_of(const ProductLists& lists, bool backward) {
  Meetings meetings;
  for (std::size_t i = 0; i < lists.positions.size(); ++i) {
    const auto& at = lists.positions[i];
    for (const auto& [source, weight] : taps_of(lists, i)) {
      backward ? meetings.emplace_back(at.dest, at.source + source, weight)
               : meetings.emplace_back(at.source + source, at.dest, weight);
    }
  }
  return sorted(meetings);
}

Meetings meetings_of(const GradientLists& lists, const Window& w) {
  Meetings meetings;
  for (std::size_t i = 0; i + 1 < lists.first_run.size(); ++i) {
    const auto tap = static_cast<std::ptrdiff_t>(i) % w.taps();
    for (auto r = lists.first_run[i]; r < lists.first_run[i + 1]; ++r) {
      const Run& run = lists.runs[static_cast<std::size_t>(r)];
      for (int pixel = 0; pixel < run.count; ++pixel) {
        meetings.emplace_back(run.source + pixel * w.stride, run.dest + pixel, tap);
      }
    }
  }
  return sorted(meetings);
}

// Every kernel, stride and padding on images of 7 x 5 and 4 x 9.
std::vector<Window> windows() {
  std::vector<Window> all;
  for (const auto& [height, width] : {std::pair(7, 5), std::pair(4, 9)}) {
    for (int kernel = 1; kernel <= 4; ++kernel) {
      for (int stride = 1; stride <= 3; ++stride) {
        for (int pad = 0; pad < kernel; ++pad) {
          all.push_back({.in_height = height,
                         .in_width = width,
                         .out_height = (height + pad - kernel) / stride + 1,
                         .out_width = (width + 2 * pad - kernel) / stride + 1,
                         .kernel_height = kernel,
                         .kernel_width = kernel,
                         .stride = stride,
                         .pad_top = pad,
                         .pad_left = pad});
        }
      }
    }
  }
  return all;
}

TEST(Windows, EveryListHoldsEveryMeetingOnce) {
  const PixelSizes ones{1, 1};
  for (const auto& w : windows()) {
    const auto expected = meetings_of(w);
    EXPECT_EQ(meetings_of(forward_lists(w, ones, 1), false), expected);
    EXPECT_EQ(meetings_of(backward_lists(w, ones, 1), true), expected);
    for (const int pixels : {1, 3, 8, 1000}) {
      EXPECT_EQ(meetings_of(gradient_lists(w, ones, pixels), w), expected);
    }
  }
}

}  // namespace
}  // namespace anole::fused
