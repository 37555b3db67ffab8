#include "anole/html/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "anole/files/image.h"
#include "anole/files/pictures/resample.h"

namespace anole {
namespace {

// The length of the UTF-8 character at the beginning of `text`, or 0 if there is none.
// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  const auto second = byte(1);
  const bool bad = (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
                   (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f);
  return bad ? 0 : length;
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f;
}

std::string_view entity(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

Image to_image(std::span<const float> row, const Shape& shape) {
  Image image{shape, {}};
  image.pixels.reserve(row.size());
  for (const float value : row) {
    const float inside = std::clamp(value, 0.0f, 1.0f);  // NaN goes to 0 below
    image.pixels.push_back(inside >= 0 ? static_cast<std::uint8_t>(std::lround(255 * inside)) : 0);
  }
  return image;
}

}  // namespace

std::string escape_html(std::string_view text) {
  constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD
  std::string escaped;
  while (!text.empty()) {
    const auto length = utf8_length(text);
    const auto name = length == 1 ? entity(text[0]) : std::string_view();
    if (length == 0 || (length == 1 && is_control(text[0]))) {
      escaped += kReplacement;
    } else {
      escaped += name.empty() ? text.substr(0, length) : name;
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return escaped;
}

std::string short_number(double value, int digits) {
  if (!std::isfinite(value)) return "–";
  const double smallest = std::pow(10.0, -digits);
  if (value != 0 && std::abs(value) < smallest) return fmt::format("{:.2g}", value);
  auto text = fmt::format("{:.{}f}", value, digits);
  if (text.find('.') != text.npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text == "-0" ? "0" : text;
}

std::string tick_number(double value) {
  if (std::abs(value) >= 1e6) return short_number(value / 1e6, 2) + "M";
  if (std::abs(value) >= 1e3) return short_number(value / 1e3, 2) + "k";
  return short_number(value);
}

std::string base64(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto left = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 3; ++k) bits = bits << 8 | (k < left ? bytes[i + k] : 0u);
    for (std::size_t k = 0; k < 4; ++k) {
      text += k <= left ? kDigits[bits >> (18 - 6 * k) & 63] : '=';
    }
  }
  return text;
}

std::string png_uri(std::span<const float> row, const Shape& shape, int largest) {
  auto image = to_image(row, shape);
  const int side = std::max(shape.height, shape.width);
  if (side > largest) {
    image = resize_nearest(image, std::max(1, shape.height * largest / side),
                           std::max(1, shape.width * largest / side));
  }
  return "data:image/png;base64," + base64(encode_png(image));
}

}  // namespace anole
