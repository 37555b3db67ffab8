// anole report: what a run did, on one page.

#include <fmt/format.h>

#include <optional>

#include "anole/core/error.h"
#include "anole/io/atomic_file.h"
#include "anole/io/json.h"
#include "anole/make_learner.h"
#include "anole/runs/run_record.h"
#include "anole/runs/stored.h"
#include "anole/tensorboard/tensorboard.h"
#include "cli/command.h"
#include "cli/commands/report_run.h"
#include "cli/terminal.h"
#include "cli/text.h"

namespace anole::cli {
namespace {

struct ReportCommand {
  std::filesystem::path data = {};
  std::filesystem::path out = {};
  int tasks = 0;
  int threads = 0;
  Engine engine = Engine::kFused;
  bool tensorboard = false;
  bool quiet = false;

  static constexpr auto fields() {
    return std::tuple{
        Heading{"Data"},
        Field{"data", &ReportCommand::data, "root of the data sets; default: the run's"},
        Heading{"Evaluation"},
        Field{"tasks",
              &ReportCommand::tasks,
              "test tasks to evaluate; 0: as many as take about half a minute, at most 400",
              {.min = 0}},
        Heading{"Run"},
        Field{"threads", &ReportCommand::threads, "worker threads; 0: all cores", {.min = 0}},
        Field{"out", &ReportCommand::out,
              "the page; default: report.html in the run folder, of several runs in this folder"},
        Field{"engine", &ReportCommand::engine, "fused or reference (slow, plain loops)"},
        Field{"tensorboard", &ReportCommand::tensorboard,
              "write an event file for TensorBoard into each run folder too"},
        Field{"quiet", &ReportCommand::quiet, "print errors only"}};
  }
};

std::int64_t iteration_of(const Stored& stored) {
  const auto training = parse_json(stored.training, stored.path.string());
  const auto iteration = training.is_object() ? training.value("iteration", Json()) : Json();
  return iteration.is_number_integer() ? iteration.get<std::int64_t>() : 0;
}

// A run as it is stored, its options completed by the command's.
RunReport report_of(const std::string& folder, const ReportCommand& command, ProgressLine& line) {
  auto history = read_history(folder);  // refuses what is no run folder
  for (const auto& note : history.notes) {
    if (!command.quiet) print_note(note);
  }
  const auto stored = load_stored(folder);
  auto options = stored.options;
  options.threads = command.threads;
  if (!command.data.empty()) options.data.data = command.data;
  const Experiment experiment(options, Purpose::kEvaluation);
  for (const auto& note : experiment.notes()) {
    if (!command.quiet) print_note(note);
  }
  auto report = measured_report(std::move(history), experiment, stored.meta,
                                {.iteration = iteration_of(stored),
                                 .engine = command.engine,
                                 .gigaflops = kReportGigaflops,
                                 .tasks = command.tasks,
                                 .line = &line});
  if (!stored.note.empty()) report.note += (report.note.empty() ? "" : " ") + stored.note;
  return report;
}

std::filesystem::path page_path(const Arguments& arguments, const ReportCommand& command) {
  if (!command.out.empty()) return command.out;
  if (arguments.positionals.size() > 1) return kReportFile;
  return std::filesystem::path(arguments.positionals[0]) / kReportFile;
}

void run(const Arguments& arguments) {
  if (arguments.positionals.empty()) throw UsageError("expected a run folder, found nothing");
  ReportCommand command;
  arguments.apply(command);
  catch_interrupts();
  if (!command.quiet) print_note(threads_note(command.threads));
  std::vector<RunReport> reports;
  for (const auto& folder : arguments.positionals) {
    ProgressLine line(!command.quiet);
    reports.push_back(report_of(folder, command, line));
  }
  if (command.tensorboard) {
    for (const auto& report : reports) write_report_events(report);
  }
  const auto path = page_path(arguments, command);
  write_file_atomically(path, report_page(reports));
  if (!command.quiet) fmt::print("report    {}\n", path.string());
}

}  // namespace

const Command kReport{
    .name = "report",
    .usage = "RUN [RUN…] [options]",
    .summary = "draw curves, tasks, mistakes and protocol of runs on one page",
    .details =
        "Writes one HTML page that needs no network: learning curves, adaptation step by step, "
        "accuracy by norm mode, test tasks with their answers, hard and easy classes, confusion, "
        "calibration, time and every option. Several runs are drawn over one another, with what "
        "differs between them. Test tasks are evaluated anew, so it takes a while.\n"
        "\n"
        "  anole report runs/omniglot-1\n"
        "  anole report runs/omniglot-1 runs/omniglot-2 --out compared.html\n",
    .flags = [] { return flags_of<ReportCommand>(); },
    .run = run};

}  // namespace anole::cli
