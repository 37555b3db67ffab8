#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>

#include "anole/core/error.h"
#include "anole/files/npy.h"
#include "anole/peers/comparison.h"
#include "anole/peers/program.h"
#include "anole/peers/scikit.h"
#include "tests/io/scratch_folder.h"

namespace anole {
namespace {

// Three classes of three rows of one number: 0, 1, 2 | 10, 11, 12 | 20, 21, 22.
ClassDataset numbers() {
  std::vector<float> rows;
  std::vector<std::int32_t> labels;
  for (std::int32_t c = 0; c < 3; ++c) {
    for (int i = 0; i < 3; ++i) {
      rows.push_back(static_cast<float>(10 * c + i));
      labels.push_back(c);
    }
  }
  return ClassDataset::from_rows(rows, {.channels = 1}, labels, {"a", "b", "c"});
}

ClassDraw draw(std::int32_t class_index, std::int32_t support, std::int32_t query) {
  return {.ref = {.class_index = class_index}, .support = {support}, .query = {query}};
}

const std::vector<TaskDraw> kTasks{{draw(2, 0, 1), draw(0, 2, 0)}, {draw(0, 1, 2), draw(1, 0, 1)}};
const std::vector<TaskDraw> kNone;

// An interpreter that is a shell script of ours: $1 is the peers' script, $2 the folder.
std::string fake_python(const ScratchFolder& folder, const std::string& body) {
  const auto path = folder / "python";
  write_text(path, "#!/bin/sh\n" + body + "\n");
  ::chmod(path.c_str(), 0755);
  return path.string();
}

std::vector<PeerAnswers> answers_of(const std::string& python) {
  const auto dataset = numbers();
  return scikit_answers({.dataset = dataset, .scored = kTasks, .tuning = kNone},
                        {.python = python});
}

std::string error_of(const std::string& python) {
  return message_of<Error>([&] { (void)answers_of(python); });
}

TEST(PeerTasks, NumberRowsInTheOrderOfTheirUse) {
  const ScratchFolder folder;
  const auto dataset = numbers();
  write_tasks(folder.path(), {.dataset = dataset, .scored = kTasks, .tuning = kNone});
  const auto array = [&](const char* name) { return parse_npy(read_text(folder / name), name); };
  EXPECT_EQ(floats(array("rows.npy"), ""), (std::vector<float>{20, 2, 1, 10, 21, 0, 11}));
  EXPECT_EQ(array("rows.npy").shape, (std::vector<std::size_t>{7, 1}));
  EXPECT_EQ(floats(array("scored_support.npy"), ""), (std::vector<float>{0, 1, 2, 3}));
  EXPECT_EQ(array("scored_query.npy").shape, (std::vector<std::size_t>{2, 2, 1}));
  EXPECT_EQ(floats(array("scored_query.npy"), ""), (std::vector<float>{4, 5, 1, 6}));
  EXPECT_EQ(folder.names(), (std::set<std::string>{"rows.npy", "scored_query.npy",
                                                   "scored_support.npy", "tasks.json"}));
}

constexpr const char* kAnswer =
    R"(printf '{"format":"anole-peer-answers","format_version":1,"peers":[{"name":"p","settings":)"
    R"({"C":10.0,"rows":"unit"},"right":[2,1],"seconds":0.5}]}' >"$2/peers.json")";

TEST(ScikitAnswers, AreReadBackAndTheFolderIsGone) {
  const ScratchFolder folder;
  const auto python = fake_python(
      folder, "echo \"$2\" >" + (folder / "where").string() + "\n" + std::string(kAnswer));
  const auto answers = answers_of(python);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].settings, "C 10.0, rows unit");
  EXPECT_EQ(answers[0].right, (std::vector<int>{2, 1}));
  auto where = read_text(folder / "where");
  where.pop_back();
  EXPECT_FALSE(std::filesystem::exists(where));
}

TEST(ScikitAnswers, SayHowToInstallWhatIsMissing) {
  const ScratchFolder folder;
  EXPECT_EQ(error_of((folder / "none").string()),
            "there is no Python at '" + (folder / "none").string() +
                "' (No such file or directory); python3 -m venv ~/peers && ~/peers/bin/pip install "
                "scikit-learn, then --python ~/peers/bin/python");
  const auto python =
      fake_python(folder, "echo \"ModuleNotFoundError: No module named 'sklearn'\" >&2; exit 1");
  EXPECT_EQ(error_of(python),
            python +
                " has no scikit-learn (ModuleNotFoundError: No module named 'sklearn'); python3 -m "
                "venv ~/peers && ~/peers/bin/pip install scikit-learn, then --python "
                "~/peers/bin/python");
}

