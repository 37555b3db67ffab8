// What Python's price is measured against: the same calls from C++, on the same rows.
//
//   bench_adapter_calls BUNDLE      prints microseconds, the fastest and the median, of an adaptation
//                                   to 5 pictures and of an answer to one row
//
// bench/python_price runs it.

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "anole/bundle/adapter.h"
#include "anole/make_learner.h"

namespace {

// Of this thread's work alone: what else the machine does counts less.
double thread_microseconds() {
  timespec time = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

template <class Call>
std::string microseconds(int repeats, Call&& call) {
  std::vector<double> times;
  for (int i = 0; i < repeats; ++i) {
    const double start = thread_microseconds();
    call();
    times.push_back(thread_microseconds() - start);
  }
  std::ranges::sort(times);
  return fmt::format("{:.2f} {:.2f}", times.front(), times[times.size() / 2]);
}

// As bench/python_price makes them.
std::vector<float> row(std::size_t index, std::size_t size) {
  std::vector<float> numbers(size);
  for (std::size_t i = 0; i < size; ++i) {
    numbers[i] = static_cast<float>((index * 7 + i * 13) % 97) / 96.0f;
  }
  return numbers;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return EXIT_FAILURE;
  anole::Adapter adapter(anole::load_bundle(arguments[1]), anole::learners());
  const auto size = adapter.bundle().spec.input.size();
  const auto adapt = microseconds(30, [&] {
    std::vector<anole::LabelledRow> examples;
    for (std::size_t i = 0; i < 5; ++i) {
      const auto numbers = row(i, size);
      examples.push_back(
          {.label = std::string(1, "abcde"[i]), .row = adapter.row({.numbers = numbers})});
    }
    adapter.adapt(std::move(examples));
  });
  const auto asked = row(7, size);
  const auto predict = microseconds(2000, [&] { (void)adapter.predict(asked, 1); });
  fmt::print("{} {}\n", adapt, predict);
}
