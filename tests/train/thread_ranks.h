#pragma once

// Ranks that are threads of one process.

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "anole/train/ranks_round.h"

namespace anole::toy {

// Where the ranks meet. Every one brings a value; all get all of them.
class Meeting {
 public:
  explicit Meeting(int ranks) : ranks_(ranks) {}
  int ranks() const { return ranks_; }

  template <class T>
  std::vector<T> gather(int rank, T mine) {
    std::unique_lock lock(mutex_);
    if (places_.empty()) places_.resize(static_cast<std::size_t>(ranks_));
    places_[static_cast<std::size_t>(rank)] = &mine;
    wait_for_all(lock);
    std::vector<T> all;
    for (const void* place : places_) all.push_back(*static_cast<const T*>(place));
    wait_for_all(lock);  // nobody leaves while another still reads
    return all;
  }

 private:
  void wait_for_all(std::unique_lock<std::mutex>& lock) {
    const auto round = round_;
    if (++arrived_ == ranks_) {
      arrived_ = 0;
      ++round_;
      changed_.notify_all();
    }
    changed_.wait(lock, [&] { return round_ != round; });
  }

  const int ranks_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<const void*> places_;
  int arrived_ = 0, round_ = 0;
};

class ThreadRanks final : public Ranks {
 public:
  ThreadRanks(Meeting& meeting, int rank) : meeting_(meeting), rank_(rank) {}
  int rank() const override { return rank_; }
  int ranks() const override { return meeting_.ranks(); }
  std::vector<std::string> gather(std::string mine) override {
    return meeting_.gather(rank_, std::move(mine));
  }
  std::vector<std::vector<float>> exchange(std::vector<std::vector<float>> parts) override {
    std::vector<std::vector<float>> received;
    for (auto& from : meeting_.gather(rank_, std::move(parts))) {
      received.push_back(std::move(from[static_cast<std::size_t>(rank_)]));
    }
    return received;
  }
  std::vector<float> join(std::span<const float> mine) override {
    std::vector<float> all;
    for (const auto& part : meeting_.gather(rank_, std::vector<float>(mine.begin(), mine.end()))) {
      all.insert(all.end(), part.begin(), part.end());
    }
    return all;
  }

 private:
  Meeting& meeting_;
  const int rank_;
};

// Calls job(ranks) on a thread for each of `count` ranks.
template <class Job>
void on_ranks(int count, Job job) {
  Meeting meeting(count);
  std::vector<std::thread> threads;
  for (int rank = 0; rank < count; ++rank) {
    threads.emplace_back([&, rank] {
      ThreadRanks ranks(meeting, rank);
      job(ranks);
    });
  }
  for (auto& thread : threads) thread.join();
}

}  // namespace anole::toy
