#include "anole/data/tables/npy_layout.h"

#include <algorithm>
#include <span>
#include <vector>

#include "anole/core/error.h"
#include "anole/core/text.h"

namespace anole {
namespace {

constexpr std::size_t kLeastSide = 8;  // of an array that is taken for a picture

bool is_channels(std::size_t size) { return size == 1 || size == 3 || size == 4; }

Shape shape_of(std::size_t channels, std::size_t height = 1, std::size_t width = 1) {
  return {static_cast<int>(channels), static_cast<int>(height), static_cast<int>(width)};
}

std::string text_of(const std::vector<std::size_t>& shape) {
  std::string text;
  for (const auto size : shape) text += fmt::format("{}{}", text.empty() ? "" : ", ", size);
  return fmt::format("[{}]", text);
}

class LayoutFinder {
 public:
  LayoutFinder(const NpyArray& array, const std::optional<Preprocessing>& network,
               const std::string& where)
      : array_(array), where_(where), sizes_(array.shape.begin() + 1, array.shape.end()) {
    if (network) network_ = network->shape;
    for (const auto size : sizes_) features_ *= size;
  }

  ArrayLayout find() const {
    if (sizes_.size() == 2) return of_two();
    if (sizes_.size() == 3) return of_three();
    if (sizes_.size() < 2) return {.shape = shape_of(features_)};
    return {.shape = shape_of(features_),
            .note = fmt::format("{} {} is taken for rows of {} features, laid end to end", where_,
                                text_of(array_.shape), features_)};
  }

 private:
  // [n, a, b]
  ArrayLayout of_two() const {
    const auto a = sizes_[0], b = sizes_[1];
    const Shape flat = shape_of(features_), picture = shape_of(1, a, b);
    if (network_ == flat || (network_ != picture && (a == 1 || b == 1))) return {.shape = flat};
    const bool wide = std::min(a, b) >= kLeastSide;
    if (network_ == picture || (wide && (a == b || array_.type == "|u1"))) {
      return {.shape = picture,
              .note = fmt::format("{} {} is taken for pictures of {}; if these are features, save "
                                  "array.reshape(len(array), -1)",
                                  where_, text_of(array_.shape), describe(picture))};
    }
    throw Error(
        "{}: an array {} may hold pictures or sequences; save array[:, None] if it holds pictures "
        "of one channel, array.reshape(len(array), -1) for rows of {} features",
        where_, text_of(array_.shape), features_);
  }

  // [n, a, b, c]
  ArrayLayout of_three() const {
    const auto a = sizes_[0], b = sizes_[1], c = sizes_[2];
    const ArrayLayout first{.shape = shape_of(a, b, c)};
    const ArrayLayout last{
        .shape = shape_of(c, a, b),
        .channels_last = true,
        .note = fmt::format("{} {} is taken for pictures of {}x{} with {} channel{} last, which "
                            "are moved to the front",
                            where_, text_of(array_.shape), a, b, c, c == 1 ? "" : "s")};
    if (network_ == first.shape) return first;
    if (network_ == last.shape) return last;
    const bool may_be_first = is_channels(a), may_be_last = is_channels(c);
    if (may_be_first && may_be_last && (a != 1 || c != 1)) refuse_channels();
    if (may_be_first || (b == 1 && c == 1)) return first;
    if (may_be_last) return last;
    if (a == b && b != c) refuse_channels();
    auto plain = first;
    plain.note = fmt::format(
        "{} {} is taken for {} channels of {}x{}; if the channels come last, save "
        "numpy.moveaxis(array, -1, 1)",
        where_, text_of(array_.shape), a, b, c);
    return plain;
  }

  [[noreturn]] void refuse_channels() const {
    throw Error(
        "{}: in an array {} the channels may come first or last; if last, save "
        "numpy.moveaxis(array, -1, 1); for rows of {} features, array.reshape(len(array), -1)",
        where_, text_of(array_.shape), features_);
  }

  const NpyArray& array_;
  const std::string& where_;
  std::vector<std::size_t> sizes_;  // of one row
  std::size_t features_ = 1;
  std::optional<Shape> network_;
};

}  // namespace

ArrayLayout layout_of(const NpyArray& array, const std::optional<Preprocessing>& network,
                      const std::string& where) {
  if (array.shape.empty() || array.bytes.empty()) {
    throw Error("{}: the array holds no rows; expected [rows, features]", where);
  }
  std::size_t features = 1;
  for (const auto size : std::span(array.shape).subspan(1)) features *= size;
  if (features > (std::size_t{1} << 30)) {
    throw Error("{}: found {} features a row, expected at most 2^30", where, features);
  }
  return LayoutFinder(array, network, where).find();
}

}  // namespace anole
