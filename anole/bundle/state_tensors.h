#pragma once

// A MetaState as named tensors, for bundle and checkpoint: one F32 tensor a parameter tensor of the
// spec, by its name and shape, then "second_moment.<name>" for each if the state has second
// moments; metadata "adam_steps".

#include <string_view>
#include <vector>

#include "anole/core/meta_state.h"
#include "anole/io/safetensors.h"
#include "anole/models/model_spec.h"

namespace anole {

// Adds the state to `file`. Throws Error naming the tensor if a parameter is not finite or a second
// moment is not finite or below 0: such a state is never written.
void put_state(const ModelSpec& spec, const MetaState& state, TensorFile& file);

// Takes it out again. Throws Error that begins with `where` if a tensor is missing, unknown, or has
// another dtype or shape than the spec's, and for values that put_state refuses.
MetaState get_state(const ModelSpec& spec, const TensorFile& file, std::string_view where);

// One more set of params beside the state, e.g. an average: tensors "<prefix><name>". Taking them
// removes them from `file`, so that get_state finds its own tensors alone; empty if there are none.
void put_params(const ModelSpec& spec, std::string_view prefix, const std::vector<float>& params,
                TensorFile& file);
std::vector<float> take_params(const ModelSpec& spec, std::string_view prefix, TensorFile& file,
                               std::string_view where);

// A metadata string, an integer >= 0 in one, and the spec in "spec". Throw Error that begins with
// `where`.
const std::string& get_text(const TensorFile& file, std::string_view key, std::string_view where);
std::int64_t get_count(const TensorFile& file, std::string_view key, std::string_view where);
ModelSpec get_spec(const TensorFile& file, std::string_view where);

}  // namespace anole
