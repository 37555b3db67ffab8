#pragma once

// A MetaState as named tensors, for bundle and checkpoint: one F32 tensor a parameter tensor of the
// network, by its name and shape; then "second_moment.<name>" for each if the state has second
// moments, and "<extra>.<name>" for each extra vector; metadata "adam_steps" and "moment_rows".

#include <cstdint>
#include <string_view>
#include <vector>

#include "anole/core/meta_state.h"
#include "anole/io/safetensors.h"
#include "anole/models/model_spec.h"

namespace anole {

// Adds the state to `file`. Throws Error naming the tensor if a parameter is not finite or a second
// moment is not finite or below 0: such a state is never written.
void put_state(const Signature& network, const MetaState& state, TensorFile& file);

// Reads it. Throws Error that begins with `where` if a tensor is missing or has another dtype or
// shape than the network's, and for values that put_state refuses. Files of format version 1 have
// no "moment_rows": it is `moment_rows_before` there. Tensors of other names are not looked at.
MetaState get_state(const Signature& network, const TensorFile& file, std::string_view where,
                    std::int32_t moment_rows_before = 0);

// Vectors that are no state: tensors "<prefix><name>" for each of `tensors`. Reading gives an empty
// vector if there is none of them.
void put_vector(const std::vector<TensorInfo>& tensors, std::string_view prefix,
                const std::vector<float>& values, TensorFile& file);
std::vector<float> get_vector(const std::vector<TensorInfo>& tensors, std::string_view prefix,
                              const TensorFile& file, std::string_view where);

// A metadata string, an integer >= 0 in one, and the spec in "spec". Throw Error that begins with
// `where`.
const std::string& get_text(const TensorFile& file, std::string_view key, std::string_view where);
std::int64_t get_count(const TensorFile& file, std::string_view key, std::string_view where);
ModelSpec get_spec(const TensorFile& file, std::string_view where);

}  // namespace anole
