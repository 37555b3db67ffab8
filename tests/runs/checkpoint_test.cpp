#include "anole/runs/checkpoint.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <limits>

#include "anole/core/error.h"
#include "anole/models/zoo.h"
#include "tests/io/scratch_folder.h"

namespace anole {
namespace {

using Names = std::set<std::string>;

// linear1 [3, 2] + [3], linear2 [2, 3] + [2]: 17 parameters.
ModelSpec small_model() {
  return make_model({.model = "mlp", .widths = {3}}, {.channels = 2}, 2, Loss::kCrossEntropy);
}

Checkpoint small_checkpoint(std::int64_t iteration) {
  return {.meta = {.params = std::vector<float>(17, 0.5f),
                   .second_moment = std::vector<float>(17, 0.25f),
                   .adam_steps = iteration * 5},
          .iteration = iteration,
          .options_json = R"({"seed":0,"meta_batch":5})",
          .spec = small_model(),
          .dataset_hash = "00112233aabbccdd",
          .split_name = "authors",
          .engine = "fused",
          .isa = "avx512",
          .kernel_version = "oneDNN 2.6.3"};
}

void flip_last_byte(const std::filesystem::path& path) {
  auto bytes = read_text(path);
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  write_text(path, bytes);
}

TEST(Checkpoint, ReadsBackWhatItWrote) {
  const ScratchFolder folder;
  save_checkpoint(folder / "c", small_checkpoint(70));
  const auto back = load_checkpoint(folder / "c");
  EXPECT_EQ(back.meta, small_checkpoint(70).meta);
  EXPECT_EQ(back.iteration, 70);
  EXPECT_EQ(back.options_json, R"({"seed":0,"meta_batch":5})");
  EXPECT_EQ(back.spec, small_model());
  EXPECT_EQ(back.dataset_hash, "00112233aabbccdd");
  EXPECT_EQ(back.split_name, "authors");
  EXPECT_EQ(back.engine, "fused");
  EXPECT_EQ(back.isa, "avx512");
  EXPECT_EQ(back.kernel_version, "oneDNN 2.6.3");
}

TEST(Checkpoint, RemembersTheClassesOfATraining) {
  const ScratchFolder folder;
  auto checkpoint = small_checkpoint(70);
  checkpoint.classes = {.train = {"b", "a"}, .validation = {"c"}, .test = {"d"}};
  save_checkpoint(folder / "c", checkpoint);
  EXPECT_EQ(load_checkpoint(folder / "c").classes, checkpoint.classes);
}

TEST(Checkpoint, IsTheSameBytesForTheSameResultWhereverItIsWritten) {
  const ScratchFolder folder;
  save_checkpoint(folder / "a", small_checkpoint(70));
  save_checkpoint(folder / "b", load_checkpoint(folder / "a"));
  EXPECT_EQ(read_text(folder / "a"), read_text(folder / "b"));
}

TEST(Checkpoint, RefusesAFlippedByteAnywhere) {
  const ScratchFolder folder;
  save_checkpoint(folder / "c", small_checkpoint(70));
  expect_no_flipped_byte_is_loaded(folder / "c", 11, load_checkpoint);
}

TEST(Checkpoint, NeverTakesThePlaceOfAGoodOneWithValuesThatAreNotFinite) {
  const ScratchFolder folder;
  save_latest(folder.path(), small_checkpoint(10));
  auto diverged = small_checkpoint(20);
  diverged.meta.params[3] = std::numeric_limits<float>::infinity();
  EXPECT_THROW(save_latest(folder.path(), diverged), Error);
  EXPECT_EQ(load_latest(folder.path()).checkpoint.iteration, 10);
}

TEST(LatestCheckpoint, IsLoadedAndThePreviousOneIsKept) {
  const ScratchFolder folder;
  for (const int iteration : {0, 10, 20}) save_latest(folder.path(), small_checkpoint(iteration));
  EXPECT_EQ(folder.names(), (Names{"latest.checkpoint", "previous.checkpoint"}));
  const auto loaded = load_latest(folder.path());
  EXPECT_EQ(loaded.checkpoint.iteration, 20);
  EXPECT_EQ(loaded.note, "");
  EXPECT_EQ(load_checkpoint(folder / "previous.checkpoint").iteration, 10);
}

TEST(LatestCheckpoint, FallsBackToThePreviousOneAndSaysSo) {
  const ScratchFolder folder;
  for (const int iteration : {10, 20}) save_latest(folder.path(), small_checkpoint(iteration));
  flip_last_byte(folder / "latest.checkpoint");
  const auto loaded = load_latest(folder.path());
  EXPECT_EQ(loaded.checkpoint.iteration, 10);
  EXPECT_EQ(loaded.note,
            (folder / "latest.checkpoint").string() +
                ": damaged checkpoint: its checksum does not match its contents; use the other "
                "checkpoint file of the run, previous.checkpoint, or train again; going on from " +
                (folder / "previous.checkpoint").string());
}

TEST(LatestCheckpoint, FallsBackWhenAKillLeftOnlyThePreviousOne) {
  const ScratchFolder folder;
  save_checkpoint(folder / "previous.checkpoint", small_checkpoint(10));
  EXPECT_EQ(load_latest(folder.path()).checkpoint.iteration, 10);
  EXPECT_NE(load_latest(folder.path()).note, "");
}

TEST(LatestCheckpoint, DoesNotKeepADamagedOneAsThePrevious) {
  const ScratchFolder folder;
  for (const int iteration : {10, 20}) save_latest(folder.path(), small_checkpoint(iteration));
  flip_last_byte(folder / "latest.checkpoint");
  save_latest(folder.path(), small_checkpoint(30));
  EXPECT_EQ(load_checkpoint(folder / "previous.checkpoint").iteration, 10);
  EXPECT_EQ(load_latest(folder.path()).checkpoint.iteration, 30);
}

// Children save checkpoints until they are killed at one moment or another.
TEST(LatestCheckpoint, IsWholeAfterAKillAtAnyMoment) {
  const ScratchFolder folder;
  save_latest(folder.path(), small_checkpoint(0));
  for (int kill_after_us = 300; kill_after_us < 30000; kill_after_us = kill_after_us * 3 / 2) {
    const auto done = load_latest(folder.path()).checkpoint.iteration;
    const auto child = ::fork();
    if (child == 0) {
      for (auto i = done + 1;; ++i) save_latest(folder.path(), small_checkpoint(i));
    }
    ::usleep(static_cast<useconds_t>(kill_after_us));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    const auto loaded = load_latest(folder.path());
    EXPECT_EQ(loaded.note, "");
    EXPECT_GE(loaded.checkpoint.iteration, done);
  }
}

TEST(LatestCheckpoint, NamesTheFaultOfBothFiles) {
  const ScratchFolder folder;
  for (const int iteration : {10, 20}) save_latest(folder.path(), small_checkpoint(iteration));
  flip_last_byte(folder / "latest.checkpoint");
  write_text(folder / "previous.checkpoint", "");
  const auto message = message_of<Error>([&] { load_latest(folder.path()); });
  EXPECT_NE(message.find("latest.checkpoint: damaged"), message.npos) << message;
  EXPECT_NE(message.find("previous.checkpoint: not a safetensors file"), message.npos) << message;
}

TEST(LatestCheckpoint, SaysThatAFolderHoldsNone) {
  const ScratchFolder folder;
  EXPECT_EQ(message_of<Error>([&] { load_latest(folder.path()); }),
            folder.path().string() +
                " holds no checkpoint: expected latest.checkpoint or previous.checkpoint; is it a "
                "run folder?");
}

TEST(RequireSameModel, NamesBothModels) {
  const auto checkpoint = small_checkpoint(0);
  EXPECT_NO_THROW(require_same_model(checkpoint, small_model()));
  const auto other =
      make_model({.model = "mlp", .widths = {4}}, {.channels = 2}, 2, Loss::kCrossEntropy);
  EXPECT_EQ(message_of<Error>([&] { require_same_model(checkpoint, other); }),
            "checkpoint of another model: it holds 'mlp' (2x1x1 input, 4 layers, 2 outputs, 17 "
            "parameters), this run trains 'mlp' (2x1x1 input, 4 layers, 2 outputs, 22 parameters); "
            "resume with the options of the run that wrote it");
}

}  // namespace
}  // namespace anole
