#pragma once

// All memory of a plan: zeroed, aligned to cache lines, given out once and freed together. It comes
// in chunks of huge pages where the system has them: fewer misses in the table of pages, and rows
// that do not collide in the second-level cache.

#include <sys/mman.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <vector>

namespace anole::fused {

class Arena {
 public:
  // `count` zeros that live as long as the arena; aligned to 64 bytes, the size of a cache line and
  // of an AVX-512 register. Throws std::bad_alloc.
  float* floats(std::size_t count) {
    const std::size_t size = bytes(count);
    if (size > left_) add_chunk(size);
    std::byte* const start = next_;
    next_ += size;
    left_ -= size;
    used_ += size;
    return reinterpret_cast<float*>(start);
  }

  // What `count` floats take: whole lines.
  static std::size_t bytes(std::size_t count) {
    return (count * sizeof(float) + kLine - 1) / kLine * kLine;
  }
  std::size_t used() const { return used_; }  // bytes

 private:
  static constexpr std::size_t kLine = 64;
  static constexpr std::size_t kChunk = std::size_t{2} << 20;  // a huge page
  struct Free {
    void operator()(std::byte* block) const { std::free(block); }
  };

  void add_chunk(std::size_t least) {
    const std::size_t bytes = (std::max(least, kChunk) + kChunk - 1) / kChunk * kChunk;
    chunks_.emplace_back(static_cast<std::byte*>(std::aligned_alloc(kChunk, bytes)));
    if (!chunks_.back()) throw std::bad_alloc();
    (void)madvise(chunks_.back().get(), bytes, MADV_HUGEPAGE);  // a wish
    next_ = chunks_.back().get();
    left_ = bytes;
    std::fill_n(next_, bytes, std::byte{0});
  }

  std::vector<std::unique_ptr<std::byte, Free>> chunks_;
  std::byte* next_ = nullptr;
  std::size_t left_ = 0, used_ = 0;
};

}  // namespace anole::fused
