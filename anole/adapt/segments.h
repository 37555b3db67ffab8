#pragma once

// Who runs which inner steps. Five equal tasks on two cores leave one core idle for a third of the
// time; cutting one task at an inner step and handing it over (McNaughton's wrap-around rule,
// Management Science 6, 1959) fills both. Learner::adapt composes, so the bits stay the same.

#include <vector>

namespace anole {

// Inner steps [from, to) of one task.
struct Segment {
  int task = 0;
  int from = 0, to = 0;
  bool operator==(const Segment&) const = default;
};

// Every step of every task exactly once, in the order in which idle workers should take segments:
// first parts of cut tasks, whole tasks, last parts with the longest first. A task is cut at most
// once, and not at all if `tasks` divides by `workers` or is below it. No worker order can
// deadlock: a last part always comes after its first part. workers >= 1.
std::vector<Segment> wrap_around(int tasks, int steps, int workers);

}  // namespace anole
