#include "anole/bundle/state_tensors.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <utility>

#include "anole/core/error.h"
#include "anole/core/fields.h"

namespace anole {
namespace {

constexpr std::string_view kMoment = "second_moment.";

std::span<const float> part(const TensorInfo& info, const std::vector<float>& values) {
  return std::span(values).subspan(info.offset, info.size);
}

// One kind of values of a state; moments must not be below 0.
void check_values(std::string_view where, std::string_view name, std::span<const float> values,
                  bool moment) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i]) && (!moment || values[i] >= 0)) continue;
    throw Error("{}: tensor '{}' holds {} at element {}, expected a finite number{}", where, name,
                values[i], i, moment ? " at least 0" : "");
  }
}

std::string shape_text(const std::vector<std::int64_t>& shape) {
  return fmt::format("[{}]", fmt::join(shape, ", "));
}

const Tensor& get_tensor(const TensorInfo& info, std::string_view prefix, const TensorFile& file,
                         std::string_view where) {
  const auto name = fmt::format("{}{}", prefix, info.name);
  const auto* tensor = file.find_tensor(name);
  if (tensor == nullptr) throw Error("{}: tensor '{}' of its model is missing", where, name);
  const std::vector<std::int64_t> shape(info.shape.begin(), info.shape.end());
  if (tensor->dtype != Dtype::kF32 || tensor->shape != shape) {
    throw Error("{}: tensor '{}' is {} {}, its model has F32 {}", where, name,
                enum_name(tensor->dtype), shape_text(tensor->shape), shape_text(shape));
  }
  return *tensor;
}

// The prefixes of whole sets of the network's tensors that are no second moments, in file order.
std::vector<std::string> extra_names(const Signature& network, const TensorFile& file) {
  std::set<std::string, std::less<>> names;
  for (const auto& info : network.tensors) names.insert(info.name);
  std::vector<std::string> extras;
  for (const auto& tensor : file.tensors) {
    const std::string_view name = tensor.name;
    const auto dot = name.find('.');
    if (names.contains(name) || dot == name.npos || name.starts_with(kMoment)) continue;
    const std::string prefix(name.substr(0, dot));
    if (!names.contains(name.substr(dot + 1))) continue;
    if (std::ranges::find(extras, prefix) == extras.end()) extras.push_back(prefix);
  }
  return extras;
}

}  // namespace

void put_vector(const std::vector<TensorInfo>& tensors, std::string_view prefix,
                const std::vector<float>& values, TensorFile& file) {
  for (const auto& info : tensors) {
    ANOLE_CHECK(info.offset + info.size <= values.size());
    auto name = fmt::format("{}{}", prefix, info.name);
    check_values("state to save", name, part(info, values), prefix == kMoment);
    file.tensors.push_back(
        float_tensor(std::move(name), {info.shape.begin(), info.shape.end()}, part(info, values)));
  }
}

std::vector<float> get_vector(const std::vector<TensorInfo>& tensors, std::string_view prefix,
                              const TensorFile& file, std::string_view where) {
  const bool some = std::ranges::any_of(tensors, [&](const TensorInfo& info) {
    return file.find_tensor(fmt::format("{}{}", prefix, info.name)) != nullptr;
  });
  if (!some) return {};
  std::vector<float> values(tensors.back().offset + tensors.back().size);
  for (const auto& info : tensors) {
    const auto& tensor = get_tensor(info, prefix, file, where);
    const auto floats = tensor_floats(tensor);
    check_values(where, tensor.name, floats, prefix == kMoment);
    std::ranges::copy(floats, values.begin() + static_cast<std::ptrdiff_t>(info.offset));
  }
  return values;
}

void put_state(const Signature& network, const MetaState& state, TensorFile& file) {
  ANOLE_CHECK(state.params.size() == network.parameters);
  ANOLE_CHECK(state.second_moment.empty() || state.second_moment.size() == network.parameters);
  ANOLE_CHECK(state.adam_steps >= 0 && state.moment_rows >= 0);
  put_vector(network.tensors, "", state.params, file);
  if (!state.second_moment.empty()) {
    put_vector(network.tensors, kMoment, state.second_moment, file);
  }
  for (const auto& extra : state.extras) {
    ANOLE_CHECK(extra.values.size() == network.parameters);
    ANOLE_CHECK(!extra.name.empty() && extra.name.find('.') == extra.name.npos);
    put_vector(network.tensors, extra.name + ".", extra.values, file);
  }
  file.metadata.push_back({"adam_steps", fmt::format("{}", state.adam_steps)});
  file.metadata.push_back({"moment_rows", fmt::format("{}", state.moment_rows)});
}

MetaState get_state(const Signature& network, const TensorFile& file, std::string_view where,
                    std::int32_t moment_rows_before) {
  MetaState state;
  for (const auto& info : network.tensors) (void)get_tensor(info, "", file, where);
  state.params = get_vector(network.tensors, "", file, where);
  state.second_moment = get_vector(network.tensors, kMoment, file, where);
  for (auto& name : extra_names(network, file)) {
    state.extras.push_back({name, get_vector(network.tensors, name + ".", file, where)});
  }
  state.adam_steps = get_count(file, "adam_steps", where);
  state.moment_rows = moment_rows_before;
  if (file.find_metadata("moment_rows") == nullptr) return state;
  const auto rows = get_count(file, "moment_rows", where);
  if (!std::in_range<std::int32_t>(rows)) {
    throw Error("{}: metadata 'moment_rows' is {}, expected less than 2^31", where, rows);
  }
  state.moment_rows = static_cast<std::int32_t>(rows);
  return state;
}

const std::string& get_text(const TensorFile& file, std::string_view key, std::string_view where) {
  const auto* text = file.find_metadata(key);
  if (text == nullptr) throw Error("{}: metadata '{}' is missing", where, key);
  return *text;
}

std::int64_t get_count(const TensorFile& file, std::string_view key, std::string_view where) {
  const auto& text = get_text(file, key, where);
  std::int64_t count = -1;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, count);
  if (error != std::errc() || stop != end || count < 0) {
    throw Error("{}: metadata '{}' is '{}', expected an integer at least 0", where, key, text);
  }
  return count;
}

ModelSpec get_spec(const TensorFile& file, std::string_view where) {
  const auto& text = get_text(file, "spec", where);
  try {
    auto spec = model_from_json(text);
    (void)layout(spec);
    return spec;
  } catch (const Error& error) {
    throw Error("{}: {}", where, error.what());
  }
}

}  // namespace anole
