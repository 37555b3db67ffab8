// What a build without libcurl says where a data set is to be fetched.

#include <gtest/gtest.h>

#include "anole/data/published/fetch.h"
#include "tests/error_of.h"

namespace anole {
namespace {

TEST(WithoutNetwork, FetchingNamesTheFilesTheFolderAndThePackage) {
  EXPECT_EQ(error_of([] { fetch_omniglot({.folder = "/data/omniglot"}); }),
            "omniglot: this build of anole has no network; put images_background.zip and "
            "images_evaluation.zip into /data/omniglot by hand, or build with package "
            "libcurl4-openssl-dev and -DANOLE_NETWORK=ON");
}

}  // namespace
}  // namespace anole
