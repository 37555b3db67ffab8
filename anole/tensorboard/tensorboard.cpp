#include "anole/tensorboard/tensorboard.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "anole/core/error.h"
#include "anole/html/text.h"
#include "anole/io/file_system.h"
#include "anole/tensorboard/event_file.h"

namespace anole {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTraining = "training", kReport = "report";  // suffixes of file names
constexpr std::int64_t kPointsPerRun = 10000;                           // as in metrics.jsonl
constexpr int kGap = 2;                                                 // pixels between pictures

std::vector<Fact> options_of(const RunHistory& history) {
  std::vector<Fact> options;
  std::ranges::copy_if(history.facts, std::back_inserter(options),
                       [](const Fact& fact) { return fact.group == "options"; });
  return options;
}

std::string options_table(const std::vector<Fact>& options) {
  std::string text = "| option | value |\n| --- | --- |\n";
  for (const auto& option : options) {
    text += fmt::format("| {} | {} |\n", option.name, escape_html(option.value));
  }
  return text;
}

void log_options(EventFile& file, const RunHistory& history) {
  const auto options = options_of(history);
  file.text("options", 0, options_table(options));
  file.hparams(history.name, options);
}

std::string validation_tag(const Metric& metric) {
  return fmt::format("validation/{}", metric.key);
}

void log_curves(EventFile& file, const RunHistory& history) {
  for (const auto& point : history.losses) {
    file.scalar("training/loss", point.iteration, point.loss);
    file.scalar("training/meta_step", point.iteration, point.meta_step);
  }
  for (const auto& point : history.validations) {
    file.scalar(validation_tag(*point.metric), point.iteration, point.score.mean);
    file.scalar("validation/ci95", point.iteration, point.score.ci95);
  }
  for (const auto& point : history.timing) {
    file.scalar("speed/inner_steps_per_second", point.iteration, point.inner_steps_per_second);
  }
}

bool is_picture(const Shape& shape) {
  return shape.height > 1 && shape.width > 1 && (shape.channels == 1 || shape.channels == 3);
}

// Copies a row, 0 black to 1 white, to a place in `sheet`.
void paste(std::span<const float> row, const Shape& shape, int top, int left, Image& sheet) {
  std::size_t next = 0;
  for (int c = 0; c < shape.channels; ++c) {
    for (int y = 0; y < shape.height; ++y) {
      const int line = (c * sheet.shape.height + top + y) * sheet.shape.width + left;
      for (int x = 0; x < shape.width; ++x) {
        const float value = std::clamp(row[next++], 0.0f, 1.0f);
        sheet.pixels[static_cast<std::size_t>(line + x)] =
            static_cast<std::uint8_t>(std::lround(255 * value));
      }
    }
  }
}

// A column for each class: its support rows, then its query rows.
Image sheet_of(const Task& task, const Shape& shape) {
  const int rows = static_cast<int>(task.support.count + task.query.count) / task.way;
  Image sheet{
      {shape.channels, rows * (shape.height + kGap) - kGap, task.way * (shape.width + kGap) - kGap},
      {}};
  sheet.pixels.assign(sheet.shape.size(), 128);
  std::vector<int> next(static_cast<std::size_t>(task.way), 0);
  for (const auto* examples : {&task.support, &task.query}) {
    for (std::size_t i = 0; i < examples->labels.size(); ++i) {
      const int label = examples->labels[i];
      const int row = next[static_cast<std::size_t>(label)]++;
      paste(examples->rows.subspan(i * shape.size(), shape.size()), shape,
            row * (shape.height + kGap), label * (shape.width + kGap), sheet);
    }
  }
  return sheet;
}

void log_findings(EventFile& file, const RunReport& run) {
  const auto& findings = *run.findings;
  for (const auto& scores : findings.learned.norms) {
    const auto tag =
        fmt::format("test/{} {}", findings.learned.metric->key, enum_name(scores.norm));
    file.scalar(tag, run.iteration, scores.after.mean);
  }
  for (const auto& shown : findings.first_tasks) {
    if (!is_picture(findings.row)) break;
    file.image(fmt::format("test tasks/{}", shown.answered.index), run.iteration,
               sheet_of(shown.task, findings.row));
  }
}

class TensorboardObserver final : public Observer {
 public:
  explicit TensorboardObserver(const Experiment& experiment) : experiment_(experiment) {}

  void on_start(const RunStart& start) override {
    if (start.iteration >= start.iterations) return;  // finished: nothing will happen
    file_ = std::make_unique<EventFile>(start.folder, kTraining);
    if (start.iteration > 0) file_->restart(start.iteration + 1);
    if (start.iteration == 0) log_options(*file_, read_history(start.folder));
    if (start.iteration == 0) log_task();
    file_->flush();
  }

  void on_iteration(const IterationReport& report) override {
    const auto every = std::max<std::int64_t>(1, report.iterations / kPointsPerRun);
    if (!file_ || report.iteration % every != 0) return;
    file_->scalar("training/loss", report.iteration, report.loss);
    file_->scalar("training/meta_step", report.iteration, report.meta_step);
    if (report.inner_steps_per_second > 0) {
      file_->scalar("speed/inner_steps_per_second", report.iteration,
                    report.inner_steps_per_second);
    }
  }

  void on_eval(const Validation& validation) override {
    if (!file_) return;
    file_->scalar(validation_tag(*validation.metric), validation.iteration, validation.score.mean);
    file_->scalar("validation/ci95", validation.iteration, validation.score.ci95);
  }

  void before_checkpoint(std::int64_t) override {
    if (file_) file_->flush();
  }

  void on_end(const RunEnd& end) override {
    if (!file_) return;
    file_->session_end(end.finished);
    file_->flush();
  }

 private:
  void log_task() {
    const auto source = experiment_.train_tasks();
    if (!is_picture(source->shape())) return;
    file_->image("training tasks/0", 0,
                 sheet_of(source->task(Stream::kTrainTask, 0, 0), source->shape()));
  }

  const Experiment& experiment_;
  std::unique_ptr<EventFile> file_;
};

bool is_event_file(const fs::path& path, std::string_view suffix) {
  const auto name = path.filename().string();
  return name.starts_with("events.out.tfevents.") && name.ends_with(suffix);
}

}  // namespace

std::unique_ptr<Observer> tensorboard_observer(const Experiment& experiment) {
  return std::make_unique<TensorboardObserver>(experiment);
}

void write_report_events(const RunReport& run) {
  bool has_curves = false;
  std::vector<fs::path> earlier;
  for (const auto& path : folder_entries(run.history.folder)) {
    has_curves = has_curves || is_event_file(path, kTraining);
    if (is_event_file(path, kReport)) earlier.push_back(path);
  }
  for (const auto& path : earlier) remove_file(path);
  EventFile file(run.history.folder, kReport);
  if (!has_curves) {
    log_options(file, run.history);
    log_curves(file, run.history);
    file.session_end(run.iteration >= run.iterations);
  }
  if (run.findings) log_findings(file, run);
  file.flush();
}

}  // namespace anole
