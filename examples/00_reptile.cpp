#include <cstdio>

#include "anole/data/glyphs/glyphs.h"
#include "anole/eval/evaluate.h"
#include "anole/make_learner.h"
#include "anole/meta/reptile.h"
#include "anole/meta/schedule.h"
#include "anole/models/zoo.h"
#include "anole/tasks/class_tasks.h"

int main() {
  using namespace anole;
  const LoadedData glyphs = load_glyphs({});
  const ClassTasks train(glyphs.dataset, glyphs.split.train, {.shots = 10, .queries = 0}, 0);
  const ClassTasks test(glyphs.dataset, glyphs.split.test, {.shots = 1, .queries = 1}, 0);
  const ModelSpec spec =
      make_model({.model = "omniglot_conv4"}, train.shape(), train.outputs(), Loss::kCrossEntropy);
  LearnerTeam team([&] { return make_learner(spec); }, available_cores());
  MetaState state{.params = initial_params(spec, Rng(0, Stream::kInit))};
  for (unsigned i = 0; i < 150; ++i) {
    const auto adapted = adapt_all(team, state, train, {.iteration = i, .count = 5});
    meta_step(state, adapted, annealed_step(1, 0, i, 150));
  }
  const EvalPlan plan{.options = {.tasks = 50}, .norms = {NormMode::kTransductive}};
  const NormScores score = evaluate(team, state, test, plan).norms[0];
  std::printf("before %.0f %%, after %.0f %%\n", score.before.mean, score.after.mean);
}
// Prints, numbers within 4:
// before 21 %, after 74 %
