#include "anole/files/csv.h"

#include <gtest/gtest.h>

#include "tests/data/data_files.h"

namespace anole {
namespace {

using Fields = std::vector<std::string>;
using testing::error_of;

TEST(Csv, ReadsQuotedCommasQuotesAndLineBreaks) {
  const auto records =
      parse_csv("a,\"b, c\",\"say \"\"hi\"\"\"\r\n1,\"two\nlines\",\n\nx,y,z", "t");
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[0].fields, (Fields{"a", "b, c", "say \"hi\""}));
  EXPECT_EQ(records[1].fields, (Fields{"1", "two\nlines", ""}));
  EXPECT_EQ(records[2].fields, (Fields{"x", "y", "z"}));
}

TEST(Csv, CountsLinesOverQuotedLineBreaksAndEmptyLines) {
  const auto records = parse_csv("\xEF\xBB\xBF\"a\nb\",1\n\n\r\nc,2\n", "t");
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].line, 1);
  EXPECT_EQ(records[1].line, 5);
  EXPECT_EQ(records[0].fields[0], "a\nb");
}

TEST(Csv, OfNothingIsNothing) { EXPECT_TRUE(parse_csv("\n\n", "t").empty()); }

TEST(Csv, RefusesWhatRfc4180DoesNotAllow) {
  EXPECT_EQ(error_of([] { parse_csv("a,b\nc,\"d\n", "t.csv"); }),
            "t.csv line 2: the quote that opens here is never closed");
  EXPECT_EQ(error_of([] { parse_csv("a,b\"c\n", "t.csv"); }),
            "t.csv line 1: found a quote inside an unquoted field; quote the whole field and write "
            "the quote twice");
  EXPECT_EQ(error_of([] { parse_csv("\"a\"b,c\n", "t.csv"); }),
            "t.csv line 1: found text after a closing quote; quote the whole field and write "
            "quotes inside it twice");
}

TEST(Csv, RefusesRaggedRecords) {
  EXPECT_EQ(error_of([] { parse_csv("a,b,c\n\nd,e\n", "t.csv"); }),
            "t.csv line 3 has 2 fields, expected 3 as in line 1");
}

TEST(Csv, EndsLinesWithACarriageReturnToo) {
  const auto records = parse_csv("a,b\rc,d\r\n\re,f", "t");
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[1].fields, (Fields{"c", "d"}));
  EXPECT_EQ(records[2].line, 4);
}

TEST(Csv, RefusesUtf16) {
  EXPECT_EQ(error_of([] { parse_csv("\xFF\xFE\x31", "t.csv"); }),
            "t.csv: the text is in UTF-16, expected UTF-8; save it as 'CSV UTF-8'");
}

TEST(CsvSeparator, IsWhatGivesTheMostNumbers) {
  const std::pair<const char*, char> cases[] = {
      {"", ','},
      {"x,y,what\n1,2,a\n", ','},
      {"x;y;what\n1;2;a\n", ';'},
      {"x;y;what\r\n1,5;2,5;a;\r\n", ';'},
      {"x\ty\twhat\n1\t2\ta, b; c\n", '\t'},
      {"1|2|a\n", '|'},
      {"1,2,a;b;c;d\n3,4,e;f;g;h\n", ','},
      {"1,2,\"a;b\n;c;d\"\n", ','},
      {"x;y;what\n", ';'},
      {"1,5\n2,5\n", ','},
  };
  for (const auto& [text, separator] : cases) EXPECT_EQ(csv_separator(text), separator) << text;
}

TEST(CsvSeparator, IsDeclaredByTheFirstLine) {
  const std::string text = "\xEF\xBB\xBFsep=;\r\nx,1;2\n";
  ASSERT_EQ(csv_separator(text), ';');
  const auto records = parse_csv(text, "t", ';');
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].line, 2);
  EXPECT_EQ(records[0].fields, (Fields{"x,1", "2"}));
  EXPECT_EQ(csv_separator("sep=,b\n1,2\n"), ',');
}

TEST(CsvNumbers, AreAllOfTheField) {
  EXPECT_EQ(number_in(" +1.5e1\t"), 15);
  for (const auto* text : {"", "-", "+-1", "1.5 m", "1,5", "0x10", "1e999"}) {
    EXPECT_FALSE(number_in(text).has_value()) << text;
  }
}

TEST(CsvNumbers, KnowADecimalComma) {
  EXPECT_TRUE(has_decimal_comma("-1,5e3"));
  for (const auto* text : {"1.5", "1,5,0", "1,000.5", "a,b", ","}) {
    EXPECT_FALSE(has_decimal_comma(text)) << text;
  }
}

}  // namespace
}  // namespace anole
