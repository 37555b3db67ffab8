#include "cli/own/expect_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <utility>
#include <vector>

#include "anole/core/error.h"
#include "anole/core/text.h"
#include "anole/distributions/class_distribution.h"
#include "anole/io/atomic_file.h"
#include "anole/io/file_system.h"
#include "cli/command.h"
#include "cli/describe.h"
#include "cli/terminal.h"
#include "cli/text.h"

namespace anole::cli {
namespace {

// Nominal work of the whole table: a minute on two cores for small pictures, three minutes
// for large ones.
constexpr TaskBudget kSmall{.gigaflops = 8000, .least = 20, .most = 300};
constexpr TaskBudget kLarge{.gigaflops = 25000, .least = 20, .most = 300};
constexpr int kSmallPixels = 28;

std::string estimate_text(const Estimate& estimate) {
  return fmt::format("{:.1f} ± {:.1f}", estimate.mean, std::min(estimate.ci95, 100.0));
}

std::string signed_text(const Estimate& estimate) {
  return fmt::format("{:+.1f} ± {:.1f}", estimate.mean, std::min(estimate.ci95, 100.0));
}

std::vector<std::string> row_of(const Expectation& place) {
  std::vector<std::string> row{fmt::format("{}", place.shape.ways),
                               fmt::format("{}", place.shape.shots), estimate_text(place.accuracy)};
  for (const auto& peer : place.peers) row.push_back(estimate_text(peer.accuracy));
  if (const auto* best = best_peer(place)) row.push_back(signed_text(best->difference));
  return row;
}

}  // namespace

std::string expectations_text(const Expectations& expectations) {
  if (expectations.places.empty()) return "";
  std::vector<std::vector<std::string>> rows{{"new classes", "examples of each", "accuracy"}};
  for (const auto& peer : expectations.places[0].peers) rows[0].push_back(peer.name);
  rows[0].push_back("over the better");
  for (const auto& place : expectations.places) rows.push_back(row_of(place));
  return fmt::format(
      "\nWhat to expect of new classes, in %; found on {} that training never saw.\n"
      "{}"
      "± is the 95 % interval by resampling classes (seed {}); {} each; norm {}.\n"
      "{}\n",
      counted(expectations.classes, expectations.part + " class", expectations.part + " classes"),
      table(rows, "rrr"), expectations.seed, counted(expectations.tasks, "task"),
      enum_name(expectations.norm), verdict_of(expectations).text);
}

Expectations ExpectObserver::compute(const std::filesystem::path& bundle_path) const {
  const auto bundle = load_bundle(bundle_path);
  const auto& data = *setup_.experiment.distribution().classes();
  ProgressLine line(setup_.shown && is_terminal(2));
  GridPlan plan{.bundle = bundle,
                .dataset = data.dataset,
                .classes = classes_of(data.split, Part::kTest),
                .make = [&](const ModelSpec& spec) { return make_learner(spec, setup_.engine); },
                .threads = resolved_threads(setup_.experiment.options().threads),
                .seed = setup_.experiment.options().seed};
  plan.progress = [&line](double done) {
    if (interrupt_flag()) throw Interrupted("interrupted");
    if (line.due(done)) line.show(done, {"what to expect of new classes"});
  };
  const auto& row = data.dataset.shape();
  const bool large = std::max(row.height, row.width) > kSmallPixels;
  plan.tasks = setup_.tasks > 0 ? setup_.tasks : affordable_tasks(plan, large ? kLarge : kSmall);
  return expect(plan);
}

void ExpectObserver::on_end(const RunEnd& end) {
  if (!end.finished || setup_.experiment.distribution().classes() == nullptr) return;
  try {
    if (end.iteration == began_) found_ = load_expectations(end.folder);
    if (found_) return;
    auto computed = compute(end.bundle);
    if (computed.places.empty()) throw Error("there are no two test classes with two items each");
    write_file_atomically(end.folder / kExpectFile, expectations_json(computed, 2) + "\n");
    found_ = std::move(computed);
  } catch (const Error& error) {
    setup_.notes.on_note(fmt::format("no table of what to expect: {}", error.what()));
  } catch (const Interrupted&) {
    setup_.notes.on_note(
        fmt::format("no table of what to expect: interrupted; 'anole train --resume {}' makes it",
                    end.folder.string()));
  }
}

void ExpectObserver::print() const {
  if (found_) fmt::print("{}", expectations_text(*found_));
}

}  // namespace anole::cli
