#pragma once

// The examples behind an anole_examples: rows, pictures and targets, until they are adapted to.

#include <span>
#include <string>
#include <vector>

#include "anole/bundle/bundle.h"
#include "anole/files/image.h"
#include "anole/support/example_pictures.h"
#include "anole/tasks/task.h"

namespace anole {

class GatheredExamples {
 public:
  // For bundles whose rows are made as those of `bundle`.
  explicit GatheredExamples(const Bundle& bundle);

  // All or, where it throws, none. Rows are [n, C, H, W], `numbers` each, as their table has them.
  // Throw Error for rows and targets that do not fit and for the other kind of network.
  void add_rows(const std::vector<std::string>& labels, std::span<const float> rows,
                std::size_t numbers);
  void add_targets(std::span<const float> targets, std::size_t outputs, std::span<const float> rows,
                   std::size_t numbers);
  void add_picture(std::string label, std::string name, Image image);

  bool has_pictures() const { return !pictures_.empty(); }

  // Throws UsageError if the rows of `bundle` are made otherwise.
  void require_for(const Bundle& bundle) const;

  // Of a classifier, for a network that inverts as `network` says.
  SupportSet support(const Preprocessing& network, Invert invert) const;
  // Of a regression; views into this.
  anole::Examples values() const;

 private:
  void require_classifier(bool wanted) const;

  Preprocessing how_;  // without what inverts
  int outputs_;        // of a regression; 0: classes
  std::vector<LabelledRow> labelled_;
  ExamplePictures pictures_;
  std::vector<float> rows_, targets_;  // of a regression
  std::int64_t count_ = 0;
};

// Row `index` of `rows` as a network takes it. Throws Error that names the index.
std::vector<float> network_row(std::span<const float> rows, std::size_t numbers, std::size_t index,
                               const Preprocessing& how);

}  // namespace anole
