#pragma once

// Terminals, progress on them, notes, and Ctrl-C.

#include <atomic>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace anole::cli {

// Whether `descriptor` is a terminal that takes control characters: not one whose $TERM is "dumb"
// (as inside editors) or missing.
bool is_terminal(int descriptor);

// The width of the terminal at `descriptor`; 100 if it is none or does not say.
std::size_t terminal_columns(int descriptor);

// The width for running text: the terminal's, but 60 to 100.
std::size_t text_columns(int descriptor);

// How far a long job is, on stderr. On a terminal one line that is drawn anew at most ten times a
// second and goes away at the end; elsewhere a plain line every 5 % or 10 s.
class ProgressLine {
 public:
  explicit ProgressLine(bool shown);
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  // Whether `show` would draw now; spares the caller making the facts.
  bool due(double fraction) const;
  // `facts` in order of importance: those that do not fit are left out. `fraction` in [0, 1].
  void show(double fraction, const std::vector<std::string>& facts);
  void clear();  // removes the line from the terminal, before other output

  double seconds() const;  // since construction

 private:
  using Clock = std::chrono::steady_clock;
  bool shown_, terminal_, drawn_ = false;
  Clock::time_point start_, last_;
  double last_fraction_ = 0;
};

// The line of a terminal `width` columns wide: bar, percent and as many facts as fit.
std::string progress_line(double fraction, const std::vector<std::string>& facts,
                          std::size_t width);

// "note: <text>" on stderr, where results on stdout stay as they are; nothing for an empty text.
void print_note(std::string_view text);

// The note that a command has fewer worker threads than it was asked for (0: all cores), if so.
std::string threads_note(int threads);

// From the first call on, SIGINT and SIGTERM only set the flag; a second one kills at once.
void catch_interrupts();
const std::atomic<bool>& interrupt_flag();

}  // namespace anole::cli
