#include "anole/data/glyphs/program.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace anole {
namespace {

constexpr int kSpans = 5;         // of a bent piece
constexpr int kRingSpans = 8;     // of a ring
constexpr int kStrokes = 5;       // of a character, at most
constexpr int kLinesPerSpan = 4;  // a span is at most about 8 pixels long

double between(Rng& rng, double low, double high) { return low + (high - low) * rng.uniform(); }

bool chance(Rng& rng, double probability) { return rng.uniform() < probability; }

// The eight compass directions, rightward and downward ones three times as often: hands write so.
Point heading(Rng& rng, double upright) {
  constexpr double kHalf = 0.70710678118654752;  // sqrt(1/2)
  constexpr Point kDirections[] = {
      {1, 0},         {1, 0},          {1, 0},          {0, 1},           {0, 1},  {0, 1},
      {kHalf, kHalf}, {-kHalf, kHalf}, {kHalf, -kHalf}, {-kHalf, -kHalf}, {-1, 0}, {0, -1}};
  const Point direction = kDirections[rng.below(12)];
  return turned(direction, (1 - upright) * 0.3 * bell(rng));
}

Piece straight_piece(Rng& rng, Point direction) {
  const double length = between(rng, 0.3, 1.0);
  return {{0, 0}, direction * (length / 2), direction * length};
}

// Turns by about the same angle after every span; an S changes side halfway, a hook or a spiral
// turns more and more.
Piece bent_piece(Rng& rng, Point direction, double bend) {
  const double side = chance(rng, 0.5) ? 1 : -1;
  const bool is_s = chance(rng, 0.25);
  const double growth = chance(rng, 0.3) ? between(rng, 1.1, 1.5) : 1;
  const double span = between(rng, 0.12, 0.3);
  double half_tangent = side * bend * between(rng, 0.5, 1.4);
  Piece piece = {{0, 0}};
  for (int i = 0; i < kSpans; ++i) {
    piece.push_back(piece.back() + direction * span);
    if (is_s && i == kSpans / 2) half_tangent = -half_tangent;
    half_tangent = std::clamp(half_tangent * growth, -0.6, 0.6);
    direction = turned(direction, half_tangent);
  }
  return piece;
}

// A round or flat ring, closed or nearly so.
Piece ring_piece(Rng& rng, Point direction, double smallest, double largest) {
  constexpr double kEighth = 0.41421356237309505;  // tan(45 degrees / 2)
  const double side = chance(rng, 0.5) ? 1 : -1;
  const double turn = side * kEighth * between(rng, 0.85, 1.05);
  const double span = between(rng, smallest, largest) * kEighth;  // of an octagon that wide
  const double flat = between(rng, 0.65, 1.35);
  Piece piece = {{0, 0}};
  for (int i = 0; i < kRingSpans; ++i) {
    piece.push_back(piece.back() + Point{direction.x * flat, direction.y} * span);
    direction = turned(direction, turn);
  }
  return piece;
}

Piece make_piece(const Habits& habits, Rng& rng) {
  const Point direction = heading(rng, habits.upright);
  if (chance(rng, habits.straight)) return straight_piece(rng, direction);
  if (chance(rng, habits.rings)) return ring_piece(rng, direction, 0.2, 0.6);
  return bent_piece(rng, direction, habits.bend);
}

// A piece from the alphabet's stock, in another size and sometimes mirrored, or a new one.
Piece choose_piece(const Habits& habits, Rng& rng) {
  if (chance(rng, 0.2)) return make_piece(habits, rng);
  Piece piece = habits.stock[rng.below(static_cast<std::uint32_t>(habits.stock.size()))];
  const double size = between(rng, 0.6, 1.4);
  const double side = chance(rng, 0.2) ? -1 : 1;
  for (auto& point : piece) point = {point.x * size * side, point.y * size};
  return piece;
}

Join choose_join(int strokes_before, Rng& rng) {
  Join join;
  join.stroke = static_cast<int>(rng.below(static_cast<std::uint32_t>(strokes_before)));
  const double place = rng.uniform();
  join.along = place < 0.2 ? 0 : place < 0.4 ? 1 : between(rng, 0.2, 0.8);
  join.hold = chance(rng, 0.4) ? between(rng, 0.3, 0.7) : 0;
  return join;
}

// Two to four straight pieces that turn by about 90 or 120 degrees to one side, or to alternate
// sides; three or four to one side are often closed to a triangle or a box.
std::vector<Piece> corner_pieces(const Habits& habits, Rng& rng) {
  constexpr double kSixth = 1.7320508075688772;  // tan(120 degrees / 2)
  const bool box = chance(rng, 0.6), zigzag = chance(rng, 0.3);
  const auto count = 2 + rng.below(3);
  const double side = chance(rng, 0.5) ? 1 : -1;
  double turn = side * (box ? 1 : kSixth) * between(rng, 0.85, 1.15);
  Point direction = heading(rng, habits.upright), end;
  std::vector<Piece> pieces;
  for (std::uint32_t i = 0; i < count; ++i) {
    pieces.push_back(straight_piece(rng, direction));
    end = end + pieces.back().back();
    direction = turned(direction, turn);
    if (zigzag) turn = -turn;
  }
  if (!zigzag && count == (box ? 4u : 3u) && chance(rng, 0.7)) {
    const Point back = pieces.back().back() - end;
    pieces.back() = {{0, 0}, back * 0.5, back};
  }
  return pieces;
}

std::vector<Piece> make_pieces(const Habits& habits, Rng& rng) {
  if (chance(rng, habits.dots)) return {ring_piece(rng, {1, 0}, 0.03, 0.1)};
  if (chance(rng, habits.corners)) return corner_pieces(habits, rng);
  std::vector<Piece> pieces = {choose_piece(habits, rng)};
  while (pieces.size() < 3 && chance(rng, habits.more_pieces)) {
    pieces.push_back(choose_piece(habits, rng));
  }
  return pieces;
}

// An earlier stroke again: beside itself, or at another place of what it touches; or its mirror
// image.
Stroke repeat_stroke(const std::vector<Stroke>& strokes, Rng& rng) {
  Stroke stroke = strokes[rng.below(static_cast<std::uint32_t>(strokes.size()))];
  const Point aside = {between(rng, 0.2, 0.7), 0};
  stroke.start = stroke.start + turned(aside, static_cast<double>(rng.below(3)) - 1);
  stroke.join.along = 1 - stroke.join.along;
  if (chance(rng, 0.4)) {
    for (auto& piece : stroke.pieces) {
      for (auto& point : piece) point.x = -point.x;
    }
  }
  return stroke;
}

Stroke make_stroke(const Habits& habits, int strokes_before, Rng& rng) {
  Stroke stroke;
  stroke.pieces = make_pieces(habits, rng);
  const Point start = habits.starts[rng.below(4)];
  stroke.start = {start.x + 0.08 * bell(rng), start.y + 0.08 * bell(rng)};
  if (strokes_before > 0 && chance(rng, habits.joins)) {
    stroke.join = choose_join(strokes_before, rng);
  }
  return stroke;
}

// Catmull & Rom 1974: a cubic through b and c with the tangents (c - a) / 2 and (d - b) / 2.
Point catmull_rom(Point a, Point b, Point c, Point d, double t) {
  const Point linear = c - a;
  const Point square = a * 2 - b * 5 + c * 4 - d;
  const Point cube = b * 3 - a - c * 3 + d;
  return (b * 2 + (linear + (square + cube * t) * t) * t) * 0.5;
}

// Appends the curve through `points`, whose first point `line` already ends with.
void append_curve(Polyline& line, const std::vector<Point>& points) {
  const auto last = points.size() - 1;
  line.reserve(line.size() + last * kLinesPerSpan);
  for (std::size_t i = 0; i < last; ++i) {
    const Point b = points[i], c = points[i + 1];
    const Point a = i > 0 ? points[i - 1] : b * 2 - c;
    const Point d = i + 1 < last ? points[i + 2] : c * 2 - b;
    for (int k = 1; k <= kLinesPerSpan; ++k) {
      line.push_back(catmull_rom(a, b, c, d, static_cast<double>(k) / kLinesPerSpan));
    }
  }
}

struct Box {
  double left = std::numeric_limits<double>::max(), right = -left, top = left, bottom = -left;
  void add(const std::vector<Point>& points) {
    for (const auto& point : points) {
      left = std::min(left, point.x);
      right = std::max(right, point.x);
      top = std::min(top, point.y);
      bottom = std::max(bottom, point.y);
    }
  }
};

Box box_of(const std::vector<Polyline>& lines) {
  Box box;
  for (const auto& line : lines) box.add(line);
  return box;
}

// The sum of the sides of the piece's box.
double size_of(const Piece& piece) {
  Box box;
  box.add(piece);
  return box.right - box.left + box.bottom - box.top;
}

// Most characters of an alphabet are about as large as each other, one in six is smaller.
double choose_size(Rng& rng) {
  const double usual = 1.04 + 0.09 * bell(rng);
  return chance(rng, 0.17) ? usual * between(rng, 0.45, 0.9) : usual;
}

// One hand's run of a stroke, beginning at (0, 0).
Polyline run_stroke(const Stroke& stroke, const Sloppiness& sloppiness, Rng& rng) {
  const double size = 1 + sloppiness.sizes * bell(rng);
  const double turn = sloppiness.turns * bell(rng) / 2;
  Polyline line = {{0, 0}};
  std::vector<Point> points;
  for (const auto& piece : stroke.pieces) {
    const double noise = sloppiness.points * size_of(piece) * size;
    points.assign(1, line.back());
    for (std::size_t i = 1; i < piece.size(); ++i) {
      const Point exact = line.back() + turned(piece[i], turn) * size;
      points.push_back(exact + Point{bell(rng), bell(rng)} * noise);
    }
    append_curve(line, points);
  }
  for (auto& point : line) point = point + Point{bell(rng), bell(rng)} * sloppiness.tremor;
  return line;
}

Point at(const Polyline& line, double along) {
  return line[static_cast<std::size_t>(along * static_cast<double>(line.size() - 1) + 0.5)];
}

// Moves and scales the program into its frame.
void normalise(GlyphProgram& program, Rng& rng) {
  const Box box = box_of(run_program(program, {}, rng));
  const double size = 1 / std::max({box.right - box.left, box.bottom - box.top, 1e-6});
  const Point centre = {(box.left + box.right) / 2, (box.top + box.bottom) / 2};
  for (auto& stroke : program.strokes) {
    stroke.start = (stroke.start - centre) * size;
    for (auto& piece : stroke.pieces) {
      for (auto& point : piece) point = point * size;
    }
  }
}

}  // namespace

