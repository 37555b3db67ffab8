#include "anole/bundle/adapter.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

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

Adapter adapter_of(const Bundle& bundle) { return {bundle, make_learner(bundle.spec)}; }

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
    for (std::uint32_t i = 0; i < 5; ++i) {
      const auto task = tasks.task(Stream::kEvalTask, 0, i);
      adapter.adapt(task.support, {"a", "b", "c"}, {.seed = 9, .task = i});
      EXPECT_EQ(adapter.outputs(task.query.rows, task.query.count), evaluated[i].norms[0]);
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
  EXPECT_EQ(error_of([&] { adapter.adapt({}); }),
            "adapting needs at least one support row, got none");
  EXPECT_EQ(error_of([&] {
              adapter.adapt({.rows = rows, .labels = labels, .count = 2}, {"one", "two"});
            }),
            "2 class names for the 3 outputs of model 'omniglot_conv4'; name every class, or none");
  EXPECT_EQ(adapter.bundle().meta, before);
}

TEST(Adapter, RefusesTheLearnerOfAnotherModel) {
  EXPECT_EQ(
      error_of([&] { Adapter(start(3), make_learner(start(4).spec)); }),
      "the learner is of model 'omniglot_conv4' with rows of 1x14x14 and 4 outputs, the bundle "
      "of 'omniglot_conv4' with 1x14x14 and 3; make it from the bundle's spec");
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

TEST(WithWays, RefusesLabelsThatStartUnlikeEachOther) {
  EXPECT_EQ(error_of([] { with_ways(start(3), 4); }),
            "the initialisation treats its 3 labels unlike each other, so that it has no row for "
            "another; train with label_symmetry");
  auto adapted = start(3);
  adapted.labels = {"a", "b", "c"};
  EXPECT_EQ(error_of([&] { with_ways(adapted, 4); }),
            "with_ways: a network that is adapted to its own examples (a, b, c); expected an "
            "initialisation, which has no class names and no statistics");
}

}  // namespace
}  // namespace anole
