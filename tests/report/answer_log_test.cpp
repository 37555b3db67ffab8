#include "anole/report/answer_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/report/adapted_bundle.h"

namespace anole {
namespace {

using ::testing::HasSubstr;

const std::vector<float> kRow(16, 0.5f);

void ask(AnswerLog& log, const std::string& input, const std::vector<double>& probabilities,
         int truth = -1, bool known = true) {
  log.add({.input = input,
           .row = kRow,
           .probabilities = probabilities,
           .known = known,
           .truth = truth});
}

TEST(AnswerLog, CountsWhatIsKnownOfTheTruth) {
  const auto bundle = adapted_bundle();
  AnswerLog log(bundle);
  ask(log, "1", {0.9, 0.1}, 0);
  ask(log, "2", {0.2, 0.8}, 0);
  ask(log, "3", {0.4, 0.6}, -1, false);
  log.add_unread("4", "no picture");
  EXPECT_EQ(log.asked(), 3);
  EXPECT_EQ(log.with_truth(), 2);
  EXPECT_EQ(log.right(), 1);
  EXPECT_EQ(log.unknown(), 1);
  EXPECT_EQ(log.unread_inputs(), 1);
  EXPECT_EQ(log.times(0, 1), 1);
  EXPECT_EQ(log.times(1, 0), 0);
  EXPECT_EQ(log.labels(), (std::vector<int>{0, 1}));
}

TEST(AnswerLog, HasTheLeastSureQuestionsFirst) {
  const auto bundle = adapted_bundle();
  AnswerLog log(bundle);
  ask(log, "sure", {0.9, 0.1});
  ask(log, "unsure", {0.45, 0.55});
  ask(log, "as unsure", {0.55, 0.45});
  ASSERT_EQ(log.unsure().size(), 3u);
  EXPECT_EQ(log.unsure()[0].input, "unsure");
  EXPECT_EQ(log.unsure()[1].input, "as unsure");
  EXPECT_EQ(log.unsure()[2].input, "sure");
  EXPECT_EQ(log.unsure()[0].likeliest[0].label, 1);
}

TEST(AnswerLog, KeepsAsManyAsAPageHasRoomFor) {
  const auto bundle = adapted_bundle();
  AnswerLog log(bundle);
  for (int i = 0; i < 250; ++i) {
    const double p = 0.95 - 0.001 * i;
    ask(log, std::to_string(i), {p, 1 - p}, 1);
    log.add_unread("x", "y");
  }
  EXPECT_EQ(log.asked(), 250);
  ASSERT_EQ(log.unsure().size(), 200u);
  EXPECT_EQ(log.unsure().front().input, "249");
  EXPECT_EQ(log.unsure().back().input, "50");
  EXPECT_EQ(log.unread().size(), 50u);
  EXPECT_EQ(log.unread_inputs(), 250);
}

TEST(AnswerLog, HasTheSurestOfTheMostFrequentMistakesFirst) {
  const auto bundle = adapted_bundle({"a", "b", "c"});
  AnswerLog log(bundle);
  ask(log, "once", {0.1, 0.8, 0.1}, 0);
  for (int i = 0; i < 8; ++i) {
    const double p = 0.51 + 0.01 * i;
    ask(log, std::to_string(i), {0, 1 - p, p}, 1);
  }
  const auto mistakes = log.mistakes();
  ASSERT_EQ(mistakes.size(), 2u);
  EXPECT_EQ(mistakes[0].truth, 1);
  EXPECT_EQ(mistakes[0].guess, 2);
  EXPECT_EQ(mistakes[0].times, 8);
  ASSERT_EQ(mistakes[0].surest.size(), 6u);
  EXPECT_EQ(mistakes[0].surest.front().input, "7");
  EXPECT_EQ(mistakes[1].surest.front().input, "once");
}

// A row of 1 is white, one of 0 black; inverted ones are turned back; bytes as they are too.
TEST(OwnPicture, IsThePictureAsItsUserHasIt) {
  auto bundle = adapted_bundle();
  const std::vector<float> white(16, 1), black(16, 0), bytes(16, 255);
  const auto shown = own_picture(white, bundle);
  EXPECT_THAT(shown, HasSubstr("data:image/png;base64,"));
  EXPECT_NE(own_picture(black, bundle), shown);
  bundle.preprocessing.scale = 1;
  EXPECT_EQ(own_picture(bytes, bundle), shown);
  bundle.preprocessing.invert = true;
  EXPECT_EQ(own_picture(black, bundle), shown);
}

TEST(OwnPicture, OfNumbersIsALine) {
  const auto bundle = adapted_bundle({"a", "b"}, {3, 1, 1});
  EXPECT_THAT(own_picture(std::vector<float>{0, 1, 0.5f}, bundle), HasSubstr("<polyline"));
}

}  // namespace
}  // namespace anole
