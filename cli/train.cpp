// anole train: learn an initialisation.

#include <fmt/format.h>

#include <cstdio>

#include "anole/core/error.h"
#include "anole/io/fields_json.h"
#include "anole/make_learner.h"
#include "anole/train/run_record.h"
#include "anole/train/trainer.h"
#include "cli/command.h"
#include "cli/config.h"
#include "cli/describe.h"
#include "cli/glyphs_config.h"
#include "cli/progress_observer.h"
#include "cli/terminal.h"
#include "cli/text.h"

namespace anole::cli {
namespace {

// What a config may set.
struct Configured {
  TrainOptions train = {};
  Engine engine = Engine::kFused;

  static constexpr auto fields() {
    return std::tuple{Nested{&Configured::train}, Field{"engine", &Configured::engine,
                                                        "fused or reference (slow, plain loops)"}};
  }
};

struct TrainCommand {
  Configured configured = {};
  std::filesystem::path resume;
  bool quiet = false;
  bool json = false;
  bool print_config = false;

  static constexpr auto fields() {
    return std::tuple{
        Nested{&TrainCommand::configured},
        Field{"resume",
              &TrainCommand::resume,
              "continue the run in this folder; takes only threads and output options",
              {.output = true}},
        Field{"quiet", &TrainCommand::quiet, "print errors only", {.output = true}},
        Field{"json", &TrainCommand::json, "print one JSON object at the end", {.output = true}},
        Field{"print_config",
              &TrainCommand::print_config,
              "print all options as a config and stop",
              {.output = true}}};
  }
};

// The run's own options: --resume starts from them.
Configured configured_of(const std::filesystem::path& run_folder) {
  const auto record = read_run_record(run_folder);
  Configured configured{.train = record.options};
  set_field(configured, "engine", "engine", record.engine);
  return configured;
}

// Flag over config over default. Without a config, glyphs come with the settings of
// configs/glyphs.toml; the defaults of TrainOptions are the paper's, which take half an hour.
TrainCommand parse_train(const Arguments& arguments) {
  expect_positionals(arguments, std::array<std::string_view, 1>{"[CONFIG.toml]"});
  const auto keys = config_keys();
  TrainCommand command;
  arguments.apply(command);
  const bool glyphs = command.configured.train.data.dataset == "glyphs";
  const bool resumes = !command.resume.empty();
  if (resumes) command.configured = configured_of(command.resume);
  if (!arguments.positionals.empty()) {
    apply_config(read_config(arguments.positionals[0], keys), command);
  } else if (glyphs && !resumes) {
    apply_config(parse_config(kGlyphsConfig, "configs/glyphs.toml", keys), command);
  }
  arguments.apply(command);
  return command;
}

// Before the data is loaded, so that a changed option is named rather than its consequences.
void require_resumable(const Arguments& arguments, const TrainCommand& command) {
  if (arguments.has("out")) {
    throw UsageError("--out: a resumed run stays in its folder, {}; leave --out out",
                     command.resume.string());
  }
  const auto run = load_latest(command.resume).checkpoint;
  auto now = run;
  now.engine = enum_name(command.configured.engine);
  now.options_json = dump_json(result_fields_to_json(command.configured.train), "options");
  require_same_run(run, now, command.resume);
}

// JSON's texts, numbers, bools and lists are TOML's too.
void print_config(const Configured& configured) {
  const Json options = fields_to_json(configured);
  for (const auto& [key, value] : options.items()) {
    fmt::print("{} = {}\n", key, dump_json(value, key));
  }
}

// Says what happens, to `to` (null: nowhere), and keeps what the end needs.
class Narrator final : public Observer {
 public:
  Narrator(const Experiment& experiment, std::FILE* to) : experiment_(experiment), to_(to) {}

  void on_start(const RunStart& start) override {
    start_ = start;
    say_wrapped("data", describe_data(experiment_));
    say_wrapped("network", describe_network(experiment_.spec()));
    say_wrapped("training",
                describe_training(experiment_.options(), experiment_.data() == nullptr));
    say("run       {}, {} engine, {}\n", start.folder.string(), start.engine,
        counted(start.threads, "thread"));
    if (start.iteration > 0) {
      say("resumed   after {} of {} meta-iterations\n", with_commas(start.iteration),
          with_commas(start.iterations));
    }
    if (to_ != nullptr) std::fflush(to_);
  }
  void on_note(std::string_view note) override { say_wrapped("note", std::string(note)); }
  void on_eval(const Validation& validation) override { validation_ = validation; }
  void on_end(const RunEnd& end) override {
    end_ = end;
    if (!end.finished) return;
    if (end.iteration > start_.iteration) {
      say("done      {} in {}{}\n", counted(end.iteration - start_.iteration, "meta-iteration"),
          elapsed(end.seconds), validation_text());
    }
    say("bundle    {}\n", end.bundle.string());
    say("next      anole eval {}\n", end.folder.string());
  }

