// Few-shot on vectors from memory: learn from 60 kinds of gesture, ship the initialisation as one
// file, and let that file learn five new gestures from three examples each.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "anole/adapt/adapt_all.h"
#include "anole/bundle/adapter.h"
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

// Five gestures, three examples each, are learned; then fifty repetitions are named.
int percent_right(const Bundle& bundle, const TaskSource& users) {
  Adapter adapter(bundle, learners());
  int right = 0;
  for (unsigned user = 0; user < 100; ++user) {
    const Task task = users.task(Stream::kEvalTask, 0, user);
    adapter.adapt(task.support, task.class_names);
    const auto answers = adapter.predict(task.query.rows, task.query.count);
    for (std::size_t row = 0; row < 50; ++row)
      right += answers[row].label == task.query.labels[row];
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

  LearnerTeam team([&] { return make_learner(spec); }, 1);
  Bundle random;
  random.spec = spec, random.schedule = {.batch = 15, .steps = 50};
  random.meta.params = initial_params(spec, Rng(0, Stream::kInit));
  Bundle bundle = random;
  for (unsigned i = 0; i < 3000; ++i)
    meta_step(bundle.meta, adapt_all(team, bundle.meta, train, {.iteration = i}),
              annealed_step(1, 0, i, 3000));
  save_bundle("gestures.anole", bundle);

  const Bundle shipped = load_bundle("gestures.anole");  // later, on the device
  std::printf("from the bundle %d %%, ", percent_right(shipped, users));
  std::printf("from random params %d %%\n", percent_right(random, users));
}
// Prints, numbers within 3:
// from the bundle 95 %, from random params 46 %
