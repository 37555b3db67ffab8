#include "anole/reproduce/run.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "anole/core/clock.h"
#include "anole/core/error.h"
#include "anole/core/isa.h"
#include "anole/core/parallel.h"
#include "anole/files/digest.h"
#include "anole/io/atomic_file.h"
#include "anole/io/fields_json.h"
#include "anole/io/file_system.h"
#include "anole/reproduce/results.h"
#include "anole/runs/checkpoint.h"
#include "anole/runs/run_files.h"
#include "anole/runs/run_lock.h"
#include "anole/train/trainer.h"
#include "anole/version.h"

namespace anole {
namespace {

namespace fs = std::filesystem;

constexpr int kMiniImagenetImages = 600;  // a class, in the original

// Unwinds an evaluation that was asked to stop.
struct Stopped {};

fs::path run_folder(const ReproduceOptions& options, const RowConfig& config, int seed) {
  const auto now = row_options(config.options, options, seed).iterations;
  ReproduceOptions usual{.quick = options.quick};
  auto name = fmt::format("seed{}", seed);
  if (now != row_options(config.options, usual, seed).iterations) {
    name += fmt::format("-{}-iterations", now);
  }
  if (options.precision != usual.precision) {
    name += fmt::format("-{}", enum_name(options.precision));
  }
  return results_folder(options) / config.row->name / name;
}

bool has_checkpoint(const fs::path& folder) {
  return path_exists(folder / kLatestCheckpoint) || path_exists(folder / kPreviousCheckpoint);
}

// A run that was killed before its first checkpoint: nothing in it is worth keeping. Throws Error
// if another process has only just begun it.
void remove_stillborn(const fs::path& folder) {
  if (!is_folder(folder) || has_checkpoint(folder)) return;
  for (const auto& path : folder_entries(folder)) {
    const auto name = path.filename().string();
    if (name != kRunFile && name != kMetricsFile && !name.starts_with('.')) return;
  }
  const RunLock lock(folder);
  if (!has_checkpoint(folder)) remove_all_of(folder);
}

// "miniimagenet, split ravi, 64 training and 20 test classes, 75 images a class (600 in the
// original)".
std::string describe_data(const Experiment& experiment) {
  const auto* data = experiment.distribution().classes();
  if (data == nullptr) return experiment.dataset_name() + ", generated";
  auto least = std::numeric_limits<std::int32_t>::max(), most = std::int32_t{0};
  for (const auto& one : data->dataset.classes()) {
    least = std::min(least, one.items);
    most = std::max(most, one.items);
  }
  auto text =
      fmt::format("{}, split {}, {} training and {} test classes, {}{} images a class",
                  experiment.dataset_name(), experiment.split_name(), data->split.train.size(),
                  data->split.test.size(), least, least == most ? "" : fmt::format(" to {}", most));
  if (experiment.dataset_name() == "miniimagenet" && most != kMiniImagenetImages) {
    text += fmt::format(" ({} in the original)", kMiniImagenetImages);
  }
  return text;
}

// reproduce.json of a run: what its run.json does not say.
struct RunNote {
  std::string data;
  std::string commit;
  std::optional<double> seconds;  // of training, in all processes; none if it is not known

  void save(const fs::path& folder) const {
    const Json json{
        {"data", data}, {"commit", commit}, {"seconds", seconds ? Json(*seconds) : Json()}};
    write_file_atomically(folder / kReproduceFile, dump_json(json, kReproduceFile) + "\n");
  }
};

std::optional<double> stored_seconds(const fs::path& folder) {
  const auto file = folder / kReproduceFile;
  if (!path_exists(file)) return std::nullopt;
  const auto json = parse_json(read_file(file), file.string());
  const auto seconds = json.is_object() ? json.value("seconds", Json()) : Json();
  return seconds.is_number() ? std::optional(seconds.get<double>()) : std::nullopt;
}

// Adds up the wall time of a training over all its processes, as of each checkpoint.
class Stopwatch final : public Observer {
 public:
  explicit Stopwatch(RunNote note) : note_(std::move(note)), start_(now_seconds()) {}

