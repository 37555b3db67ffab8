#include "anole/train/alarm.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace anole {
namespace {

// A task's loss varies; means of 10 and of 50 by chance differ by less than this.
constexpr double kLossGrowth = 3;
constexpr double kUpdateGrowth = 10;
constexpr double kOverGuessing = 2;

double largest_weight(const TrainOptions& options) {
  double largest = options.step_weights.empty() ? 1 : 0;
  for (const int weight : options.step_weights) largest = std::max(largest, std::abs(1.0 * weight));
  return largest;
}

}  // namespace

void Trend::add(double value) {
  if (count_ < kFirst) first_sum_ += value;
  if (recent_.size() < kRecent) {
    recent_.push_back(value);
  } else {
    recent_[count_ % kRecent] = value;
  }
  ++count_;
}

double Trend::first() const { return first_sum_ / static_cast<double>(std::min(count_, kFirst)); }

double Trend::recent() const {
  return std::accumulate(recent_.begin(), recent_.end(), 0.0) / static_cast<double>(recent_.size());
}

DivergenceAlarm::DivergenceAlarm(const TrainOptions& options, double guessing)
    : lr_(options.inner.lr),
      clip_norm_(options.inner.clip_norm),
      largest_weight_(largest_weight(options)),
      guessing_(guessing) {}

std::string DivergenceAlarm::watch(const IterationReport& report) {
  loss_.add(report.loss);
  update_.add(report.update);
  if (told_ || sign().empty()) return {};
  told_ = true;
  return fmt::format("training diverges, seen after {} meta-iterations: {}", report.iteration,
                     diagnosis(report.meta_step));
}

std::string DivergenceAlarm::diagnosis(double meta_step) const {
  const auto seen = sign();
  return seen.empty() ? cause(meta_step) : fmt::format("{}; {}", seen, cause(meta_step));
}

std::string DivergenceAlarm::sign() const {
  if (!loss_.known()) return {};
  if (loss_.recent() > kLossGrowth * loss_.first()) {
    return fmt::format("the loss grew from {:.3g} to {:.3g}", loss_.first(), loss_.recent());
  }
  if (guessing_ > 0 && loss_.recent() > kOverGuessing * guessing_) {
    return fmt::format("the loss, {:.3g}, is far above that of guessing, {:.3g}", loss_.recent(),
                       guessing_);
  }
  if (update_.recent() > kUpdateGrowth * update_.first()) {
    return fmt::format("the meta-update grew from {:.3g} to {:.3g}", update_.first(),
                       update_.recent());
  }
  return {};
}

std::string DivergenceAlarm::cause(double meta_step) const {
  if (meta_step * largest_weight_ > 1) {
    const auto* weights = largest_weight_ > 1 ? " times the largest of step_weights" : "";
    return fmt::format(
        "meta_step{} is {:.3g}, and above 1 it goes past the adapted params; try 1 or below",
        weights, meta_step * largest_weight_);
  }
  const auto* clip = clip_norm_ > 0 ? "a lower clip_norm" : "--clip-norm";
  return fmt::format(
      "meta_step is at most 1, so it is the inner steps that lead away: lr {:.3g} is too large for "
      "these tasks; try {:.3g}, or {}",
      lr_, lr_ / 10, clip);
}

}  // namespace anole
