#include "anole/reference/normalization.h"

#include <cmath>
#include <utility>

namespace anole::reference {
namespace {

// One channel of one row: its numbers are [first, first + pixels) of the batch.
struct Plane {
  std::size_t channel, set, first, pixels;
};

// Calls visit(plane) for every plane of a batch of `numbers` numbers, in memory order.
template <typename Visit>
void for_each_plane(const NormSets& sets, std::size_t numbers, Visit&& visit) {
  const auto rows = static_cast<std::ptrdiff_t>(numbers / sets.shape.size());
  const auto pixels =
      numbers == 0 ? 0 : sets.shape.size() / static_cast<std::size_t>(sets.shape.channels);
  std::size_t first = 0;
  for (std::ptrdiff_t row = 0; row < rows; ++row) {
    for (std::ptrdiff_t channel = 0; channel < sets.shape.channels; ++channel, first += pixels) {
      visit(Plane{static_cast<std::size_t>(channel),
                  static_cast<std::size_t>(sets.of(row, channel)), first, pixels});
    }
  }
}

std::size_t set_count(const NormSets& sets, std::size_t numbers) {
  return static_cast<std::size_t>(
      sets.count(static_cast<std::ptrdiff_t>(numbers / sets.shape.size())));
}

// Per set, the mean of term(plane, i) over the set's numbers. Sums are in double: a set may hold
// 10 x 84 x 84 numbers, enough for float to lose its last three digits.
template <typename T, typename Term>
std::vector<T> mean_per_set(const NormSets& sets, std::size_t numbers, Term&& term) {
  const auto count = set_count(sets, numbers);
  std::vector<double> sums(count);
  for_each_plane(sets, numbers, [&](const Plane& plane) {
    for (std::size_t i = plane.first; i < plane.first + plane.pixels; ++i)
      sums[plane.set] += term(plane, i);
  });
  const double size = static_cast<double>(numbers) / static_cast<double>(count);
  std::vector<T> means(count);
  for (std::size_t set = 0; set < count; ++set) means[set] = static_cast<T>(sums[set] / size);
  return means;
}

}  // namespace

template <typename T>
Statistics<T> completed(const NormSets& sets, Statistics<T> statistics) {
  statistics.inverse_deviation = statistics.variance;
  for (T& value : statistics.inverse_deviation) {
    value = static_cast<T>(1 / std::sqrt(value + sets.eps));
  }
  return statistics;
}

template <typename T>
Statistics<T> statistics_of(const NormSets& sets, std::span<const T> input) {
  Statistics<T> found;
  found.mean =
      mean_per_set<T>(sets, input.size(), [&](const Plane&, std::size_t i) { return input[i]; });
  found.variance = mean_per_set<T>(sets, input.size(), [&](const Plane& plane, std::size_t i) {
    const double difference = input[i] - found.mean[plane.set];
    return difference * difference;
  });
  return completed(sets, std::move(found));
}

template <typename T>
void normalize(const NormSets& sets, const Statistics<T>& statistics,
               const NormForward<T>& arrays) {
  for_each_plane(sets, arrays.input.size(), [&](const Plane& plane) {
    const T mean = statistics.mean[plane.set];
    const T factor = arrays.scale[plane.channel] * statistics.inverse_deviation[plane.set];
    const T shift = arrays.shift[plane.channel];
    for (std::size_t i = plane.first; i < plane.first + plane.pixels; ++i) {
      arrays.output[i] = factor * (arrays.input[i] - mean) + shift;
    }
  });
}

// With g = scale * d_output, the gradient of x^, and means taken over the set of x:
//   d_scale = sum d_output x^,  d_shift = sum d_output   (over rows and pixels of the channel)
//   d_input = (g - mean(g) - x^ mean(g x^)) / sqrt(variance + eps)
template <typename T>
void normalize_backward(const NormSets& sets, const Statistics<T>& statistics,
                        const NormBackward<T>& arrays) {
  const auto normalized = [&](const Plane& plane, std::size_t i) {
    return (arrays.input[i] - statistics.mean[plane.set]) * statistics.inverse_deviation[plane.set];
  };
  const auto gradient = [&](const Plane& plane, std::size_t i) {
    return arrays.scale[plane.channel] * arrays.d_output[i];
  };
  const auto numbers = arrays.input.size();
  const auto mean_g = mean_per_set<T>(sets, numbers, gradient);
  const auto mean_gx = mean_per_set<T>(sets, numbers, [&](const Plane& plane, std::size_t i) {
    return double{gradient(plane, i)} * normalized(plane, i);
  });
  for_each_plane(sets, numbers, [&](const Plane& plane) {
    for (std::size_t i = plane.first; i < plane.first + plane.pixels; ++i) {
      const T x = normalized(plane, i);
      arrays.d_scale[plane.channel] += arrays.d_output[i] * x;
      arrays.d_shift[plane.channel] += arrays.d_output[i];
      arrays.d_input[i] = statistics.inverse_deviation[plane.set] *
                          (gradient(plane, i) - mean_g[plane.set] - x * mean_gx[plane.set]);
    }
  });
}

template Statistics<float> completed(const NormSets&, Statistics<float>);
template Statistics<double> completed(const NormSets&, Statistics<double>);
template Statistics<float> statistics_of(const NormSets&, std::span<const float>);
template Statistics<double> statistics_of(const NormSets&, std::span<const double>);
template void normalize(const NormSets&, const Statistics<float>&, const NormForward<float>&);
template void normalize(const NormSets&, const Statistics<double>&, const NormForward<double>&);
template void normalize_backward(const NormSets&, const Statistics<float>&,
                                 const NormBackward<float>&);
template void normalize_backward(const NormSets&, const Statistics<double>&,
                                 const NormBackward<double>&);

}  // namespace anole::reference
