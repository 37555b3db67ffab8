#include "anole/reference/inner_step.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace anole::reference {
namespace {

// g min(1, clip_norm / |g|): Pascanu, Mikolov & Bengio 2013, algorithm 1.
template <typename T>
std::vector<T> clipped(std::span<const T> gradient, double clip_norm) {
  std::vector<T> result(gradient.begin(), gradient.end());
  if (clip_norm == 0) return result;
  double squares = 0;
  for (const T g : gradient) squares += double{g} * double{g};
  const T scale = static_cast<T>(std::min(1.0, clip_norm / std::sqrt(squares)));
  for (T& g : result) g *= scale;
  return result;
}

// v <- beta2 v + (1 - beta2) g^2,  t <- t + 1.
template <typename T>
void update_second_moment(InnerState<T>& state, std::span<const T> gradient, double beta2) {
  state.second_moment.resize(gradient.size());
  const T keep = static_cast<T>(beta2), add = static_cast<T>(1 - beta2);
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    state.second_moment[i] = keep * state.second_moment[i] + add * gradient[i] * gradient[i];
  }
  ++state.adam_steps;
}

// m <- beta1 m + (1 - beta1) g.
template <typename T>
void update_first_moment(InnerState<T>& state, std::span<const T> gradient, double beta1) {
  state.first_moment.resize(gradient.size());
  const T keep = static_cast<T>(beta1), add = static_cast<T>(1 - beta1);
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    state.first_moment[i] = keep * state.first_moment[i] + add * gradient[i];
  }
}

// params <- params - lr sqrt(1 - beta2^t) / (1 - beta1^s) m / (sqrt(v) + eps).
// Kingma & Ba 2015, in the order of operations of the end of their section 2.
template <typename T>
void adam(InnerState<T>& state, std::span<const T> gradient, const InnerOptions& options) {
  if (options.optimizer_state != OptimizerState::kFrozen) {
    update_second_moment(state, gradient, options.beta2);
  }
  double rate =
      options.lr * std::sqrt(1 - std::pow(options.beta2, static_cast<double>(state.adam_steps)));
  std::span<const T> direction = gradient;
  if (options.beta1 > 0) {
    update_first_moment(state, gradient, options.beta1);
    direction = state.first_moment;
    rate /= 1 - std::pow(options.beta1, static_cast<double>(state.task_steps));
  }
  const T step = static_cast<T>(rate), eps = static_cast<T>(options.eps);
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    state.params[i] -= step * direction[i] / (std::sqrt(state.second_moment[i]) + eps);
  }
}

// params <- params - lr g.
template <typename T>
void sgd(InnerState<T>& state, std::span<const T> gradient, const InnerOptions& options) {
  const T lr = static_cast<T>(options.lr);
  for (std::size_t i = 0; i < gradient.size(); ++i) state.params[i] -= lr * gradient[i];
}

}  // namespace

template <typename T>
void inner_step(InnerState<T>& state, std::span<const T> gradient, const InnerOptions& options,
                int rows) {
  ++state.task_steps;
  const T keep = static_cast<T>(1 - options.weight_decay);
  for (T& param : state.params) param *= keep;
  auto direction = clipped(gradient, options.clip_norm);
  if (options.optimizer == Optimizer::kAdam) {
    const double scale = gradient_scale(state.moment_rows, options, rows);
    for (T& g : direction) g *= static_cast<T>(scale);
    adam<T>(state, direction, options);
  } else {
    sgd<T>(state, direction, options);
  }
}

template void inner_step(InnerState<float>&, std::span<const float>, const InnerOptions&, int);
template void inner_step(InnerState<double>&, std::span<const double>, const InnerOptions&, int);

}  // namespace anole::reference
