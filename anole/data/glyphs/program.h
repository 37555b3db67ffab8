#pragma once

// Characters as programs of strokes, after the generative view of handwriting of Lake,
// Salakhutdinov & Tenenbaum, "Human-level concept learning through probabilistic program
// induction", Science 350 (2015): an alphabet has habits and a stock of pieces, a character is a
// program of strokes made from them, and every drawing is another hand's run of the program.
//
// Only +, -, *, / and sqrt on doubles, in a file compiled without contraction, so every machine
// draws the same characters.

#include <array>
#include <vector>

#include "anole/core/rng.h"

namespace anole {

struct Point {
  double x = 0, y = 0;  // y points down, as in images
  Point operator+(Point other) const { return {x + other.x, y + other.y}; }
  Point operator-(Point other) const { return {x - other.x, y - other.y}; }
  Point operator*(double factor) const { return {x * factor, y * factor}; }
};

using Polyline = std::vector<Point>;

// A smooth part of a stroke: points from (0, 0) that a curve passes through. Pieces of a stroke
// meet in corners.
using Piece = std::vector<Point>;

// How a stroke's place follows from an earlier stroke.
struct Join {
  int stroke = -1;   // the earlier stroke; -1: none, the stroke lies free
  double along = 0;  // where on the earlier stroke, 0 its start, 1 its end
  double hold = 0;   // which place of the new stroke lies there; 0.5 makes a cross
};

struct Stroke {
  std::vector<Piece> pieces;
  Point start;  // of a free stroke
  Join join;
};

// A character's strokes, in the order of writing, in a frame of its own: the character drawn
// without noise fills a box whose longer side is 1, centred at (0, 0).
struct GlyphProgram {
  std::vector<Stroke> strokes;
  double size = 1;  // on paper, 1 for a usual character: some are written small, as dots and rings
};

// What the characters of an alphabet share.
struct Habits {
  double more_strokes = 0;  // chance of each stroke after the first, at most 5 strokes
  double more_pieces = 0;   // chance of each piece after the first, at most 3 in a stroke
  double straight = 0;      // share of straight pieces
  double rings = 0;         // share of rings among the others
  double bend = 0;          // how much the rest turn
  double corners = 0;  // share of strokes that are hooks, boxes or triangles of straight pieces
  double dots = 0;     // share of strokes that are dots
  double repeats = 0;  // share of later strokes that are an earlier one at another place
  double upright = 0;  // how near headings are to the eight compass directions; 1: exactly
  double joins = 0;    // share of later strokes that touch an earlier one
  std::array<Point, 4> starts;
  std::vector<Piece> stock;  // pieces that come back in many of its characters
};

Habits make_habits(Rng& rng);
GlyphProgram make_program(const Habits& habits, Rng& rng);

// How much a drawing may differ from its program; 0 draws the program itself.
struct Sloppiness {
  double points = 0;  // standard deviation of each point, in units of its piece's size
  double places = 0;  // of each stroke's place, in units of the character's longer side
  double turns = 0;   // of each stroke's turn, in radians for small ones
  double sizes = 0;   // of each stroke's size, relative
  double tremor = 0;  // of every point of a line, in units of the character's longer side
};

// The lines of one drawing, a polyline a stroke, in the program's frame.
std::vector<Polyline> run_program(const GlyphProgram& program, const Sloppiness& sloppiness,
                                  Rng& rng);

// How large and how long lines are.
struct Outline {
  double width = 0, height = 0, length = 0;
};

Outline outline(const std::vector<Polyline>& lines);

// A bell-shaped number, mean 0, standard deviation 1, within +-3.47: the sum of four uniform ones.
double bell(Rng& rng);

// `point` turned by 2 atan(half_tangent), counter-clockwise as seen on paper.
Point turned(Point point, double half_tangent);

}  // namespace anole
