#include "anole/report/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "anole/report/charts.h"
#include "anole/report/gallery.h"
#include "tests/train/toy_run.h"

namespace anole {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

// A task of two classes with one support and one query row each, `shape` large; the second answer
// is wrong.
ShownTask two_classes(const Shape& shape, const std::string& name) {
  ShownTask shown;
  shown.task.way = 2;
  shown.task.class_names = {name, "Latin/character02"};
  shown.task.rows.assign(4 * shape.size(), 0.5f);
  shown.task.labels = {0, 1, 0, 1};
  shown.task = toy::with_views(std::move(shown.task), 2, shape.size(), 0);
  shown.answered = {.index = 17,
                    .class_names = shown.task.class_names,
                    .answers = {{0, 0, 0.96, 0.96}, {1, 0, 0.75, 0.25}}};
  return shown;
}

Findings findings_of(const Shape& shape, const std::string& name, int tasks = 1) {
  const NormScores scores{.norm = NormMode::kTransductive,
                          .before = {50, 1},
                          .after = {97.52, 0.1},
                          .curve = {{0, {50, 1}}, {5, {97.52, 0.1}}}};
  Findings findings{.seed = 3, .eval_steps = 5, .batch_norm = true, .row = shape};
  findings.learned = {.tasks = 1000, .norms = {scores}};
  findings.random = {.tasks = 250, .norms = {scores}};
  for (int i = 0; i < tasks; ++i) findings.first_tasks.push_back(two_classes(shape, name));
  findings.answers = {{findings.first_tasks[0].answered}};
  findings.classes = class_scores(findings.answers[0]);
  findings.class_examples.assign(2, std::vector<float>(shape.size(), 0.5f));
  return findings;
}

RunReport report_of(Findings findings) {
  RunReport run{.iteration = 500, .iterations = 500};
  run.history.name = "omniglot-1";
  run.history.facts = {{"options", "dataset", "omniglot"},
                       {"options", "lr", "0.001"},
                       {"model", "parameters", "113221"},
                       {"", "cpu", "Zen 5"}};
  run.history.losses = {{1, 1, 2.0}, {500, 0, 0.5}};
  run.history.validations = {{500, {90, 2}, 100, &kAccuracy, "transductive", "validation classes"}};
  run.findings = std::move(findings);
  return run;
}

std::string page_of(const RunReport& run) { return report_page({&run, 1}); }

TEST(ReportPage, ShowsCurvesNumbersTasksAndEveryOption) {
  const auto page = page_of(report_of(findings_of({1, 4, 4}, "Korean/character07")));
  for (const char* part :
       {"<h1>omniglot-1</h1>", "113,221 parameters", "Learning curves", "Adaptation, step by step",
        "Accuracy by norm mode", "97.52 ± 0.10 %", "Test tasks, as they were drawn", "Task 17",
        "Hardest and easiest classes", "Confusion", "Calibration", "<td>lr</td><td>0.001</td>",
        "<td>cpu</td><td>Zen 5</td>", "those of seed 3"}) {
    EXPECT_THAT(page, HasSubstr(part));
  }
}

TEST(ReportPage, NeedsNoNetworkAndNoScript) {
  const auto page = page_of(report_of(findings_of({1, 4, 4}, "Korean/character07")));
  EXPECT_THAT(page, Not(HasSubstr("http")));
  EXPECT_THAT(page, Not(HasSubstr("url(")));
  EXPECT_THAT(page, Not(HasSubstr("@import")));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  const std::regex outside(R"re((src|href)="(?!data:))re");
  EXPECT_FALSE(std::regex_search(page, outside));
}

TEST(ReportPage, KnowsDarkScreensAndPaper) {
  const auto page = page_of(report_of(findings_of({1, 4, 4}, "Korean/character07")));
  EXPECT_THAT(page, HasSubstr("@media (prefers-color-scheme:dark)"));
  EXPECT_THAT(page, HasSubstr("@media print"));
}

TEST(ReportPage, ShowsParametersThatAreNoNumberAsTheyStandInRunJson) {
  for (const char* found : {"many", "", "1.5", "999999999999999999999999"}) {
    auto run = report_of(findings_of({1, 4, 4}, "a"));
    run.history.facts[2].value = found;
    EXPECT_THAT(page_of(run), HasSubstr(fmt::format("with {} parameters", *found ? found : "–")));
  }
}

TEST(ReportPage, EscapesClassNamesRunNamesAndValues) {
  auto run = report_of(findings_of({1, 4, 4}, "<img src=x onerror=alert(1)>/\"quoted\""));
  run.history.name = "<b>";
  run.history.facts.push_back({"options", "out", "a&b"});
  run.note = "1 < 2";
  const auto page = page_of(run);
  EXPECT_THAT(page, Not(HasSubstr("<img src=x")));
  EXPECT_THAT(page, HasSubstr("&lt;img src=x onerror=alert(1)&gt;"));
  EXPECT_THAT(page, Not(HasSubstr("<b></h1>")));
  EXPECT_THAT(page, HasSubstr("<td>a&amp;b</td>"));
  EXPECT_THAT(page, HasSubstr("1 &lt; 2"));
}

TEST(ReportPage, StaysBelowTwoMegabytes) {
  // Noise, which PNG cannot make small: 48 x 48 RGB of 9 kB in base64, 400 times.
  auto findings = findings_of({3, 48, 48}, "a/b", 100);
  Rng rng(1, Stream::kGlyphs);
  for (auto& shown : findings.first_tasks) {
    for (auto& value : shown.task.rows) value = rng.uniform();
  }
  const auto page = page_of(report_of(std::move(findings)));
  EXPECT_GT(page.size(), std::size_t{1'000'000});
  EXPECT_LT(page.size(), kLargestPage);
  EXPECT_GT(count(page, "class=\"gone\""), 100u);
}

TEST(ReportPage, SaysThatARunIsUnfinishedOrWasNotEvaluated) {
  RunReport run;
  run.history.name = "r";
  run.iteration = 1234;
  run.iterations = 100000;
  run.note = "Not evaluated on test tasks: too few classes";
  const auto page = page_of(run);
  EXPECT_THAT(page,
              HasSubstr("r is unfinished: what is shown is the state after 1,234 of 100,000"));
  EXPECT_THAT(page, HasSubstr("Not evaluated on test tasks: too few classes"));
  EXPECT_THAT(page, Not(HasSubstr("Calibration")));
}

TEST(ReportPage, ComparesRunsByWhatDiffers) {
  std::vector<RunReport> runs;
  runs.push_back(report_of(findings_of({1, 4, 4}, "a/b")));
  runs.push_back(report_of(findings_of({1, 4, 4}, "a/b")));
  runs[1].history.name = "omniglot-2";
  runs[1].history.facts[1].value = "0.002";
  const auto page = report_page(runs);
  EXPECT_THAT(page, HasSubstr("2 runs compared"));
  EXPECT_THAT(page, HasSubstr("<td>lr</td><td>0.001</td><td>0.002</td>"));
  EXPECT_THAT(page, Not(HasSubstr("<td>cpu</td>")));  // the same in both
  EXPECT_THAT(page, HasSubstr("omniglot-2, transductive"));
}

TEST(ReportPage, DoesNotCompareAccuracyWithSquaredError) {
  std::vector<RunReport> runs;
  runs.push_back(report_of(findings_of({1, 4, 4}, "a/b")));
  runs.push_back(report_of({}));
  runs[1].findings->learned.metric = &kSquaredError;
  runs[1].history.name = "sine-1";
  EXPECT_EQ(toy::error_of([&] { report_page(runs); }),
            "omniglot-1 was scored by accuracy, sine-1 by mean squared error; expected runs whose "
            "scores can be compared");
}

TEST(TaskGallery, MarksMistakesAndShowsConfidence) {
  std::vector<ShownTask> tasks;
  tasks.push_back(two_classes({1, 4, 4}, "Korean/character07"));
  PictureBudget budget(1 << 20);
  const auto html = task_gallery(tasks, {1, 4, 4}, budget);
  EXPECT_EQ(count(html, "data:image/png;base64,"), 4u);
  EXPECT_EQ(count(html, "<figure class=\"right\">"), 1u);
  EXPECT_EQ(count(html, "<figure class=\"wrong\">"), 1u);
  EXPECT_THAT(html, HasSubstr("✗ A <small>75 %</small>"));
  EXPECT_THAT(html, HasSubstr("<small>1 of 2 right</small>"));
}

TEST(Picture, OfAVectorIsALineOfItsValues) {
  const std::vector<float> row{0, 1, 0.5f};
  EXPECT_THAT(picture(row, {3, 1, 1}), HasSubstr("points=\"1,46 24,2 47,24 \""));
}

TEST(ConfusionHtml, ListsThePairsMostOftenMistaken) {
  const std::vector<AnsweredTask> tasks{{.index = 0,
                                         .class_names = {"Korean/1", "Latin/1"},
                                         .answers = {{0, 1, 0.6, 0.4}, {1, 1, 0.9, 0.9}}}};
  const auto html = confusion_html(tasks);
  EXPECT_THAT(html, HasSubstr("<td>Korean → Latin</td><td>1</td><td>1</td><td>100.0 %</td>"));
  EXPECT_THAT(html, HasSubstr("Korean taken for Latin: 1 of 1 times (100.0 %)"));
}

TEST(ConfusionHtml, IsEmptyWithoutMistakes) {
  const std::vector<AnsweredTask> tasks{
      {.index = 0, .class_names = {"Korean/1", "Latin/1"}, .answers = {{1, 1, 0.9, 0.9}}}};
  EXPECT_EQ(confusion_html(tasks), "");
}

TEST(FitGallery, DrawsTargetFitsAndSupport) {
  const auto html = fit_gallery({{.name = "2.00 sin(x + 1.00)",
                                  .support_x = {0, 1},
                                  .support_y = {1, 2},
                                  .x = {0, 1, 2},
                                  .target = {1, 2, 1},
                                  .before = {0, 0, 0},
                                  .after = {1, 2, 1},
                                  .random = {0, 1, 0}}});
  EXPECT_THAT(html, HasSubstr("2.00 sin(x + 1.00)"));
  EXPECT_EQ(count(html, "<polyline"), 4u);
  EXPECT_EQ(count(html, "<circle"), 2u);
}

TEST(TimingSection, IsEmptyWhereNothingWasRecorded) {
  const RunReport run;
  EXPECT_EQ(timing_section({&run, 1}), "");
}

}  // namespace
}  // namespace anole
