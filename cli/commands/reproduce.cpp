// anole reproduce: rows of the results table, from their configs.

#include "anole/reproduce/reproduce.h"

#include <fmt/format.h>

#include "anole/core/error.h"
#include "anole/io/atomic_file.h"
#include "anole/make_learner.h"
#include "anole/program/config.h"
#include "anole/program/training.h"
#include "cli/command.h"
#include "cli/commands/report_run.h"
#include "cli/commit.h"
#include "cli/narrator.h"
#include "cli/progress_observer.h"
#include "cli/terminal.h"
#include "cli/text.h"

namespace anole::cli {
namespace {

struct ReproduceCommand {
  ReproduceOptions options = {};
  Engine engine = Engine::kFused;
  bool report = true;
  bool quiet = false;
  bool json = false;

  static constexpr auto fields() {
    return std::tuple{
        Nested{&ReproduceCommand::options},
        Field{"engine", &ReproduceCommand::engine,
              "fused, onednn (its peer) or reference (plain loops)"},
        Field{
            "report",
            &ReproduceCommand::report,
            "write report.html at the end of each training",
            {.output = true, .off = "leave out report.html, which saves some seconds a training"}},
        Field{"quiet", &ReproduceCommand::quiet, "print errors only", {.output = true}},
        Field{"json",
              &ReproduceCommand::json,
              "print results.json in the place of the table",
              {.output = true}}};
  }
};

// What a row's config sets beside the options of a training: none of the rows has an engine.
RowConfig config_of(const PaperRow& row, std::span<const FlagInfo> keys) {
  RowConfig config{.row = &row};
  apply_config(embedded_config(row.name, keys), config.options);
  return config;
}

// A training tells its data, network and progress, and leaves what one of `anole train` does.
class TrainingView final : public Observer {
 public:
  TrainingView(const Experiment& experiment, const ReproduceCommand& command)
      : narrator_(experiment, command.quiet ? nullptr : stderr),
        progress_(!command.quiet, experiment.spec().input.height > 1 ? "images" : "rows"),
        timing_(timing_observer()),
        report_({.experiment = experiment,
                 .notes = narrator_,
                 .engine = command.engine,
                 .shown = !command.quiet}),
        with_report_(command.report) {}

  void on_start(const RunStart& start) override {
    narrator_.on_start(start);
    timing_->on_start(start);
    report_.on_start(start);
  }
  void on_note(std::string_view note) override {
    progress_.on_note(note);
    narrator_.on_note(note);
  }
  void on_iteration(const IterationReport& report) override {
    progress_.on_iteration(report);
    timing_->on_iteration(report);
  }
  void on_eval(const Validation& validation) override { progress_.on_eval(validation); }
  void before_checkpoint(std::int64_t iteration) override { timing_->before_checkpoint(iteration); }
  void on_checkpoint(const Saved& saved) override { timing_->on_checkpoint(saved); }
  void on_end(const RunEnd& end) override {
    progress_.on_end(end);
    timing_->on_end(end);
    if (with_report_) report_.on_end(end);
  }

 private:
  Narrator narrator_;
  ProgressObserver progress_;
  std::unique_ptr<Observer> timing_;
  ReportObserver report_;
  bool with_report_;
};

class View final : public ReproduceWatch {
 public:
  explicit View(const ReproduceCommand& command) : command_(command) {}

  void on_note(const std::string& note) override {
    if (!command_.quiet) fmt::print(stderr, "note      {}\n", note);
  }
  std::unique_ptr<Observer> training(const Experiment& experiment) override {
    return std::make_unique<TrainingView>(experiment, command_);
  }
  void on_evaluation(std::string_view what, double fraction) override {
    if (what != what_) {
      line_ = std::make_unique<ProgressLine>(!command_.quiet);
      what_ = what;
    }
    if (fraction > 0 && line_->due(fraction)) line_->show(fraction, {what_});
    if (fraction >= 1) line_->clear();
  }

 private:
  const ReproduceCommand& command_;
  std::string what_;
  std::unique_ptr<ProgressLine> line_;
};

ReproduceSetup setup_of(const Arguments& arguments, const ReproduceCommand& command, View& view) {
  ReproduceSetup setup{.options = command.options, .watch = &view, .stop = &interrupt_flag()};
  setup.make_learner = [&command](const ModelSpec& spec) {
    return make_learner(spec, command.engine);
  };
  setup.commit = kCommit;
  const auto keys = config_keys();
  for (const auto& row : paper_rows()) setup.known.push_back(config_of(row, keys));
  for (const auto& name : arguments.positionals) setup.wanted.push_back(&find_paper_row(name));
  if (!arguments.positionals.empty()) return setup;
  for (const auto& row : paper_rows()) setup.wanted.push_back(&row);
  return setup;
}

void run(const Arguments& arguments) {
  ReproduceCommand command;
  arguments.apply(command);
  View view(command);
  const auto setup = setup_of(arguments, command, view);
  catch_interrupts();
  if (!command.quiet) print_note(threads_note(command.options.threads));
  const auto outcome = reproduce(setup);
  auto table = outcome.table;
  if (command.json) table.replace_extension(".json");
  if (!command.quiet || command.json) fmt::print("{}", read_file(table));
  if (!outcome.finished) {
    throw Interrupted(
        fmt::format("interrupted; go on with the same command; the table so far is {}",
                    outcome.table.string()));
  }
}

}  // namespace

const Command kReproduce{
    .name = "reproduce",
    .usage = "[ROW...] [options]",
    .summary = "train and evaluate rows of the results table, and write it",
    .details =
        "Rows are omniglot_5way, omniglot_20way, miniimagenet_5way, sine, article and "
        "best/omniglot_5way, by default all. A row is trained as its config says, then evaluated "
        "in all norm modes; one training serves 1-shot and 5-shot. What is done already is kept: "
        "after Ctrl-C or a crash the same "
        "command goes on. The table, with the papers' numbers, is results.md, .csv and .json in "
        "the --out folder; each training is a run folder there, with its report.html.\n"
        "\n"
        "  anole reproduce --quick\n"
        "  anole reproduce omniglot_5way --seeds 0,1\n"
        "  anole reproduce miniimagenet_5way --iterations 20000\n"
        "  anole reproduce omniglot_20way --no-train\n",
    .flags = [] { return flags_of<ReproduceCommand>(); },
    .run = run};

}  // namespace anole::cli
