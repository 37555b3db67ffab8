#pragma once

// Inner optimisers: one pass over whole parameter arrays, padding included (a padded element has
// gradient 0 and stays 0). Formulas: anole/adapt/inner_options.h.

#include <span>

namespace anole {

// The numbers of one Adam step, step count and gradient_scale c already applied: c g takes the
// place of g.
struct AdamStep {
  float step_size;  // lr * sqrt(1 - beta2^t), times c if beta1 = 0, else times 1 / (1 - beta1^s)
  float beta2, one_minus_beta2;  // the second times c^2
  float beta1, one_minus_beta1;  // the second times c
  float eps;
  float keep;                 // 1 - weight_decay
  bool update_second_moment;  // false: frozen
};

struct AdamArrays {
  std::span<float> params;
  std::span<const float> gradient;
  std::span<float> second_moment;
  std::span<float> first_moment;  // empty if beta1 = 0
};

// gradient <- gradient min(1, clip_norm / |gradient|); the norm in double, by a fixed order of
// summation.
void clip(std::span<float> gradient, double clip_norm);

void adam_step(const AdamArrays& arrays, const AdamStep& step);
// params <- keep * params - lr * gradient
void sgd_step(std::span<float> params, std::span<const float> gradient, float lr, float keep);

}  // namespace anole
