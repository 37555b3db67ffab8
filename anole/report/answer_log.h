#pragma once

// What an adapted network was asked and what it answered, counted as it comes. Of any number of
// questions only those are kept that a page has room for: the least sure ones, and for each pair of
// classes that was mistaken the surest mistakes.

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "anole/bundle/bundle.h"

namespace anole {

// One question with its answer.
struct Asked {
  std::string input = {};                      // as it was named
  std::span<const float> row = {};             // [C, H, W]
  std::span<const double> probabilities = {};  // [N]
  bool known = true;                           // false: likely none of the classes
  int truth = -1;                              // label; -1: not known
};

struct LikelyLabel {
  int label = 0;
  double probability = 0;
};

// A question that is kept.
struct KeptAnswer {
  std::string input = {};
  std::string picture = {};                 // HTML
  std::vector<LikelyLabel> likeliest = {};  // at most three, likeliest first
  bool known = true;
  int truth = -1;

  double probability() const { return likeliest[0].probability; }
};

// Questions of class `truth` that were answered by `guess`.
struct Mistaken {
  int truth = 0, guess = 0;
  std::int64_t times = 0;
  std::vector<KeptAnswer> surest = {};  // most probable first
};

struct UnreadInput {
  std::string input = {}, error = {};
};

class AnswerLog {
 public:
  static constexpr std::size_t kUnsureKept = 200, kMistakesKept = 6, kMistakesInAll = 3000,
                               kUnreadKept = 50;

  // The answers of `bundle`, which outlives the log.
  explicit AnswerLog(const Bundle& bundle) : bundle_(bundle) {}

  void add(const Asked& asked);
  void add_unread(std::string input, std::string error);

  std::int64_t asked() const { return asked_; }
  std::int64_t with_truth() const { return with_truth_; }
  std::int64_t right() const { return right_; }
  std::int64_t unknown() const { return unknown_; }  // not known: likely none of the classes
  std::int64_t unread_inputs() const { return unread_count_; }

  // Times that class `truth` was answered by `guess`, right answers too.
  std::int64_t times(int truth, int guess) const;
  // Labels that occur as truth, or as the answer to a question of known truth, in order.
  std::vector<int> labels() const;
  // Least probable first; of equal ones the first that was asked.
  const std::vector<KeptAnswer>& unsure() const { return unsure_; }
  // Most frequent first; of equally frequent ones by truth, then guess.
  std::vector<Mistaken> mistakes() const;
  const std::vector<UnreadInput>& unread() const { return unread_; }

 private:
  void keep_mistake(const KeptAnswer& answer);

  const Bundle& bundle_;
  std::int64_t asked_ = 0, with_truth_ = 0, right_ = 0, unknown_ = 0, unread_count_ = 0;
  std::size_t mistakes_kept_ = 0;
  std::map<std::pair<int, int>, std::int64_t> times_;  // by truth and guess
  std::map<std::pair<int, int>, std::vector<KeptAnswer>> mistakes_;
  std::vector<KeptAnswer> unsure_;
  std::vector<UnreadInput> unread_;
};

// A row as a picture of HTML, as its user has it: pictures from black to white whatever the network
// takes, rows of numbers as a line.
std::string own_picture(std::span<const float> row, const Bundle& bundle);

}  // namespace anole
