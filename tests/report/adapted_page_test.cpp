#include "anole/report/adapted_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "anole/report/adapted_sections.h"
#include "anole/report/page.h"
#include "tests/report/adapted_bundle.h"

namespace anole {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const AdaptedPage kPage{.name = "mine.anole", .adapted = "to 2 examples", .threshold = 0.5};

void ask(AnswerLog& log, const std::string& input, double cat, int truth = -1) {
  const std::vector<float> row(16, 0.5f);
  const std::vector<double> probabilities{cat, 1 - cat};
  log.add({.input = input, .row = row, .probabilities = probabilities, .truth = truth});
}

std::string page_of(const Bundle& bundle, const AnswerLog& log) {
  return adapted_page(kPage, bundle, log);
}

TEST(AdaptedPage, ShowsAccuracyConfusionMistakesAndTheUnsureOnesFirst) {
  const auto bundle = adapted_bundle();
  AnswerLog log(bundle);
  ask(log, "q/cat/1.png", 0.9, 0);
  ask(log, "q/cat/2.png", 0.25, 0);
  ask(log, "q/3.png", 0.6);
  const auto page = page_of(bundle, log);
  for (const char* part :
       {"<h1>mine.anole</h1>", "Adapted to 2 examples", "<b>cat</b>1 example",
        "50.0 % <small>9.5 to 90.5</small>", "1 of 2 whose",
        "<td>cat</td><td><span class=\"right\">1</span></td><td><span class=\"wrong\">✗ 1</span>",
        "cat → dog <small>1 time</small>", "q/cat/2.png <b>75.0 %</b>",
        "<b>dog 75.0 %</b>, cat 25.0 %", "✗ is cat", "<td>right</td>"}) {
    EXPECT_THAT(page, HasSubstr(part));
  }
  const auto table = page.substr(page.find("the unsure ones first"));
  EXPECT_LT(table.find("q/3.png"), table.find("q/cat/2.png"));
  EXPECT_LT(table.find("q/cat/2.png"), table.find("q/cat/1.png"));
}

TEST(AdaptedPage, WithoutTruthHasNoAccuracyAndNoConfusion) {
  const auto bundle = adapted_bundle();
  AnswerLog log(bundle);
  ask(log, "q/3.png", 0.6);
  const auto page = page_of(bundle, log);
  EXPECT_THAT(page, Not(HasSubstr("Answers by class")));
  EXPECT_THAT(page, Not(HasSubstr("Who was mistaken")));
  EXPECT_THAT(page, Not(HasSubstr("95 % interval")));
  EXPECT_THAT(page, HasSubstr("<td>–</td>"));
}

TEST(AdaptedPage, MarksWhatIsLikelyNoneOfTheClasses) {
  const auto bundle = adapted_bundle();
  AnswerLog log(bundle);
  const std::vector<float> row(16, 0.5f);
  const std::vector<double> half{0.4, 0.6};
  log.add({.input = "x.png", .row = row, .probabilities = half, .known = false});
  const auto page = page_of(bundle, log);
  EXPECT_THAT(page, HasSubstr("<span class=\"none\">none of these</span>"));
  EXPECT_THAT(page, HasSubstr("<b>1</b><span>likely none of these: below 50.0 %"));
}

TEST(AdaptedPage, SaysWhatTheStartExpects) {
  auto bundle = adapted_bundle();
  bundle.calibration = {{.ways = 5, .shots = 1, .accuracy = 0.921, .ci95 = 0.005}};
  EXPECT_THAT(page_of(bundle, AnswerLog(bundle)),
              HasSubstr("92.1 ± 0.5 % right, on tasks of 5 classes with 1 example of each"));
}

TEST(AdaptedPage, ListsWhatCouldNotBeReadAndWhatIsLeftOut) {
  const auto bundle = adapted_bundle();
  AnswerLog log(bundle);
  for (int i = 0; i < 201; ++i) ask(log, "x.png", 0.9);
  for (int i = 0; i < 51; ++i) log.add_unread("bad.png", "bad.png: not a <PNG>");
  const auto page = page_of(bundle, log);
  EXPECT_THAT(page, HasSubstr("1 question of which it was surer is left out."));
  EXPECT_THAT(page, HasSubstr("<td>bad.png</td><td>bad.png: not a &lt;PNG&gt;</td>"));
  EXPECT_THAT(page, HasSubstr("and 1 more"));
}

TEST(AdaptedPage, WithoutExamplesSaysSoAndNamesTheClasses) {
  auto bundle = adapted_bundle();
  bundle.examples.clear();
  const auto page = page_of(bundle, AnswerLog(bundle));
  EXPECT_THAT(page, HasSubstr("They were left out of the bundle."));
  EXPECT_THAT(page, HasSubstr("<p>2 classes: cat, dog</p>"));
}

TEST(AdaptedPage, ShowsRowsOfNumbersAsLines) {
  const auto bundle = adapted_bundle({"a", "b"}, {3, 1, 1});
  const auto page = page_of(bundle, AnswerLog(bundle));
  EXPECT_THAT(page, HasSubstr("<polyline"));
  EXPECT_THAT(page, Not(HasSubstr("<img")));
}

// 200 classes with names of 5,000 quotes, as many questions as are kept, all of them noise.
TEST(AdaptedPage, StaysSmallAndAloneWhateverNamesAre) {
  std::vector<std::string> labels;
  for (int i = 0; i < 200; ++i) labels.push_back(std::to_string(1000 + i) + std::string(5000, '"'));
  const auto bundle = adapted_bundle(labels, {3, 8, 8});
  AnswerLog log(bundle);
  std::vector<float> row(192);
  for (std::size_t i = 0; i < row.size(); ++i) row[i] = static_cast<float>(i * i % 97) / 97;
  for (int i = 0; i < 600; ++i) {
    std::vector<double> probabilities(200, 0.001);
    probabilities[static_cast<std::size_t>(i % 200)] = 0.8;
    log.add({.input = std::string(5000, '\''),
             .row = row,
             .probabilities = probabilities,
             .truth = (i + 1) % 200});
    log.add_unread(std::string(5000, '<'), std::string(5000, '\xff'));
  }
  const auto page = page_of(bundle, log);
  EXPECT_LT(page.size(), kLargestPage);
  EXPECT_THAT(page, Not(HasSubstr("http")));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_FALSE(std::regex_search(page, std::regex(R"re((src|href)="(?!data:))re")));
  EXPECT_THAT(page, HasSubstr("The 40 of 200 classes with most mistakes."));
  EXPECT_THAT(page, HasSubstr("480 mistakes of 160 more pairs of classes are left out."));
}

TEST(ShortName, CutsBetweenCharacters) {
  EXPECT_EQ(short_name("a<b", 3), "a&lt;b");
  EXPECT_EQ(short_name("\xc3\xa9\xc3\xa9\xc3\xa9", 2), "\xc3\xa9\xc3\xa9…");
  EXPECT_EQ(short_path("folder/\xc3\xa9.png", 5), "…\xc3\xa9.png");
  EXPECT_EQ(short_path("x/1.png", 7), "x/1.png");
}

}  // namespace
}  // namespace anole
