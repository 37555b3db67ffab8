#include "anole/report/answers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace anole {
namespace {

using ::testing::ElementsAre;

TEST(Answer, IsTheLargestOutputWithItsSoftmaxProbability) {
  Task task;
  task.way = 2;
  task.class_names = {"a", "b"};
  task.labels = {1, 0};
  task.query = {.labels = task.labels, .count = 2};
  // Row 0: probabilities 1/4 and 3/4. Row 1: equal, so the first is the guess.
  const std::vector<float> logits{0, std::log(3.0f), 7, 7};
  const auto answered = answer(task, 5, logits);
  EXPECT_EQ(answered.index, 5u);
  ASSERT_EQ(answered.answers.size(), 2u);
  EXPECT_EQ(answered.answers[0].guess, 1);
  EXPECT_NEAR(answered.answers[0].confidence, 0.75, 1e-6);  // log 3 is a float
  EXPECT_NEAR(answered.answers[0].truth_probability, 0.75, 1e-6);
  EXPECT_EQ(answered.answers[1].guess, 0);
  EXPECT_DOUBLE_EQ(answered.answers[1].truth_probability, 0.5);
  EXPECT_EQ(answered.mistakes(), 0);
}

TEST(Calibrate, GivesTheErrorOfAHandMadeExample) {
  // Bin (0.5, 0.6]: 0.6 right and 0.6 wrong, accuracy 0.5, confidence 0.6: off by 0.1.
  // Bin (0.9, 1]: 0.95 and 1.0 right: accuracy 1, confidence 0.975: off by 0.025.
  const std::vector<AnsweredTask> tasks{
      {.index = 0,
       .class_names = {"a", "b"},
       .answers = {{0, 0, 0.6, 0.6}, {0, 1, 0.6, 0.4}, {1, 1, 0.95, 0.95}, {1, 1, 1.0, 1.0}}}};
  const auto result = calibrate(tasks);
  ASSERT_EQ(result.bins.size(), 10u);
  EXPECT_EQ(result.bins[5].rows, 2);
  EXPECT_DOUBLE_EQ(result.bins[5].confidence, 0.6);
  EXPECT_DOUBLE_EQ(result.bins[5].accuracy, 0.5);
  EXPECT_EQ(result.bins[9].rows, 2);
  EXPECT_NEAR(result.ece, 0.5 * 0.1 + 0.5 * 0.025, 1e-12);
  EXPECT_NEAR(result.confidence, 0.7875, 1e-12);
  EXPECT_DOUBLE_EQ(result.accuracy, 0.75);
}

TEST(Calibrate, WithoutRowsIsZero) { EXPECT_EQ(calibrate({}).ece, 0); }

TEST(ClassScores, PutTheHardestFirst) {
  const std::vector<AnsweredTask> tasks{
      {.index = 0, .class_names = {"a", "b"}, .answers = {{0, 0, 0.9, 0.9}, {1, 0, 0.7, 0.3}}},
      {.index = 1, .class_names = {"b", "c"}, .answers = {{0, 0, 0.5, 0.5}, {1, 1, 0.9, 0.9}}}};
  const auto scores = class_scores(tasks);
  ASSERT_EQ(scores.size(), 3u);
  EXPECT_EQ(scores[0].name, "b");
  EXPECT_EQ(scores[0].rows, 2);
  EXPECT_EQ(scores[0].right, 1);
  EXPECT_DOUBLE_EQ(scores[0].truth_probability, 0.4);
  EXPECT_EQ(scores[1].name, "a");  // as hard as c: by name
  EXPECT_EQ(scores[2].name, "c");
}

TEST(GroupOf, IsThePartBeforeTheSlash) {
  EXPECT_EQ(group_of("Korean/character07 rotated 90"), "Korean");
  EXPECT_EQ(group_of("n01532829"), "n01532829");
}

TEST(Confuse, CountsMistakesAndWhatWasOfferedByGroup) {
  // Truth in Korean (label 0) taken for the other Korean; truth in Latin taken for Korean/1.
  const std::vector<AnsweredTask> tasks{{.index = 0,
                                         .class_names = {"Korean/1", "Latin/1", "Korean/2"},
                                         .answers = {{0, 2, 0.6, 0.2}, {1, 0, 0.5, 0.3}}}};
  const auto result = confuse(tasks);
  EXPECT_THAT(result.groups, ElementsAre("Korean", "Latin"));
  EXPECT_THAT(result.offered, ElementsAre(1, 1, 2, 0));
  EXPECT_THAT(result.mistaken, ElementsAre(1, 0, 1, 0));
}

TEST(MostConfused, KeepsTheGroupsWithMostMistakes) {
  const Confusion all{.groups = {"a", "b", "c"},
                      .offered = {9, 9, 9, 9, 9, 9, 9, 9, 9},
                      .mistaken = {0, 0, 2, 0, 0, 0, 1, 0, 0}};
  const auto two = most_confused(all, 2);
  EXPECT_THAT(two.groups, ElementsAre("a", "c"));
  EXPECT_THAT(two.mistaken, ElementsAre(0, 2, 1, 0));
  EXPECT_EQ(most_confused(all, 3).groups.size(), 3u);
}

}  // namespace
}  // namespace anole
