#include "anole/calibrate/fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "anole/core/vector_math.h"

namespace anole {
namespace {

std::span<const float> row(const Answered& answered, std::size_t i) {
  const auto ways = static_cast<std::size_t>(answered.ways);
  return std::span(answered.logits).subspan(i * ways, ways);
}

// Mean of -log p(label).
double loss_at(const Answered& answered, double temperature) {
  double sum = 0;
  for (std::size_t i = 0; i < answered.labels.size(); ++i) {
    const auto logits = row(answered, i);
    const double largest = *std::ranges::max_element(logits);
    double total = 0;
    for (const float logit : logits) total += std::exp((logit - largest) / temperature);
    const double own = logits[static_cast<std::size_t>(answered.labels[i])];
    sum += std::log(total) - (own - largest) / temperature;
  }
  return sum / static_cast<double>(answered.labels.size());
}

// Each value with whether it is of a known row, from the largest down.
std::vector<std::pair<double, bool>> ranked(const Known& rows) {
  std::vector<std::pair<double, bool>> all;
  for (const double value : rows.known) all.emplace_back(value, true);
  for (const double value : rows.strange) all.emplace_back(value, false);
  std::ranges::sort(all, [](const auto& a, const auto& b) { return a.first > b.first; });
  return all;
}

}  // namespace

// The loss has one valley along log T: golden-section search.
double fit_temperature(const Answered& answered) {
  if (answered.labels.empty()) return 1;
  constexpr double kRatio = 0.6180339887498949;
  double low = -std::log(20.0), high = std::log(20.0);
  const auto loss = [&](double x) { return loss_at(answered, std::exp(x)); };
  double left = high - kRatio * (high - low), right = low + kRatio * (high - low);
  double at_left = loss(left), at_right = loss(right);
  while (high - low > 1e-4) {
    if (at_left <= at_right) {
      high = right, right = left, at_right = at_left;
      left = high - kRatio * (high - low), at_left = loss(left);
    } else {
      low = left, left = right, at_left = at_right;
      right = low + kRatio * (high - low), at_right = loss(right);
    }
  }
  return std::exp((low + high) / 2);
}

double calibration_error(const Answered& answered, double temperature) {
  constexpr std::size_t kBins = 15;
  struct Bin {
    double probability = 0, right = 0;
  };
  std::array<Bin, kBins> bins{};
  for (std::size_t i = 0; i < answered.labels.size(); ++i) {
    const auto shares = softmax(row(answered, i), temperature);
    const auto guess = std::ranges::max_element(shares);
    const auto place = static_cast<std::size_t>(std::ceil(*guess * kBins));
    auto& bin = bins[std::clamp<std::size_t>(place, 1, kBins) - 1];
    bin.probability += *guess;
    bin.right += guess - shares.begin() == answered.labels[i];
  }
  double sum = 0;
  for (const auto& bin : bins) sum += std::abs(bin.right - bin.probability);
  return answered.labels.empty() ? 0 : sum / static_cast<double>(answered.labels.size());
}

double fit_threshold(const Known& rows) {
  if (rows.known.empty() || rows.strange.empty()) return 0;
  const double one = 1 / static_cast<double>(rows.known.size());
  const double other = 1 / static_cast<double>(rows.strange.size());
  double gap = 0, best = 0, threshold = 0;
  const auto all = ranked(rows);
  for (std::size_t i = 0; i < all.size(); ++i) {
    gap += all[i].second ? one : -other;
    const bool last_of_equals = i + 1 == all.size() || all[i + 1].first < all[i].first;
    if (!last_of_equals || gap < best) continue;
    best = gap;
    threshold = all[i].first;
  }
  return threshold;
}

double separation(const Known& rows) {
  if (rows.known.empty() || rows.strange.empty()) return 0.5;
  const auto all = ranked(rows);
  double above = 0, pairs = 0;  // known rows seen so far, from the largest down
  for (std::size_t i = 0; i < all.size();) {
    double known = 0, strange = 0;
    std::size_t j = i;
    for (; j < all.size() && all[j].first == all[i].first; ++j)
      (all[j].second ? known : strange) += 1;
    pairs += strange * (above + known / 2);
    above += known;
    i = j;
  }
  return pairs /
         (static_cast<double>(rows.known.size()) * static_cast<double>(rows.strange.size()));
}

}  // namespace anole
