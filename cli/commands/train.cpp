// anole train: learn an initialisation.

#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <utility>

#include "anole/core/error.h"
#include "anole/expect/expectations.h"
#include "anole/io/fields_json.h"
#include "anole/io/file_system.h"
#include "anole/make_learner.h"
#include "anole/program/calibration.h"
#include "anole/program/training.h"
#include "anole/runs/run_files.h"
#include "anole/tensorboard/tensorboard.h"
#include "anole/train/trainer.h"
#include "cli/command.h"
#include "cli/commands/report_run.h"
#include "cli/narrator.h"
#include "cli/own/expect_run.h"
#include "cli/progress_observer.h"
#include "cli/terminal.h"
#include "cli/text.h"

namespace anole::cli {
namespace {

struct TrainCommand {
  TrainConfig configured = {};
  std::filesystem::path resume;
  bool expect = false;
  int expect_tasks = 0;
  bool quiet = false;
  bool json = false;
  bool print_config = false;
  std::vector<std::string> notes = {};  // what was found out about own data

  static constexpr auto fields() {
    return std::tuple{
        Nested{&TrainCommand::configured},
        Field{"resume",
              &TrainCommand::resume,
              "continue the run in this folder; takes only threads and output options",
              {.output = true}},
        Field{"expect",
              &TrainCommand::expect,
              "end with the accuracy to expect of new classes, by ways and shots; usual for own "
              "data named without --data",
              {.output = true}},
        Field{"expect_tasks",
              &TrainCommand::expect_tasks,
              "tasks of each number of that table; 0: by its cost, 20 to 300",
              {.min = 0, .output = true}},
        Field{"quiet", &TrainCommand::quiet, "print errors only", {.output = true}},
        Field{"json", &TrainCommand::json, "print one JSON object at the end", {.output = true}},
        Field{"print_config",
              &TrainCommand::print_config,
              "print all options as a config and stop",
              {.output = true}}};
  }
};

// What is asked for comes first, then what belongs to this command alone.
TrainCommand parse_train(const Arguments& arguments) {
  TrainCommand command;
  arguments.apply(command);
  auto request = training_request(arguments, command.resume);
  command.configured = request.config;
  command.notes = std::move(request.notes);
  command.expect = request.own_data;
  arguments.apply(command);
  return command;
}

// JSON's texts, numbers, bools and lists are TOML's too, but integers end there at 2^63 - 1.
void print_config(const TrainConfig& configured) {
  const Json options = fields_to_json(configured);
  for (const auto& [key, value] : options.items()) {
    const bool large =
        value.is_number_unsigned() && !std::in_range<std::int64_t>(value.get<std::uint64_t>());
    fmt::print("{} = {}\n", key, dump_json(large ? Json(value.dump()) : value, key));
  }
}

TrainOutcome train(const TrainCommand& command, const Experiment& experiment,
                   std::vector<Observer*> observers) {
  LearnerTeam team([&] { return make_learner(experiment.spec(), command.configured.engine); },
                   resolved_threads(experiment.options().threads));
  catch_interrupts();
  Trainer trainer({.experiment = experiment,
                   .team = team,
                   .observers = std::move(observers),
                   .stop = &interrupt_flag()});
  return command.resume.empty() ? trainer.run() : trainer.resume(command.resume);
}

void calibrate(const Experiment& experiment, const std::filesystem::path& bundle,
               const TrainCommand& command) {
  ProgressLine line(!command.quiet);
  const auto note =
      calibrate_bundle(experiment, bundle,
                       {.engine = command.configured.engine,
                        .tasks = command.configured.calibration_tasks,
                        .progress = [&](double done) { line.show(done, {"calibrating"}); }});
  line.clear();
  print_note(note);
}

std::string train_json(const Narrator& narrator, const ExpectObserver& expect) {
  auto json = parse_json(narrator.json(), "train");
  if (const auto& found = expect.found()) {
    json["expect"] = parse_json(expectations_json(*found), "expect");
  }
  return dump_json(json, "train");
}

void run(const Arguments& arguments) {
  const auto command = parse_train(arguments);
  if (command.print_config) return print_config(command.configured);
  if (!command.resume.empty()) require_resumable(arguments, command.configured, command.resume);

  const Experiment experiment(command.configured.train);
  const auto& configured = command.configured;
  Narrator narrator(experiment, command.quiet ? nullptr : command.json ? stderr : stdout);
  ProgressObserver progress(!command.quiet, experiment.spec().input.height > 1 ? "images" : "rows");
  const auto timing = timing_observer(), tensorboard = tensorboard_observer(experiment);
  ReportObserver report({.experiment = experiment,
                         .notes = narrator,
                         .engine = configured.engine,
                         .tensorboard = configured.tensorboard,
                         .shown = !command.quiet});
  ExpectObserver expect({.experiment = experiment,
                         .notes = narrator,
                         .engine = configured.engine,
                         .tasks = command.expect_tasks,
                         .shown = !command.quiet});
  std::vector<Observer*> observers{&progress, timing.get()};
  if (configured.tensorboard) observers.push_back(tensorboard.get());
  if (command.expect) observers.push_back(&expect);  // before the report, which shows it
  if (configured.report) observers.push_back(&report);
  observers.push_back(&narrator);  // last: it says what the others have written
  for (const auto& note : command.notes) narrator.on_recipe(note);
  const auto outcome = train(command, experiment, observers);
  if (outcome.finished) {
    calibrate(experiment, outcome.folder / kBundleFile, command);
  }
  if (command.json) fmt::print("{}\n", train_json(narrator, expect));
  if (!command.json && !command.quiet) expect.print();
  if (outcome.finished) return;
  throw Interrupted(
      fmt::format("interrupted after {} of {} meta-iterations; go on with\n"
                  "  anole train --resume {}",
                  with_commas(outcome.state.iteration),
                  with_commas(command.configured.train.iterations), outcome.folder.string()));
}

}  // namespace

const Command kTrain{
    .name = "train",
    .usage = "[DATA | CONFIG] [options]",
    .summary = "learn an initialisation from many small tasks",
    .details =
        "DATA is your own: a folder or .zip with one folder of pictures a class, a "
        ".csv or a .npy. It needs no more: our best recipe is cut to the data, "
        "classes are set aside, and the run ends with the accuracy to expect of "
        "new classes, beside what needs no training. "
        "A flag wins over the config, the config over the default; config keys "
        "are the flags' names. Those of the results table are part of the "
        "program and need no file: anole train omniglot_5way. "
        "With neither it trains on drawn glyphs, which needs no data and "
        "about a minute. Ctrl-C "
        "saves a checkpoint and says how to go on.\n"
        "\n"
        "  anole train my-pictures\n"
        "  anole train my-table.csv --print-config\n"
        "  anole train\n"
        "  anole train configs/omniglot_5way.toml --data ~/data --seed 1\n"
        "  anole train --resume runs/omniglot-1\n",
    .flags = [] { return flags_of<TrainCommand>(); },
    .run = run};

}  // namespace anole::cli