  void on_start(const RunStart& start) override {
    if (start.iteration == 0) note_.seconds = 0;
    start_ = now_seconds();
  }
  void on_checkpoint(const Saved& saved) override { save(saved.file.parent_path()); }
  void on_end(const RunEnd& end) override { save(end.folder); }

 private:
  void save(const fs::path& folder) const {
    auto note = note_;
    if (note.seconds) *note.seconds += now_seconds() - start_;
    note.save(folder);
  }

  RunNote note_;  // seconds: of earlier processes
  double start_;
};

std::string digest_of(const MetaState& state) {
  const auto bytes = [](const std::vector<float>& values) {
    return std::span(reinterpret_cast<const std::uint8_t*>(values.data()),
                     values.size() * sizeof(float));
  };
  Digest digest;
  digest.add(bytes(state.params)).add(bytes(state.second_moment));
  return digest.add(static_cast<std::uint64_t>(state.adam_steps)).hex().substr(0, 16);
}

// All that a stored result depends on; equal text: no need to measure again.
Json basis_of(const TrainOptions& options, const MetaState& state, std::int64_t iteration) {
  return {{"state", digest_of(state)},
          {"iteration", iteration},
          {"options", result_fields_to_json(options)}};
}

bool is_measured(const fs::path& file, const Json& basis, bool needs_curve) {
  if (!path_exists(file)) return false;
  const auto json = parse_json(read_file(file), file.string());
  return json.is_object() && json.value("basis", Json()) == basis &&
         (!needs_curve || json.value("result", Json::object()).contains("curve"));
}

std::string machine_text(std::string_view kernel_version, int threads, const std::string& commit) {
  const auto kernels = kernel_version.empty() ? "" : fmt::format(", kernels {}", kernel_version);
  return fmt::format("{}, {} threads, {}{}, anole {}{}", cpu_name(), threads, isa_name(isa()),
                     kernels, kVersion, commit.empty() ? "" : ", commit " + commit);
}

// One training with its evaluations.
class RowRun {
 public:
  RowRun(const ReproduceSetup& setup, const RowConfig& config, int seed)
      : setup_(setup),
        row_(*config.row),
        options_(row_options(config.options, setup.options, seed)),
        folder_(run_folder(setup.options, config, seed)) {
    options_.out = folder_;
  }

  // False after a stop.
  bool train() {
    remove_stillborn(folder_);
    const bool there = has_checkpoint(folder_);
    if (there) require_own_options();
    if (there && load_latest(folder_).checkpoint.iteration >= options_.iterations) return true;
    if (!setup_.options.train) return note_untrained(there);
    const Experiment experiment(options_);
    Stopwatch stopwatch({describe_data(experiment), setup_.commit, stored_seconds(folder_)});
    const auto shown = setup_.watch == nullptr ? nullptr : setup_.watch->training(experiment);
    LearnerTeam team([&] { return setup_.make_learner(experiment.spec()); },
                     resolved_threads(options_.threads));
    std::vector<Observer*> observers{&stopwatch};
    if (shown) observers.push_back(shown.get());
    Trainer trainer({.experiment = experiment,
                     .team = team,
                     .observers = std::move(observers),
                     .stop = setup_.stop});
    return (there ? trainer.resume(folder_) : trainer.run()).finished;
  }

  void evaluate_all() {
    if (!has_checkpoint(folder_)) return;
    const auto checkpoint = load_latest(folder_).checkpoint;
    for (const auto& setting : row_.settings) measure(setting, checkpoint);
  }

 private:
  bool note_untrained(bool there) const {
    if (setup_.watch == nullptr) return true;
    const auto iteration = there ? load_latest(folder_).checkpoint.iteration : 0;
    setup_.watch->on_note(fmt::format("{} seed {}: {} of {} meta-iterations are done", row_.name,
                                      options_.seed, iteration, options_.iterations));
    return true;
  }

