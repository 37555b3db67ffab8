#include "anole/runs/run_record.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "anole/io/json.h"
#include "tests/io/recorded_calls.h"
#include "tests/train/toy_run.h"

namespace anole {
namespace {

using toy::error_of;
using toy::TestFolder;
using toy::toy_options;
namespace fs = std::filesystem;

TEST(RunFolder, WithoutANameTakesTheFirstFreeNumber) {
  const TestFolder folder;
  const auto before = fs::current_path();
  fs::current_path(folder / "");
  EXPECT_EQ(make_run_folder(toy_options("")), "runs/vectors-1");
  EXPECT_EQ(make_run_folder(toy_options("")), "runs/vectors-2");
  EXPECT_TRUE(fs::is_directory("runs/vectors-2"));
  fs::current_path(before);
}

TEST(RunFolder, ThatCannotBeMadeIsAnErrorWithItsReason) {
  const TestFolder folder;
  write_file_atomically(folder / "file", "x");
  const auto message = error_of([&] { make_run_folder(toy_options(folder / "file" / "run")); });
  EXPECT_NE(message.find("cannot make the run folder: Not a directory"), std::string::npos)
      << message;
}

TEST(RunRecord, HoldsOptionsVersionsDataAndProtocol) {
  const TestFolder folder;
  toy::train(toy_options(folder / "run", 2));
  const auto json = parse_json(read_file(folder / "run" / "run.json"), "run.json");
  EXPECT_EQ(json["options"]["lr"], 0.05);
  EXPECT_EQ(json["options"]["validation_tasks"], 20);
  EXPECT_EQ(json["engine"], "toy");
  EXPECT_EQ(json["threads"], 2);
  EXPECT_EQ(json["dataset"]["hash"], toy::circle().dataset.content_hash());
  EXPECT_EQ(json["dataset"]["train_classes"], 6);
  EXPECT_EQ(json["model"]["parameters"], 9);
  EXPECT_EQ(json["protocol"]["evaluation"]["shots"], 1);
  EXPECT_EQ(json["protocol"]["training"]["shots"], 4);
  for (const char* key : {"anole", "started", "isa", "cpu"}) EXPECT_NE(json[key], "") << key;
}

TEST(RunRecord, NamesDataAndLabelsSoThatTheyAreFoundFromAnywhere) {
  const TestFolder folder;
  auto options = toy_options(folder / "run");
  options.data.data = "x.npy";
  options.data.labels = "y.txt";
  toy::train(options);
  const auto data = read_run_record(folder / "run").options.data;
  EXPECT_EQ(data.data, fs::current_path() / "x.npy");
  EXPECT_EQ(data.labels, fs::current_path() / "y.txt");
  const auto result = load_latest(folder / "run").checkpoint.options_json;
  EXPECT_EQ(result.find("labels"), std::string::npos);
}

TEST(RunFolder, LinesAreOnTheDiskBeforeTheCheckpointTheyBelongTo) {
  const TestFolder folder;
  const RecordedCalls recorder;
  toy::train(toy_options(folder / "run"));
  const auto last = [&](const char* call) {
    const auto found = std::find(recorder.calls().rbegin(), recorder.calls().rend(), call);
    return recorder.calls().rend() - found;  // 0: there is none
  };
  EXPECT_GT(last("write metrics.jsonl"), 0);
  EXPECT_GT(last("fdatasync metrics.jsonl"), last("write metrics.jsonl"));
  EXPECT_GT(last("rename temporary to latest.checkpoint"), last("fdatasync metrics.jsonl"));
}

TEST(RunRecord, OfABundleHasTheOptionsThatDeterminedIt) {
  const TestFolder folder;
  toy::train(toy_options(folder / "run"));
  const auto bundle = load_bundle(folder / "run" / "bundle.anole");
  const auto record = read_run_record(bundle);
  EXPECT_EQ(record.engine, "toy");
  EXPECT_EQ(record.options.inner.lr, 0.05);
  EXPECT_EQ(record.options.train_shots, 4);
  EXPECT_EQ(bundle.norm, NormMode::kSupport);
  EXPECT_EQ(bundle.preprocessing.shape, (Shape{2, 1, 1}));
}

TEST(RunRecord, OfANewerProgramNamesTheUnknownOption) {
  const TestFolder folder;
  write_file_atomically(folder / "run.json", R"({"options": {"lrr": 1}, "engine": "fused"})");
  const auto message = error_of([&] { read_run_record(folder / ""); });
  EXPECT_NE(message.find("unknown key 'lrr'; did you mean 'lr'?"), std::string::npos) << message;
}

TEST(RunRecord, WithoutOptionsIsRefused) {
  const TestFolder folder;
  write_file_atomically(folder / "run.json", R"({"iteration": 3})");
  const auto message = error_of([&] { read_run_record(folder / ""); });
  EXPECT_NE(message.find("was it written by anole?"), std::string::npos) << message;
}

}  // namespace
}  // namespace anole