  Json to_json() const {
    Json json{{"run", end_.folder.string()},     {"bundle", end_.bundle.string()},
              {"finished", end_.finished},       {"iteration", end_.iteration},
              {"iterations", start_.iterations}, {"parameters", start_.parameters},
              {"engine", start_.engine},         {"threads", start_.threads},
              {"seconds", end_.seconds}};
    if (validation_.tasks > 0) {
      json["validation"] = {{"iteration", validation_.iteration},
                            {"on", enum_name(validation_.on)},
                            {"norm", enum_name(validation_.norm)},
                            {"tasks", validation_.tasks},
                            {validation_.regression ? "error" : "accuracy", validation_.score.mean},
                            {"ci95", validation_.score.ci95}};
    }
    return json;
  }

 private:
  template <class... Args>
  void say(fmt::format_string<Args...> format, Args&&... args) {
    if (to_ != nullptr) fmt::print(to_, format, std::forward<Args>(args)...);
  }
  void say_wrapped(std::string_view label, const std::string& text) {
    if (to_ != nullptr) fmt::print(to_, "{}", labelled(label, text, text_columns(fileno(to_))));
  }
  std::string validation_text() const {
    if (validation_.tasks == 0) return "";
    std::string text = fmt::format(
        "; {} {} on {}", validation_.regression ? "mean squared error" : "accuracy",
        score_text(validation_.score, validation_.regression), enum_name(validation_.on));
    if (has_batch_norm(experiment_.spec()))
      text += fmt::format(", {}", enum_name(validation_.norm));
    return text;
  }

  const Experiment& experiment_;
  std::FILE* to_;
  RunStart start_ = {};
  Validation validation_ = {};  // the last one; no tasks: none yet
  RunEnd end_ = {};
};

TrainOutcome train(const TrainCommand& command, const Experiment& experiment,
                   std::vector<Observer*> observers) {
  const LearnerFactory learners = [&] {
    return make_learner(experiment.spec(), command.configured.engine);
  };
  LocalReducer reducer;
  catch_interrupts();
  Trainer trainer({.experiment = experiment,
                   .learners = learners,
                   .reducer = reducer,
                   .observers = std::move(observers),
                   .stop = &interrupt_flag()});
  return command.resume.empty() ? trainer.run() : trainer.resume(command.resume);
}

void run(const Arguments& arguments) {
  const auto command = parse_train(arguments);
  if (command.print_config) return print_config(command.configured);
  if (!command.resume.empty()) require_resumable(arguments, command);

  const Experiment experiment(command.configured.train);
  Narrator narrator(experiment, command.quiet ? nullptr : command.json ? stderr : stdout);
  ProgressObserver progress(!command.quiet, experiment.spec().input.height > 1 ? "images" : "rows");
  const auto outcome = train(command, experiment, {&progress, &narrator});
  if (command.json) fmt::print("{}\n", dump_json(narrator.to_json(), "train"));
  if (outcome.finished) return;
  fmt::print(stderr,
             "anole: interrupted after {} of {} meta-iterations; go on with\n"
             "  anole train --resume {}\n",
             with_commas(outcome.state.iteration), with_commas(command.configured.train.iterations),
             outcome.folder.string());
  throw Interrupted{};
}

}  // namespace

std::vector<FlagInfo> config_keys() { return flags_of<Configured>(); }

const Command kTrain{.name = "train",
                     .usage = "[CONFIG.toml] [options]",
                     .summary = "learn an initialisation from many small tasks",
                     .details =
                         "A flag wins over the config, the config over the default; config keys "
                         "are the flags' names. "
                         "Without a config it trains on drawn glyphs, which needs no data and "
                         "about a minute. Ctrl-C "
                         "saves a checkpoint and says how to go on.\n"
                         "\n"
                         "  anole train\n"
                         "  anole train configs/omniglot_5way.toml --data ~/data --seed 1\n"
                         "  anole train --resume runs/omniglot-1\n",
                     .flags = [] { return flags_of<TrainCommand>(); },
                     .run = run};

}  // namespace anole::cli
