#include "anole/files/unicode.h"

#include <gtest/gtest.h>

#include "tests/error_of.h"

namespace anole {
namespace {

TEST(Composed, GivesLettersAndTheirAccentsOneForm) {
  EXPECT_EQ(composed("cafe\xCC\x81"), "caf\xC3\xA9");
  EXPECT_EQ(composed("caf\xC3\xA9"), "caf\xC3\xA9");
  EXPECT_EQ(composed("\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB"), "\xED\x95\x9C");  // Hangul "han"
}

TEST(Composed, LeavesAsciiAndForeignBytesAlone) {
  EXPECT_EQ(composed("wave/left"), "wave/left");
  EXPECT_EQ(composed(""), "");
  EXPECT_EQ(composed("caf\xE9"), "caf\xE9");  // Latin-1
}

TEST(PlainText, DropsTheByteOrderMarkOfUtf8) {
  EXPECT_EQ(plain_text("\xEF\xBB\xBFwave\n", "x"), "wave\n");
  EXPECT_EQ(plain_text("wave", "x"), "wave");
  EXPECT_EQ(plain_text("", "x"), "");
}

TEST(PlainText, RefusesUtf16) {
  EXPECT_EQ(error_of([] { plain_text(std::string_view("\xFF\xFEw\0", 4), "a.txt"); }),
            "a.txt: found text in UTF-16, expected text in UTF-8; save it again as UTF-8");
  EXPECT_EQ(error_of([] { plain_text(std::string_view("w\0a\0", 4), "a.txt"); }),
            "a.txt: found bytes of value 0, expected text in UTF-8; save it again as UTF-8");
}

}  // namespace
}  // namespace anole
