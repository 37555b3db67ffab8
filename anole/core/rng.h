#pragma once

// Randomness as data: a counter-based generator keyed by (seed, stream, iteration, task), so that
// any draw can be made again without the draws before it, in any thread, on any machine.
// Philox4x32-10: Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC
// 2011. Nothing here uses std::*_distribution or std::shuffle: their results differ between
// libraries.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace anole {

// What a sequence of draws is for. The numbers are part of the file formats: never reuse one.
enum class Stream : std::uint8_t {
  kInit = 1,            // initial parameters
  kTrainTask = 2,       // classes and shots of meta-training tasks
  kTrainBatches = 3,    // mini-batch order in meta-training
  kEvalTask = 4,        // evaluation tasks
  kEvalBatches = 5,     // mini-batch order in evaluation
  kValidationTask = 6,  // tasks of the accuracy shown during training
  kValidationBatches = 7,
  kSplit = 8,        // seeded class splits
  kGlyphs = 9,       // glyph programs and drawings
  kEvalShifts = 10,  // by how far support images move in evaluation
  kValidationShifts = 11,
  kTrainShifts = 12,  // by how far they move from step to step in meta-training
  kResample = 16,     // classes drawn with replacement, for intervals
};

class Rng {
 public:
  // `iteration` in [0, 2^56), `task` in [0, 2^32).
  Rng(std::uint64_t seed, Stream stream, std::uint64_t iteration = 0, std::uint32_t task = 0);

  std::uint32_t bits();  // 32 random bits
  std::uint32_t below(
      std::uint32_t bound);  // uniform in [0, bound), bound >= 1; Lemire 2019, with rejection
  float uniform();           // uniform in [0, 1), a multiple of 2^-24
  float uniform(float low, float high);  // low + (high - low) * uniform()
  // Mean 0, variance 1; Box & Muller 1958. The one draw that may differ between machines: the C
  // library's log and cos make it. No data set, batch or initial parameter is drawn from it.
  float normal();
  void shuffle(std::span<std::int32_t> items);  // Fisher-Yates
  // The first `count` items of a random order of [0, bound), written to `out` (size = count <=
  // bound).
  void sample(std::int32_t bound, std::span<std::int32_t> out);

 private:
  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> counter_;  // [block, task, iteration low, stream and iteration high]
  std::array<std::uint32_t, 4> block_{};
  int used_ = 4;  // words of block_ already given out
};

// Draws items of [0, bound) without repetition, one at a time, in the order of Rng::sample. Keeps
// only the items that the shuffle displaced: memory grows with the draws, not with `bound`.
class Sampler {
 public:
  explicit Sampler(std::int32_t bound) : bound_(bound) {}
  std::int32_t next(Rng& rng);  // at most `bound` times

 private:
  struct Moved {
    std::int32_t place, item;
  };
  std::int32_t bound_, drawn_ = 0;
  std::vector<Moved> moved_;
};

}  // namespace anole
