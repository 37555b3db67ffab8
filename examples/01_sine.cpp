// Sine regression: learn from 30,000 waves a sin(x + b), then fit a new wave from ten of its
// points. The whole of Reptile is the loop in `learn`; the rest measures it and draws sine.svg: the
// wave in green, the prediction before (grey) and after 32 inner steps (blue), and from random
// params (red).
#include <cmath>
#include <cstdio>
#include <fstream>
#include <string>

#include "anole/adapt/adapt_all.h"
#include "anole/distributions/sine.h"
#include "anole/make_learner.h"
#include "anole/meta/reptile.h"
#include "anole/meta/schedule.h"
#include "anole/models/zoo.h"

using namespace anole;
using Vector = std::vector<float>;

constexpr InnerOptions kInner = {.optimizer = Optimizer::kSgd, .lr = 0.02};

Vector learn(LearnerTeam& team, const Vector& start) {
  constexpr int kIterations = 30000;
  const SineTasks waves({.shots = 50, .queries = 0}, 0);
  const InnerLoop loop{.schedule = {.batch = 10, .steps = 5}, .steps = {.inner = kInner}};
  MetaState state{.params = start};
  for (unsigned i = 0; i < kIterations; ++i) {
    const auto adapted = adapt_all(team, state, waves, {.iteration = i}, loop);
    meta_step(state, adapted, annealed_step(0.1, 0, i, kIterations));
  }
  return state.params;
}

// What `params` say about the 50 points of `task` after `steps` inner steps on its ten.
Vector curve(Learner& learner, const Vector& params, const Task& task, int steps) {
  const auto order = schedule(Rng(0, Stream::kEvalBatches), 10, {.batch = 10, .steps = steps});
  const MetaState start{.params = params};
  auto fitted = begin_task(start, kInner);
  learner.adapt(fitted, task.support, order, kInner);
  return learner.predict(fitted.params(), task.query, {});
}

double error(const Vector& curve, const Task& task) {
  double sum = 0;
  for (std::size_t i = 0; i < 50; ++i) sum += std::pow(curve[i] - task.query.targets[i], 2);
  return sum / 50;
}

std::string line(std::string color, std::span<const float> y) {
  std::string text = "<polyline fill='none' stroke='" + color + "' points='";
  for (std::size_t i = 0; i < y.size(); ++i)
    text += std::to_string(12 * i) + "," + std::to_string(150 - 25 * y[i]) + " ";
  return text + "'/>\n";
}

int main() {
  const auto spec = make_model({.model = "sine_mlp"}, {.channels = 1}, 1, Loss::kMeanSquaredError);
  LearnerTeam team([&] { return make_learner(spec); }, 1);
  const auto learner = make_learner(spec);
  const auto random = learner->init(Rng(0, Stream::kInit));
  const auto learned = learn(team, random);

  const SineTasks unseen({.shots = 10, .queries = 50}, 0);
  double before = 0, after = 0, from_random = 0;
  for (unsigned i = 0; i < 100; ++i) {
    const Task task = unseen.task(Stream::kEvalTask, 0, i);
    before += error(curve(*learner, learned, task, 0), task) / 100;
    after += error(curve(*learner, learned, task, 32), task) / 100;
    from_random += error(curve(*learner, random, task, 32), task) / 100;
  }
  const Task task = unseen.task(Stream::kEvalTask, 0, 0);
  std::ofstream("sine.svg") << "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 588 300'>\n"
                            << line("green", task.query.targets)
                            << line("grey", curve(*learner, learned, task, 0))
                            << line("blue", curve(*learner, learned, task, 32))
                            << line("red", curve(*learner, random, task, 32)) << "</svg>\n";
  std::printf("mean squared error over 100 new waves, ten points each:\n");
  std::printf("before %.1f, after 32 steps %.1f, from random %.1f\n", before, after, from_random);
}
// Prints:
// mean squared error over 100 new waves, ten points each:
// before 4.4, after 32 steps 0.1, from random 2.2
