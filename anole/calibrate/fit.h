#pragma once

// Fitting what makes probabilities mean something. Guo et al. 2017, arXiv:1706.04599.

#include <cstdint>
#include <span>
#include <vector>

namespace anole {

// Answers to labelled rows: logits [n, N] and labels [n] in [0, N).
struct Answered {
  std::vector<float> logits = {};
  std::vector<std::int32_t> labels = {};
  int ways = 0;  // N
};

// The temperature in [1/20, 20] that makes the labels likeliest: the least mean of -log p(label).
// 1 for no rows.
double fit_temperature(const Answered& answered);

// Expected calibration error at a temperature: rows fall by the probability of their guess into 15
// equal bins; the mean over rows of |accuracy - mean probability| of their bin. In [0, 1].
double calibration_error(const Answered& answered, double temperature);

// Of rows of known classes and of classes that the network does not know, the largest probability.
struct Known {
  std::vector<double> known = {}, strange = {};
};

// The threshold t that tells them apart best: the greatest share of known rows at or above t less
// that of strange rows; the smallest such t. 0 where one side is empty.
double fit_threshold(const Known& rows);

// The chance that a known row has a larger probability than a strange one, ties counting half: the
// area under the ROC curve. 0.5 where one side is empty.
double separation(const Known& rows);

}  // namespace anole
