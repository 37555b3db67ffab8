#include "anole/runs/run_lock.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <optional>

#include "anole/core/error.h"
#include "tests/io/scratch_folder.h"

namespace anole {
namespace {

TEST(RunLock, NamesTheProcessThatWorksInTheFolder) {
  const ScratchFolder folder;
  const RunLock lock(folder.path());
  EXPECT_EQ(lock.note(), "");
  const auto message = message_of<Error>([&] { RunLock second(folder.path()); });
  EXPECT_TRUE(message.starts_with(folder.path().string() + " is in use: process " +
                                  std::to_string(::getpid()) + " on "))
      << message;
  EXPECT_TRUE(message.ends_with(" works in it; wait until it has ended, or stop it first"));
}

TEST(RunLock, EndsWithItsHolder) {
  const ScratchFolder folder;
  std::optional<RunLock> lock(folder.path());
  lock.reset();
  EXPECT_EQ(message_of<Error>([&] { RunLock second(folder.path()); }), "nothing thrown");
}

TEST(RunLock, EndsWithAProcessThatIsKilled) {
  const ScratchFolder folder;
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const auto child = ::fork();
  if (child == 0) {
    const RunLock lock(folder.path());
    (void)!::write(ready[1], "x", 1);
    while (true) ::pause();
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  EXPECT_TRUE(
      message_of<Error>([&] {
        RunLock lock(folder.path());
      }).starts_with(folder.path().string() + " is in use: process " + std::to_string(child)));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_EQ(message_of<Error>([&] { RunLock lock(folder.path()); }), "nothing thrown");
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST(RunLock, IsNotThatOfAFolderThatWasRemoved) {
  const ScratchFolder folder;
  std::filesystem::create_directory(folder / "run");
  const RunLock gone(folder / "run");
  std::filesystem::remove_all(folder / "run");
  std::filesystem::create_directory(folder / "run");
  EXPECT_EQ(message_of<Error>([&] { RunLock lock(folder / "run"); }), "nothing thrown");
}

TEST(RunLock, NamesAFolderThatIsNotThere) {
  EXPECT_EQ(message_of<Error>([] { RunLock lock("/nowhere/run"); }),
            "/nowhere/run: this run folder cannot be worked in (.lock: No such file or directory)");
}

}  // namespace
}  // namespace anole
