// Compiled with -fno-math-errno so that square roots vectorise. One body, one copy per instruction
// set.
#include "anole/adapt/optimizer.h"

#include <cmath>
#include <cstddef>

#include "anole/core/isa.h"

namespace anole {
namespace {

#if defined(__x86_64__)
#define ANOLE_TARGET(isa) __attribute__((target(isa)))
#endif

struct Pointers {
  float* params;
  const float* gradient;
  float* second;
  float* first;
  std::size_t count;
};

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
    params[i] = s.keep * params[i] - s.step_size * (m / (std::sqrt(v) + s.eps));
  }
}

[[gnu::always_inline]] inline void adam_any(const Pointers& at, const AdamStep& step) {
  if (at.first != nullptr) {
    step.update_second_moment ? adam_body<true, true>(at, step) : adam_body<true, false>(at, step);
  } else {
    step.update_second_moment ? adam_body<false, true>(at, step)
                              : adam_body<false, false>(at, step);
  }
}

void adam_baseline(const Pointers& at, const AdamStep& step) { adam_any(at, step); }
#if defined(__x86_64__)
ANOLE_TARGET("avx2,fma") void adam_avx2(const Pointers& at, const AdamStep& step) {
  adam_any(at, step);
}
ANOLE_TARGET("avx512f,avx512vl,avx512bw,avx512dq,prefer-vector-width=512")
void adam_avx512(const Pointers& at, const AdamStep& step) { adam_any(at, step); }
#endif

}  // namespace

void adam_step(const AdamArrays& arrays, const AdamStep& step) {
  const Pointers at{arrays.params.data(), arrays.gradient.data(), arrays.second_moment.data(),
                    arrays.first_moment.empty() ? nullptr : arrays.first_moment.data(),
                    arrays.params.size()};
#if defined(__x86_64__)
  switch (isa()) {
    case Isa::kAvx512:
      return adam_avx512(at, step);
    case Isa::kAvx2:
      return adam_avx2(at, step);
    case Isa::kBaseline:
      break;
  }
#endif
  adam_baseline(at, step);
}

void sgd_step(std::span<float> params, std::span<const float> gradient, float lr, float keep) {
  for (std::size_t i = 0; i < params.size(); ++i) params[i] = keep * params[i] - lr * gradient[i];
}

}  // namespace anole
