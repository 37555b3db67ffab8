#include "anole/program/arguments.h"

#include <gtest/gtest.h>

#include "anole/program/training.h"
#include "tests/error_of.h"

namespace anole {
namespace {

Arguments keywords(std::vector<FlagText> given) {
  return {.positionals = {}, .flags = std::move(given), .spelling = keyword_spelling};
}

TEST(Arguments, OfKeywordsSetFieldsAndCallThemByTheirNames) {
  TrainConfig config;
  keywords({{"meta_batch", "7"}, {"rotations", "false"}}).apply(config);
  EXPECT_EQ(config.train.meta_batch, 7);
  EXPECT_FALSE(config.train.data.rotations);
  EXPECT_EQ(error_of([&] {
              keywords({{"meta_batch", "0"}}).apply(config);
            }),
            "meta_batch: expected an integer at least 1, found '0'");
}

TEST(Arguments, OfFlagsAreCalledAsTheyWereTyped) {
  TrainConfig config;
  const Arguments flags{.flags = {{"meta_batch", "0"}}};
  EXPECT_EQ(error_of([&] { flags.apply(config); }),
            "--meta-batch: expected an integer at least 1, found '0'");
}

TEST(Arguments, WithANameThatNoOptionHasAreRefused) {
  const auto keys = config_keys();
  require_known(keywords({{"meta_batch", "7"}}), keys);
  EXPECT_EQ(error_of([&] {
              require_known(keywords({{"meta_bach", "7"}}), keys);
            }),
            "unknown option 'meta_bach'; did you mean 'meta_batch'?");
  EXPECT_EQ(error_of([&] {
              require_known(keywords({{"zzzzzzzz", "7"}}), keys);
            }),
            "unknown option 'zzzzzzzz'");
}

}  // namespace
}  // namespace anole
