#include "anole/core/vector_math.h"

#include <gtest/gtest.h>

#include <vector>

namespace anole {
namespace {

TEST(EuclideanNorm, OfAnyLength) {
  EXPECT_EQ(euclidean_norm({}), 0);
  EXPECT_EQ(euclidean_norm(std::vector<float>(9, 2)), 6);
  EXPECT_EQ(euclidean_norm(std::vector<float>(1024, 0.25f)), 8);
}

}  // namespace
}  // namespace anole
