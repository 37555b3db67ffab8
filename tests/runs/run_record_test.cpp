#include "anole/runs/run_record.h"

#include <gtest/gtest.h>

#include "anole/io/json.h"
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
