#pragma once

// From a bundle to answers: a few labelled examples in, an adapted bundle out, labels for new rows.
// One Adapter a thread. What `anole eval` does to a task, an Adapter does to it, bit for bit.
//
//   Adapter adapter(load_bundle("start.anole"), learners());
//   adapter.adapt({{.label = "cat", .row = adapter.row({.file = "cat.png"})}, …});
//   for (const Prediction& answer : adapter.predict(rows, count)) …
//   save_bundle("mine.anole", adapter.bundle());

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "anole/adapt/learner.h"
#include "anole/adapt/task_path.h"
#include "anole/bundle/bundle.h"
#include "anole/data/row.h"

namespace anole {

// What the network says of a row.
struct Prediction {
  int label = 0;                    // of the largest output, the first of equals; 0 for regression
  std::string name = {};            // of the label; empty where the bundle names none
  std::vector<float> outputs = {};  // [N] logits, or [D] values
  // [N], softmax of the outputs by the bundle's temperature; empty for regression.
  std::vector<double> probabilities = {};
  // Whether the largest probability reaches the bundle's threshold: if not, the row is likely of
  // none of the classes. True where the bundle has no calibration.
  bool known = true;
};

// Makes a learner for a network: learners() in make_learner.h.
using MakeLearner = std::function<std::unique_ptr<Learner>(const ModelSpec&)>;

class Adapter {
 public:
  // Throws Error if `make` cannot make a learner of bundle.spec.
  Adapter(Bundle bundle, MakeLearner make);

  // `check` is called every few inner steps; what it throws leaves the adaptation, and the bundle is
  // then what it was. For programs whose users may want to stop.
  void check_between_steps(std::function<void()> check) { check_ = std::move(check); }

  // The bundle that answers: what was given, or what the last adaptation made of it.
  const Bundle& bundle() const { return bundle_; }

  // The row of a picture, or of numbers, as the bundle's preprocessing says; see data/row.h.
  std::vector<float> row(const Input& input) const;

  // Adapts the initialisation, always from where the bundle began, to all of `examples`, in any
  // order: the classes are their labels, 2 to kMostWays of them, in bytewise order. The bundle then
  // holds the examples and the initialisation, so that classes can come and go. Throws Error for
  // examples that do not fit (check_examples), for a bundle that was adapted and has left its
  // examples out, and NonFiniteError where the adaptation diverges; the bundle is then what it was.
  void adapt(std::vector<LabelledRow> examples, const AdaptOptions& options = {});
  // The same with examples more, of old or new classes, or without those of one class, under the
  // options of the last adaptation: the bytes of one adaptation to what there is then. Throws Error
  // as adapt does, and for a class that is not there.
  void add(std::vector<LabelledRow> examples);
  void remove(const std::string& label);
  // Leaves examples and initialisation out of the bundle: it answers, and stays as it is.
  void forget_examples();

  // The same for a task whose labels are numbers: rows [n, C, H, W] of finite numbers, labels in
  // [0, N) or targets. `labels` names the N classes; empty: those of the network, without names.
  // The bundle holds no examples after it.
  void adapt(const Examples& support, std::vector<std::string> labels = {},
             const AdaptOptions& options = {});

  // Answers for `count` rows [count, C, H, W] of finite numbers, by the statistics of the support
  // rows (bundle().norm support) or as the mode says. Memory does not grow with `count` in mode
  // support. An initialisation answers too, and knows no names. Throws Error for rows that do not
  // fit, and where the mode asks for support rows that are not there.
  std::vector<Prediction> predict(std::span<const float> rows, std::int64_t count);
  // The outputs alone, [count, N] or [count, D].
  std::vector<float> outputs(std::span<const float> rows, std::int64_t count);

 private:
  const Bundle& start();
  void learn(const Task& task, const AdaptOptions& options);
  Bundle start_with(const std::vector<std::string>& labels, const AdaptOptions& options,
                    std::int64_t rows);
  NormRows norm_rows() const;
  void take_steps(Learner& learner, const Task& task, const Batches& batches, TaskPath& path);

  Bundle bundle_;  // as it answers
  Bundle start_;   // what adaptations begin with; no params: not read yet
  MakeLearner make_;
  std::function<void()> check_;       // may be empty
  std::unique_ptr<Learner> learner_;  // of bundle_.spec
  std::vector<float> support_rows_;   // of the last adaptation, for mode support+1
  std::int64_t support_count_ = 0;
};

}  // namespace anole
