#pragma once

// From a bundle to answers: a few labelled examples in, an adapted bundle out, labels for new rows.
// One Adapter a thread. What `anole eval` does to a task, an Adapter does to it, bit for bit.
//
//   Adapter adapter(load_bundle("start.anole"), make_learner(spec));
//   adapter.adapt(support, {"cat", "dog"});
//   for (const Prediction& answer : adapter.predict(rows, count)) …

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "anole/adapt/learner.h"
#include "anole/bundle/bundle.h"
#include "anole/data/row.h"

namespace anole {

// What the network says of a row.
struct Prediction {
  int label = 0;                    // of the largest output, the first of equals; 0 for regression
  std::string name = {};            // of the label; empty where the bundle names none
  std::vector<float> outputs = {};  // [N] logits, or [D] values
  std::vector<double> probabilities;  // [N], softmax of the outputs; empty for regression
};

// Which draws an adaptation takes: batches and shifts are those of task `task` of an evaluation
// with this seed.
struct Draw {
  std::uint64_t seed = 0;
  std::uint32_t task = 0;
};

class Adapter {
 public:
  // Throws Error if the learner is not one of bundle.spec's signature.
  Adapter(Bundle bundle, std::unique_ptr<Learner> learner);

  // The bundle that answers: what was given, or what adapt made of it.
  const Bundle& bundle() const { return bundle_; }

  // The row of a picture, or of numbers, as the bundle's preprocessing says; see data/row.h.
  std::vector<float> row(const Input& input) const;

  // Adapts the initialisation, always from where the bundle began, to `support`: rows [n, C, H, W]
  // of finite numbers, labels in [0, N) or targets. `labels` names the N classes; empty: no names.
  // Then predict answers. Throws Error for examples that do not fit, and NonFiniteError where the
  // adaptation diverges; the bundle is then what it was.
  void adapt(const Examples& support, std::vector<std::string> labels = {}, Draw draw = {});

  // Answers for `count` rows [count, C, H, W] of finite numbers, by the statistics of the support
  // rows (bundle().norm support) or as the mode says. Memory does not grow with `count` in mode
  // support. An initialisation answers too, and knows no names. Throws Error for rows that do not
  // fit, and where the mode asks for support rows that are not there.
  std::vector<Prediction> predict(std::span<const float> rows, std::int64_t count);
  // The outputs alone, [count, N] or [count, D].
  std::vector<float> outputs(std::span<const float> rows, std::int64_t count);

 private:
  NormRows norm_rows() const;

  Bundle start_;   // as it was given
  Bundle bundle_;  // as it answers
  std::unique_ptr<Learner> learner_;
  std::vector<float> support_rows_;  // of the last adapt, for mode support+1
  std::int64_t support_count_ = 0;
};

}  // namespace anole
