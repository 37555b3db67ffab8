#include "anole/adapt/learner_checks.h"

#include <gtest/gtest.h>

#include <limits>

#include "anole/models/model_spec.h"
#include "tests/error_of.h"

namespace anole {
namespace {

// 2 numbers a row, 3 outputs, 9 params; `with_norm` adds a batch-norm with 4 more.
ModelSpec net(Loss loss, bool with_norm = false) {
  ModelSpec spec{.name = "net",
                 .input = {.channels = 2},
                 .loss = loss,
                 .layers = {{.kind = LayerKind::kLinear, .name = "linear", .out = 3}}};
  const Layer norm{.kind = LayerKind::kBatchNorm, .name = "norm"};
  if (with_norm) spec.layers.insert(spec.layers.begin(), norm);
  return spec;
}

// Two good rows with their labels and targets.
struct TwoRows {
  std::vector<float> rows{1, 2, 3, 4}, targets{0, 0, 0, 1, 1, 1};
  std::vector<std::int32_t> labels{0, 2};

  Examples examples() const {
    return {.rows = rows, .labels = labels, .targets = targets, .count = 2};
  }
};

const std::vector<float> kParams(9, 0.5f);

TaskState start() {
  TaskState state;
  state.meta = {.params = kParams, .second_moment = std::vector<float>(9, 1.0f), .adam_steps = 3};
  return state;
}

// The message for one call of `adapt` with one thing changed.
template <class Change>
std::string adapt_error(Change&& change) {
  const TwoRows data;
  struct Call {
    TaskState state = start();
    Examples support;
    Batches batches{.batch = 2, .rows = {0, 1}};
    InnerOptions options;
  } call;
  call.support = data.examples();
  change(call);
  return error_of([&] {
    LearnerChecks(signature_of(net(Loss::kCrossEntropy)))
        .adapt(call.state, call.support, call.batches, call.options);
  });
}

TEST(LearnerChecks, AcceptWhatIsRight) {
  EXPECT_EQ(adapt_error([](auto&) {}), "");
  EXPECT_EQ(adapt_error([](auto& call) { call.batches = {}; }), "");
  EXPECT_EQ(adapt_error([](auto& call) {
              call.state.meta.second_moment.clear();
              call.state.meta.adam_steps = 0;
            }),
            "");
}

TEST(LearnerChecks, RefuseAStateOfAnotherNetwork) {
  EXPECT_EQ(adapt_error([](auto& call) { call.state.meta.params.resize(8); }),
            "model 'net' has 9 params, got 8 params");
  EXPECT_EQ(adapt_error([](auto& call) { call.state.meta.second_moment.resize(5); }),
            "model 'net' has 9 params, got 5 second moments");
  EXPECT_EQ(adapt_error([](auto& call) { call.state.first_moment.resize(5); }),
            "model 'net' has 9 params, got 5 first moments");
  EXPECT_EQ(adapt_error([](auto& call) { call.state.meta.second_moment.clear(); }),
            "model 'net': 3 Adam steps with 0 second moments; a state has both or neither");
}

TEST(LearnerChecks, RefuseFrozenWithoutAStoredMoment) {
  EXPECT_EQ(adapt_error([](auto& call) {
              call.state.meta.adam_steps = 0;
              call.options.optimizer_state = OptimizerState::kFrozen;
            }),
            "model 'net': optimizer_state 'frozen' needs a stored second moment, but the state has "
            "taken no "
            "Adam step; train with 'carry' first");
}

TEST(LearnerChecks, RefuseOptionsOutsideTheirLimits) {
  EXPECT_NE(adapt_error([](auto& call) { call.options.lr = -1; }).find("lr"), std::string::npos);
  EXPECT_EQ(adapt_error([](auto& call) { call.state.meta.moment_rows = -3; }),
            "model 'net': the second moment is of batches of -3 rows, expected 0 or more");
}

TEST(LearnerChecks, RefuseBatchesThatDoNotFitTheSupport) {
  EXPECT_EQ(adapt_error([](auto& call) {
              call.batches.rows = {0, 1, 1};
            }),
            "batches: 3 row indices do not make whole batches of 2");
  EXPECT_EQ(adapt_error([](auto& call) {
              call.batches.rows = {0, 2};
            }),
            "batches: row index 2 is outside the 2 support rows");
  EXPECT_EQ(adapt_error([](auto& call) {
              call.batches.rows = {-1, 1};
            }),
            "batches: row index -1 is outside the 2 support rows");
}

std::string gradient_error(Loss loss, const Examples& examples) {
  return error_of([&] { LearnerChecks(signature_of(net(loss))).gradient(kParams, examples); });
}

TEST(LearnerChecks, RefuseRowsThatDoNotFitTheNetwork) {
  const TwoRows data;
  auto examples = data.examples();
  examples.count = 3;
  EXPECT_EQ(gradient_error(Loss::kCrossEntropy, examples),
            "model 'net': rows hold 4 numbers, expected 3 rows of 2");
  EXPECT_EQ(gradient_error(Loss::kCrossEntropy, {}),
            "model 'net': a gradient needs at least one row, got none");
}

TEST(LearnerChecks, RefuseLabelsAndTargetsThatDoNotFitTheRows) {
  TwoRows data;
  data.labels = {0};
  EXPECT_EQ(gradient_error(Loss::kCrossEntropy, data.examples()),
            "model 'net': 1 labels for 2 rows, expected one a row");
  data.labels = {0, 3};
  EXPECT_EQ(gradient_error(Loss::kCrossEntropy, data.examples()),
            "model 'net': label 3 of row 1 is outside [0, 3), the network's classes");
  data.labels = {-1, 0};
  EXPECT_EQ(gradient_error(Loss::kCrossEntropy, data.examples()),
            "model 'net': label -1 of row 0 is outside [0, 3), the network's classes");
  data.targets = {1, 2};
  EXPECT_EQ(gradient_error(Loss::kMeanSquaredError, data.examples()),
            "model 'net': 2 targets for 2 rows, expected 3 a row");
}

TEST(LearnerChecks, RefuseFrozenStatisticsWithoutSupportRows) {
  const TwoRows data;
  const std::vector<float> params(13, 0.5f);
  const LearnerChecks checks(signature_of(net(Loss::kCrossEntropy, true)));
  EXPECT_EQ(
      error_of([&] { checks.predict(params, data.examples(), {.mode = NormMode::kSupport}); }),
      "model 'net' has batch-norm: predicting in mode 'support' needs the task's support "
      "rows, got none; "
      "pass them or use 'transductive'");
  EXPECT_EQ(error_of([&] { checks.predict(params, data.examples(), {}); }), "");
  const LearnerChecks without_norm(signature_of(net(Loss::kCrossEntropy)));
  EXPECT_EQ(error_of([&] {
              without_norm.predict(kParams, data.examples(), {.mode = NormMode::kSupport});
            }),
            "");
}

TEST(LearnerChecks, RefuseRowsThatAreNotFinite) {
  TwoRows data;
  data.rows = {1, 2, 3, std::numeric_limits<float>::quiet_NaN()};
  const LearnerChecks checks(signature_of(net(Loss::kCrossEntropy)));
  EXPECT_EQ(error_of([&] { checks.predict(kParams, data.examples(), {}); }),
            "model 'net': row 1 holds nan at place 1, expected finite numbers");
}

TEST(LearnerChecks, RefuseStatisticsOfAnotherNetwork) {
  const TwoRows data;
  const std::vector<float> params(13, 0.5f), statistics(3, 1);
  const LearnerChecks checks(signature_of(net(Loss::kCrossEntropy, true)));
  EXPECT_EQ(error_of([&] {
              checks.predict(params, data.examples(),
                             {.mode = NormMode::kSupport, .statistics = statistics});
            }),
            "model 'net' normalises by 4 statistics, got 3");
}

}  // namespace
}  // namespace anole
