#pragma once

// Which class of a task gets which label is chance, so a task counts as much under any other order
// of its labels, and under that order its inner steps are the same with the rows of the output
// layer exchanged, as long as these rows start out equal. The meta step over all orders is hence
// that over one of them with every row replaced by the mean row: N! tasks for the price of one,
// and an initialisation that treats all labels alike. That MAML's result depends on the order of
// labels, and that one vector for all classes ends it: Ye & Chao 2022, arXiv:2106.16245.

#include <span>

#include "anole/core/meta_state.h"

namespace anole {

// Replaces every row by the mean row, summed in double and in the order of the rows.
// `output_layer` is label_rows(spec) of models/model_spec.h.
void average_labels(std::span<float> vector, std::span<const LabelRows> output_layer);

// The same for params and, where there is one, the second moment.
void average_labels(MetaState& state, std::span<const LabelRows> output_layer);

}  // namespace anole
