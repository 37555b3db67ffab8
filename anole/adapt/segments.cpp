#include "anole/adapt/segments.h"

#include <algorithm>
#include <cstdint>

#include "anole/core/error.h"

namespace anole {

std::vector<Segment> wrap_around(int tasks, int steps, int workers) {
  ANOLE_CHECK(workers >= 1);
  const auto total = std::int64_t{tasks} * steps;
  // Steps of the busiest worker; at least one whole task, so the two parts of a task never overlap.
  const auto share = std::max<std::int64_t>(steps, (total + workers - 1) / workers);
  std::vector<Segment> first, whole, last;
  for (int task = 0; task < tasks; ++task) {
    const auto begin = std::int64_t{task} * steps, end = begin + steps;
    // Laid end to end, worker w holds steps [w * share, (w + 1) * share). What lies past a border
    // is the beginning of the next worker's time, so it must be the task's first steps.
    const auto border = share == 0 ? end : (begin / share + 1) * share;
    if (border >= end) {
      whole.push_back({task, 0, steps});
    } else {
      const auto cut = static_cast<int>(end - border);
      first.push_back({task, 0, cut});
      last.push_back({task, cut, steps});
    }
  }
  std::ranges::stable_sort(last, std::greater{}, [](const Segment& s) { return s.to - s.from; });
  first.insert(first.end(), whole.begin(), whole.end());
  first.insert(first.end(), last.begin(), last.end());
  return first;
}

}  // namespace anole
