#pragma once

// What the user reads about a run: what it does at the start, where the result is at the end.

#include <cstdio>
#include <string>
#include <string_view>

#include "anole/train/observers.h"

namespace anole::cli {

class Narrator final : public Observer {
 public:
  // Writes to `to`; null: nowhere.
  Narrator(const Experiment& experiment, std::FILE* to) : experiment_(experiment), to_(to) {}

  void on_start(const RunStart& start) override;
  void on_note(std::string_view note) override { line("note", std::string(note)); }
  void on_recipe(std::string_view decision) { line("recipe", std::string(decision)); }
  void on_eval(const Validation& validation) override { validation_ = validation; }
  void on_end(const RunEnd& end) override;

  std::string json() const;  // of the run, once it has ended; one line

 private:
  void line(std::string_view label, const std::string& text);
  std::string validation_text() const;

  const Experiment& experiment_;
  std::FILE* to_;
  RunStart start_ = {};
  Validation validation_ = {};  // the last one; no tasks: none yet
  RunEnd end_ = {};
};

}  // namespace anole::cli
