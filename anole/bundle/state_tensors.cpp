#include "anole/bundle/state_tensors.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

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

void put(const ModelLayout& model, std::string_view prefix, const std::vector<float>& values,
         TensorFile& file) {
  for (const auto& info : model.tensors) {
    auto name = fmt::format("{}{}", prefix, info.name);
    check_values("state to save", name, part(info, values), prefix == kMoment);
    file.tensors.push_back(
        float_tensor(std::move(name), {info.shape.begin(), info.shape.end()}, part(info, values)));
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

std::vector<float> get(const ModelLayout& model, std::string_view prefix, const TensorFile& file,
                       std::string_view where) {
  std::vector<float> values(model.parameters);
  for (const auto& info : model.tensors) {
    const auto& tensor = get_tensor(info, prefix, file, where);
    const auto floats = tensor_floats(tensor);
    check_values(where, tensor.name, floats, prefix == kMoment);
    std::ranges::copy(floats, values.begin() + static_cast<std::ptrdiff_t>(info.offset));
  }
  return values;
}

void refuse_extras(const ModelLayout& model, const TensorFile& file, std::string_view where) {
  std::set<std::string, std::less<>> names;
  for (const auto& info : model.tensors) names.insert(info.name);
  for (const auto& tensor : file.tensors) {
    std::string_view name = tensor.name;
    if (name.starts_with(kMoment) && !names.contains(name)) name.remove_prefix(kMoment.size());
    if (!names.contains(name))
      throw Error("{}: tensor '{}' is not of its model", where, tensor.name);
  }
}

bool has_moments(const TensorFile& file) {
  return std::ranges::any_of(file.tensors,
                             [](const Tensor& tensor) { return tensor.name.starts_with(kMoment); });
}

}  // namespace

void put_state(const ModelSpec& spec, const MetaState& state, TensorFile& file) {
  const auto model = layout(spec);
  ANOLE_CHECK(state.params.size() == model.parameters);
  ANOLE_CHECK(state.second_moment.empty() || state.second_moment.size() == model.parameters);
  ANOLE_CHECK(state.adam_steps >= 0);
  put(model, "", state.params, file);
  if (!state.second_moment.empty()) put(model, kMoment, state.second_moment, file);
  file.metadata.push_back({"adam_steps", fmt::format("{}", state.adam_steps)});
}

MetaState get_state(const ModelSpec& spec, const TensorFile& file, std::string_view where) {
  const auto model = layout(spec);
  refuse_extras(model, file, where);
  MetaState state;
  state.params = get(model, "", file, where);
  if (has_moments(file)) state.second_moment = get(model, kMoment, file, where);
  state.adam_steps = get_count(file, "adam_steps", where);
  return state;
}

void put_params(const ModelSpec& spec, std::string_view prefix, const std::vector<float>& params,
                TensorFile& file) {
  const auto model = layout(spec);
  ANOLE_CHECK(params.size() == model.parameters);
  put(model, prefix, params, file);
}

std::vector<float> take_params(const ModelSpec& spec, std::string_view prefix, TensorFile& file,
                               std::string_view where) {
  const auto ours = [&](const Tensor& tensor) { return tensor.name.starts_with(prefix); };
  if (std::ranges::none_of(file.tensors, ours)) return {};
  auto params = get(layout(spec), prefix, file, where);
  std::erase_if(file.tensors, ours);
  return params;
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
