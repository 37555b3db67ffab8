#include "anole/report/answer_log.h"

#include <algorithm>
#include <set>

#include "anole/report/gallery.h"

namespace anole {
namespace {

constexpr std::size_t kLikeliest = 3;

// By probability, largest first; of equal ones the first label.
std::vector<LikelyLabel> likeliest_of(std::span<const double> probabilities) {
  std::vector<LikelyLabel> all;
  for (const double probability : probabilities) {
    all.push_back({.label = static_cast<int>(all.size()), .probability = probability});
  }
  const auto count = std::min(kLikeliest, all.size());
  std::ranges::partial_sort(all, all.begin() + static_cast<std::ptrdiff_t>(count),
                            [](const LikelyLabel& a, const LikelyLabel& b) {
                              if (a.probability != b.probability) {
                                return a.probability > b.probability;
                              }
                              return a.label < b.label;
                            });
  all.resize(count);
  return all;
}

// Puts `answer` into `list`, which is in the order of `before` and grows to `most` at most.
template <class Before>
void insert_in_order(std::vector<KeptAnswer>& list, KeptAnswer answer, std::size_t most,
                     Before before) {
  list.insert(std::ranges::upper_bound(list, answer, before), std::move(answer));
  if (list.size() > most) list.pop_back();
}

bool less_sure(const KeptAnswer& a, const KeptAnswer& b) {
  return a.probability() < b.probability();
}
bool surer(const KeptAnswer& a, const KeptAnswer& b) { return less_sure(b, a); }

// From black, 0, to white, 1, over the values that occur.
std::vector<float> stretched(std::span<const float> row) {
  const auto [low, high] = std::ranges::minmax(row);
  std::vector<float> result;
  for (const float value : row) {
    result.push_back(high > low ? (value - low) / (high - low) : 0.5f);
  }
  return result;
}

// The bytes that the row was made from, as values in [0, 1].
std::vector<float> as_given(std::span<const float> row, const Preprocessing& how) {
  std::vector<float> result;
  for (const float value : row) {
    const double grey = static_cast<double>(value) / (255 * how.scale);
    result.push_back(static_cast<float>(how.invert ? 1 - grey : grey));
  }
  return result;
}

}  // namespace

void AnswerLog::add(const Asked& asked) {
  ++asked_;
  unknown_ += asked.known ? 0 : 1;
  const auto likeliest = likeliest_of(asked.probabilities);
  const int guess = likeliest[0].label;
  const bool mistaken = asked.truth >= 0 && asked.truth != guess;
  if (asked.truth >= 0) {
    ++with_truth_;
    ++times_[{asked.truth, guess}];
    right_ += mistaken ? 0 : 1;
  }
  KeptAnswer answer{
      .input = asked.input, .likeliest = likeliest, .known = asked.known, .truth = asked.truth};
  const bool unsure = unsure_.size() < kUnsureKept || less_sure(answer, unsure_.back());
  if (!unsure && !mistaken) return;
  answer.picture = own_picture(asked.row, bundle_);
  if (mistaken) keep_mistake(answer);
  if (unsure) insert_in_order(unsure_, std::move(answer), kUnsureKept, less_sure);
}

void AnswerLog::keep_mistake(const KeptAnswer& answer) {
  auto& list = mistakes_[{answer.truth, answer.likeliest[0].label}];
  const auto before = list.size();
  if (before == 0 && mistakes_kept_ >= kMistakesInAll) return;
  insert_in_order(list, answer, kMistakesKept, surer);
  mistakes_kept_ += list.size() - before;
}

void AnswerLog::add_unread(std::string input, std::string error) {
  ++unread_count_;
  if (unread_.size() >= kUnreadKept) return;
  unread_.push_back({.input = std::move(input), .error = std::move(error)});
}

std::int64_t AnswerLog::times(int truth, int guess) const {
  const auto found = times_.find({truth, guess});
  return found == times_.end() ? 0 : found->second;
}

std::vector<int> AnswerLog::labels() const {
  std::set<int> labels;
  for (const auto& [pair, count] : times_) labels.insert({pair.first, pair.second});
  return {labels.begin(), labels.end()};
}

std::vector<Mistaken> AnswerLog::mistakes() const {
  std::vector<Mistaken> all;
  for (const auto& [pair, list] : mistakes_) {
    all.push_back({.truth = pair.first,
                   .guess = pair.second,
                   .times = times(pair.first, pair.second),
                   .surest = list});
  }
  std::ranges::stable_sort(all, std::greater<>(), &Mistaken::times);
  return all;
}

std::string own_picture(std::span<const float> row, const Bundle& bundle) {
  const auto& shape = bundle.spec.input;
  if (shape.height == 1 || shape.width == 1) return picture(row, shape);
  const bool of_bytes =
      bundle.preprocessing.shape.channels != 0 && bundle.preprocessing.resize != Resize::kNone;
  return picture(of_bytes ? as_given(row, bundle.preprocessing) : stretched(row), shape);
}

}  // namespace anole
