#include "anole/bundle/adapter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "anole/core/error.h"
#include "anole/eval/evaluate.h"
#include "anole/make_learner.h"
#include "anole/models/zoo.h"
#include "anole/tasks/class_tasks.h"
#include "tests/error_of.h"
#include "tests/io/scratch_folder.h"

namespace anole {
namespace {

// Twelve classes of six 14x14 images of noise around a picture of their own.
ClassDataset noisy_pictures() {
  Rng rng(5, Stream::kGlyphs);
  std::vector<float> rows;
  std::vector<std::int32_t> labels;
  std::vector<std::string> names;
  for (int c = 0; c < 12; ++c) {
    std::vector<float> picture(196);
    for (auto& pixel : picture) pixel = rng.uniform() < 0.3f ? 1.0f : 0.0f;
    names.push_back("class" + std::to_string(c));
    for (int i = 0; i < 6; ++i) {
      for (const float pixel : picture) rows.push_back(pixel + 0.3f * rng.normal());
      labels.push_back(c);
    }
  }
  return ClassDataset::from_rows(rows, {1, 14, 14}, labels, std::move(names));
}

std::vector<ClassRef> all_classes() {
  std::vector<ClassRef> classes;
  for (int c = 0; c < 12; ++c) classes.push_back({.class_index = c});
  return classes;
}

// A conv net that was never trained, with a second moment as if it had been on batches of 10.
Bundle start(int ways = 3) {
  Bundle bundle;
  bundle.spec = make_model({.model = "omniglot_conv4"}, {1, 14, 14}, ways, Loss::kCrossEntropy);
  bundle.meta.params = initial_params(bundle.spec, Rng(1, Stream::kInit));
  bundle.meta.second_moment.assign(bundle.meta.params.size(), 1e-4f);
  bundle.meta.adam_steps = 100;
  bundle.meta.moment_rows = 10;
  bundle.schedule = {.batch = 2, .steps = 7};
  return bundle;
}

Adapter adapter_of(const Bundle& bundle) { return {bundle, learners()}; }

TEST(Adapter, ChecksBetweenStepsDoNotChangeABitAndCanEndAnAdaptation) {
  const auto data = noisy_pictures();
  const ClassTasks tasks(data, all_classes(), {.ways = 3, .shots = 2, .queries = 2}, 4);
  const auto task = tasks.task(Stream::kEvalTask, 0, 0);
  auto plain = adapter_of(start()), checked = adapter_of(start());
  plain.adapt(task.support, {"a", "b", "c"}, {.steps = 40});
  int checks = 0;
  checked.check_between_steps([&] { ++checks; });
  checked.adapt(task.support, {"a", "b", "c"}, {.steps = 40});
  EXPECT_EQ(checks, 2);
  EXPECT_EQ(bundle_bytes(checked.bundle(), "checked"), bundle_bytes(plain.bundle(), "plain"));

  checked.check_between_steps([] { throw Error("stop"); });
  EXPECT_EQ(error_of([&] { checked.adapt(task.support, {"d", "e", "f"}, {.steps = 40}); }), "stop");
  EXPECT_EQ(bundle_bytes(checked.bundle(), "checked"), bundle_bytes(plain.bundle(), "plain"));
}

TEST(Adapter, AnswersAsEvaluationDoesBitForBit) {
  const auto data = noisy_pictures();
  const ClassTasks tasks(data, all_classes(), {.ways = 3, .shots = 2, .queries = 2}, 4);
  for (const int shift : {0, 2}) {
    auto bundle = start();
    bundle.shift = shift;
    LearnerTeam team([&] { return make_learner(bundle.spec); }, 2);
    const EvalPlan plan{
        .options = {.tasks = 5, .eval_batch = 2, .eval_steps = 7, .eval_shift = shift},
        .norms = {NormMode::kSupport},
        .seed = 9,
        .keep_outputs = true};
    const auto evaluated = evaluate(team, bundle.meta, tasks, plan).outputs;
    auto adapter = adapter_of(bundle);
    for (int i = 0; i < 5; ++i) {
      const auto task = tasks.task(Stream::kEvalTask, 0, static_cast<std::uint32_t>(i));
      adapter.adapt(task.support, {"a", "b", "c"}, {.seed = 9, .task = i});
      EXPECT_EQ(adapter.outputs(task.query.rows, task.query.count),
                evaluated[static_cast<std::size_t>(i)].norms[0]);
    }
  }
}

TEST(Adapter, AnAdaptedBundleIsSavedAndAnswersAlike) {
  const auto data = noisy_pictures();
  const ClassTasks tasks(data, all_classes(), {.ways = 3, .shots = 2, .queries = 2}, 4);
  const auto task = tasks.task(Stream::kEvalTask, 0, 0);
  auto adapter = adapter_of(start());
  adapter.adapt(task.support, {"a", "b", "c"});
  const ScratchFolder folder;
  save_bundle(folder / "mine.anole", adapter.bundle());
  auto loaded = adapter_of(load_bundle(folder / "mine.anole"));
  EXPECT_EQ(loaded.outputs(task.query.rows, task.query.count),
            adapter.outputs(task.query.rows, task.query.count));
  EXPECT_EQ(loaded.predict(task.query.rows, task.query.count)[0].name.size(), 1u);
}

TEST(Adapter, AlwaysBeginsWhereTheBundleBegan) {
  const auto data = noisy_pictures();
  const ClassTasks tasks(data, all_classes(), {.ways = 3, .shots = 2, .queries = 2}, 4);
  const auto first = tasks.task(Stream::kEvalTask, 0, 0),
             other = tasks.task(Stream::kEvalTask, 0, 1);
  auto adapter = adapter_of(start());
  adapter.adapt(first.support);
  const auto once = adapter.bundle().meta;
  adapter.adapt(other.support);
  EXPECT_NE(adapter.bundle().meta, once);
  adapter.adapt(first.support);
  EXPECT_EQ(adapter.bundle().meta, once);
}

TEST(Adapter, NamesTheLargestOutputAndGivesItsProbability) {
  Bundle bundle;  // outputs are the two inputs themselves
  bundle.spec = {.name = "same",
                 .input = {.channels = 2},
                 .layers = {{.kind = LayerKind::kLinear, .name = "linear", .out = 2}}};
  bundle.meta.params = {1, 0, 0, 1, 0, 0};
  bundle.labels = {"left", "right"};
  const auto answers = adapter_of(bundle).predict(std::vector<float>{0, 1, 2, 2}, 2);
  EXPECT_EQ(answers[0].name, "right");
  EXPECT_NEAR(answers[0].probabilities[1], 1 / (1 + std::exp(-1.0)), 1e-12);
  EXPECT_EQ(answers[1].label, 0);  // of equals the first
}

TEST(Adapter, AnInitialisationWithBatchNormMustBeAdaptedFirst) {
  auto adapter = adapter_of(start());
  EXPECT_EQ(error_of([&] { adapter.predict(std::vector<float>(196), 1); }),
            "model 'omniglot_conv4' normalises by its support rows, and the bundle is an "
            "initialisation that has seen none; adapt it first");
}

TEST(Adapter, RefusesExamplesThatDoNotFitAndStaysWhatItWas) {
  auto adapter = adapter_of(start());
  const std::vector<float> rows(2 * 196, 0.5f);
  const std::vector<std::int32_t> labels{0, 3};
  const auto before = adapter.bundle().meta;
  EXPECT_EQ(error_of([&] { adapter.adapt({.rows = rows, .labels = labels, .count = 2}); }),
            "model 'omniglot_conv4': label 3 of row 1 is outside [0, 3), the network's classes");
  EXPECT_EQ(error_of([&] { adapter.adapt(Examples{}); }),
            "adapting needs at least one support row, got none");
  EXPECT_EQ(error_of([&] {
              adapter.adapt({.rows = rows, .labels = labels, .count = 2}, {"one", "two"});
            }),
            "model 'omniglot_conv4': label 3 of row 1 is outside [0, 2), the network's classes");
  EXPECT_EQ(adapter.bundle().meta, before);
}

// Two examples of each of the classes named in `labels`.
std::vector<LabelledRow> examples_of(std::string_view labels) {
  const auto data = noisy_pictures();
  std::vector<LabelledRow> examples;
  for (const char label : labels) {
    for (int item = 0; item < 2; ++item) {
      LabelledRow example{.label = std::string(1, label), .name = std::to_string(item) + ".png"};
      example.row.resize(196);
      data.copy_row({.class_index = label - 'a'}, item, example.row);
      examples.push_back(std::move(example));
    }
  }
  return examples;
}

std::string bytes_of(const Adapter& adapter) { return bundle_bytes(adapter.bundle(), "test"); }

TEST(Adapter, AddingAClassGivesTheBytesOfOneAdaptation) {
  auto in_one = adapter_of(start()), in_two = adapter_of(start());
  in_one.adapt(examples_of("bac"), {.seed = 3});
  in_two.adapt(examples_of("ca"), {.seed = 3});
  const auto before = bytes_of(in_two);
  in_two.add(examples_of("b"));
  EXPECT_EQ(bytes_of(in_two), bytes_of(in_one));
  in_two.remove("b");
  EXPECT_EQ(bytes_of(in_two), before);
}

TEST(Adapter, AddsAndRemovesAfterTheFileWasReadAgain) {
  auto adapter = adapter_of(start());
  adapter.adapt(examples_of("abc"), {.steps = 3, .lr = 2e-3, .shift = 1});
  auto loaded = adapter_of(bundle_from_bytes(bytes_of(adapter), "test"));
  EXPECT_EQ(loaded.bundle().examples, adapter.bundle().examples);
  adapter.add(examples_of("d"));
  loaded.add(examples_of("d"));
  EXPECT_EQ(bytes_of(loaded), bytes_of(adapter));
  EXPECT_EQ(loaded.bundle().labels, (std::vector<std::string>{"a", "b", "c", "d"}));
  EXPECT_EQ(loaded.bundle().schedule.steps, 3);
  EXPECT_EQ(signature_of(loaded.bundle().spec).outputs, 4);
}

TEST(Adapter, MoreExamplesOfAClassAreAddedToIt) {
  auto adapter = adapter_of(start());
  auto all = examples_of("ab");
  const LabelledRow last = all.back();
  adapter.adapt({all.begin(), all.end() - 1});
  adapter.add({last});
  auto in_one = adapter_of(start());
  in_one.adapt(all);
  EXPECT_EQ(bytes_of(adapter), bytes_of(in_one));
}

TEST(Adapter, AnswersTheSameQuestionsAfterForgettingItsExamples) {
  auto adapter = adapter_of(start());
  adapter.adapt(examples_of("abc"));
  const auto row = examples_of("d")[0].row;
  const auto before = adapter.outputs(row, 1);
  adapter.forget_examples();
  auto loaded = adapter_of(bundle_from_bytes(bytes_of(adapter), "test"));
  EXPECT_EQ(loaded.outputs(row, 1), before);
  EXPECT_EQ(error_of([&] { loaded.add(examples_of("d")); }),
            "the adapted bundle: its examples and the initialisation that it began with were left "
            "out, so that it cannot be adapted again; adapt the initialisation anew, with all "
            "examples");
}

TEST(Adapter, RefusesExamplesOfAUserThatCannotBeRight) {
  auto adapter = adapter_of(start());
  const auto before = bytes_of(adapter);
  const auto error = [&](std::vector<LabelledRow> examples) {
    return error_of([&] { adapter.adapt(std::move(examples)); });
  };
  EXPECT_EQ(error({}),
            "found no examples, expected at least 2 classes to tell apart; add examples "
            "of another");
  EXPECT_EQ(error(examples_of("a")),
            "all examples are of one class, 'a', expected at least 2 classes to tell apart; add "
            "examples of another");
  auto twins = examples_of("ab");
  twins[3].row = twins[0].row;
  EXPECT_EQ(error(twins),
            "the same example is under two classes: 0.png of 'a' and 1.png of 'b'; "
            "keep it in the right one");
  auto odd = examples_of("ab");
  odd[1].row[7] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(error(odd), "1.png of 'a': found nan at place 7, expected finite numbers");
  odd[1].row.resize(195);
  EXPECT_EQ(error(odd), "1.png of 'a': 195 numbers, the network takes 196 (1x14x14)");
  odd[1].label.clear();
  EXPECT_EQ(error(odd), "1.png of '': found no label, expected the name of its class");
  EXPECT_EQ(error_of([&] { adapter.add(examples_of("c")); }),
            "the bundle is an initialisation that has no classes yet; adapt it to at least two");
  EXPECT_EQ(bytes_of(adapter), before);
}

TEST(Adapter, RemovesOnlyClassesThatAreThere) {
  auto adapter = adapter_of(start());
  adapter.adapt(examples_of("ab"));
  const auto before = bytes_of(adapter);
  EXPECT_EQ(error_of([&] { adapter.remove("z"); }),
            "there is no class 'z'; known are a, b; did you mean 'a'?");
  EXPECT_EQ(error_of([&] { adapter.remove("a"); }),
            "all examples are of one class, 'b', expected at least 2 classes to tell apart; add "
            "examples of another");
  EXPECT_EQ(bytes_of(adapter), before);
}

TEST(Adapter, ProbabilitiesFollowTheNearestCalibration) {
  auto bundle = start();
  bundle.calibration = {{.ways = 2, .shots = 1, .temperature = 2, .threshold = 0.9},
                        {.ways = 20, .shots = 1, .temperature = 5}};
  auto adapter = adapter_of(bundle);
  adapter.adapt(examples_of("ab"));
  const auto row = examples_of("c")[0].row;
  const auto answer = adapter.predict(row, 1)[0];
  const double gap = std::abs(answer.outputs[0] - answer.outputs[1]);
  EXPECT_NEAR(std::ranges::max(answer.probabilities), 1 / (1 + std::exp(-gap / 2)), 1e-6);
  EXPECT_EQ(answer.known, std::ranges::max(answer.probabilities) >= 0.9);
  EXPECT_EQ(adapter.bundle().calibration.size(), 1u);
  EXPECT_EQ(bundle_from_bytes(bytes_of(adapter), "test").calibration, adapter.bundle().calibration);
}

TEST(AdaptationSchedule, GrowsWithTheExamplesBeyondThoseOfTheEvaluation) {
  const auto grown = [](ScheduleOptions usual, std::int64_t rows) {
    const auto schedule = adaptation_schedule(usual, 5, rows);
    return std::pair(schedule.batch, schedule.steps);
  };
  using Pair = std::pair<int, int>;
  EXPECT_EQ(grown({.batch = 5, .steps = 50}, 5), Pair(5, 50));
  EXPECT_EQ(grown({.batch = 5, .steps = 50}, 3), Pair(5, 50));
  EXPECT_EQ(grown({.batch = 5, .steps = 50}, 10), Pair(10, 25));
  EXPECT_EQ(grown({.batch = 5, .steps = 50}, 100), Pair(20, 50));
  EXPECT_EQ(grown({.batch = 5, .steps = 10}, 100), Pair(20, 50));
  EXPECT_EQ(grown({.batch = 40, .steps = 10}, 100), Pair(40, 25));
  EXPECT_EQ(grown({.batch = 0, .steps = 10}, 100), Pair(0, 10));
  EXPECT_EQ(adaptation_schedule({.batch = 5, .steps = 50}, 0, 100).steps, 50);
}

TEST(LabelledRows, RepeatedExamplesOfAClassAreNamed) {
  auto examples = examples_of("ab");
  examples[1].row = examples[0].row;
  EXPECT_EQ(repeated_examples(examples),
            (std::vector<std::string>{"a: 0.png and 1.png are the same"}));
}

TEST(WithWays, GivesAHeadOfAnyNumberOfLabelsThatStartAlike) {
  Bundle bundle;
  bundle.spec = {.name = "tiny",
                 .input = {.channels = 2},
                 .layers = {{.kind = LayerKind::kLinear, .name = "linear", .out = 2}}};
  bundle.meta = {
      .params = {1, 2, 1, 2, 5, 5}, .second_moment = {3, 4, 3, 4, 6, 6}, .adam_steps = 1};
  const auto three = with_ways(bundle, 3);
  EXPECT_EQ(three.meta.params, (std::vector<float>{1, 2, 1, 2, 1, 2, 5, 5, 5}));
  EXPECT_EQ(three.meta.second_moment, (std::vector<float>{3, 4, 3, 4, 3, 4, 6, 6, 6}));
  EXPECT_EQ(with_ways(three, 2).meta, bundle.meta);
}

TEST(WithWays, GivesTheMeanOfLabelsThatStartUnlikeEachOther) {
  Bundle bundle;
  bundle.spec = {.name = "tiny",
                 .input = {.channels = 2},
                 .layers = {{.kind = LayerKind::kLinear, .name = "linear", .out = 2}}};
  bundle.meta.params = {1, 2, 3, 6, 0, 1};
  EXPECT_FALSE(labels_start_alike(bundle));
  EXPECT_EQ(with_ways(bundle, 3).meta.params,
            (std::vector<float>{2, 4, 2, 4, 2, 4, .5f, .5f, .5f}));
  EXPECT_EQ(with_ways(bundle, 2).meta.params, bundle.meta.params);
  EXPECT_TRUE(labels_start_alike(with_ways(bundle, 3)));
}

TEST(WithWays, RefusesAnAdaptedNetwork) {
  auto adapted = start(3);
  adapted.labels = {"a", "b", "c"};
  EXPECT_EQ(error_of([&] { with_ways(adapted, 4); }),
            "with_ways: a network that is adapted to its own examples (a, b, c); expected an "
            "initialisation, which has no class names and no statistics");
}

TEST(Adapter, ThatForgotItsExamplesTakesNoMoreOfThem) {
  Bundle bundle;
  bundle.spec = make_model({.model = "mlp"}, {.channels = 2}, 2, Loss::kCrossEntropy);
  bundle.meta.params = initial_params(bundle.spec, Rng(1, Stream::kInit));
  auto adapter = adapter_of(bundle);
  adapter.adapt({{.label = "a", .row = {1, 0}}, {.label = "b", .row = {0, 1}}});
  adapter.forget_examples();
  const std::string cannot =
      "the adapted bundle: its examples and the initialisation that it began with were left out";
  const auto add = [&] { adapter.add({{.label = "c", .row = {1, 1}}}); };
  EXPECT_TRUE(error_of(add).starts_with(cannot));
  EXPECT_TRUE(error_of([&] { adapter.remove("a"); }).starts_with(cannot));
  EXPECT_EQ(adapter.predict(std::vector<float>{1, 0}, 1)[0].probabilities.size(), 2u);
}

}  // namespace
}  // namespace anole
