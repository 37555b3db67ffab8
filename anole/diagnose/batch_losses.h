#pragma once

// The mini-batch losses of one task as functions of the parameters: all that the Taylor analysis of
// Nichol et al. 2018, section 5, asks of a task.

#include "anole/adapt/learner.h"
#include "anole/diagnose/vectors.h"

namespace anole {

class BatchLosses {
 public:
  virtual ~BatchLosses() = default;
  virtual int count() const = 0;                                 // mini-batches, >= 1
  virtual Vector gradient(int batch, const Vector& params) = 0;  // [P] -> [P]
};

// H d, the Hessian of a mini-batch's loss times a direction, by central differences of gradients:
//   H d = (g(params + h d) - g(params - h d)) / 2h,   h |d| = cbrt(2^-23) max(1, |params|)
// For gradients in float this balances their rounding (2^-23 / h) and what is left of the third
// derivative (h^2): some three digits are right. On a quadratic in double it is exact but for
// rounding.
Vector hessian_product(BatchLosses& losses, int batch, const Vector& params,
                       const Vector& direction);

// The mini-batches of a task under a learner. Refers to all three; none may go first.
class LearnerLosses final : public BatchLosses {
 public:
  LearnerLosses(Learner& learner, const Examples& support, const Batches& batches)
      : learner_(learner), support_(support), batches_(batches) {}

  int count() const override { return batches_.steps(); }
  Vector gradient(int batch, const Vector& params) override;

 private:
  Learner& learner_;
  const Examples& support_;
  const Batches& batches_;
};

}  // namespace anole
