#include "cli/commands/eval_flags.h"

#include <fmt/format.h>

#include "cli/command.h"
#include "cli/text.h"

namespace anole::cli {

std::function<void(std::int64_t done)> task_progress(ProgressLine& line, int tasks) {
  return [&line, tasks](std::int64_t done) {
    if (interrupt_flag()) throw Interrupted("interrupted");
    const double fraction = static_cast<double>(done) / tasks;
    if (done == 0 || !line.due(fraction)) return;
    line.show(fraction, {fmt::format("{}/{} tasks", with_commas(done), with_commas(tasks)),
                         duration(line.seconds() / fraction * (1 - fraction)) + " left"});
  };
}

}  // namespace anole::cli
