#include "anole/io/file_system.h"

#include <gtest/gtest.h>

#include "anole/core/error.h"
#include "tests/io/scratch_folder.h"

namespace anole {
namespace {

namespace fs = std::filesystem;

TEST(FileSystem, TellsFilesFoldersAndNothingApart) {
  const ScratchFolder folder;
  write_text(folder / "file", "four");
  EXPECT_TRUE(path_exists(folder.path()));
  EXPECT_TRUE(is_folder(folder.path()));
  EXPECT_FALSE(is_plain_file(folder.path()));
  EXPECT_TRUE(is_plain_file(folder / "file"));
  EXPECT_FALSE(path_exists(folder / "other"));
  EXPECT_FALSE(path_exists(folder / "file/inside"));
  EXPECT_EQ(file_bytes(folder / "file"), 4u);
}

TEST(FileSystem, NamesPathAndReasonOfWhatCannotBeLookedAt) {
  const ScratchFolder folder;
  fs::create_symlink(folder / "loop", folder / "loop");
  const std::string loop = (folder / "loop").string(), longest(300, 'n');
  EXPECT_EQ(message_of<Error>([&] { path_exists(loop); }),
            loop + ": cannot be looked at (Too many levels of symbolic links)");
  EXPECT_EQ(message_of<Error>([&] { is_folder(longest); }),
            longest + ": cannot be looked at (File name too long)");
  EXPECT_EQ(message_of<Error>([&] { is_plain_file(loop); }),
            loop + ": cannot be looked at (Too many levels of symbolic links)");
  EXPECT_EQ(message_of<Error>([] { file_bytes("/nowhere"); }),
            "/nowhere: cannot be looked at (No such file or directory)");
}

TEST(FileSystem, ListsAFolderInOrderOfNames) {
  const ScratchFolder folder;
  for (const char* name : {"b", "a", "C"}) write_text(folder / name, "");
  EXPECT_EQ(folder_entries(folder.path()),
            (std::vector<fs::path>{folder / "C", folder / "a", folder / "b"}));
  EXPECT_EQ(message_of<Error>([&] { folder_entries(folder / "a"); }),
            (folder / "a").string() + ": cannot be listed (Not a directory)");
}

TEST(FileSystem, MakesAndRemovesFoldersOrSaysWhyNot) {
  const ScratchFolder folder;
  make_folders(folder / "one/two");
  write_text(folder / "one/two/file", "");
  EXPECT_EQ(message_of<Error>([&] { make_folders(folder / "one/two/file/three"); }),
            (folder / "one/two/file/three").string() + ": cannot be made (Not a directory)");
  EXPECT_EQ(message_of<Error>([&] { remove_file(folder / "one"); }),
            (folder / "one").string() + ": cannot be removed (Directory not empty)");
  remove_all_of(folder / "one");
  remove_file(folder / "one");
  EXPECT_TRUE(folder.names().empty());
}

}  // namespace
}  // namespace anole
