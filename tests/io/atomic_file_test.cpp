#include "anole/io/atomic_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <cstdlib>
#include <functional>

#include "anole/core/error.h"
#include "tests/io/recorded_calls.h"
#include "tests/io/scratch_folder.h"

namespace anole {
namespace {

using Names = std::set<std::string>;
using ::testing::ElementsAre;

// Runs `action` in a child process; returns the child's exit code, or -signal.
int in_child(const std::function<void()>& action) {
  const auto child = ::fork();
  if (child == 0) {
    action();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

// From here on, no file of this process can grow beyond `bytes`: as on a disk that is full, write
// takes a part and then fails.
void limit_file_size(rlim_t bytes) {
  ::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{bytes, bytes};
  ::setrlimit(RLIMIT_FSIZE, &limit);
}

// A power cut between any two of these calls leaves the old file or the new one, whole.
TEST(AtomicFile, IsOnTheDiskBeforeItsNameIsAndSoIsTheName) {
  const ScratchFolder folder;
  const RecordedCalls recorder;
  write_file_atomically(folder / "a", "text");
  EXPECT_THAT(recorder.calls(), ElementsAre("write temporary", "fsync temporary",
                                            "rename temporary to a", "fsync folder"));
}

TEST(AtomicFile, TheOldFileGetsItsNewNameWhenTheNewOneIsOnTheDisk) {
  const ScratchFolder folder;
  write_file_atomically(folder / "a", "old");
  const RecordedCalls recorder;
  write_file_atomically(folder / "a", "new", folder / "before");
  EXPECT_THAT(recorder.calls(),
              ElementsAre("write temporary", "fsync temporary", "link a to temporary",
                          "rename temporary to before", "rename temporary to a", "fsync folder"));
}

TEST(AtomicFile, MakesAndReplacesAFile) {
  const ScratchFolder folder;
  write_file_atomically(folder / "a", "old");
  EXPECT_EQ(read_file(folder / "a"), "old");
  write_file_atomically(folder / "a", std::string(200000, 'x'));
  EXPECT_EQ(read_file(folder / "a"), std::string(200000, 'x'));
  EXPECT_EQ(folder.names(), Names{"a"});
}

TEST(AtomicFile, KeepsThePreviousFileUnderItsName) {
  const ScratchFolder folder;
  for (const char* text : {"one", "two", "three"}) {
    write_file_atomically(folder / "a", text, folder / "a.previous");
  }
  EXPECT_EQ(read_file(folder / "a"), "three");
  EXPECT_EQ(read_file(folder / "a.previous"), "two");
  EXPECT_EQ(folder.names(), (Names{"a", "a.previous"}));
}

TEST(AtomicFile, KeepsNothingWhereThereWasNoFile) {
  const ScratchFolder folder;
  write_file_atomically(folder / "a", "one", folder / "a.previous");
  EXPECT_EQ(folder.names(), Names{"a"});
}

// A kill between the two renames leaves both names on one file; the next write must still work.
TEST(AtomicFile, KeepsThePreviousFileAlsoWhenBothNamesAreOneFile) {
  const ScratchFolder folder;
  write_file_atomically(folder / "a", "one");
  std::filesystem::create_hard_link(folder / "a", folder / "a.previous");
  write_file_atomically(folder / "a", "two", folder / "a.previous");
  EXPECT_EQ(read_file(folder / "a"), "two");
  EXPECT_EQ(read_file(folder / "a.previous"), "one");
  EXPECT_EQ(folder.names(), (Names{"a", "a.previous"}));
}

TEST(AtomicFile, LeavesTheOldFileWhenTheDiskIsFull) {
  const ScratchFolder folder;
  write_file_atomically(folder / "a", "old", folder / "a.previous");
  const int code = in_child([&] {
    limit_file_size(4096);
    const auto message = message_of<Error>([&] {
      write_file_atomically(folder / "a", std::string(100000, 'x'), folder / "a.previous");
    });
    const auto expected =
        "cannot write " + (folder / "a").string() + ": File too large; make room and try again";
    ::_exit(message == expected ? 7 : 1);
  });
  EXPECT_EQ(code, 7);
  EXPECT_EQ(read_file(folder / "a"), "old");
  EXPECT_EQ(folder.names(), Names{"a"});
}

// A file system of 64 KiB of our own, where the system lets a user mount one.
TEST(AtomicFile, LeavesTheOldFileOnARealFullDisk) {
  const ScratchFolder folder;
  const auto mount = "mount -t tmpfs -o size=64k tmpfs " + folder.path().string() + " 2>/dev/null";
  if (std::system(mount.c_str()) != 0) GTEST_SKIP() << "skipped: may not mount a tmpfs";
  write_file_atomically(folder / "a", "old");
  const auto message =
      message_of<Error>([&] { write_file_atomically(folder / "a", std::string(100000, 'x')); });
  const auto names = folder.names();
  const auto text = read_file(folder / "a");
  EXPECT_EQ(std::system(("umount " + folder.path().string()).c_str()), 0);
  EXPECT_EQ(message, "cannot write " + (folder / "a").string() +
                         ": No space left on device; make room and try again");
  EXPECT_EQ(names, Names{"a"});
  EXPECT_EQ(text, "old");
}

TEST(AtomicFile, SaysWhereItMayNotWrite) {
  const ScratchFolder folder;
  write_file_atomically(folder / "a", "old");
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0555));
  const int code = in_child([&] {
    if (::geteuid() == 0 && ::setuid(65534) != 0) ::_exit(1);  // root may write anywhere: be nobody
    const auto message = message_of<Error>([&] { write_file_atomically(folder / "a", "x"); });
    const auto expected = "cannot write " + (folder / "a").string() +
                          ": Permission denied; check who may write in this folder";
    ::_exit(message == expected ? 7 : 1);
  });
  EXPECT_EQ(code, 7);
  EXPECT_EQ(read_file(folder / "a"), "old");
}

TEST(AtomicFile, SaysThatTheFolderIsMissing) {
  EXPECT_EQ(message_of<Error>([] { write_file_atomically("/no/such/folder/a", "x"); }),
            "cannot write /no/such/folder/a: No such file or directory; make its folder first");
}

TEST(AtomicFile, LeavesNoTemporaryWhenTheTargetIsAFolder) {
  const ScratchFolder folder;
  std::filesystem::create_directory(folder / "a");
  EXPECT_EQ(message_of<Error>([&] { write_file_atomically(folder / "a", "x"); }),
            "cannot write " + (folder / "a").string() + ": Is a directory");
  EXPECT_EQ(folder.names(), Names{"a"});
}

TEST(AtomicFile, RemovesTemporariesOfDeadWritersOnly) {
  const ScratchFolder folder;
  write_text(folder / ".a.tmp-1-0", "left by a killed process");
  write_text(folder / ".a.tmp-2-0", "of a writer that lives");
  write_text(folder / ".b.tmp-1-0", "of another file");
  const int living = ::open((folder / ".a.tmp-2-0").c_str(), O_RDONLY | O_CLOEXEC);
  ::flock(living, LOCK_EX);
  write_file_atomically(folder / "a", "new");
  EXPECT_EQ(folder.names(), (Names{"a", ".a.tmp-2-0", ".b.tmp-1-0"}));
  ::close(living);
  write_file_atomically(folder / "a", "newer");
  EXPECT_EQ(folder.names(), (Names{"a", ".b.tmp-1-0"}));
}

// Children write two versions in turn until they are killed at one moment or another; whatever is
// then at the path is one of the two, whole.
TEST(AtomicFile, IsWholeAfterAKillAtAnyMoment) {
  const ScratchFolder folder;
  const std::string one(300000, '1'), two(300000, '2');
  write_file_atomically(folder / "a", one);
  for (int kill_after_us = 100; kill_after_us < 20000; kill_after_us = kill_after_us * 3 / 2) {
    const auto child = ::fork();
    if (child == 0) {
      while (true) {
        write_file_atomically(folder / "a", two, folder / "b");
        write_file_atomically(folder / "a", one, folder / "b");
      }
    }
    ::usleep(static_cast<useconds_t>(kill_after_us));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    const auto text = read_file(folder / "a");
    ASSERT_TRUE(text == one || text == two) << kill_after_us;
  }
  write_file_atomically(folder / "a", two, folder / "b");
  EXPECT_EQ(folder.names(), (Names{"a", "b"}));
}

TEST(ReadFile, SaysWhatItCannotRead) {
  const ScratchFolder folder;
  EXPECT_EQ(message_of<Error>([] { read_file("/no/such/file"); }),
            "cannot read /no/such/file: No such file or directory");
  EXPECT_EQ(message_of<Error>([&] { read_file(folder.path()); }),
            "cannot read " + folder.path().string() + ": Is a directory");
}

}  // namespace
}  // namespace anole
