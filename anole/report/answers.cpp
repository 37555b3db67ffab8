#include "anole/report/answers.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "anole/core/error.h"

namespace anole {
namespace {

Answer answer_row(std::span<const float> logits, std::int32_t truth) {
  const auto best = std::ranges::max_element(logits);  // the first of equals
  double sum = 0;
  for (const float logit : logits) sum += std::exp(double{logit} - double{*best});
  const double true_logit = logits[static_cast<std::size_t>(truth)];
  return {.truth = truth,
          .guess = static_cast<std::int32_t>(best - logits.begin()),
          .confidence = 1 / sum,
          .truth_probability = std::exp(true_logit - double{*best}) / sum};
}

// Bin b holds confidences in (b / bins, (b + 1) / bins].
std::size_t bin_of(double confidence, int bins) {
  const auto bin = static_cast<int>(std::ceil(confidence * bins)) - 1;
  return static_cast<std::size_t>(std::clamp(bin, 0, bins - 1));
}

double mean(double sum, std::int64_t count) {
  return count == 0 ? 0 : sum / static_cast<double>(count);
}

using GroupNumbers = std::map<std::string, std::size_t>;

GroupNumbers number_groups(std::span<const AnsweredTask> tasks) {
  GroupNumbers numbers;
  for (const auto& task : tasks) {
    for (const auto& name : task.class_names) numbers[group_of(name)] = 0;
  }
  std::size_t next = 0;
  for (auto& [name, number] : numbers) number = next++;
  return numbers;
}

}  // namespace

int AnsweredTask::mistakes() const {
  return static_cast<int>(std::ranges::count(answers, false, &Answer::right));
}

AnsweredTask answer(const Task& task, std::uint32_t index, std::span<const float> logits) {
  const auto ways = static_cast<std::size_t>(task.way);
  ANOLE_CHECK(ways > 0 && logits.size() == ways * task.query.labels.size());
  AnsweredTask answered{.index = index, .class_names = task.class_names, .answers = {}};
  for (std::size_t row = 0; row < task.query.labels.size(); ++row) {
    answered.answers.push_back(
        answer_row(logits.subspan(row * ways, ways), task.query.labels[row]));
  }
  return answered;
}

Calibration calibrate(std::span<const AnsweredTask> tasks, int bins) {
  ANOLE_CHECK(bins >= 1);
  Calibration result;
  result.bins.resize(static_cast<std::size_t>(bins));
  for (const auto& task : tasks) {
    for (const auto& answer : task.answers) {
      auto& bin = result.bins[bin_of(answer.confidence, bins)];
      ++bin.rows;
      ++result.rows;
      bin.confidence += answer.confidence;
      bin.accuracy += answer.right() ? 1 : 0;
    }
  }
  for (auto& bin : result.bins) {
    result.confidence += bin.confidence;
    result.accuracy += bin.accuracy;
    result.ece += std::abs(bin.accuracy - bin.confidence);  // rows of the bin times the difference
    bin.confidence = mean(bin.confidence, bin.rows);
    bin.accuracy = mean(bin.accuracy, bin.rows);
  }
  result.ece = mean(result.ece, result.rows);
  result.confidence = mean(result.confidence, result.rows);
  result.accuracy = mean(result.accuracy, result.rows);
  return result;
}

std::vector<ClassScore> class_scores(std::span<const AnsweredTask> tasks) {
  std::map<std::string, ClassScore> by_name;
  for (const auto& task : tasks) {
    for (const auto& answer : task.answers) {
      const auto& name = task.class_names[static_cast<std::size_t>(answer.truth)];
      auto& score = by_name[name];
      score.name = name;
      ++score.rows;
      score.right += answer.right() ? 1 : 0;
      score.truth_probability += answer.truth_probability;
    }
  }
  std::vector<ClassScore> scores;
  for (auto& [name, score] : by_name) {
    score.truth_probability = mean(score.truth_probability, score.rows);
    scores.push_back(std::move(score));
  }
  std::ranges::stable_sort(scores, {}, &ClassScore::truth_probability);
  return scores;
}

std::string group_of(std::string_view class_name) {
  return std::string(class_name.substr(0, class_name.find('/')));
}

Confusion confuse(std::span<const AnsweredTask> tasks) {
  const auto numbers = number_groups(tasks);
  const auto n = numbers.size();
  Confusion result{.groups = {},
                   .offered = std::vector<std::int64_t>(n * n),
                   .mistaken = std::vector<std::int64_t>(n * n)};
  for (const auto& [name, number] : numbers) result.groups.push_back(name);
  for (const auto& task : tasks) {
    std::vector<std::size_t> group;  // of each label
    for (const auto& name : task.class_names) group.push_back(numbers.at(group_of(name)));
    for (const auto& answer : task.answers) {
      const auto truth = static_cast<std::size_t>(answer.truth);
      for (std::size_t label = 0; label < group.size(); ++label) {
        if (label == truth) continue;
        const auto cell = group[truth] * n + group[label];
        ++result.offered[cell];
        if (static_cast<std::size_t>(answer.guess) == label) ++result.mistaken[cell];
      }
    }
  }
  return result;
}

Confusion most_confused(const Confusion& confusion, std::size_t most) {
  const auto n = confusion.groups.size();
  if (n <= most) return confusion;
  std::vector<std::int64_t> mistakes(n);
  for (std::size_t cell = 0; cell < n * n; ++cell) {
    mistakes[cell / n] += confusion.mistaken[cell];
    mistakes[cell % n] += confusion.mistaken[cell];
  }
  std::vector<std::size_t> kept(n);
  std::iota(kept.begin(), kept.end(), std::size_t{0});
  std::ranges::stable_sort(kept, [&](auto a, auto b) { return mistakes[a] > mistakes[b]; });
  kept.resize(most);
  std::ranges::sort(kept);
  Confusion result;
  for (const auto row : kept) {
    result.groups.push_back(confusion.groups[row]);
    for (const auto column : kept) {
      result.offered.push_back(confusion.offered[row * n + column]);
      result.mistaken.push_back(confusion.mistaken[row * n + column]);
    }
  }
  return result;
}

}  // namespace anole
