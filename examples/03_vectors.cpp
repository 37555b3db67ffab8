// Few-shot on vectors from memory: learn from 60 kinds of gesture, ship the initialisation as one
// file, and let that file learn five new gestures from three examples each.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "anole/adapt/adapt_all.h"
#include "anole/bundle/bundle.h"
#include "anole/make_learner.h"
#include "anole/meta/reptile.h"
#include "anole/meta/schedule.h"
#include "anole/models/zoo.h"
#include "anole/tasks/class_tasks.h"

using namespace anole;

// 80 gestures, 20 repetitions each. A gesture is a mix of four fast waves, and in each repetition
// the sensor drifts, slowly and strongly: what to ignore is the same for all gestures and can be
// learned.
ClassDataset make_gestures() {
  Rng rng(7, Stream::kInit);
  std::vector<float> rows;
  std::vector<std::int32_t> labels;
  std::vector<std::string> names;
  float phase[4], drift[4];
  for (int item = 0; item < 80 * 20; ++item) {
    labels.push_back(item / 20);
    if (item % 20 == 0) names.push_back("gesture" + std::to_string(item / 20));
    if (item % 20 == 0) std::ranges::generate(phase, [&] { return rng.uniform(0, 6.28F); });
    std::ranges::generate(drift, [&] { return 3 * rng.normal(); });
    for (int t = 0; t < 32; ++t) {
      rows.push_back(0.3F * rng.normal());
      for (int k = 0; k < 4; ++k)
        rows.back() += std::sin(0.2F * float((k + 5) * t) + phase[k]) +
                       std::sin(0.2F * float((k + 1) * t)) * drift[k];
    }
  }
  return ClassDataset::from_rows(rows, {.channels = 32}, labels, names);
}

// Fifty inner steps on five gestures, three examples each, then fifty repetitions to name.
int percent_right(Learner& learner, const MetaState& start, const TaskSource& users) {
  int right = 0;
  for (unsigned user = 0; user < 100; ++user) {
    const Task task = users.task(Stream::kEvalTask, 0, user);
    const auto order = schedule(Rng(0, Stream::kEvalBatches), 15, {.batch = 15, .steps = 50});
    const auto adapted = learner.adapt(begin_task(start, {}), task.support, order, {});
    const auto logits =
        learner.predict(adapted.meta.params, task.support, task.query, NormMode::kSupport);
    for (std::size_t row = 0; row < 50; ++row) {
      const auto* first = &logits[row * 5];
      right += std::max_element(first, first + 5) - first == task.query.labels[row];
    }
  }
  return right / 50;
}

int main() {
  const ClassDataset gestures = make_gestures();
  std::vector<ClassRef> known(60), fresh(20);
  for (int i = 0; i < 80; ++i) (i < 60 ? known[i] : fresh[i - 60]).class_index = i;
  const ClassTasks train(gestures, known, {.ways = 5, .shots = 10, .queries = 0}, 0);
  const ClassTasks users(gestures, fresh, {.ways = 5, .shots = 3, .queries = 10}, 0);
  const ModelSpec spec = make_model({.model = "mlp"}, train.shape(), 5, Loss::kCrossEntropy);
  const MetaState random{.params = initial_params(spec, Rng(0, Stream::kInit))};

  LearnerTeam team([&] { return make_learner(spec); }, 1);
  Bundle bundle;
  bundle.spec = spec, bundle.meta = random;
  for (unsigned i = 0; i < 3000; ++i)
    meta_step(bundle.meta, adapt_all(team, bundle.meta, train, {.iteration = i}, {}, {}),
              annealed_step(1, 0, i, 3000), MomentRule::kMean);
  save_bundle("gestures.anole", bundle);

  const Bundle shipped = load_bundle("gestures.anole");  // later, on the device
  const auto learner = make_learner(shipped.spec);
  std::printf("from the bundle %d %%, ", percent_right(*learner, shipped.meta, users));
  std::printf("from random params %d %%\n", percent_right(*learner, random, users));
}
// Prints, numbers within 3:
// from the bundle 95 %, from random params 46 %
