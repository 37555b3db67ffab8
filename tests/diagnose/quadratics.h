#pragma once

// A task whose mini-batch losses are quadratics: L_i(x) = ½ (x - c_i)ᵀ H_i (x - c_i), so that
// gradients are H_i (x - c_i), Hessians are H_i, and no two H_i commute.

#include <utility>
#include <vector>

#include "anole/core/rng.h"
#include "anole/diagnose/batch_losses.h"

namespace anole::toy {

class Quadratics final : public BatchLosses {
 public:
  // `count` losses in `size` dimensions, curvatures of order 1.
  Quadratics(int count, std::size_t size, std::uint64_t seed) : size_(size) {
    Rng rng(seed, Stream::kInit);
    for (int i = 0; i < count; ++i) {
      Vector hessian(size * size), root(size * size);
      for (double& value : root) value = rng.normal();
      for (std::size_t r = 0; r < size; ++r) {
        for (std::size_t c = 0; c < size; ++c) {
          for (std::size_t k = 0; k < size; ++k) {
            hessian[r * size + c] +=
                root[r * size + k] * root[c * size + k] / static_cast<double>(size);
          }
        }
      }
      hessians.push_back(std::move(hessian));
      centres.emplace_back(size);
      for (double& value : centres.back()) value = rng.normal();
    }
  }

  int count() const override { return static_cast<int>(hessians.size()); }

  Vector gradient(int batch, const Vector& params) override {
    Vector offset = params;
    add(offset, -1, centres[static_cast<std::size_t>(batch)]);
    return times(batch, offset);
  }

  Vector times(int batch, const Vector& direction) const {  // H_batch direction
    const auto& hessian = hessians[static_cast<std::size_t>(batch)];
    Vector result(size_);
    for (std::size_t r = 0; r < size_; ++r) {
      for (std::size_t c = 0; c < size_; ++c) result[r] += hessian[r * size_ + c] * direction[c];
    }
    return result;
  }

  std::vector<Vector> hessians;  // [size, size] each
  std::vector<Vector> centres;

 private:
  std::size_t size_;
};

}  // namespace anole::toy
