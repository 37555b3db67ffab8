#pragma once

// Pictures as Python has them: a path, the bytes of a file, or an array of pixels.

#include <nanobind/nanobind.h>

#include <string>
#include <vector>

#include "anole/files/image.h"

namespace anole::python {

// One of these.
struct Picture {
  std::string path = {};
  std::string bytes = {};  // of a PNG, JPEG or WebP file
  Image pixels = {};

  // `name` is for messages about bytes. Throws Error as decode_image does.
  Image decoded(const std::string& name) const;
};

// Of str, bytes or uint8 [H, W] or [H, W, 1 or 3] each; the package's .py files see to that.
std::vector<Picture> pictures_of(const nanobind::list& items);

}  // namespace anole::python
