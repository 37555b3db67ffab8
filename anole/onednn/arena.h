#pragma once

// All memory of a plan: one zeroed block, cache-line aligned. A plan first reserves every buffer,
// then allocates once; offsets become pointers after that.

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>

namespace anole::onednn {

class Arena {
 public:
  // Reserves `bytes` and returns their offset, a multiple of 64: the size of a cache line and of an
  // AVX-512 register.
  std::size_t reserve(std::size_t bytes) {
    const std::size_t offset = size_;
    size_ += (bytes + 63) / 64 * 64;
    return offset;
  }

  void allocate() {
    block_.reset(static_cast<std::byte*>(std::aligned_alloc(kAlignment, padded())));
    if (!block_) throw std::bad_alloc();
    std::fill_n(block_.get(), padded(), std::byte{0});
  }

  std::size_t size() const { return size_; }
  std::byte* at(std::size_t offset) const { return block_.get() + offset; }

 private:
  static constexpr std::size_t kAlignment = 4096;
  struct Free {
    void operator()(std::byte* block) const { std::free(block); }
  };
  std::size_t padded() const { return (size_ + kAlignment) / kAlignment * kAlignment; }

  std::size_t size_ = 0;
  std::unique_ptr<std::byte, Free> block_;
};

}  // namespace anole::onednn
