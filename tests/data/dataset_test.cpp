#include "anole/data/dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/data/data_files.h"

namespace anole {
namespace {

using namespace anole::testing;
using ::testing::HasSubstr;

std::string load_error(DataOptions options) {
  return error_of([&] { load_dataset(options); });
}

TEST(DataRoot, IsTheOptionThenTheEnvironmentThenTheUsersFolder) {
  const char* before = std::getenv("ANOLE_DATA");
  const std::string kept = before == nullptr ? "" : before;
  setenv("ANOLE_DATA", "/env", 1);
  EXPECT_EQ(data_root("/option"), "/option");
  EXPECT_EQ(data_root(""), "/env");
  unsetenv("ANOLE_DATA");
  const std::string home = std::getenv("HOME");
  setenv("XDG_DATA_HOME", "/xdg", 1);
  EXPECT_EQ(data_root(""), "/xdg/anole");
  unsetenv("XDG_DATA_HOME");
  setenv("HOME", "/home/ann", 1);
  EXPECT_EQ(data_root(""), "/home/ann/.local/share/anole");
  setenv("HOME", home.c_str(), 1);
  if (before != nullptr) setenv("ANOLE_DATA", kept.c_str(), 1);
}

TEST(LoadDataset, NamesTheNearestDataSet) {
  DataOptions options;
  options.dataset = "omniglott";
  EXPECT_EQ(load_error(options),
            "unknown data set 'omniglott'; known are glyphs, omniglot, miniimagenet, image_folder, "
            "vectors, sine; did you mean 'omniglot'?");
}

TEST(LoadDataset, SaysThatSineHasNoFiles) {
  DataOptions options;
  options.dataset = "sine";
  EXPECT_EQ(load_error(options), "sine tasks are generated and have no data set to load");
}

TEST(LoadDataset, RefusesOptionsThatTheDataSetDoesNotUse) {
  DataOptions options;
  options.dataset = "omniglot";
  options.label_column = "class";
  EXPECT_EQ(load_error(options), "omniglot does not use the option label_column; leave it out");
  options = {};
  options.dataset = "vectors";
  options.mirrors = true;
  EXPECT_EQ(load_error(options), "vectors does not use the option mirrors; leave it out");
  options = {};
  options.dataset = "omniglot";
  options.split = "ravi";
  EXPECT_EQ(load_error(options),
            "omniglot has no split 'ravi'; it has authors, vinyals, background_evaluation, seeded");
  options.split = "authors";
  options.split_seed = 3;
  EXPECT_EQ(load_error(options),
            "split_seed has no effect on the split 'authors'; leave it out, or "
            "use the split 'seeded'");
}

}  // namespace
}  // namespace anole
