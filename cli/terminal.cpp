#include "cli/terminal.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "anole/core/parallel.h"
#include "cli/text.h"

namespace anole::cli {
namespace {

std::atomic<bool> interrupt_seen = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler writes it");

void on_signal(int) {
  interrupt_seen = true;
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

double seconds_between(std::chrono::steady_clock::time_point from,
                       std::chrono::steady_clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

}  // namespace

bool is_terminal(int descriptor) {
  const char* term = std::getenv("TERM");
  const std::string_view name = term == nullptr ? "" : term;
  return isatty(descriptor) == 1 && !name.empty() && name != "dumb";
}

std::size_t terminal_columns(int descriptor) {
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 100;
  return size.ws_col;
}

std::size_t text_columns(int descriptor) {
  return std::clamp<std::size_t>(terminal_columns(descriptor), 60, 100);
}

ProgressLine::ProgressLine(bool shown)
    : shown_(shown), terminal_(is_terminal(2)), start_(Clock::now()), last_(start_) {}

bool ProgressLine::due(double fraction) const {
  if (!shown_) return false;
  const double waited = seconds_between(last_, Clock::now());
  if (terminal_) return !drawn_ || waited >= 0.1;
  if (fraction >= 1) return last_fraction_ < 1;
  return waited >= 10 || (waited >= 1 && fraction - last_fraction_ >= 0.05);
}

void ProgressLine::show(double fraction, const std::vector<std::string>& facts) {
  if (!shown_) return;
  last_ = Clock::now();
  last_fraction_ = fraction;
  if (!terminal_) {
    fmt::print(stderr, "{:3.0f} %", std::min(100.0, 100 * fraction));
    for (const auto& fact : facts) fmt::print(stderr, "  {}", fact);
    fmt::print(stderr, "\n");
    return;
  }
  // One column stays free: writing to the last one wraps the line on some terminals.
  fmt::print(stderr, "\r{}\x1b[K", progress_line(fraction, facts, terminal_columns(2) - 1));
  std::fflush(stderr);
  drawn_ = true;
}

void ProgressLine::clear() {
  if (!drawn_) return;
  fmt::print(stderr, "\r\x1b[K");
  std::fflush(stderr);
  drawn_ = false;
}

double ProgressLine::seconds() const { return seconds_between(start_, Clock::now()); }

std::string progress_line(double fraction, const std::vector<std::string>& facts,
                          std::size_t width) {
  fraction = std::clamp(fraction, 0.0, 1.0);
  const auto bar = std::clamp<std::size_t>(width / 5, 4, 24);
  const auto full = static_cast<std::size_t>(fraction * static_cast<double>(bar));
  std::string line = fmt::format("[{}{}] {:3.0f} %", std::string(full, '='),
                                 std::string(bar - full, ' '), 100 * fraction);
  for (const auto& fact : facts) {
    if (columns(line) + 2 + columns(fact) > width) break;
    line += "  " + fact;
  }
  return columns(line) <= width ? line : fmt::format("{:.0f} %", 100 * fraction);
}

void print_note(std::string_view text) {
  if (!text.empty()) fmt::print(stderr, "note: {}\n", text);
}

std::string threads_note(int threads) {
  return WorkerPool(threads > 0 ? threads : available_cores()).shortfall();
}

void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

const std::atomic<bool>& interrupt_flag() { return interrupt_seen; }

}  // namespace anole::cli
