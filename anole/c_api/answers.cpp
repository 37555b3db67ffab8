#include "anole/c_api/answers.h"

#include <algorithm>

#include "anole/core/error.h"

namespace anole {
namespace {

void require_room(const anole_answers& answers, std::size_t count, const Signature& network) {
  if (answers.rows < count) {
    throw UsageError("answers.rows is {}, too little room for {} answers", answers.rows, count);
  }
  if (answers.outputs != static_cast<std::size_t>(network.outputs)) {
    throw UsageError("answers.outputs is {}, expected {}, as anole_get_facts says", answers.outputs,
                     network.outputs);
  }
  if (network.loss == Loss::kCrossEntropy) return;
  if (answers.labels != nullptr || answers.probabilities != nullptr || answers.known != nullptr) {
    throw UsageError(
        "the network gives values, not classes: labels, probabilities and known must be null");
  }
}

void write(const Prediction& prediction, std::size_t place, const anole_answers& answers) {
  const auto first = place * answers.outputs;
  if (answers.labels != nullptr) answers.labels[place] = prediction.label;
  if (answers.known != nullptr) answers.known[place] = prediction.known ? 1 : 0;
  if (answers.probabilities != nullptr) {
    std::ranges::copy(prediction.probabilities, answers.probabilities + first);
  }
  if (answers.values != nullptr) std::ranges::copy(prediction.outputs, answers.values + first);
}

}  // namespace

void answer(Adapter& adapter, std::size_t count, const anole_answers* answers,
            const std::function<std::vector<float>(std::size_t)>& row) {
  const auto network = signature_of(adapter.bundle().spec);
  require_room(*answers, count, network);
  if (count == 0) return;
  std::vector<float> rows;
  for (std::size_t i = 0; i < count; ++i) {
    const auto one = row(i);
    rows.insert(rows.end(), one.begin(), one.end());
  }
  const auto predictions = adapter.predict(rows, static_cast<std::int64_t>(count));
  for (std::size_t i = 0; i < count; ++i) write(predictions[i], i, *answers);
}

}  // namespace anole
