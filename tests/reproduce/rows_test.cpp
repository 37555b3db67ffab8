#include "anole/reproduce/rows.h"

#include <gtest/gtest.h>

#include <map>

#include "anole/core/error.h"

namespace anole {
namespace {

TEST(PaperRows, HoldThePapersTwelveNumbers) {
  const std::map<std::string, std::vector<double>> published{
      {"omniglot_5way", {97.68, 95.39, 99.48, 98.90}},
      {"omniglot_20way", {89.43, 88.14, 97.12, 96.65}},
      {"miniimagenet_5way", {49.97, 47.07, 65.99, 62.74}}};
  for (const auto& [name, values] : published) {
    std::vector<double> found;
    for (const auto& setting : find_paper_row(name).settings) {
      EXPECT_EQ(setting.published[0].norm, NormMode::kTransductive);
      EXPECT_EQ(setting.published[1].norm, NormMode::kSupportPlusOne);
      for (const auto& score : setting.published) found.push_back(score.value);
    }
    EXPECT_EQ(found, values) << name;
  }
}

TEST(PaperRows, OneTrainingServesBothShotCountsWithTheirOwnEvaluationBatch) {
  const auto& settings = find_paper_row("miniimagenet_5way").settings;
  const auto one = with_setting({}, settings[0]), five = with_setting({}, settings[1]);
  EXPECT_EQ(one.shots, 1);
  EXPECT_EQ(one.eval.eval_batch, 5);
  EXPECT_EQ(five.shots, 5);
  EXPECT_EQ(five.eval.eval_batch, 15);
}

TEST(PaperRows, OurRecipeStandsBesideThePapersNumbersForTheSameTasks) {
  const auto& paper = find_paper_row("omniglot_5way").settings;
  const auto& ours = find_paper_row("best/omniglot_5way").settings;
  ASSERT_EQ(ours.size(), paper.size());
  for (std::size_t i = 0; i < ours.size(); ++i) {
    EXPECT_EQ(ours[i].shots, paper[i].shots);
    EXPECT_EQ(ours[i].published[0].value, paper[i].published[0].value);
    EXPECT_EQ(ours[i].published[1].value, paper[i].published[1].value);
    EXPECT_EQ(ours[i].band, 0);  // reruns of the authors' program are no reruns of it
  }
}

TEST(PaperRows, ARandomInitialisationHasNoSecondMomentToCarry) {
  const auto& settings = find_paper_row("sine").settings;
  EXPECT_EQ(with_setting({}, settings[1]).inner.optimizer_state, OptimizerState::kReset);
}

TEST(PaperRows, AnUnknownNameSuggestsTheNearest) {
  try {
    find_paper_row("omniglot_5ways");
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(),
                 "unknown row 'omniglot_5ways'; rows are omniglot_5way, omniglot_20way, "
                 "miniimagenet_5way, sine, article, best/omniglot_5way; did you mean "
                 "'omniglot_5way'?");
  }
}

}  // namespace
}  // namespace anole
