#include "anole/calibrate/fit.h"

#include <gtest/gtest.h>

#include <cmath>

#include "anole/core/vector_math.h"

namespace anole {
namespace {

// 100 rows of two classes with logits (3, 0); the first `right` of them are of class 0.
Answered certain(int right) {
  Answered answered{.ways = 2};
  for (int i = 0; i < 100; ++i) {
    answered.logits.insert(answered.logits.end(), {3, 0});
    answered.labels.push_back(i < right ? 0 : 1);
  }
  return answered;
}

TEST(FitTemperature, MakesTheProbabilityTheShareOfRightAnswers) {
  const auto answered = certain(80);  // 1 / (1 + exp(-3 / T)) = 0.8 at T = 3 / log 4
  EXPECT_NEAR(fit_temperature(answered), 3 / std::log(4.0), 1e-3);
  EXPECT_NEAR(softmax(std::vector<float>{3, 0}, fit_temperature(answered))[0], 0.8, 1e-4);
}

TEST(FitTemperature, StaysWithinItsBounds) {
  EXPECT_NEAR(fit_temperature(certain(100)), 1.0 / 20, 1e-3);
  EXPECT_NEAR(fit_temperature(certain(50)), 20, 1e-2);
  EXPECT_EQ(fit_temperature({}), 1);
}

TEST(CalibrationError, IsTheGapBetweenProbabilityAndAccuracy) {
  EXPECT_NEAR(calibration_error(certain(80), 1), 1 / (1 + std::exp(-3.0)) - 0.8, 1e-9);
  EXPECT_NEAR(calibration_error(certain(80), 3 / std::log(4.0)), 0, 1e-9);
  EXPECT_EQ(calibration_error({}, 1), 0);
}

TEST(FitThreshold, PartsKnownFromStrangeRows) {
  EXPECT_EQ(fit_threshold({.known = {0.9, 0.8, 0.7}, .strange = {0.6, 0.5}}), 0.7);
  EXPECT_EQ(fit_threshold({.known = {0.9, 0.8, 0.4}, .strange = {0.6, 0.5, 0.3}}), 0.8);
  EXPECT_EQ(fit_threshold({.known = {0.9}, .strange = {}}), 0);
}

TEST(Separation, IsTheShareOfPairsInTheRightOrder) {
  EXPECT_EQ(separation({.known = {0.9, 0.8}, .strange = {0.7}}), 1);
  EXPECT_EQ(separation({.known = {0.9, 0.5}, .strange = {0.7, 0.6}}), 0.5);
  EXPECT_EQ(separation({.known = {0.5}, .strange = {0.5}}), 0.5);
  EXPECT_EQ(separation({.known = {0.6, 0.5}, .strange = {0.5, 0.4}}), 0.875);
  EXPECT_EQ(separation({}), 0.5);
}

}  // namespace
}  // namespace anole
