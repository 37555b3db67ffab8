#include "anole/eval/task_file.h"

#include <gtest/gtest.h>

#include "anole/core/error.h"
#include "anole/io/atomic_file.h"
#include "tests/io/scratch_folder.h"

namespace anole {
namespace {

TaskFile one_task() {
  return {.dataset = "letters",
          .dataset_hash = "0123456789abcdef",
          .split = "seeded",
          .split_part = "train",
          .seed = 3,
          .list = {.shape = {.ways = 2, .shots = 2, .queries = 1},
                   .names = {{4, "a"}, {9, "b \"é\""}},
                   .tasks = {{{{9, 1}, {3, 1}, {0}}, {{4, 0}, {2, 0}, {1}}}}}};
}

std::string error_of(const std::filesystem::path& path) {
  try {
    load_tasks(path);
  } catch (const Error& error) {
    return std::string(error.what()).substr(path.string().size());
  }
  return "no error";
}

// The file of one_task() with `from` replaced.
std::string error_with(const std::string& from, const std::string& to) {
  const ScratchFolder folder;
  save_tasks(folder / "tasks.json", one_task());
  auto text = read_file(folder / "tasks.json");
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << text;
  write_file_atomically(folder / "tasks.json", text.replace(at, from.size(), to));
  return error_of(folder / "tasks.json");
}

TEST(TaskFile, ComesBackAsItWas) {
  const ScratchFolder folder;
  const auto hash = save_tasks(folder / "tasks.json", one_task());
  EXPECT_EQ(load_tasks(folder / "tasks.json"), one_task());
  EXPECT_EQ(hash, hash_of(one_task().list));
}

TEST(TaskFile, KeepsMirrorImages) {
  const ScratchFolder folder;
  auto file = one_task();
  file.list.tasks[0][0].ref.quarter_turns = 3;
  file.list.tasks[0][0].ref.mirrored = true;
  file.list.tasks[0][1].ref.quarter_turns = 0;
  save_tasks(folder / "tasks.json", file);
  EXPECT_EQ(load_tasks(folder / "tasks.json"), file);
  EXPECT_NE(read_file(folder / "tasks.json").find(R"("turns":[7,0])"), std::string::npos);
}

TEST(TaskFile, IsJsonWithATaskALine) {
  const ScratchFolder folder;
  auto file = one_task();
  for (auto& one : file.list.tasks[0]) one.ref.quarter_turns = 0;
  file.list.tasks.push_back(file.list.tasks[0]);
  save_tasks(folder / "tasks.json", file);
  const auto text = read_file(folder / "tasks.json");
  EXPECT_TRUE(text.starts_with(R"({"format":"anole-tasks","format_version":1,"hash":")"));
  EXPECT_TRUE(text.ends_with(R"("classes":[[4,"a"],[9,"b \"é\""]],
"tasks": [
{"classes":[9,4],"support":[[3,1],[2,0]],"query":[[0],[1]]},
{"classes":[9,4],"support":[[3,1],[2,0]],"query":[[0],[1]]}
]}
)")) << text;
}

TEST(TaskFile, ThatWasChangedIsRefused) {
  const auto message = error_with("\"query\":[[0]", "\"query\":[[2]");
  EXPECT_TRUE(message.starts_with(": its hash is ")) << message;
  EXPECT_TRUE(message.ends_with("; it was changed after it was written")) << message;
}

TEST(TaskFile, OfAnotherKindOrVersionIsRefused) {
  EXPECT_EQ(error_with("anole-tasks", "other"),
            ": no list of tasks; expected a file that 'anole eval --tasks-out' wrote");
  EXPECT_EQ(error_with("\"format_version\":1", "\"format_version\":2"),
            ": format version 2, this program reads 1");
}

TEST(TaskFile, RefusesNumbersThatItCannotHold) {
  EXPECT_EQ(
      error_with("\"support\":[[3,1],", "\"support\":[[3,4294967297],"),
      ": not as docs/formats.md describes it: expected a whole number up to 2147483647, found "
      "4294967297");
  EXPECT_TRUE(error_with("\"support\":[[3,1],", "\"support\":[[3,1.5],").ends_with("found 1.5"));
  EXPECT_TRUE(error_with("\"support\":[[3,1],", "\"support\":[7,")
                  .ends_with("expected a list of whole numbers, found 7"));
}

TEST(TaskFile, WithoutAKeyOrAClassIsRefused) {
  const auto message = error_with("\"split_part\"", "\"part\"");
  EXPECT_TRUE(message.starts_with(": not as docs/formats.md describes it: ")) << message;
  EXPECT_EQ(error_with("[4,\"a\"],", ""), ": task 0: class 4 is not in the list of classes");
  EXPECT_TRUE(error_with("\"support\":[[3,1],[2,0]]", "\"support\":[[3,1]]")
                  .starts_with(": not as docs/formats.md"));
}

}  // namespace
}  // namespace anole
