#include "anole/core/rng.h"

#include <Random123/philox.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

#include "anole/core/error.h"

namespace anole {

Rng::Rng(std::uint64_t seed, Stream stream, std::uint64_t iteration, std::uint32_t task)
    : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)},
      counter_{
          0, task, static_cast<std::uint32_t>(iteration),
          static_cast<std::uint32_t>(stream) << 24 | static_cast<std::uint32_t>(iteration >> 32)} {
  ANOLE_CHECK(iteration < (std::uint64_t{1} << 56));
}

std::uint32_t Rng::bits() {
  if (used_ == 4) {
    const auto out = r123::Philox4x32{}({{counter_[0], counter_[1], counter_[2], counter_[3]}},
                                        {{key_[0], key_[1]}});
    block_ = {out[0], out[1], out[2], out[3]};
    ++counter_[0];
    used_ = 0;
  }
  return block_[static_cast<std::size_t>(used_++)];
}

std::uint32_t Rng::below(std::uint32_t bound) {
  ANOLE_CHECK(bound >= 1);
  auto product = std::uint64_t{bits()} * bound;
  if (static_cast<std::uint32_t>(product) < bound) {
    const std::uint32_t threshold = (0u - bound) % bound;  // 2^32 mod bound
    while (static_cast<std::uint32_t>(product) < threshold) product = std::uint64_t{bits()} * bound;
  }
  return static_cast<std::uint32_t>(product >> 32);
}

float Rng::uniform() { return static_cast<float>(bits() >> 8) * 0x1p-24f; }

float Rng::uniform(float low, float high) { return low + (high - low) * uniform(); }

float Rng::normal() {
  const double radius = std::sqrt(-2 * std::log(1 - double{uniform()}));
  return static_cast<float>(radius * std::cos(2 * std::numbers::pi * double{uniform()}));
}

void Rng::shuffle(std::span<std::int32_t> items) {
  for (auto i = static_cast<std::uint32_t>(items.size()); i > 1; --i) {
    std::swap(items[i - 1], items[below(i)]);
  }
}

void Rng::sample(std::int32_t bound, std::span<std::int32_t> out) {
  const auto count = static_cast<std::int64_t>(out.size());
  ANOLE_CHECK(count <= bound);
  if (count * count < bound) {  // the sparse form searches its list once a draw
    Sampler items(bound);
    for (auto& item : out) item = items.next(*this);
    return;
  }
  std::vector<std::int32_t> order(static_cast<std::size_t>(bound));
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto left = static_cast<std::uint32_t>(order.size() - i);
    std::swap(order[i], order[i + below(left)]);
    out[i] = order[i];
  }
}

std::int32_t Sampler::next(Rng& rng) {
  ANOLE_CHECK(drawn_ < bound_);
  const auto at = [this](std::int32_t place) {
    return std::find_if(moved_.begin(), moved_.end(),
                        [place](const Moved& moved) { return moved.place == place; });
  };
  const auto first = at(drawn_);
  const auto first_item = first == moved_.end() ? drawn_ : first->item;
  const auto place =
      drawn_ + static_cast<std::int32_t>(rng.below(static_cast<std::uint32_t>(bound_ - drawn_)));
  ++drawn_;
  if (const auto found = at(place); found != moved_.end()) {
    return std::exchange(found->item, first_item);
  }
  moved_.push_back({place, first_item});
  return place;
}

}  // namespace anole