  // Before the data is loaded, as Trainer::resume checks only what it resumes.
  void require_own_options() const {
    const auto checkpoint = load_latest(folder_).checkpoint;
    const auto defaults = result_fields_to_json(TrainOptions{});
    const auto run = parse_json(checkpoint.options_json, folder_.string());
    const auto now = result_fields_to_json(options_);
    for (const auto& [name, value] : now.items()) {
      if (ignored_by_training(name)) continue;
      const auto then = run.contains(name) ? run[name] : defaults.value(name, Json());
      if (then == value) continue;
      throw Error("{} was made with {} = {}, row {} has {}; move it away, or choose another --out",
                  folder_.string(), name, then.dump(), row_.name, value.dump());
    }
  }

  // Evaluation only, so a run may have other values of them.
  static bool ignored_by_training(const std::string& name) {
    return name == "shots" || result_fields_to_json(EvalOptions{}).contains(name);
  }

  MetaState state_of(const Setting& setting, const Checkpoint& checkpoint) const {
    if (!setting.random_init) return evaluation_state(checkpoint.meta);
    return initial_state(options_, *setup_.make_learner(checkpoint.spec),
                         checkpoint.meta.moment_rows);
  }

  void measure(const Setting& setting, const Checkpoint& checkpoint) {
    const auto options = with_setting(options_, setting);
    const auto state = state_of(setting, checkpoint);
    const auto basis = basis_of(options, state, checkpoint.iteration);
    const auto file = evaluation_file(folder_, setting);
    if (is_measured(file, basis, needs_curve(setting))) return;
    const Experiment experiment(options);
    const int threads = resolved_threads(options.threads);
    LearnerTeam team([&] { return setup_.make_learner(checkpoint.spec); }, threads);
    const auto plan = plan_for(experiment, setting);
    const double start = now_seconds();
    const auto result = evaluate(team, state, *experiment.test_tasks(options.seed), plan);
    const Json json{
        {"row", row_.name},
        {"setting", setting.name},
        {"seed", options.seed},
        {"iteration", checkpoint.iteration},
        {"iterations", options.iterations},
        {"seconds", now_seconds() - start},
        {"machine", machine_text(team.learner(0).kernel_version(options_.inner.precision),
                                 team.pool().threads(), setup_.commit)},
        {"basis", basis},
        {"result", parse_json(eval_json(result, experiment.test_protocol(options.seed)), "eval")}};
    make_folders(file.parent_path());
    write_file_atomically(file, dump_json(json, file.string()) + "\n");
    if (!path_exists(folder_ / kReproduceFile)) {
      RunNote{describe_data(experiment), "", std::nullopt}.save(folder_);
    }
  }

  // The table shows `show_before` before adapting too; a random initialisation is there to be
  // compared step by step.
  bool needs_curve(const Setting& setting) const {
    return setup_.options.curve || setting.show_before || setting.random_init;
  }

  EvalPlan plan_for(const Experiment& experiment, const Setting& setting) const {
    const auto& options = experiment.options();
    EvalPlan plan{.options = options.eval, .inner = experiment.eval_inner(), .seed = options.seed};
    plan.after_only = !needs_curve(setting);
    const auto what = fmt::format("{} seed {}, {}", row_.name, options.seed, setting.title);
    const auto tasks = static_cast<double>(options.eval.tasks);
    plan.progress = [&setup = setup_, what, tasks](std::int64_t done) {
      if (setup.stop != nullptr && *setup.stop) throw Stopped{};
      if (setup.watch != nullptr)
        setup.watch->on_evaluation(what, static_cast<double>(done) / tasks);
    };
    return plan;
  }

  const ReproduceSetup& setup_;
  const PaperRow& row_;
  TrainOptions options_;
  fs::path folder_;
};

}  // namespace

fs::path results_folder(const ReproduceOptions& options) {
  return options.quick ? options.out / "quick" : options.out;
}

bool reproduce_run(const ReproduceSetup& setup, const RowConfig& config, int seed) {
  RowRun run(setup, config, seed);
  if (!run.train()) return false;
  try {
    run.evaluate_all();
  } catch (const Stopped&) {
    return false;
  }
  return true;
}

}  // namespace anole
