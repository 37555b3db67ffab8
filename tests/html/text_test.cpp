#include "anole/html/text.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "anole/files/image.h"

namespace anole {
namespace {

TEST(EscapeHtml, LeavesNothingThatCouldEndATextOrAnAttribute) {
  EXPECT_EQ(escape_html("<b a=\"x\" c='y'>&amp;"),
            "&lt;b a=&quot;x&quot; c=&#39;y&#39;&gt;&amp;amp;");
  EXPECT_EQ(escape_html("Japanese_(hiragana)/character47"), "Japanese_(hiragana)/character47");
}

TEST(EscapeHtml, KeepsUtf8AndReplacesWhatIsNot) {
  EXPECT_EQ(escape_html("Ελληνικά – 𝄞"), "Ελληνικά – 𝄞");
  EXPECT_EQ(escape_html("a\xff"
                        "b\xc3"),
            "a\xef\xbf\xbd"
            "b\xef\xbf\xbd");
  EXPECT_EQ(escape_html("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");  // a surrogate
  EXPECT_EQ(escape_html(std::string_view("a\0b", 3)),
            "a\xef\xbf\xbd"
            "b");
}

TEST(ShortNumber, LeavesOutTrailingZeros) {
  EXPECT_EQ(short_number(0.25), "0.25");
  EXPECT_EQ(short_number(12), "12");
  EXPECT_EQ(short_number(97.5234, 2), "97.52");
  EXPECT_EQ(short_number(1e-5), "1e-05");
  EXPECT_EQ(short_number(-0.0), "0");
  EXPECT_EQ(short_number(std::numeric_limits<double>::quiet_NaN()), "–");
}

TEST(TickNumber, ShortensThousandsAndMillions) {
  EXPECT_EQ(tick_number(500), "500");
  EXPECT_EQ(tick_number(1500), "1.5k");
  EXPECT_EQ(tick_number(100000), "100k");
  EXPECT_EQ(tick_number(2e6), "2M");
}

TEST(Base64, GivesTheVectorsOfRfc4648) {
  const auto of = [](std::string_view text) {
    return base64(std::vector<std::uint8_t>(text.begin(), text.end()));
  };
  EXPECT_EQ(of(""), "");
  EXPECT_EQ(of("f"), "Zg==");
  EXPECT_EQ(of("fo"), "Zm8=");
  EXPECT_EQ(of("foobar"), "Zm9vYmFy");
}

TEST(PngUri, IsAPngThatBeginsAsPngsDo) {
  const std::vector<float> row{0, 0.5f, 1, 2};
  EXPECT_TRUE(png_uri(row, {1, 2, 2}).starts_with("data:image/png;base64,iVBORw0KGgo"));
}

TEST(PngUri, MakesLargeImagesSmall) {
  const std::vector<float> row(3 * 200 * 100, 0.5f);
  EXPECT_EQ(png_uri(row, {3, 200, 100}, 50),
            png_uri(std::vector<float>(3 * 50 * 25, 0.5f), {3, 50, 25}, 50));
}

}  // namespace
}  // namespace anole
