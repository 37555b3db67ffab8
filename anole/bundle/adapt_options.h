#pragma once

// What one adaptation is told beside its examples. The defaults are the bundle's own, so that it
// does what evaluation did to every task.

#include <cstdint>
#include <tuple>

#include "anole/core/fields.h"
#include "anole/tasks/schedule.h"

namespace anole {

struct AdaptOptions {
  int steps = 0;   // inner steps; 0: the bundle's, more of them for more examples
  int batch = 0;   // examples of an inner step; 0: the bundle's, more of them for more examples
  double lr = 0;   // inner learning rate; 0: the bundle's
  int shift = -1;  // pixels by which support images move; -1: the bundle's
  bool inverted =
      false;  // the examples' pictures are inverted, and so will those be that are asked
  std::uint64_t seed = 0;
  // Batches and shifts are those of this task of an evaluation with this seed.
  int task = 0;

  static constexpr auto fields() {
    return std::tuple{
        Heading{"Adaptation"},
        Field{"steps",
              &AdaptOptions::steps,
              "inner steps; 0: the bundle's, more of them for more examples",
              {.min = 0}},
        Field{"batch",
              &AdaptOptions::batch,
              "examples of an inner step; 0: the bundle's, more of them for more examples",
              {.min = 0}},
        Field{"lr", &AdaptOptions::lr, "inner learning rate; 0: the bundle's", {.min = 0}},
        Field{"shift",
              &AdaptOptions::shift,
              "pixels by which example images move at random in each inner step; -1: the bundle's",
              {.min = -1, .max = 64}},
        Field{"inverted", &AdaptOptions::inverted, "pictures are inverted before they are rows"},
        Field{"seed", &AdaptOptions::seed, "seed of the order of examples and of their moves"},
        Field{"task",
              &AdaptOptions::task,
              "draws of this task, from 0, of an evaluation with this seed",
              {.min = 0}}};
  }
  bool operator==(const AdaptOptions&) const = default;
};

// The batches of an adaptation to `rows` examples, where the bundle was evaluated by `usual` on tasks
// of `usual_rows` (0: not known). As many or fewer, or not known: `usual`. More: batches of 20, or of all if there are fewer, or
// as large as usual, and as many steps as visit each example 10 times, or take usual's rows in all.
ScheduleOptions adaptation_schedule(const ScheduleOptions& usual, std::int64_t usual_rows,
                                    std::int64_t rows);

}  // namespace anole
