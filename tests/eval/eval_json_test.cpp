#include "anole/eval/eval_json.h"

#include <gtest/gtest.h>

namespace anole {
namespace {

const Protocol kProtocol{.dataset = "omniglot",
                         .split = "authors",
                         .split_seed = 0,
                         .shape = {.ways = 5, .shots = 1, .queries = 1},
                         .seed = 3,
                         .inner_steps = 1};

TEST(EvalJson, HasTheStableShape) {
  const EvalResult result{.tasks = 10,
                          .norms = {{.norm = NormMode::kSupportPlusOne,
                                     .before = {20, 1},
                                     .after = {97.5, 0.25},
                                     .curve = {{0, {20, 1}}, {1, {97.5, 0.25}}}}}};
  EXPECT_EQ(eval_json(result, kProtocol),
            R"({"dataset":"omniglot","split":"authors","split_seed":0,"ways":5,"shots":1,)"
            R"("queries":1,"tasks":10,"seed":3,"inner_steps":1,"optimizer_state":"carry",)"
            R"("accuracy":{"support+1":{"mean":97.5,"ci95":0.25}},)"
            R"("before":{"support+1":{"mean":20.0,"ci95":1.0}},)"
            R"("curve":{"support+1":[[0,20.0,1.0],[1,97.5,0.25]]}})");
}

TEST(EvalJson, SaysWhereTheLossIsNotTheSum) {
  auto protocol = kProtocol;
  protocol.loss_reduction = LossReduction::kMean;
  const EvalResult result{.tasks = 10, .norms = {{.norm = NormMode::kSupport, .after = {50, 2}}}};
  EXPECT_NE(eval_json(result, protocol).find(R"("loss_reduction":"mean")"), std::string::npos);
  EXPECT_EQ(eval_json(result, kProtocol).find("loss_reduction"), std::string::npos);
}

TEST(EvalJson, RegressionHasErrorInThePlaceOfAccuracy) {
  const EvalResult result{.tasks = 10,
                          .metric = &kSquaredError,
                          .norms = {{.norm = NormMode::kTransductive, .after = {0.5, 0.1}}}};
  const auto text = eval_json(result, kProtocol);
  EXPECT_NE(text.find(R"("error":{"transductive":{"mean":0.5,"ci95":0.1}})"), std::string::npos)
      << text;
  EXPECT_EQ(text.find("accuracy"), std::string::npos);
}

TEST(EvalJson, LeavesOutWhatWasNotComputed) {
  const EvalResult result{.tasks = 10, .norms = {{.norm = NormMode::kSupport, .after = {50, 2}}}};
  const auto text = eval_json(result, kProtocol);
  EXPECT_EQ(text.find("before"), std::string::npos);
  EXPECT_EQ(text.find("curve"), std::string::npos);
}

}  // namespace
}  // namespace anole
