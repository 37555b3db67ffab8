#pragma once

// What anole.Adapter holds: a bundle that adapts and answers, in plain arrays. anole/_adapter.py
// makes them of what users pass, and holds a lock. Rules:
// 1. Not for several threads at once. Python's other threads run while one works in here, so no
//    function may touch a Python object; Ctrl-C ends it, and the bundle is then what it was.
// 2. Rows are [n, C * H * W], float32, of the caller, who keeps them for the time of the call.

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "anole/bundle/adapter.h"
#include "anole/make_learner.h"
#include "anole/models/zoo.h"
#include "anole/support/learn_examples.h"
#include "python/src/pictures.h"
#include "python/src/signals.h"

namespace anole::python {

struct RowsView {
  std::span<const float> numbers;  // [count, C * H * W]
  std::int64_t count = 0;
};

// Names of classes and of files, one each a row.
struct Labels {
  std::vector<std::string> labels, names;
};

// Answers for n rows, of N classes.
struct Answers {
  std::vector<std::int64_t> labels;   // [n]
  std::vector<double> probabilities;  // [n, N]
  std::vector<std::uint8_t> known;    // [n]
};

class Core {
 public:
  Core(Bundle bundle, Engine engine);
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  const Bundle& bundle() const { return adapter_.bundle(); }
  std::size_t row_size() const { return bundle().spec.input.size(); }
  std::size_t outputs_size() const;

  void adapt_rows(const RowsView& rows, Labels labels, const LearnOptions& how);
  void adapt_targets(const RowsView& rows, std::span<const float> targets, const LearnOptions& how);
  void add_rows(const RowsView& rows, Labels labels);

  // Of pictures, and of what lies at a path; what is odd about them, a line each, is returned.
  std::vector<std::string> adapt_pictures(const std::vector<Picture>& pictures, Labels labels,
                                          const LearnOptions& how);
  std::vector<std::string> add_pictures(const std::vector<Picture>& pictures, Labels labels);
  std::vector<std::string> adapt_path(const std::string& path, const LearnOptions& how);
  std::vector<std::string> add_path(const std::string& path);

  void remove(const std::string& label) { adapter_.remove(label); }
  void forget_examples() { adapter_.forget_examples(); }

  std::vector<float> rows_of_pictures(const std::vector<Picture>& pictures);
  std::vector<float> outputs(const RowsView& rows);  // [n, N] or [n, D]
  Answers predict(const RowsView& rows);

  // The same initialisation with other params. Throws Error for an adapted network, another number
  // of them, and one that is not finite.
  std::unique_ptr<Core> with_params(std::vector<float> params, Engine engine) const;

 private:
  std::vector<LabelledRow> examples(const RowsView& rows, Labels labels);
  // `how`: what they are read for.
  SupportSet examples(const std::vector<Picture>& pictures, Labels labels, Invert invert,
                      const Preprocessing& how);
  void for_parts(const RowsView& rows, const std::function<void(const RowsView& part)>& ask);
  std::span<const float> taken(const RowsView& rows, std::vector<float>& made) const;

  SignalCheck check_;
  Adapter adapter_;
};

// A bundle of a network that was never trained, as the start of a training, or of weights from
// elsewhere. Rows are pictures if they are 1 or 3 planes, wider and higher than a pixel.
struct Untrained {
  Shape input = {};
  int ways = 0;  // >= 2
  std::uint64_t seed = 0;
  ModelOptions model = {};  // none named: omniglot_conv4 for pictures, else mlp
};
Bundle untrained(Untrained what);

}  // namespace anole::python
