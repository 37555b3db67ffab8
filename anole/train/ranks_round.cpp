#include "anole/train/ranks_round.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

#include "anole/core/error.h"
#include "anole/meta/mean.h"

namespace anole {
namespace {

// What a rank says of its tasks: an error, or the numbers that are not vectors.
struct Report {
  std::string failure = {};
  bool non_finite = false;  // the failure is a NonFiniteError
  std::int64_t adam_steps = 0;
  std::int32_t moment_rows = 0;
  std::uint64_t moments = 0;  // length of a task's second moment
  std::vector<double> losses = {};

  std::string text() const {
    std::string text(1, failure.empty() ? ' ' : non_finite ? 'n' : 'e');
    if (!failure.empty()) return text + failure;
    append(text, adam_steps);
    append(text, moment_rows);
    append(text, moments);
    for (const double loss : losses) append(text, loss);
    return text;
  }

  static Report from(std::string_view text) {
    Report report;
    const char kind = text.at(0);
    text.remove_prefix(1);
    if (kind != ' ') {
      report.failure = text;
      report.non_finite = kind == 'n';
      return report;
    }
    take(text, report.adam_steps);
    take(text, report.moment_rows);
    take(text, report.moments);
    while (!text.empty()) take(text, report.losses.emplace_back());
    return report;
  }

 private:
  template <class T>
  static void append(std::string& text, T value) {
    text.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  template <class T>
  static void take(std::string_view& text, T& value) {
    ANOLE_CHECK(text.size() >= sizeof value);
    std::memcpy(&value, text.data(), sizeof value);
    text.remove_prefix(sizeof value);
  }
};

Report failure_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const NonFiniteError& error) {
    return {.failure = error.what(), .non_finite = true};
  } catch (const std::exception& error) {
    return {.failure = error.what()};
  } catch (...) {
    return {.failure = "an unknown error"};
  }
}

// `size` numbers in `ranks` contiguous slices; slice r begins here.
std::size_t slice_begin(std::size_t size, int r, int ranks) {
  return size * static_cast<std::size_t>(r) / static_cast<std::size_t>(ranks);
}

}  // namespace

MetaBatch own_tasks(const MetaBatch& whole, int rank, int ranks) {
  ANOLE_CHECK(rank >= 0 && rank < ranks);
  // Rank r begins at ceil(r * count / ranks).
  const auto begin = [&](int r) {
    const auto n = static_cast<std::uint64_t>(ranks);
    return static_cast<std::uint32_t>((static_cast<std::uint64_t>(r) * whole.count + n - 1) / n);
  };
  auto own = whole;
  own.first = whole.first + begin(rank);
  own.count = begin(rank + 1) - begin(rank);
  return own;
}

RanksRound::RanksRound(const Experiment& experiment, LearnerTeam& team, Ranks& ranks)
    : experiment_(experiment), team_(team), ranks_(ranks), source_(experiment.train_tasks()) {}

bool RanksRound::any(bool mine, const std::exception_ptr& failure) {
  std::string word(mine ? "1" : "0");
  if (failure) word = failure_of(failure).text();
  const auto words = ranks_.gather(std::move(word));
  if (failure) std::rethrow_exception(failure);
  for (std::size_t rank = 0; rank < words.size(); ++rank) {
    if (words[rank] == "0" || words[rank] == "1") continue;
    throw Error("rank {}: {}", rank, Report::from(words[rank]).failure);
  }
  return std::ranges::find(words, "1") != words.end();
}

std::vector<TaskResult> RanksRound::adapt_own(const MetaState& meta, std::int64_t iteration) {
  const auto own = own_tasks(meta_batch(experiment_, iteration), ranks_.rank(), ranks_.ranks());
  return adapt_all(team_, meta, *source_, own, train_loop(experiment_, iteration));
}

// The mean over all tasks of one of their vectors, minus `minus` if there is one.
std::vector<float> RanksRound::mean(std::span<const TaskResult> own,
                                    std::vector<float> MetaState::*member, std::size_t size,
                                    std::span<const float> minus) {
  const int ranks = ranks_.ranks();
  const auto begin = [&](int r) { return slice_begin(size, r, ranks); };
  std::vector<std::vector<float>> parts(static_cast<std::size_t>(ranks));
  for (int r = 0; r < ranks; ++r) {
    auto& part = parts[static_cast<std::size_t>(r)];
    for (const auto& result : own) {
      const auto values = std::span(result.adapted.*member);
      ANOLE_CHECK(values.size() == size);
      const auto slice = values.subspan(begin(r), begin(r + 1) - begin(r));
      part.insert(part.end(), slice.begin(), slice.end());
    }
  }
  const auto received = ranks_.exchange(std::move(parts));
  const auto first = begin(ranks_.rank()), length = begin(ranks_.rank() + 1) - first;
  std::vector<const float*> tasks;  // in task order: ranks have contiguous tasks
  for (const auto& from : received) {
    for (std::size_t at = 0; at + length <= from.size() && length > 0; at += length) {
      tasks.push_back(from.data() + at);
    }
  }
  std::vector<float> slice(length);
  if (length > 0 && minus.empty()) mean_of(tasks, slice);
  if (length > 0 && !minus.empty()) mean_minus(tasks, minus.subspan(first, length), slice);
  return ranks_.join(slice);
}

RoundResult RanksRound::run(const MetaState& meta, std::int64_t iteration) {
  std::vector<TaskResult> own;
  std::exception_ptr failure;
  Report mine;
  try {
    own = adapt_own(meta, iteration);
    for (const auto& result : own) mine.losses.push_back(result.loss);
    if (!own.empty()) {
      const auto& first = own[0].adapted;
      mine.adam_steps = first.adam_steps;
      mine.moment_rows = first.moment_rows;
      mine.moments = first.second_moment.size();
    }
  } catch (...) {
    failure = std::current_exception();
    mine = failure_of(failure);
  }
  RoundResult round;
  std::size_t moments = 0;
  for (const auto& text : ranks_.gather(mine.text())) {
    const auto report = Report::from(text);
    if (failure) std::rethrow_exception(failure);
    if (report.non_finite) throw NonFiniteError(report.failure);
    if (!report.failure.empty()) throw Error(report.failure);
    round.losses.insert(round.losses.end(), report.losses.begin(), report.losses.end());
    if (report.losses.empty()) continue;
    round.change.adam_steps = report.adam_steps;
    round.change.moment_rows = report.moment_rows;
    moments = report.moments;
  }
  round.change.params = mean(own, &MetaState::params, meta.params.size(), meta.params);
  if (moment_rule(experiment_.options().inner) == MomentRule::kMean) {
    round.change.second_moment = mean(own, &MetaState::second_moment, moments, {});
  }
  team_.recycle(std::move(own));
  return round;
}

}  // namespace anole
