#include "anole/reproduce/table.h"

#include <gtest/gtest.h>

#include <cmath>

#include "anole/eval/eval_json.h"
#include "anole/io/json.h"

namespace anole {
namespace {

const PaperRow& kFiveWay = find_paper_row("omniglot_5way");

Measured measured(double transductive, double ci95) {
  return {.setting = &kFiveWay.settings[0],
          .iteration = 100000,
          .seconds = 61,
          .machine = "a machine",
          .result = {.tasks = 10000,
                     .norms = {{.norm = NormMode::kTransductive, .after = {transductive, ci95}},
                               {.norm = NormMode::kSupportPlusOne, .after = {95.5, 0.13}},
                               {.norm = NormMode::kSupport, .after = {95, 0.14}}}}};
}

ReproducedRun run_of(std::uint64_t seed, double transductive, double ci95) {
  return {.row = &kFiveWay,
          .folder = "runs/x",
          .seed = seed,
          .iteration = 100000,
          .iterations = 100000,
          .config_iterations = 100000,
          .config_tasks = 10000,
          .seconds = 3725,
          .machine = "a machine",
          .data = "omniglot, split authors, 20 images a class",
          .measured = {measured(transductive, ci95)}};
}

TEST(ResultLines, OfOneSeedHaveItsScoreAndNoSpread) {
  const auto lines = result_lines({run_of(0, 97.5, 0.1)});
  ASSERT_EQ(lines.size(), 3u);  // 5-shot is not measured
  EXPECT_EQ(lines[0].score, (Score{97.5, 0.1}));
  EXPECT_EQ(lines[0].paper, 97.68);
  EXPECT_EQ(lines[2].paper, std::nullopt);  // the paper has no number for `support`
  EXPECT_FALSE(lines[0].spread.has_value());
}

TEST(ResultLines, TheIntervalOverTasksAndTheSpreadOverSeedsAreTwoThings) {
  // Mean of 97.2 and 97.6; tasks: sqrt(0.3^2 + 0.4^2) / 2; seeds: |97.6 - 97.2| / sqrt(2).
  const auto lines = result_lines({run_of(0, 97.2, 0.3), run_of(1, 97.6, 0.4)});
  EXPECT_DOUBLE_EQ(lines[0].score.mean, 97.4);
  EXPECT_DOUBLE_EQ(lines[0].score.ci95, 0.25);
  ASSERT_TRUE(lines[0].spread.has_value());
  EXPECT_DOUBLE_EQ(lines[0].spread->least, 97.2);
  EXPECT_DOUBLE_EQ(lines[0].spread->greatest, 97.6);
  EXPECT_NEAR(lines[0].spread->deviation, 0.4 / std::sqrt(2), 1e-12);
}

TEST(ResultLines, RunsOfOtherLengthsAreNotMixed) {
  auto shorter = run_of(1, 90, 0.1);
  shorter.iterations = 20000;
  EXPECT_EQ(result_lines({run_of(0, 97.5, 0.1), shorter}).size(), 6u);
}

TEST(ResultLines, RunsOfAnotherPrecisionAreNotMixedAndSayIt) {
  auto half = run_of(1, 90, 0.1);
  half.precision = Precision::kBf16;
  const auto lines = result_lines({run_of(0, 97.5, 0.1), half});
  ASSERT_EQ(lines.size(), 6u);
  EXPECT_EQ(setting_text(lines[0]), "Omniglot, 5-way 1-shot");
  EXPECT_EQ(setting_text(lines[3]), "Omniglot, 5-way 1-shot, bf16");
  EXPECT_EQ(command_of({&half}, {}), "anole reproduce omniglot_5way --seeds 1 --precision bf16");
}

TEST(ResultsMarkdown, HasPaperBandOursSpreadTasksAndTime) {
  const auto text = results_markdown({run_of(0, 97.2, 0.3), run_of(1, 97.6, 0.4)}, {});
  EXPECT_NE(text.find("| `omniglot_5way` | Omniglot, 5-way 1-shot | `transductive` | 97.68 (reruns "
                      "± 0.3) | 97.40 ± 0.25 | -0.28 | 97.20 to 97.60, s 0.28 | 2 x 10,000 | "
                      "100,000 |"),
            std::string::npos)
      << text;
  EXPECT_NE(
      text.find("| `omniglot_5way` | 1 | fp32 | 100,000 | omniglot, split authors, 20 images a "
                "class | 1:02:05 | 0:01:01 | a machine |"),
      std::string::npos)
      << text;
  EXPECT_NE(text.find("anole reproduce omniglot_5way --seeds 0,1\n"), std::string::npos);
}

TEST(ResultsMarkdown, NamesWhatIsUnfinishedAndHowToGoOn) {
  auto run = run_of(0, 97.2, 0.3);
  run.iteration = 63000;
  run.measured.clear();
  const auto text = results_markdown({run}, {.data = "data"});
  EXPECT_NE(text.find("- `omniglot_5way`, seed 0: 63,000 of 100,000 meta-iterations; continue with "
                      "`anole reproduce omniglot_5way --seeds 0 --data data`"),
            std::string::npos)
      << text;
}

TEST(ResultsCsv, HasOneLineANumber) {
  const auto text = results_csv({run_of(0, 97.5, 0.1)}, {});
  EXPECT_NE(
      text.find(
          "\nomniglot_5way,1-shot,after,transductive,percent,97.68,0.3,97.5,0.1,0,,,,"
          "10000,100000,100000,100000,fp32,false,3725,61,\"omniglot, split authors, 20 images "
          "a class\",a machine,anole reproduce omniglot_5way --seeds 0\n"),
      std::string::npos)
      << text;
}

TEST(ResultsCsv, LeavesTheTimeOfARunThatWasTrainedElsewhereEmpty) {
  auto run = run_of(0, 97.5, 0.1);
  run.seconds.reset();
  EXPECT_NE(results_csv({run}, {}).find(",false,,61,"), std::string::npos);
  EXPECT_NE(results_markdown({run}, {}).find("| not recorded |"), std::string::npos);
}

TEST(EvalResultFromJson, ReadsWhatEvalJsonWrites) {
  EvalResult result{.tasks = 7,
                    .norms = {{.norm = NormMode::kSupportPlusOne,
                               .before = {20, 1},
                               .after = {90.5, 0.25},
                               .curve = {{0, {20, 1}}, {5, {90.5, 0.25}}}}}};
  EXPECT_EQ(eval_result_from_json(eval_json(result, {}), "x"), result);
  result.metric = &kSquaredError;
  EXPECT_EQ(eval_result_from_json(eval_json(result, {}), "x"), result);
}

}  // namespace
}  // namespace anole