Outline outline(const std::vector<Polyline>& lines) {
  Outline outline;
  const Box box = box_of(lines);
  outline.width = box.right - box.left;
  outline.height = box.bottom - box.top;
  for (const auto& line : lines) {
    for (std::size_t i = 1; i < line.size(); ++i) {
      const Point step = line[i] - line[i - 1];
      outline.length += std::sqrt(step.x * step.x + step.y * step.y);
    }
  }
  return outline;
}

double bell(Rng& rng) {
  double sum = 0;
  for (int i = 0; i < 4; ++i) sum += rng.uniform();
  return (sum - 2) * 1.7320508075688772;  // sqrt(3): four uniform numbers have variance 4/12
}

Point turned(Point point, double half_tangent) {
  const double square = half_tangent * half_tangent;
  const double cosine = (1 - square) / (1 + square), sine = 2 * half_tangent / (1 + square);
  return {cosine * point.x + sine * point.y, cosine * point.y - sine * point.x};
}

Habits make_habits(Rng& rng) {
  Habits habits;
  habits.more_strokes = between(rng, 0.25, 0.85);
  habits.more_pieces = between(rng, 0.1, 0.5);
  habits.straight = between(rng, 0.15, 0.85);
  habits.rings = between(rng, 0, 0.5);
  habits.corners = between(rng, 0, 0.5);
  habits.dots = chance(rng, 0.1) ? between(rng, 0.3, 0.9) : between(rng, 0, 0.15);
  habits.repeats = between(rng, 0, 0.4);
  habits.bend = between(rng, 0.15, 0.5);
  habits.upright = between(rng, 0, 1);
  habits.joins = between(rng, 0.4, 0.95);
  for (auto& start : habits.starts) start = {between(rng, -0.5, 0.3), between(rng, -0.5, 0.3)};
  const auto stock = 6 + rng.below(8);
  for (std::uint32_t i = 0; i < stock; ++i) habits.stock.push_back(make_piece(habits, rng));
  return habits;
}

GlyphProgram make_program(const Habits& habits, Rng& rng) {
  GlyphProgram program;
  auto& strokes = program.strokes;
  strokes.push_back(make_stroke(habits, 0, rng));
  while (strokes.size() < kStrokes && chance(rng, habits.more_strokes)) {
    strokes.push_back(chance(rng, habits.repeats)
                          ? repeat_stroke(strokes, rng)
                          : make_stroke(habits, static_cast<int>(strokes.size()), rng));
  }
  normalise(program, rng);
  program.size = choose_size(rng);
  return program;
}

std::vector<Polyline> run_program(const GlyphProgram& program, const Sloppiness& sloppiness,
                                  Rng& rng) {
  std::vector<Polyline> lines;
  for (const auto& stroke : program.strokes) {
    Polyline line = run_stroke(stroke, sloppiness, rng);
    Point place = stroke.start;
    if (stroke.join.stroke >= 0) {
      place = at(lines[static_cast<std::size_t>(stroke.join.stroke)], stroke.join.along) -
              at(line, stroke.join.hold);
    }
    place = place + Point{bell(rng), bell(rng)} * sloppiness.places;
    for (auto& point : line) point = point + place;
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace anole
