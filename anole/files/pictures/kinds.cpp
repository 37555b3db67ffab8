#include "anole/files/pictures/kinds.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>

namespace anole {
namespace {

using std::literals::operator""sv;

constexpr std::array kRead = {".png"sv, ".jpg"sv, ".jpeg"sv, ".jpe"sv, ".jfif"sv, ".webp"sv};
constexpr std::array kLeftOut = {
    ".gif"sv, ".bmp"sv,  ".dib"sv, ".tif"sv, ".tiff"sv, ".heic"sv, ".heif"sv, ".hif"sv, ".avif"sv,
    ".svg"sv, ".svgz"sv, ".ico"sv, ".ppm"sv, ".pgm"sv,  ".pbm"sv,  ".pnm"sv,  ".pam"sv, ".apng"sv,
    ".jp2"sv, ".j2k"sv,  ".jxl"sv, ".psd"sv, ".tga"sv,  ".xcf"sv,  ".exr"sv,  ".hdr"sv, ".dng"sv,
    ".cr2"sv, ".cr3"sv,  ".nef"sv, ".arw"sv, ".pcx"sv,  ".eps"sv};

// First bytes, from `at`, of files of a kind.
struct Magic {
  std::size_t at;
  std::string_view bytes, kind;
};
constexpr Magic kMagics[] = {
    {0, "GIF8"sv, "a GIF image"sv},
    {0, "BM"sv, "a BMP image"sv},
    {0, "II*\0"sv, "a TIFF image"sv},
    {0, "MM\0*"sv, "a TIFF image"sv},
    {0, "II+\0"sv, "a TIFF image"sv},
    {0, "MM\0+"sv, "a TIFF image"sv},
    {4, "ftypavi"sv, "an AVIF image"sv},
    {4, "ftyphei"sv, "a HEIC image"sv},
    {4, "ftyphev"sv, "a HEIC image"sv},
    {4, "ftypmif1"sv, "a HEIC image"sv},
    {4, "ftypmsf1"sv, "a HEIC image"sv},
    {0, "\0\0\1\0"sv, "an ICO image"sv},
    {0, "\0\0\0\x0cJXL "sv, "a JPEG XL image"sv},
    {0, "\xff\x0a"sv, "a JPEG XL image"sv},
    {0, "\0\0\0\x0cjP  "sv, "a JPEG 2000 image"sv},
    {0, "\xff\x4f\xff\x51"sv, "a JPEG 2000 image"sv},
    {0, "8BPS"sv, "a Photoshop image"sv},
    {0, "<svg"sv, "an SVG drawing"sv},
    {0, "%PDF"sv, "a PDF document"sv},
};

std::string_view text_of(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// "P1" to "P7" and white space.
bool is_netpbm(std::string_view text) {
  return text.size() >= 3 && text[0] == 'P' && text[1] >= '1' && text[1] <= '7' &&
         std::isspace(static_cast<unsigned char>(text[2])) != 0;
}

}  // namespace

std::string picture_ending(const std::string& name) {
  auto ending = std::filesystem::path(name).extension().string();
  std::ranges::transform(ending, ending.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return ending;
}

bool has_image_extension(const std::string& name) {
  return std::ranges::find(kRead, picture_ending(name)) != kRead.end();
}

bool is_left_out_picture(const std::string& name) {
  return std::ranges::find(kLeftOut, picture_ending(name)) != kLeftOut.end();
}

std::string_view foreign_kind(std::span<const std::uint8_t> bytes) {
  const auto text = text_of(bytes.first(std::min<std::size_t>(bytes.size(), 400)));
  for (const auto& [at, magic, kind] : kMagics) {
    if (text.size() >= at && text.substr(at).starts_with(magic)) return kind;
  }
  if (is_netpbm(text)) return "a PPM image";
  if (text.starts_with("<?xml") && text.find("<svg") != text.npos) return "an SVG drawing";
  return {};
}

}  // namespace anole
