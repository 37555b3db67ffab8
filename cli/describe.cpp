#include "cli/describe.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "anole/core/error.h"
#include "cli/text.h"

namespace anole::cli {
namespace {

std::string classes_text(const std::vector<ClassRef>& classes, const std::string& use) {
  const auto plain = std::ranges::count_if(
      classes, [](const ClassRef& ref) { return ref.quarter_turns == 0 && !ref.mirrored; });
  const auto mirrored = std::ranges::count(classes, true, &ClassRef::mirrored);
  const auto all = static_cast<std::int64_t>(classes.size());
  if (plain == all) return fmt::format("{} {}", with_commas(all), use);
  return fmt::format("{} {} ({}{}{})", with_commas(all), use, with_commas(plain),
                     all - mirrored > plain ? " in four rotations" : "",
                     mirrored > 0 ? ", mirrored too" : "");
}

// What the meta step follows, where it is not Reptile with a shared tail; ends in "; " or is empty.
std::string learner_text(const TrainOptions& options) {
  const char* tail = options.tail == Tail::kSeparate ? "separate tail; " : "";
  if (options.meta_learner == MetaLearner::kFomaml) {
    return fmt::format("first-order MAML; {}", tail);
  }
  if (options.step_weights.empty()) return tail;
  return fmt::format("inner steps weighted {}; {}", fmt::join(options.step_weights, ", "), tail);
}

std::string batch_text(int batch) {
  return batch == 0 ? "the full support set" : counted(batch, "row");
}

// What differs from the usual way; else empty.
std::string task_extras(const TrainOptions& options) {
  const std::string text = options.within == Within::kGroup ? ", within groups" : "";
  return text + shift_text(options.shift);
}

std::string meta_extras(const TrainOptions& options) {
  std::string text;
  if (options.meta_schedule != MetaSchedule::kLinear) {
    text += fmt::format(" ({})", enum_name(options.meta_schedule));
  }
  if (options.lr_final > 0) text += fmt::format(", lr to {}", options.lr_final);
  if (options.average > 0) text += fmt::format(", params averaged with decay {}", options.average);
  if (options.label_symmetry) text += ", labels in all orders";
  return text;
}

// " (circle 3, point 2)"; without the examples the names alone.
std::string classes_of(const Bundle& bundle) {
  constexpr std::size_t kNamed = 10;
  std::vector<std::string> names;
  for (const auto& label : bundle.labels) {
    if (names.size() == kNamed) {
      names.push_back(fmt::format("and {} more", bundle.labels.size() - kNamed));
      break;
    }
    const auto count = std::ranges::count(bundle.examples, label, &LabelledRow::label);
    names.push_back(count == 0 ? label : fmt::format("{} {}", label, count));
  }
  return names.empty() ? "" : fmt::format(" ({})", fmt::join(names, ", "));
}

}  // namespace

std::string describe_adaptation(const Bundle& bundle) {
  const auto classes = counted(layout(bundle.spec).outputs, "class", "classes");
  const auto examples = bundle.examples.empty()
                            ? classes
                            : counted(std::ssize(bundle.examples), "example") + " of " + classes;
  const auto& schedule = bundle.schedule;
  return fmt::format("to {}{}, by {} of {}, {}{}, seed {}{}", examples, classes_of(bundle),
                     counted(schedule.steps, "inner step"),
                     schedule.batch == 0 ? "all examples" : counted(schedule.batch, "example"),
                     describe_optimizer(bundle.inner), shift_text(bundle.shift),
                     bundle.adapted_by.seed,
                     bundle.adapted_by.inverted ? ", pictures inverted" : "");
}

std::string describe_point(const CalibrationPoint& point) {
  return fmt::format("{} and {} of each", counted(point.ways, "class", "classes"),
                     counted(point.shots, "example"));
}

std::string counted(std::int64_t count, const std::string& noun, const std::string& plural) {
  if (count == 1) return "1 " + noun;
  return with_commas(count) + ' ' + (plural.empty() ? noun + 's' : plural);
}

std::string shift_text(int pixels) {
  return pixels == 0 ? "" : fmt::format(", shifted by up to {}", counted(pixels, "pixel"));
}

std::string describe_data(const Experiment& experiment) {
  const auto* data = experiment.distribution().classes();
  if (data == nullptr) return experiment.dataset_name() + ", generated";
  std::string text =
      fmt::format("{}, split {}: {}", experiment.dataset_name(), experiment.split_name(),
                  classes_text(data->split.train, "training classes"));
  if (!data->split.validation.empty()) {
    text += ", " + classes_text(data->split.validation, "validation");
  }
  return text + ", " + classes_text(data->split.test, "test");
}

std::string describe_network(const ModelSpec& spec) {
  const auto parameters = layout(spec).parameters;
  return fmt::format("{}, {}", spec.name,
                     counted(static_cast<std::int64_t>(parameters), "parameter"));
}

std::string describe_optimizer(const InnerOptions& inner) {
  std::string text =
      fmt::format("{}, lr {:.6g}", inner.optimizer == Optimizer::kAdam ? "Adam" : "SGD", inner.lr);
  if (inner.precision == Precision::kBf16) text += ", products in bf16";
  if (inner.weight_decay > 0) text += fmt::format(", weight decay {}", inner.weight_decay);
  if (inner.clip_norm > 0) text += fmt::format(", gradients clipped at {}", inner.clip_norm);
  if (inner.label_smoothing > 0) {
    text += fmt::format(", label smoothing {}", inner.label_smoothing);
  }
  if (inner.optimizer == Optimizer::kSgd) return text;
  if (inner.beta1 > 0) text += fmt::format(", beta1 {}", inner.beta1);
  if (inner.loss_reduction == LossReduction::kMean) text += ", mean loss of a batch";
  switch (inner.optimizer_state) {
    case OptimizerState::kCarry:
      return text + ", second moment carried over";
    case OptimizerState::kReset:
      return text + ", second moment reset for each task";
    case OptimizerState::kFrozen:
      break;
  }
  return text + ", second moment frozen";
}

std::string describe_training(const TrainOptions& options, AnswerKind answer) {
  const auto task = answer == AnswerKind::kValue
                        ? counted(options.train_shots, "point") + " a task"
                        : fmt::format("{}-way, {} in training", options.ways,
                                      counted(options.train_shots, "shot"));
  return fmt::format("{}{}; {} of {}, {}; {}{}, {} each, step size {} to {}{}; seed {}", task,
                     task_extras(options), counted(options.inner_steps, "inner step"),
                     batch_text(options.inner_batch), describe_optimizer(options.inner),
                     learner_text(options), counted(options.iterations, "meta-iteration"),
                     counted(options.meta_batch, "task"), options.meta_step,
                     options.meta_step_final, meta_extras(options), options.seed);
}

}  // namespace anole::cli
