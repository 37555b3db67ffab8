#include "anole/reproduce/text_table.h"

#include <gtest/gtest.h>

namespace anole {
namespace {

TEST(TextTable, AsMarkdownHasAHeadingAndEscapesBars) {
  const TextTable table{.columns = {"name", "value"}, .rows = {{"a|b", "1"}, {"c", ""}}};
  EXPECT_EQ(to_markdown(table), "| name | value |\n| --- | --- |\n| a\\|b | 1 |\n| c |  |\n");
}

TEST(TextTable, AsCsvQuotesCommasQuotesAndLineBreaks) {
  const TextTable table{.columns = {"name", "value"},
                        .rows = {{"a,b", "1"}, {"say \"x\"", "two\nlines"}, {"plain", ""}}};
  EXPECT_EQ(to_csv(table), "name,value\n\"a,b\",1\n\"say \"\"x\"\"\",\"two\nlines\"\nplain,\n");
}

}  // namespace
}  // namespace anole
