#pragma once

// Which files are pictures, by their names and by their first bytes.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace anole {

// The ending with its dot in lower case: ".jpg" of "a/B.JPG"; empty if there is none.
std::string picture_ending(const std::string& name);

// Whether a file name ends like one of a picture that is read: .png, .jpg, .jpeg, .jpe, .jfif or
// .webp, in any case.
bool has_image_extension(const std::string& name);

// Whether it ends like a picture of another kind, such as .gif or .heic: what a user may take for
// part of a data set, and what must be converted first.
bool is_left_out_picture(const std::string& name);

// What begins like this, of the kinds that are not read: "a GIF image"; empty if it is not known.
std::string_view foreign_kind(std::span<const std::uint8_t> bytes);

}  // namespace anole
