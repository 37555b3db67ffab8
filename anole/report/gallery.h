#pragma once

// The parts of the page that show single tasks and classes. Pictures are written while `budget`
// lasts, then left out.

#include <cstddef>
#include <string>
#include <vector>

#include "anole/report/findings.h"

namespace anole {

// Bytes that pictures may still take.
class PictureBudget {
 public:
  explicit PictureBudget(std::size_t bytes) : left_(bytes) {}
  // `html`, or a placeholder if it is too large for what is left.
  std::string spend(std::string html);

 private:
  std::size_t left_;
};

// One row as HTML: <img> with a PNG for images of one or three channels, else a small SVG line of
// its values.
std::string picture(std::span<const float> row, const Shape& shape);

// Tasks with their support rows, and their query rows with answer and confidence; mistakes are
// marked. Shows at most three support rows of a class.
std::string task_gallery(const std::vector<ShownTask>& tasks, const Shape& row,
                         PictureBudget& budget);

// The `count` hardest and the `count` easiest classes.
std::string class_gallery(const Findings& findings, std::size_t count, PictureBudget& budget);

// Mistakes between groups of classes, and the pairs of groups most often mistaken. Empty with fewer
// than two groups or without mistakes.
std::string confusion_html(const std::vector<AnsweredTask>& tasks);

// Regression: curves through the support points, a small chart each.
std::string fit_gallery(const std::vector<Fit>& fits);

}  // namespace anole
