#include "anole/adapt/optimizer.h"

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "anole/core/isa.h"

namespace anole {
namespace {

struct Pointers {
  float* params;
  const float* gradient;
  float* second;
  float* first;
  std::size_t count;
};

// sqrt(v) and 1 / d by Newton's method: the processor's own square root and division of 16 floats
// take some 40 cycles on Intel's cores, these 12, and nothing else bounds this loop. The first
// guesses halve and negate the exponent in the bits of the number and are within 4 and 13 %; each
// iteration squares the error, so that three leave rounding alone, about 2 units in the last place.
// v in {0} and [1e-38, 1e38]; sqrt(0) = 0.
[[gnu::always_inline]] inline float square_root(float v) {
  float y = std::bit_cast<float>(0x5f375a86u - (std::bit_cast<std::uint32_t>(v) >> 1));
  const float half = 0.5f * v;
  for (int i = 0; i < 3; ++i) y *= 1.5f - (half * y) * y;  // -> 1 / sqrt(v)
  return v * y;
}
[[gnu::always_inline]] inline float reciprocal(float d) {
  float y = std::bit_cast<float>(0x7ef311c7u - std::bit_cast<std::uint32_t>(d));
  for (int i = 0; i < 3; ++i) y *= 2.0f - d * y;
  return y;
}

template <bool kFirst, bool kUpdateSecond>
[[gnu::always_inline]] inline void adam_body(const Pointers& at, const AdamStep& step) {
  float* __restrict params = at.params;
  const float* __restrict gradient = at.gradient;
  float* __restrict second = at.second;
  float* __restrict first = at.first;
  const AdamStep s = step;
  for (std::size_t i = 0; i < at.count; ++i) {
    const float g = gradient[i];
    float v = second[i];
    if constexpr (kUpdateSecond) {
      v = s.beta2 * v + s.one_minus_beta2 * (g * g);
      second[i] = v;
    }
    float m = g;
    if constexpr (kFirst) {
      m = s.beta1 * first[i] + s.one_minus_beta1 * g;
      first[i] = m;
    }
    params[i] = s.keep * params[i] - s.step_size * (m * reciprocal(square_root(v) + s.eps));
  }
}

}  // namespace

void clip(std::span<float> gradient, double clip_norm) {
  constexpr std::size_t kSums = 8;  // one sum would wait for itself at every addition
  double sums[kSums] = {};
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    sums[i % kSums] += double{gradient[i]} * double{gradient[i]};
  }
  double squares = 0;
  for (const double sum : sums) squares += sum;
  if (squares <= clip_norm * clip_norm) return;
  const auto scale = static_cast<float>(clip_norm / std::sqrt(squares));
  for (float& g : gradient) g *= scale;
}

void adam_step(const AdamArrays& arrays, const AdamStep& step) {
  const Pointers at{arrays.params.data(), arrays.gradient.data(), arrays.second_moment.data(),
                    arrays.first_moment.empty() ? nullptr : arrays.first_moment.data(),
                    arrays.params.size()};
  const bool first = at.first != nullptr, second = step.update_second_moment;
  run_for_isa([&]() ANOLE_INLINE {
    if (first) {
      second ? adam_body<true, true>(at, step) : adam_body<true, false>(at, step);
    } else {
      second ? adam_body<false, true>(at, step) : adam_body<false, false>(at, step);
    }
  });
}

void sgd_step(std::span<float> params, std::span<const float> gradient, float lr, float keep) {
  float* __restrict to = params.data();
  const float* __restrict from = gradient.data();
  const std::size_t count = params.size();
  run_for_isa([=]() ANOLE_INLINE {
    for (std::size_t i = 0; i < count; ++i) to[i] = keep * to[i] - lr * from[i];
  });
}

}  // namespace anole
