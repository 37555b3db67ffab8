#pragma once

// Small bundles for the tests of the C ABI, and its calls in short.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "anole/bundle/bundle.h"
#include "anole/c_api/anole.h"
#include "anole/models/zoo.h"

namespace anole {

// A network that was never trained, for rows of `shape`.
inline Bundle fresh_bundle(const std::string& model, const Shape& shape, int outputs,
                           Loss loss = Loss::kCrossEntropy) {
  Bundle bundle;
  bundle.spec = make_model({.model = model}, shape, outputs, loss);
  bundle.meta.params = initial_params(bundle.spec, Rng(1, Stream::kInit));
  bundle.schedule = {.batch = 2, .steps = 3};
  return bundle;
}

// Of rows of two numbers, as a table has them.
inline Bundle of_numbers() { return fresh_bundle("mlp", {.channels = 2}, 2); }

// Of grey pictures of 14 x 14, dark on light in training.
inline Bundle of_pictures() {
  auto bundle = fresh_bundle("omniglot_conv4", {1, 14, 14}, 3);
  bundle.preprocessing = {.shape = {1, 14, 14}, .scale = 1.0 / 255, .ground = Ground::kLight};
  return bundle;
}

inline Bundle of_values() {
  return fresh_bundle("sine_mlp", {.channels = 1}, 1, Loss::kMeanSquaredError);
}

inline anole_adapter* loaded(const Bundle& bundle) {
  const auto bytes = bundle_bytes(bundle, "test");
  anole_adapter* adapter = nullptr;
  EXPECT_EQ(anole_load_bytes(bytes.data(), bytes.size(), &adapter), ANOLE_OK) << anole_last_error();
  return adapter;
}

inline anole_examples* gathering(anole_adapter* adapter) {
  anole_examples* examples = nullptr;
  EXPECT_EQ(anole_examples_new(adapter, &examples), ANOLE_OK) << anole_last_error();
  return examples;
}

// Two rows of "left" and two of "right".
inline anole_examples* four_rows(anole_adapter* adapter) {
  auto* examples = gathering(adapter);
  const char* labels[] = {"right", "left", "left", "right"};
  const float rows[] = {1, 0, -1, 0, -2, 1, 2, 1};
  EXPECT_EQ(anole_examples_add_rows(examples, labels, rows, 4, 2), ANOLE_OK) << anole_last_error();
  return examples;
}

// A numbers adapter that knows "left" and "right".
inline anole_adapter* adapted() {
  auto* adapter = loaded(of_numbers());
  auto* examples = four_rows(adapter);
  EXPECT_EQ(anole_adapt(adapter, examples, nullptr, 0), ANOLE_OK) << anole_last_error();
  EXPECT_EQ(anole_examples_free(examples), ANOLE_OK);
  return adapter;
}

inline std::string saved(anole_adapter* adapter) {
  void* bytes = nullptr;
  std::size_t size = 0;
  EXPECT_EQ(anole_save_bytes(adapter, &bytes, &size), ANOLE_OK) << anole_last_error();
  std::string text(static_cast<char*>(bytes), size);
  anole_free(bytes);
  return text;
}

inline std::vector<double> probabilities(anole_adapter* adapter, const std::vector<float>& rows) {
  std::vector<double> found(rows.size());
  const anole_answers answers{.rows = rows.size() / 2,
                              .outputs = 2,
                              .labels = nullptr,
                              .probabilities = found.data(),
                              .known = nullptr,
                              .values = nullptr};
  EXPECT_EQ(anole_predict_rows(adapter, rows.data(), rows.size() / 2, 2, &answers), ANOLE_OK)
      << anole_last_error();
  return found;
}

inline anole_facts facts_of(anole_adapter* adapter) {
  anole_facts facts{};
  facts.struct_size = sizeof(facts);
  EXPECT_EQ(anole_get_facts(adapter, &facts), ANOLE_OK) << anole_last_error();
  return facts;
}

// "2: path is null": the status and the text of a call that fails.
inline std::string failure(anole_status status) {
  return std::to_string(status) + ": " + anole_last_error();
}

}  // namespace anole
