#include "anole/tensorboard/event_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "anole/tensorboard/tensorboard.h"
#include "tests/train/toy_run.h"

namespace anole {
namespace {

using ::testing::HasSubstr;
using toy::TestFolder;
using toy::toy_options;

std::string bytes(std::initializer_list<int> values) {
  std::string text;
  for (const int value : values) text += static_cast<char>(value);
  return text;
}

TEST(Crc32c, GivesTheKnownAnswers) {
  EXPECT_EQ(crc32c("123456789"), 0xe3069283u);            // the check value of CRC-32C
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aau);  // RFC 3720, appendix B.4
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62a8ab43u);
  EXPECT_EQ(crc32c(""), 0u);
}

TEST(TfRecord, FramesItsDataWithMaskedChecksums) {
  // The end mark of a file of one empty record: crc of eight zero bytes is 0x8c28b28a, of nothing
  // 0.
  EXPECT_EQ(tf_record(""), bytes({0, 0, 0, 0, 0, 0, 0, 0, 0x29, 0x03, 0x98, 0x07,  //
                                  0xd8, 0xea, 0x82, 0xa2}));
}

TEST(ProtoMessage, WritesTheWireFormat) {
  ProtoMessage inner, message;
  inner.add_varint(1, 150);  // the example of protobuf's own documentation: 08 96 01
  EXPECT_EQ(inner.bytes(), bytes({0x08, 0x96, 0x01}));
  message.add(3, inner);
  EXPECT_EQ(message.bytes(), bytes({0x1a, 0x03, 0x08, 0x96, 0x01}));
  ProtoMessage others;
  others.add_bytes(2, "testing");
  others.add_double(1, 1);
  others.add_float(2, 1);
  EXPECT_EQ(others.bytes(), bytes({0x12, 0x07}) + "testing" +
                                bytes({0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f}) +
                                bytes({0x15, 0, 0, 0x80, 0x3f}));
}

TEST(EventFile, BeginsWithItsVersionAndHoldsNothingUntilFlushed) {
  const TestFolder folder;
  EventFile file(folder / "", "x");
  EXPECT_TRUE(read_file(file.path()).empty());
  file.flush();
  EXPECT_THAT(read_file(file.path()), HasSubstr("brain.Event:2"));
  EXPECT_THAT(file.path().filename().string(), testing::StartsWith("events.out.tfevents."));
}

TEST(EventFile, ThatCannotBeMadeIsAnError) {
  const TestFolder folder;
  EXPECT_THAT(toy::error_of([&] { EventFile(folder / "none", "x"); }),
              HasSubstr("No such file or directory"));
}

// Stock TensorBoard reads scalars, image, text and hparams.
TEST(EventFile, IsReadByTheStockPythonPackage) {
  if (std::system("python3 -c 'import tensorboard' 2>/dev/null") != 0) {
    GTEST_SKIP() << "skipped: Python has no tensorboard package (pip install tensorboard)";
  }
  const TestFolder folder;
  {
    EventFile file(folder / "", "x");
    file.scalar("training/loss", 0, 2.5);
    file.scalar("training/loss", 300, 0.5);
    file.image("tasks/0", 7, {{1, 2, 3}, {0, 50, 100, 150, 200, 255}});
    file.text("options", 0, "| lr | 0.1 |");
    const std::vector<Fact> options{{"options", "lr", "0.25"},
                                    {"options", "rotations", "true"},
                                    {"options", "dataset", "sine"}};
    file.hparams("run-1", options);
    file.session_end(true);
  }
  const auto command = fmt::format("python3 {}/tests/tensorboard/read_events.py {} 2>&1",
                                   ANOLE_SOURCE_DIR, (folder / "").string());
  EXPECT_EQ(std::system(command.c_str()), 0);
}

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

std::string events_in(const std::filesystem::path& folder, std::string_view suffix) {
  std::string all;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().string().ends_with(suffix)) all += read_file(entry.path());
  }
  return all;
}

TEST(TensorboardObserver, LogsEveryMetaIterationAndValidation) {
  const TestFolder folder;
  const auto options = toy_options(folder / "run");
  const Experiment experiment(options, toy::circle());
  const auto observer = tensorboard_observer(experiment);
  toy::train(options, {observer.get()});
  const auto events = events_in(folder / "run", "training");
  EXPECT_EQ(count(events, "training/loss"), 12u);
  EXPECT_EQ(count(events, "validation/accuracy"), 3u);
  EXPECT_EQ(count(events, "session_end_info"), 1u);
}

TEST(WriteReportEvents, HasTheCurvesOnlyIfTrainingLeftNone) {
  const TestFolder folder;
  const auto options = toy_options(folder / "run");
  toy::train(options);
  const RunReport report{
      .history = read_history(folder / "run"), .iteration = 12, .iterations = 12};
  write_report_events(report);
  write_report_events(report);  // in place of the first
  EXPECT_EQ(count(events_in(folder / "run", "report"), "training/loss"), 12u);
  { EventFile training(folder / "run", "training"); }
  write_report_events(report);
  EXPECT_EQ(count(events_in(folder / "run", "report"), "training/loss"), 0u);
}

}  // namespace
}  // namespace anole
