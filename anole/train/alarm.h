#pragma once

// Tells a run that diverges from one that learns, and names the cause it can see. It watches and
// never takes part in the result. Of a resumed run it knows what this process has seen.
//
// The sign: the mean loss or the mean update over the last 50 meta-iterations is far above that of
// the first 10, or the loss is far above that of guessing. The cause: theta + epsilon (adapted -
// theta) lies between theta and adapted for epsilon <= 1. So where it runs away, either epsilon is
// above 1 and goes past what the inner loops found, or the inner loops themselves lead away: lr is
// too large. docs/theory.md shows both on quadratics, where the borders are known.

#include <cstdint>
#include <string>
#include <vector>

#include "anole/runs/options.h"
#include "anole/train/observers.h"

namespace anole {

// The mean of a series at its beginning and lately.
class Trend {
 public:
  void add(double value);
  bool known() const { return count_ >= 2 * kFirst; }
  double first() const;   // over the first 10 values
  double recent() const;  // over the last 50, or all where there are fewer

 private:
  static constexpr std::size_t kFirst = 10, kRecent = 50;
  std::vector<double> recent_;  // a ring
  double first_sum_ = 0;
  std::size_t count_ = 0;
};

class DivergenceAlarm {
 public:
  // `guessing` is the loss of a network that has learned nothing, ln N for N classes; 0: unknown.
  explicit DivergenceAlarm(const TrainOptions& options, double guessing = 0);

  // After each meta-iteration. What the user should know the first time that the run looks
  // divergent; empty otherwise.
  std::string watch(const IterationReport& report);

  // What is seen now: a sign, if there is any, and the option that explains it. For the error that
  // a value that is not finite ends the run with; `meta_step` is that of the iteration.
  std::string diagnosis(double meta_step) const;

 private:
  std::string sign() const;                   // "the loss grew from 3.1 to 41", or empty
  std::string cause(double meta_step) const;  // the option to change, and how

  double lr_, clip_norm_, largest_weight_, guessing_;
  Trend loss_, update_;
  bool told_ = false;
};

}  // namespace anole
