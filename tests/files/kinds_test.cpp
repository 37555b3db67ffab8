#include "anole/files/pictures/kinds.h"

#include <gtest/gtest.h>

#include "anole/files/image.h"
#include "tests/data/data_files.h"

namespace anole {
namespace {

using namespace anole::testing;

TEST(HasImageExtension, IgnoresCase) {
  for (const auto* name : {"a/b.PNG", "b.Jpeg", "b.jpg", "b.JFIF", "b.jpe", "a.b/c.WebP"}) {
    EXPECT_TRUE(has_image_extension(name)) << name;
  }
  for (const auto* name : {"b.txt", "png", "b.gif", "a.png/b"}) {
    EXPECT_FALSE(has_image_extension(name)) << name;
  }
}

TEST(IsLeftOutPicture, KnowsOtherKindsByTheirEndings) {
  for (const auto* name : {"a.gif", "a.BMP", "a.tif", "a.TIFF", "a.heic", "a.avif", "a.svg"}) {
    EXPECT_TRUE(is_left_out_picture(name)) << name;
  }
  for (const auto* name : {"a.png", "a.txt", "gif", "a.webp"}) {
    EXPECT_FALSE(is_left_out_picture(name)) << name;
  }
}

TEST(DecodeImage, NamesThePictureThatIsOfAnotherKind) {
  struct Case {
    std::string begin, kind;
  };
  const Case cases[] = {
      {"GIF89a", "a GIF image"},
      {"BM1234", "a BMP image"},
      {std::string("II*\0", 4), "a TIFF image"},
      {std::string("MM\0*", 4), "a TIFF image"},
      {std::string("\0\0\0\x1c", 4) + "ftypheic", "a HEIC image"},
      {std::string("\0\0\0\x1c", 4) + "ftypavif", "an AVIF image"},
      {"P6\n2 2", "a PPM image"},
      {"<svg xmlns", "an SVG drawing"},
      {"<?xml version='1.0'?>\n<svg", "an SVG drawing"},
      {"%PDF-1.7", "a PDF document"},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(error_of([&] { decode_image(Bytes(one.begin.begin(), one.begin.end()), "b/1.png"); }),
              "b/1.png: this is " + one.kind + "; convert it to PNG");
  }
}

}  // namespace
}  // namespace anole