TEST(ScikitAnswers, FailWithTheProgramsLastLine) {
  const ScratchFolder folder;
  const auto python = fake_python(folder, "echo one >&2; echo 'two words' >&2; exit 3");
  EXPECT_EQ(error_of(python),
            "the peers' program failed under " + python + " (exit code 3): two words");
}

TEST(ScikitAnswers, OfOtherTasksAreRefused) {
  const ScratchFolder folder;
  std::string body = kAnswer;
  body.replace(body.find("[2,1]"), 5, "[2]");
  EXPECT_NE(error_of(fake_python(folder, body)).find("'p' answered 1 tasks, expected 2"),
            std::string::npos);
  body.replace(body.find("[2]"), 3, "[2,3]");
  EXPECT_NE(
      error_of(fake_python(folder, body)).find("'p' named 3 rows of a task rightly, which has 2"),
      std::string::npos);
}

TEST(ScikitAnswers, OfThreeFarClassesAreAllRight) {
  if (std::system("python3 -c 'import sklearn' 2>/dev/null") != 0) {
    GTEST_SKIP() << "skipped: python3 has no scikit-learn";
  }
  for (const auto& peer : answers_of("python3")) {
    if (peer.name == "class means, cosine") continue;  // all numbers point the same way
    EXPECT_EQ(peer.right[0], 2) << peer.name;
  }
}

TEST(RunProgram, KillsWhatIsNoLongerWanted) {
  struct Enough {};
  EXPECT_THROW(run_program({.command = {"sleep", "60"}, .while_running = [] { throw Enough(); }}),
               Enough);
}

TEST(RunProgram, TellsExitCodesAndSignals) {
  EXPECT_EQ(run_program({.command = {"sh", "-c", "exit 7"}}).code, 7);
  EXPECT_EQ(run_program({.command = {"sh", "-c", "kill -9 $$"}}).code, 137);
  EXPECT_EQ(run_program({.command = {"no-such-program-anywhere"}}).code, 127);
  EXPECT_EQ(run_program({.command = {"sh", "-c", "echo $WORD >&2"}, .environment = {{"WORD", "x"}}})
                .errors,
            "x\n");
}

TEST(Compared, DifferencesArePaired) {
  const std::vector<double> ours{90, 70, 80}, theirs{80, 60, 70};
  const auto peer = compared("p", ours, theirs, 2);
  EXPECT_EQ(peer.accuracy.mean, 70);
  EXPECT_GT(peer.accuracy.ci95, 10);
  EXPECT_EQ(peer.difference, (Estimate{10, 0}));
}

Comparison example() {
  return {.dataset = "omniglot",
          .split = "authors",
          .part = "test",
          .tasks = 3,
          .seed = 1,
          .inner_steps = 50,
          .tuned_on = "validation classes",
          .ours = {{"support", {90, 1}}, {"transductive", {95, 1}}},
          .seconds = 1.5,
          .peers = {{"p", "C 10.0", {80, 2}, {10, 1.5}, 0.25}}};
}

TEST(ComparisonJson, ComesBackAsItWas) {
  EXPECT_EQ(parse_comparison(comparison_json(example()), "x"), example());
}

TEST(ComparisonJson, HasTheStableShape) {
  const auto text = comparison_json(example());
  EXPECT_NE(text.find(R"("tasks":3,)"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("ours":{"norm":"support","mean":90.0,"ci95":1.0,"seconds":1.5})"),
            std::string::npos);
  EXPECT_NE(text.find(R"("peers":[{"name":"p","mean":80.0,"ci95":2.0,"difference":10.0,)"
                      R"("difference_ci95":1.5,"seconds":0.25,"settings":"C 10.0"}])"),
            std::string::npos);
}

TEST(ComparisonJson, RefusesOtherFiles) {
  EXPECT_EQ(message_of<Error>([] { (void)parse_comparison("[]", "p.json"); }),
            "p.json: no comparison with peers; 'anole peers' writes one");
}

}  // namespace
}  // namespace anole
