#pragma once

// What the user sees of a run: a bar on a terminal, a plain line now and then elsewhere.

#include <string>
#include <utility>

#include "anole/train/observers.h"
#include "cli/terminal.h"

namespace anole::cli {

class ProgressObserver final : public Observer {
 public:
  // `rows` is what a row is called: "images".
  ProgressObserver(bool shown, std::string rows) : rows_(std::move(rows)), line_(shown) {}

  void on_iteration(const IterationReport& report) override;
  void on_eval(const Validation& validation) override;
  void on_note(std::string_view) override { line_.clear(); }
  void on_end(const RunEnd&) override { line_.clear(); }

 private:
  std::string rows_;
  ProgressLine line_;
  std::string score_;  // the last one, with what it was measured on
};

}  // namespace anole::cli
