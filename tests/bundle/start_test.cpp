#include "anole/bundle/start.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>

#include "tests/error_of.h"
#include "tests/io/scratch_folder.h"

namespace anole {
namespace {

// HOME and XDG_DATA_HOME as a test sets them; as they were afterwards.
class StartBundle : public testing::Test {
 protected:
  void TearDown() override {
    set("HOME", home_);
    set("XDG_DATA_HOME", data_);
  }

  static void set(const char* name, const std::optional<std::string>& value) {
    value ? setenv(name, value->c_str(), 1) : unsetenv(name);
  }

 private:
  static std::optional<std::string> get(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  }

  std::optional<std::string> home_ = get("HOME"), data_ = get("XDG_DATA_HOME");
};

TEST_F(StartBundle, LiesInTheUsersDataFolder) {
  set("XDG_DATA_HOME", "/xdg");
  EXPECT_EQ(start_bundle(), "/xdg/anole/start.anole");
  set("HOME", "/home/ann");
  for (const std::optional<std::string>& none : {std::optional<std::string>(), {"data"}, {""}}) {
    set("XDG_DATA_HOME", none);  // a relative path counts as none
    EXPECT_EQ(start_bundle(), "/home/ann/.local/share/anole/start.anole");
  }
}

TEST_F(StartBundle, IsRequiredWhereItIs) {
  const ScratchFolder folder;
  set("XDG_DATA_HOME", folder.path().string());
  const auto place = (folder / "anole" / "start.anole").string();
  EXPECT_EQ(error_of([] { require_start_bundle(); }),
            "there is no start here (" + place + "): run make demo, or name a bundle");
  std::filesystem::create_directory(folder / "anole");
  std::ofstream(place) << "start";
  EXPECT_EQ(require_start_bundle(), place);
}

TEST_F(StartBundle, IsNowhereWithoutAHome) {
  set("XDG_DATA_HOME", std::nullopt);
  set("HOME", std::nullopt);
  EXPECT_EQ(start_bundle(), "");
  EXPECT_EQ(
      error_of([] { require_start_bundle(); }),
      "there is no start here (neither XDG_DATA_HOME nor HOME is set): run make demo, or name "
      "a bundle");
}

}  // namespace
}  // namespace anole
