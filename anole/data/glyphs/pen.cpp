#include "anole/data/glyphs/pen.h"

#include <algorithm>
#include <cmath>

namespace anole {
namespace {

// Measured on Omniglot at 28 x 28: the longer side of most characters, without the pen.
constexpr double kCharacterSize = 16.5 / 28;

// How a hand differs from others, as standard deviations.
struct Hand {
  Sloppiness strokes = {
      .points = 0.035, .places = 0.03, .turns = 0.08, .sizes = 0.08, .tremor = 0.006};
  double size = 0.07;     // relative
  double aspect = 0.065;  // relative, each of width and height
  double slant = 0.1;     // x per y
  double turn = 0.07;     // radians
  double taper = 0.1;     // how much wider a character gets downward, and higher rightward
  double shift = 1.0 / 28;
};

// Lowers the squared distances [size, size] of the pixel centres within `reach` of the line.
// Much of the time of drawing goes here, so the loop keeps to plain numbers and has no branch.
void add_line(std::span<double> nearest, int size, double reach, Point from, Point to) {
  const auto first = [&](double a, double b) {
    return std::clamp(static_cast<int>(std::min(a, b) - reach), 0, size);
  };
  const auto last = [&](double a, double b) {
    return std::clamp(static_cast<int>(std::max(a, b) + reach) + 1, 0, size);
  };
  const int left = first(from.x, to.x), right = last(from.x, to.x);
  const int top = first(from.y, to.y), bottom = last(from.y, to.y);
  const Point line = to - from;
  const double length = line.x * line.x + line.y * line.y;  // squared
  const double divisor = length > 0 ? length : 1;           // a dot is nearest at its start
  for (int y = top; y < bottom; ++y) {
    double* const row = nearest.data() + std::ptrdiff_t{y} * size;
    const double offset_y = y + 0.5 - from.y;
    for (int x = left; x < right; ++x) {
      const double offset_x = x + 0.5 - from.x;
      const double forward = offset_x * line.x + offset_y * line.y;
      const double along = std::min(std::max(forward, 0.0), length) / divisor;  // 0 to 1
      const double rest_x = offset_x - line.x * along, rest_y = offset_y - line.y * along;
      row[x] = std::min(row[x], rest_x * rest_x + rest_y * rest_y);
    }
  }
}

// Moves lines that leave the image back inside, `margin` from its border.
void keep_inside(std::vector<Polyline>& lines, double size, double margin) {
  Point low = {size, size}, high = {0, 0};
  for (const auto& line : lines) {
    for (const auto& point : line) {
      low = {std::min(low.x, point.x), std::min(low.y, point.y)};
      high = {std::max(high.x, point.x), std::max(high.y, point.y)};
    }
  }
  const auto back = [&](double least, double most) {
    if (most - least > size - 2 * margin) return (size - least - most) / 2;
    return std::max(margin - least, 0.0) + std::min(size - margin - most, 0.0);
  };
  const Point move = {back(low.x, high.x), back(low.y, high.y)};
  for (auto& line : lines) {
    for (auto& point : line) point = point + move;
  }
}

Sloppiness careful(Sloppiness usual, double factor) {
  for (double* part : {&usual.points, &usual.places, &usual.turns, &usual.sizes, &usual.tremor}) {
    *part *= factor;
  }
  return usual;
}

// In pixels of a 28 x 28 image.
Pen choose_pen(Rng& rng) {
  if (rng.uniform() < 0.67f) return {.width = std::max(1.4 + 0.12 * bell(rng), 0.9), .soft = 0};
  const double usual = 1.35 + 0.25 * bell(rng);
  const double width = std::max(rng.uniform() < 0.2f ? usual + 0.9 : usual, 0.7);
  return {.width = width, .soft = 1 + 0.6 * rng.uniform(), .black = 1 - 0.3 * rng.uniform()};
}

}  // namespace

void ink(const std::vector<Polyline>& lines, const Pen& pen, std::span<std::uint8_t> image,
         int size) {
  const double reach = (pen.width + pen.soft) / 2;
  const double beyond = reach * reach;
  const double slope = pen.soft > 0 ? 1 / pen.soft : 1e9;
  std::vector<double> nearest(image.size(), beyond);
  for (const auto& line : lines) {
    for (std::size_t i = 1; i < line.size(); ++i) {
      add_line(nearest, size, reach, line[i - 1], line[i]);
    }
  }
  std::ranges::fill(image, std::uint8_t{255});
  for (std::size_t i = 0; i < nearest.size(); ++i) {
    if (nearest[i] >= beyond) continue;  // most of the paper
    const double cover = std::min((reach - std::sqrt(nearest[i])) * slope, 1.0) * pen.black;
    image[i] = static_cast<std::uint8_t>(255 - static_cast<int>(255 * cover + 0.5));
  }
}

void draw_by_hand(const GlyphProgram& program, Rng rng, std::span<std::uint8_t> image, int size) {
  const Hand hand;
  auto lines = run_program(program, careful(hand.strokes, 0.5 + rng.uniform()), rng);
  const double scale = size * kCharacterSize * program.size * (1 + hand.size * bell(rng));
  const double width = scale * (1 + hand.aspect * bell(rng));
  const double height = scale * (1 + hand.aspect * bell(rng));
  const double slant = hand.slant * bell(rng), turn = hand.turn * bell(rng) / 2;
  const double down = hand.taper * bell(rng), right = hand.taper * bell(rng);
  const Point place = {size * (0.484 + hand.shift * bell(rng)),
                       size * (0.484 + hand.shift * bell(rng))};
  for (auto& line : lines) {
    for (auto& point : line) {
      const Point tapered = {point.x * (1 + down * point.y), point.y * (1 + right * point.x)};
      const Point sheared = {(tapered.x - slant * tapered.y) * width, tapered.y * height};
      point = turned(sheared, turn) + place;
    }
  }
  Pen pen = choose_pen(rng);
  pen.width *= size / 28.0;
  keep_inside(lines, size, pen.width / 2);
  ink(lines, pen, image, size);
}

}  // namespace anole
