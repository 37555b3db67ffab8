#include "cli/progress_observer.h"

#include <fmt/format.h>

#include <cmath>
#include <vector>

#include "cli/text.h"

namespace anole::cli {
namespace {

std::string rate(double per_second, std::string_view unit) {
  return fmt::format("{} {}/s", with_commas(std::llround(per_second)), unit);
}

}  // namespace

void ProgressObserver::on_iteration(const IterationReport& report) {
  const double done =
      static_cast<double>(report.iteration) / static_cast<double>(report.iterations);
  if (!line_.due(done)) return;
  std::vector<std::string> facts{
      fmt::format("{}/{}", with_commas(report.iteration), with_commas(report.iterations))};
  if (std::isfinite(report.seconds_left)) {
    facts.push_back(duration(report.seconds_left) + " left");
    if (!score_.empty()) facts.push_back(score_);
    facts.push_back(rate(report.inner_steps_per_second, "steps"));
    facts.push_back(rate(report.rows_per_second, rows_));
  }
  facts.push_back(fmt::format("ε {:.3f}", report.meta_step));
  line_.show(done, facts);
}

void ProgressObserver::on_eval(const Validation& validation) {
  const auto& metric = *validation.metric;
  score_ =
      fmt::format("{}{:.{}f}{} on {}", metric.unit.empty() ? fmt::format("{} ", metric.key) : "",
                  validation.score.mean, metric.digits - 1, metric.unit, enum_name(validation.on));
}

}  // namespace anole::cli
