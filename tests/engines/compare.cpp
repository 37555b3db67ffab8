#include "tests/engines/compare.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "anole/core/error.h"
#include "anole/reference/network.h"

namespace anole::cases {
namespace {

using Network = reference::ReferenceNetwork<double>;
using Pass = reference::Pass<double>;

constexpr double kRoundoff = 0x1p-24;
constexpr double kBf16Roundoff = 0x1p-8;

double pixels(const Shape& shape) { return double{1} * shape.height * shape.width; }

// Terms of an output of a layer that multiplies matrices; 0 for the others.
double product_terms(const Layer& layer, const LayerShape& shape) {
  if (layer.kind == LayerKind::kLinear) return shape.in.channels;
  if (layer.kind == LayerKind::kConv2d) return shape.in.channels * layer.kernel * layer.kernel;
  return 0;
}

// Terms of an output, and of a weight gradient, of any layer.
double all_terms(const Layer& layer, const LayerShape& shape, int batch) {
  switch (layer.kind) {
    case LayerKind::kConv2d:
    case LayerKind::kLinear:
      return product_terms(layer, shape) + batch * pixels(shape.out);
    case LayerKind::kBatchNorm:
      return 2 * batch * pixels(shape.in);
    case LayerKind::kGroupNorm:
      return static_cast<double>(shape.in.size()) / layer.groups + batch * pixels(shape.in);
    default:
      return 1;
  }
}

// Greatest over the norm layers of the root mean square of their input over its standard deviation,
// both of all sets together.
double norm_ratio(const Pass& pass) {
  double worst = 1;
  for (const auto& layer : pass.layers) {
    double squares = 0, variances = 0;
    for (std::size_t i = 0; i < layer.statistics.mean.size(); ++i) {
      const double mean = layer.statistics.mean[i];
      const double deviation = 1 / layer.statistics.inverse_deviation[i];
      squares += mean * mean + deviation * deviation;
      variances += deviation * deviation;
    }
    if (variances > 0) worst = std::max(worst, std::sqrt(squares / variances));
  }
  return worst;
}

// Numbers of a ReLU's input within `margin` of 0.
double near_zero(const std::vector<double>& input, double margin) {
  return static_cast<double>(
      std::ranges::count_if(input, [margin](double x) { return std::abs(x) < margin; }));
}

// Windows of a max-pool in which a number comes within `margin` of the winner, but is not equal.
double near_ties(const Network& network, const Pass& pass, std::size_t layer, double margin) {
  const auto& shape = network.layout().layers[layer];
  const auto& window = network.spec().layers[layer];
  const auto& input = pass.input_of(layer);
  const auto& output = pass.layers[layer].output;
  const auto planes = output.size() / static_cast<std::size_t>(shape.out.height * shape.out.width);
  double found = 0;
  for (std::size_t plane = 0, next = 0; plane < planes; ++plane) {
    const auto* image = &input[plane * static_cast<std::size_t>(shape.in.height * shape.in.width)];
    for (int out_y = 0; out_y < shape.out.height; ++out_y) {
      for (int out_x = 0; out_x < shape.out.width; ++out_x, ++next) {
        bool tie = false;
        for (int tap = 0; tap < window.kernel * window.kernel; ++tap) {
          const int y = out_y * window.stride + tap / window.kernel - shape.pad_top;
          const int x = out_x * window.stride + tap % window.kernel - shape.pad_left;
          if (y < 0 || y >= shape.in.height || x < 0 || x >= shape.in.width) continue;
          const double gap = output[next] - image[y * shape.in.width + x];
          tie |= gap > 0 && gap < margin;
        }
        found += tie ? 1 : 0;
      }
    }
  }
  return found;
}

double flip_share(const Network& network, const Pass& pass, double margin) {
  double sum = 0;
  for (std::size_t i = 0; i < network.spec().layers.size(); ++i) {
    const auto kind = network.spec().layers[i].kind;
    double flips = 0;
    if (kind == LayerKind::kRelu) flips = near_zero(pass.input_of(i), margin);
    if (kind == LayerKind::kMaxPool) flips = near_ties(network, pass, i, margin);
    sum += std::sqrt(flips / static_cast<double>(pass.layers[i].output.size()));
  }
  return sum;
}

// A trial drawn from `seed`; a `margin` of 0 stands for that of trial_of.
Trial draw(const Case& test, const Network& network, std::uint64_t seed, double margin) {
  Trial trial{.params = params_of(test.spec, seed),
              .task = examples_of(test.spec, test.batch, seed)};
  const auto pass = network.forward(std::vector<double>(trial.params.begin(), trial.params.end()),
                                    {trial.task.rows.begin(), trial.task.rows.end()});
  double products = 0, all = 0, layers = 0;
  for (std::size_t i = 0; i < test.spec.layers.size(); ++i) {
    products += product_terms(test.spec.layers[i], network.layout().layers[i]);
    layers += product_terms(test.spec.layers[i], network.layout().layers[i]) > 0 ? 1 : 0;
    all += all_terms(test.spec.layers[i], network.layout().layers[i], test.batch);
  }
  const double unit = 4 * kRoundoff * norm_ratio(pass);
  trial.rounding = unit * std::sqrt(all);
  trial.bf16 =
      trial.rounding + 4 * kBf16Roundoff * norm_ratio(pass) * std::sqrt(2.0 / 3 * 2 * layers);
  trial.flips = flip_share(network, pass, margin > 0 ? margin : unit * std::sqrt(products));
  return trial;
}

}  // namespace

Trial trial_of(const Case& test) { return draw(test, Network(test.spec), 1, 0); }

Trial trial_clear_of_flips(const Case& test) {
  const Network network(test.spec);
  for (std::uint64_t seed = 1; seed < 1000; ++seed) {
    auto trial = draw(test, network, seed, 1e-4);
    if (trial.flips == 0) return trial;
  }
  throw Error("case '{}': no data without near ties", test.name);
}

double distance(std::span<const float> a, std::span<const float> b) {
  if (a.size() != b.size()) return std::numeric_limits<double>::infinity();
  double worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double gap = std::abs(double{a[i]} - b[i]);
    if (!std::isfinite(gap)) return std::numeric_limits<double>::infinity();
    worst = std::max(worst, gap);
  }
  return worst;
}

double greatest(std::span<const float> values) {
  double worst = 0;
  for (const float value : values) worst = std::max(worst, std::abs(double{value}));
  return worst;
}

double norm(std::span<const float> values) {
  double sum = 0;
  for (const float value : values) sum += double{value} * value;
  return std::sqrt(sum);
}

std::vector<float> difference(std::span<const float> a, std::span<const float> b) {
  ANOLE_CHECK(a.size() == b.size());
  std::vector<float> result(a.size());
  std::ranges::transform(a, b, result.begin(), [](float x, float y) { return x - y; });
  return result;
}

std::span<const float> of(const TensorInfo& tensor, std::span<const float> flat) {
  return flat.subspan(tensor.offset, tensor.size);
}

}  // namespace anole::cases
