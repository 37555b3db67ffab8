#include "anole/runs/run_files.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "anole/core/error.h"
#include "tests/io/recorded_calls.h"
#include "tests/io/scratch_folder.h"

namespace anole {
namespace {

TEST(RunFile, IsWrittenWithAFinalNewline) {
  const ScratchFolder folder;
  write_run_file(folder.path(), "{\"seed\": 1}");
  EXPECT_EQ(read_text(folder / "run.json"), "{\"seed\": 1}\n");
}

TEST(MetricsLog, AppendsLinesAlsoAfterItWasOpenedAgain) {
  const ScratchFolder folder;
  MetricsLog(folder.path()).append(R"({"iteration":1})");
  MetricsLog log(folder.path());
  log.append(R"({"iteration":2})");
  log.sync();
  EXPECT_EQ(read_text(folder / "metrics.jsonl"), "{\"iteration\":1}\n{\"iteration\":2}\n");
}

TEST(MetricsLog, EveryLineIsOneCallAndSyncMakesThemDurable) {
  const ScratchFolder folder;
  const RecordedCalls recorder;
  MetricsLog log(folder.path());
  log.append(R"({"iteration":1})");
  log.append(R"({"iteration":2})");
  log.sync();
  EXPECT_EQ(recorder.calls(),
            (std::vector<std::string>{"write metrics.jsonl", "write metrics.jsonl",
                                      "fdatasync metrics.jsonl"}));
}

TEST(MetricsLog, NamesTheFileItCannotOpen) {
  EXPECT_EQ(message_of<Error>([] { MetricsLog log("/no/such/folder"); }),
            "cannot append to /no/such/folder/metrics.jsonl: No such file or directory");
}

TEST(MetricsLog, TakesBackALineThatTheDiskHasNoRoomFor) {
  const ScratchFolder folder;
  const auto child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{1000, 1000};  // bytes a file can grow to; write takes a part, then fails
    ::setrlimit(RLIMIT_FSIZE, &limit);
    MetricsLog log(folder.path());
    log.append(R"({"iteration":1})");
    const auto message = message_of<Error>([&] { log.append(std::string(2000, 'x')); });
    ::_exit(message.ends_with("metrics.jsonl: File too large") ? 7 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 7);
  EXPECT_EQ(read_text(folder / "metrics.jsonl"), "{\"iteration\":1}\n");
}

TEST(CutLogs, KeepsLinesOfBothUpToTheIteration) {
  const ScratchFolder folder;
  write_text(folder / "metrics.jsonl",
             "{\"iteration\":0}\n{\"iteration\":10,\"loss\":0.5}\n{\"iteration\":11}\n"
             "{\"iteration\":20}\n");
  write_text(folder / "timing.jsonl", "{\"iteration\":10}\n{\"iteration\":30}\n");
  cut_logs(folder.path(), 10);
  EXPECT_EQ(read_text(folder / "metrics.jsonl"),
            "{\"iteration\":0}\n{\"iteration\":10,\"loss\":0.5}\n");
  EXPECT_EQ(read_text(folder / "timing.jsonl"), "{\"iteration\":10}\n");
}

TEST(CutLogs, DropsALastLineThatWasTorn) {
  const ScratchFolder folder;
  for (const char* torn :
       {"{\"iteration\":1", "{\"iterat\n", "{\"iteration\":1}", "{\"loss\":2}\n"}) {
    for (const char* log : {"metrics.jsonl", "timing.jsonl"}) {
      write_text(folder / log, std::string("{\"iteration\":1}\n") + torn);
      cut_logs(folder.path(), 5);
      EXPECT_EQ(read_text(folder / log), "{\"iteration\":1}\n") << log << torn;
    }
  }
}

TEST(CutLogs, RefusesABrokenLineInTheMiddle) {
  const ScratchFolder folder;
  write_text(folder / "metrics.jsonl", "{\"iteration\":1}\nnonsense\n{\"iteration\":2}\n");
  EXPECT_EQ(message_of<Error>([&] { cut_logs(folder.path(), 5); }),
            (folder / "metrics.jsonl").string() +
                ": line 2 is not a JSON object with an integer \"iteration\"; remove the line");
}

TEST(CutLogs, DropsBrokenLinesOfTimesWhereverTheyAre) {
  const ScratchFolder folder;
  write_text(folder / "timing.jsonl",
             "{\"iteration\":1}\n{\"iteration\":2,\"sec{\"iteration\":3}\n{\"iteration\":4}\n");
  cut_logs(folder.path(), 5);
  EXPECT_EQ(read_text(folder / "timing.jsonl"), "{\"iteration\":1}\n{\"iteration\":4}\n");
}

TEST(CutLogs, DoesNothingWithoutAFile) {
  const ScratchFolder folder;
  cut_logs(folder.path(), 5);
  EXPECT_TRUE(folder.names().empty());
}

}  // namespace
}  // namespace anole
