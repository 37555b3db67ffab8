#include "anole/runs/stored.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "anole/runs/checkpoint.h"
#include "tests/train/toy_run.h"

namespace anole {
namespace {

using toy::error_of;
using toy::TestFolder;
using toy::toy_options;
namespace fs = std::filesystem;

TEST(LoadStored, NamesTheFileThatItRead) {
  const TestFolder folder;
  const auto run = folder / "run";
  toy::StopAt stopper(3);
  toy::train(toy_options(run), {&stopper}, &stopper.stop);
  EXPECT_EQ(load_stored(run).path, run / "latest.checkpoint");
  EXPECT_EQ(load_stored(run).note, "");
  fs::resize_file(run / "latest.checkpoint", 100);
  const auto stored = load_stored(run);
  EXPECT_EQ(stored.path, run / "previous.checkpoint");
  EXPECT_NE(stored.note.find("latest.checkpoint"), std::string::npos) << stored.note;
  toy::resume(run, toy_options(run));
  EXPECT_EQ(load_stored(run).path, run / "bundle.anole");
}

TEST(LoadStored, NamesPathAndReasonOfWhatCannotBeLookedAt) {
  const TestFolder folder;
  fs::create_symlink(folder / "loop", folder / "loop");
  EXPECT_EQ(
      error_of([&] { load_stored(folder / "loop"); }),
      (folder / "loop").string() + ": cannot be looked at (Too many levels of symbolic links)");
  EXPECT_EQ(error_of([&] { load_stored(folder / "none"); }),
            (folder / "none").string() +
                ": no such file or folder; expected a run folder, bundle or checkpoint");
}

TEST(LoadStored, OfABundleKeepsItsStateAndWhatItSaysOfItself) {
  const TestFolder folder;
  toy::train(toy_options(folder / "run"));
  const auto stored = load_stored(folder / "run");
  const auto bundle = load_bundle(folder / "run" / "bundle.anole");
  EXPECT_EQ(stored.meta, bundle.meta);
  ASSERT_TRUE(stored.bundle.has_value());
  EXPECT_EQ(stored.bundle->schedule.steps, 10);
  EXPECT_FALSE(load_stored(folder / "run" / "latest.checkpoint").bundle.has_value());
}

TEST(LoadStored, LoadsTheClassesOfATrainingIntoTheOptions) {
  const TestFolder folder;
  toy::train(toy_options(folder / "run"));
  const auto known = load_stored(folder / "run").options.data.known;
  ASSERT_TRUE(known.has_value());
  EXPECT_EQ(known->test, (std::vector<std::string>{"place6", "place7", "place8"}));
  EXPECT_EQ(known->train.size(), 6u);
  fs::remove(folder / "run" / "bundle.anole");
  const auto stored = load_stored(folder / "run");
  EXPECT_EQ(stored.options.data.known, known);
  const auto checkpoint = load_checkpoint(folder / "run" / "latest.checkpoint");
  EXPECT_EQ(stored.dataset_hash, checkpoint.dataset_hash);
  EXPECT_EQ(stored.split_name, checkpoint.split_name);
}

TEST(LoadStored, RemembersNoClassesOfPublishedData) {
  const TestFolder folder;
  auto options = toy_options(folder / "run");
  options.data.dataset = "omniglot";  // by name; the classes are the toy's
  toy::train(options);
  EXPECT_FALSE(load_stored(folder / "run").options.data.known.has_value());
}

}  // namespace
}  // namespace anole
