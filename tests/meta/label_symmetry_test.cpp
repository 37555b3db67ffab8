#include "anole/meta/label_symmetry.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "anole/reference/reference_learner.h"
#include "tests/adapt/adapted.h"

namespace anole {
namespace {

TEST(AverageLabels, EveryRowBecomesTheMeanRowAndTheRestStays) {
  // One value before, a weight of 3 rows of 2, a bias of 3 rows of 1, one value after.
  std::vector<float> params{9, 1, 2, 3, 4, 5, 9, 1, 2, 6, 7};
  average_labels(std::span(params), std::vector<LabelRows>{{.offset = 1, .rows = 3, .size = 2},
                                                           {.offset = 7, .rows = 3, .size = 1}});
  EXPECT_EQ(params, (std::vector<float>{9, 3, 5, 3, 5, 3, 5, 3, 3, 3, 7}));
}

TEST(AverageLabels, WithoutRowsNothingChanges) {
  MetaState state{.params = {1, 2}, .second_moment = {3, 4}, .adam_steps = 5};
  const auto before = state;
  average_labels(state, {});
  EXPECT_EQ(state, before);
}

TEST(AverageLabels, TakesTheSecondMomentAlong) {
  MetaState state{.params = {1, 3}, .second_moment = {2, 6}, .adam_steps = 5};
  average_labels(state, std::vector<LabelRows>{{.offset = 0, .rows = 2, .size = 1}});
  EXPECT_EQ(state, (MetaState{.params = {2, 2}, .second_moment = {4, 4}, .adam_steps = 5}));
}

TEST(AverageLabels, SumsInDouble) {
  std::vector<float> params{1e8f, 1, -1e8f};
  average_labels(std::span(params), std::vector<LabelRows>{{.offset = 0, .rows = 3, .size = 1}});
  EXPECT_EQ(params, std::vector<float>(3, 1.0f / 3));
}

// Two inputs, three hidden units, three classes.
ModelSpec small_network() {
  return {.name = "small",
          .input = {.channels = 2},
          .init = InitScheme::kFanIn,
          .layers = {{.kind = LayerKind::kLinear, .name = "linear1", .out = 3},
                     {.kind = LayerKind::kTanh, .name = "tanh1"},
                     {.kind = LayerKind::kLinear, .name = "linear2", .out = 3}}};
}

TEST(AverageLabels, IsTheMeanOverAllOrdersOfTheLabels) {
  const std::vector<LabelRows> output{{.offset = 9, .rows = 3, .size = 3},
                                      {.offset = 18, .rows = 3, .size = 1}};
  const auto spec = small_network();
  MetaState start{.params = initial_params(spec, Rng(3, Stream::kInit)),
                  .second_moment = std::vector<float>(21, 0.01f),
                  .adam_steps = 40};
  average_labels(start, output);

  const std::vector<float> rows{1, 0, -1, 2, 0.5f, -1, 2, 2, -1, -1, 0, 1};
  const std::vector<std::int32_t> classes{0, 1, 2, 0, 1, 2};
  const Batches batches{.batch = 3, .rows = {0, 1, 2, 3, 4, 5, 1, 3, 5}};
  const InnerOptions inner{.lr = 0.05};
  const auto learner = make_double_reference_learner(spec);
  const auto adapt = [&](const std::array<std::int32_t, 3>& label_of) {
    std::vector<std::int32_t> labels;
    for (const auto c : classes) labels.push_back(label_of[static_cast<std::size_t>(c)]);
    return adapted(*learner, begin_task(start, inner), {.rows = rows, .labels = labels, .count = 6},
                   batches, inner)
        .meta;
  };

  std::array<std::int32_t, 3> order{0, 1, 2};
  auto averaged = adapt(order);
  average_labels(averaged, output);
  std::vector<double> params(21), moment(21);
  do {
    const auto adapted = adapt(order);
    for (std::size_t j = 0; j < 21; ++j) params[j] += double{adapted.params[j]} / 6;
    for (std::size_t j = 0; j < 21; ++j) moment[j] += double{adapted.second_moment[j]} / 6;
  } while (std::ranges::next_permutation(order).found);
  for (std::size_t j = 0; j < 21; ++j) {
    EXPECT_NEAR(averaged.params[j], params[j], 1e-6) << j;
    EXPECT_NEAR(averaged.second_moment[j], moment[j], 1e-8) << j;
  }
  EXPECT_NE(averaged.params[0], start.params[0]);  // the steps did something
}

}  // namespace
}  // namespace anole
