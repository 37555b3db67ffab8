#include <gtest/gtest.h>

#include "anole/bundle/bundle.h"
#include "anole/files/digest.h"
#include "anole/io/json.h"
#include "anole/runs/checkpoint.h"
#include "anole/runs/run_record.h"
#include "tests/train/toy_run.h"

namespace anole {
namespace {

using toy::error_of;
using toy::TestFolder;
using toy::toy_options;

// The bundle of a short run.
std::filesystem::path bundle_in(const TestFolder& folder) {
  toy::train(toy_options(folder / "first"));
  return folder / "first" / "bundle.anole";
}

// Options of a run that starts from `bundle` and does not move from there.
TrainOptions from(const std::filesystem::path& bundle, const std::filesystem::path& out) {
  auto options = toy_options(out);
  options.init = bundle;
  options.meta_step = options.meta_step_final = 0;
  options.eval_every = 0;
  return options;
}

TEST(Init, StartsFromTheBundlesParamsAndSecondMoment) {
  const TestFolder folder;
  const auto bundle = bundle_in(folder);
  auto options = from(bundle, folder / "second");
  options.inner.optimizer_state = OptimizerState::kFrozen;  // which random params cannot
  EXPECT_EQ(toy::train(options).state.meta, load_bundle(bundle).meta);
}

TEST(Init, SgdAndResetLeaveTheSecondMomentOut) {
  const TestFolder folder;
  const auto bundle = bundle_in(folder);
  auto options = from(bundle, folder / "sgd");
  options.inner = {.optimizer = Optimizer::kSgd, .lr = 0.05};
  EXPECT_EQ(toy::train(options).state.meta, (MetaState{.params = load_bundle(bundle).meta.params}));
  options = from(bundle, folder / "reset");
  options.inner.optimizer_state = OptimizerState::kReset;
  EXPECT_TRUE(toy::train(options).state.meta.second_moment.empty());
}

TEST(Init, IsRecordedByItsDigestAndNotNeededToResume) {
  const TestFolder folder;
  const auto bundle = bundle_in(folder);
  const auto digest = file_digest(bundle, Digest::Kind::kSha256);
  const auto options = from(bundle, folder / "second");
  toy::StopAt stop(3);
  toy::train(options, {&stop}, &stop.stop);
  EXPECT_EQ(read_run_record(folder / "second").options.init_digest, digest);
  std::filesystem::remove(bundle);
  EXPECT_TRUE(toy::resume(folder / "second", read_run_record(folder / "second").options).finished);
  const auto training = load_bundle(folder / "second" / "bundle.anole").training;
  EXPECT_EQ(parse_json(training, "training")["options"]["init_digest"], digest);
}

TEST(Init, RefusesAnotherNetworkAndSaysHowTheyDiffer) {
  const TestFolder folder;
  auto options = from(bundle_in(folder), folder / "second");
  options.ways = 2;
  const auto message = error_of([&] { toy::train(options); });
  EXPECT_NE(message.find("holds model 'mlp' with rows of 2x1x1, 3 outputs and 9 parameters, this "
                         "run trains 'mlp' with 2x1x1, 2 and 6"),
            std::string::npos)
      << message;
  EXPECT_FALSE(std::filesystem::exists(folder / "second"));
}

TEST(Init, RefusesAnAdaptedNetwork) {
  const TestFolder folder;
  auto bundle = load_bundle(bundle_in(folder));
  bundle.labels = {"a", "b", "c"};
  save_bundle(folder / "mine.anole", bundle);
  const auto options = from(folder / "mine.anole", folder / "second");
  const auto message = error_of([&] { toy::train(options); });
  EXPECT_NE(message.find("a network that is adapted to its own examples (a, b, c); expected an "
                         "initialisation"),
            std::string::npos)
      << message;
}

TEST(Init, RefusesABundleThatIsNotTheOneOfTheDigest) {
  const TestFolder folder;
  auto options = from(bundle_in(folder), folder / "second");
  options.init_digest = "00";
  const auto message = error_of([&] { toy::train(options); });
  EXPECT_NE(message.find("expected 00; it is not the bundle that was meant"), std::string::npos)
      << message;
}

}  // namespace
}  // namespace anole
