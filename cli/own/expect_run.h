#pragma once

// The table with which a training on own data ends: what to expect of new classes.

#include <optional>
#include <string>

#include "anole/expect/expectations.h"
#include "anole/make_learner.h"
#include "anole/train/observers.h"

namespace anole::cli {

// When the run has finished: walks the grid over the test classes with the bundle, writes
// expect.json into the run folder and keeps the table for printing. What cannot be computed is a
// note of `notes`: the run itself is well. Of a run that had finished before, only if it has none.
class ExpectObserver final : public Observer {
 public:
  struct Setup {
    const Experiment& experiment;
    Observer& notes;
    Engine engine = Engine::kFused;
    int tasks = 0;      // of each place; 0: by their cost
    bool shown = true;  // progress, on a terminal
  };
  explicit ExpectObserver(const Setup& setup) : setup_(setup) {}

  void on_start(const RunStart& start) override { began_ = start.iteration; }
  void on_end(const RunEnd& end) override;

  const std::optional<Expectations>& found() const { return found_; }
  void print() const;  // to stdout

 private:
  Expectations compute(const std::filesystem::path& bundle) const;

  Setup setup_;
  std::int64_t began_ = 0;  // meta-iteration at which this process began
  std::optional<Expectations> found_ = {};
};

// The table and its verdict in lines for people.
std::string expectations_text(const Expectations& expectations);

}  // namespace anole::cli
