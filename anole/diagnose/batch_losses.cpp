#include "anole/diagnose/batch_losses.h"

#include <algorithm>

#include "anole/core/error.h"

namespace anole {
namespace {

// The named rows of `from`, copied; `views` points at them.
struct Gathered {
  std::vector<float> rows, targets;
  std::vector<std::int32_t> labels;
  Examples views = {};
};

template <class T>
void append(std::span<const T> from, std::int64_t count, std::int32_t row, std::vector<T>& to) {
  const auto width = from.size() / static_cast<std::size_t>(count);
  const auto values = from.subspan(static_cast<std::size_t>(row) * width, width);
  to.insert(to.end(), values.begin(), values.end());
}

Gathered gather(const Examples& from, std::span<const std::int32_t> rows) {
  Gathered batch;
  for (const auto row : rows) {
    append(from.rows, from.count, row, batch.rows);
    append(from.targets, from.count, row, batch.targets);
    append(from.labels, from.count, row, batch.labels);
  }
  batch.views = {.rows = batch.rows,
                 .labels = batch.labels,
                 .targets = batch.targets,
                 .count = static_cast<std::int64_t>(rows.size())};
  return batch;
}

}  // namespace

Vector hessian_product(BatchLosses& losses, int batch, const Vector& params,
                       const Vector& direction) {
  const double length = norm(direction);
  if (length == 0) return Vector(params.size());
  const double h = std::cbrt(0x1p-23) * std::max(1.0, norm(params)) / length;
  Vector ahead = params, behind = params;
  add(ahead, h, direction);
  add(behind, -h, direction);
  Vector product = losses.gradient(batch, ahead);
  add(product, -1, losses.gradient(batch, behind));
  for (double& value : product) value /= 2 * h;
  return product;
}

Vector LearnerLosses::gradient(int batch, const Vector& params) {
  ANOLE_CHECK(0 <= batch && batch < count());
  const std::vector<float> rounded(params.begin(), params.end());
  const auto rows = gather(support_, batches_.step(batch));
  const auto found = learner_.gradient(rounded, rows.views).gradient;
  return {found.begin(), found.end()};
}

}  // namespace anole
