#include "anole/data/dataset.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace anole {
namespace {

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

}  // namespace
}  // namespace anole
