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

}  // namespace
}  // namespace anole
