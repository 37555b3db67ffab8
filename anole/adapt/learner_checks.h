#pragma once

// What every engine demands of its arguments, with one wording. An engine keeps a LearnerChecks and
// calls the method named like its own first; each throws Error saying what was found and expected.

#include <span>
#include <string>

#include "anole/adapt/learner.h"

namespace anole {

class LearnerChecks {
 public:
  explicit LearnerChecks(const Signature& signature);

  // P params; with Adam P second moments or none (then zeros, adam_steps must be 0); P first
  // moments or none; frozen needs adam_steps > 0. Examples as for `gradient`; batch rows in [0, n).
  void adapt(const TaskState& state, const Examples& support, const Batches& batches,
             const InnerOptions& options) const;

  // P params; at least one row of C*H*W numbers each; for cross-entropy a label in [0, N) a row,
  // for regression D targets a row.
  void gradient(std::span<const float> params, const Examples& rows) const;

  // P params; at least one row of C*H*W numbers each.
  void statistics(std::span<const float> params, const Examples& rows) const;

  // P params; finite rows of C*H*W numbers each. A network with statistics needs support rows, or
  // its statistics for kSupport, unless the mode is kTransductive.
  void predict(std::span<const float> params, const Examples& rows, const NormRows& norm) const;

 private:
  void params(std::span<const float> values, const char* what) const;
  void rows(const Examples& examples, const char* what) const;
  void finite(const Examples& examples, const char* what) const;
  void answers(const Examples& examples) const;
  void moments(const TaskState& state, const InnerOptions& options) const;
  void batches(const Batches& batches, std::int64_t rows) const;

  std::string name_;
  std::size_t row_size_, parameters_, outputs_, statistics_;
  Loss loss_;
};

}  // namespace anole
