#include "anole/data/tables/csv_table.h"

#include <gtest/gtest.h>

#include "tests/data/table_files.h"

namespace anole {
namespace {

using testing::class_names;
using testing::row;
using Names = std::vector<std::string>;

class CsvTable : public testing::Tables {};

// Six rows of three classes below every header.
constexpr const char* kDecimals =
    "0.5,1.5,2.5,0\n1.5,2.5,0.5,0\n0.25,7.5,3.5,1\n4.5,3.5,1.5,1\n9.5,0.5,8.5,2\n0.5,6.5,1.5,2\n";
constexpr const char* kWords =
    "5,1,2,run\n1,2,5,run\n2,7,3,walk\n4,3,1,walk\n9,5,8,sit\n5,6,1,sit\n";

TEST_F(CsvTable, KnowsHeadersOfNumbers) {
  const auto hash = load(kDecimals).dataset.content_hash();
  for (const auto* header :
       {"f0,f1,f2,label", "0,1,2,3", "1,2,3,4", "0,1,2,label", "\"0\",\"1\",\"2\",\"3\"",
        "2019,2020,2021,2022", "400.5,401.5,402.5,kind", "x,2020,2021,kind", "2021,2020,2019,what",
        "3,5,8,9", " 0, 1, 2, 3",
        "\xEF\xBB\xBF"
        "0,1,2,3"}) {
    const auto data = load(std::string(header) + "\n" + kDecimals);
    EXPECT_EQ(data.dataset.content_hash(), hash) << header;
  }
}

TEST_F(CsvTable, KnowsHeadersOfNumbersOverWords) {
  const auto hash = load(kWords).dataset.content_hash();
  for (const auto* header : {"x,y,z,label", "0,1,2,label", "2019,2020,2021,activity",
                             "1.5,2.5,3.5,activity", "9,5,7,Class", "x,2020,2021,activity"}) {
    const auto data = load(std::string(header) + "\n" + kWords);
    EXPECT_EQ(data.dataset.content_hash(), hash) << header;
  }
}

TEST_F(CsvTable, TakesRowsForRows) {
  EXPECT_EQ(load(kDecimals).dataset.items(), 6);
  EXPECT_EQ(load(kWords).dataset.items(), 6);
  EXPECT_EQ(load("0,1,a\n0,0,b\n1,0,a\n1,1,b\n").dataset.items(), 4);
  EXPECT_EQ(load("1,2,3\n2,2,3\n5,1,4\n0,1,4\n").dataset.items(), 4);
  EXPECT_EQ(load("1,2,3,4,a\n5,6,7,8,b\n").dataset.items(), 2);
  EXPECT_EQ(load("1,2,3\n").dataset.items(), 1);
}

TEST_F(CsvTable, SaysWhyTheFirstRecordIsAHeader) {
  EXPECT_EQ(notes("0,1,2,3\n" + std::string(kDecimals)),
            "data.csv: line 1 is taken for the header, as it counts the columns from 0; if it is a "
            "row, say header = false\n");
  EXPECT_EQ(notes("f0,f1,f2,label\n" + std::string(kDecimals)), "");
  EXPECT_EQ(notes("9,5,7,rest\n" + std::string(kWords)),
            "data.csv: line 1 is taken for a row, the only one of class 'rest'; if it names the "
            "columns, say header = true\n");
}

TEST_F(CsvTable, IsToldWhetherThereIsAHeader) {
  const auto text = "9,5,7,rest\n" + std::string(kWords);
  EXPECT_EQ(load(text).dataset.items(), 7);
  EXPECT_EQ(load(text, {.header = Header::kTrue}).dataset.items(), 6);
  EXPECT_EQ(load("0,1,2,3\n" + std::string(kDecimals), {.header = Header::kFalse}).dataset.items(),
            7);
}

TEST_F(CsvTable, TakesNamesBeforePlaces) {
  const auto data = load("0,2,1\n1,0.5,7.5\n1,1.5,3.5\n2,2.5,1.5\n2,4.5,2.5\n",
                         {.label_column = "2", .header = Header::kTrue});
  EXPECT_EQ(class_names(data), (Names{"0.5", "1.5", "2.5", "4.5"}));
  const auto numbered = "0,1,2,3\n" + std::string(kDecimals);
  EXPECT_EQ(class_names(load(numbered, {.label_column = "3"})), (Names{"0", "1", "2"}));
  EXPECT_EQ(class_names(load("x,y,what\n1,2,a\n", {.label_column = "3"})), Names{"a"});
}

TEST_F(CsvTable, SaysWhichReadingOfANumberWasTaken) {
  EXPECT_EQ(
      notes("0,1,2,3\n" + std::string(kDecimals), {.label_column = "3", .header = Header::kTrue}),
      "data.csv: label_column 3 is the column named 3, in place 4; in place 3 is '2'\n");
  EXPECT_EQ(notes("0,1,2,label\n" + std::string(kDecimals),
                  {.label_column = "4", .header = Header::kTrue}),
            "data.csv: label_column 4: no column is named 4, so it is taken for a place: "
            "'label'\n");
}

TEST_F(CsvTable, FindsLabelsByTheUsualNames) {
  const auto data = load("Label,x,y\nwalk,1,2\nrun,3,4\n");
  EXPECT_EQ(class_names(data), (Names{"run", "walk"}));
  EXPECT_EQ(notes(data),
            "data.csv: the labels are 'Label', by its name; label_column names "
            "another\n");
  EXPECT_EQ(class_names(load("x,class,y\n1,7,2\n3,8,4\n")), (Names{"7", "8"}));
  EXPECT_EQ(class_names(load("class,x,target\n1,7,2\n3,8,4\n")), (Names{"2", "4"}));
}

TEST_F(CsvTable, LeavesOutUnnamedRowNumbers) {
  const auto plain = load("x,y,what\n1,2,a\n3,4,b\n3,5,b\n");
  for (const auto* text : {",x,y,what\n0,1,2,a\n1,3,4,b\n2,3,5,b\n",
                           "Unnamed: 0,x,y,what\n1,1,2,a\n2,3,4,b\n3,3,5,b\n",
                           ",Unnamed: 0,x,y,what\n0,7,1,2,a\n1,3,3,4,b\n2,9,3,5,b\n"}) {
    const auto data = load(text);
    EXPECT_EQ(data.dataset.content_hash(), plain.dataset.content_hash()) << text;
  }
  EXPECT_EQ(notes(",x,what\n0,1,a\n1,3,b\n"),
            "data.csv: column 1 has no name and numbers the rows: left out\n");
  EXPECT_EQ(notes(",x,what\n0,1,a\n0,3,b\n1,3,b\n"),
            "data.csv: column 1 has no name, and is used; leave_out = 1 leaves it out\n");
}

TEST_F(CsvTable, LeavesOutRowNumbersOverNumberedColumns) {
  const auto plain = load("x,y,what\n5,2,a\n3,4,b\n3,5,b\n");
  const auto data = load(",0,1,2\n0,5,2,a\n1,3,4,b\n2,3,5,b\n");
  EXPECT_EQ(data.dataset.content_hash(), plain.dataset.content_hash());
}

TEST_F(CsvTable, KeepsNamedRowNumbersAndSaysSo) {
  const std::string text = "id,x,what\n12,1,a\n7,3,b\n";
  EXPECT_EQ(load(text).dataset.shape(), Shape{2});
  EXPECT_EQ(notes(text),
            "data.csv: 'id' looks like a number of the row, not a feature; leave_out "
            "= id leaves it out\n");
  EXPECT_EQ(notes("0,5,a\n1,3,b\n2,1,a\n3,3,b\n"),
            "data.csv: column 1 looks like a number of the row, not a feature; leave_out = 1 "
            "leaves it out\n");
}

TEST_F(CsvTable, LeavesOutColumnsByNameOrPlace) {
  const std::string text = "id,\"a, b\",x,what,date\n1,2,3,walk,May\n4,5,6,run,June\n";
  const auto data = load(text, {.leave_out = "id,\"a, b\", 5"});
  EXPECT_EQ(data.dataset.shape(), Shape{1});
  EXPECT_EQ(class_names(data), (Names{"run", "walk"}));
  EXPECT_EQ(row(data.dataset, 1, 0), std::vector<float>{3});
  EXPECT_EQ(load("May,1,a\nJune,2,b\n", {.leave_out = "1"}).dataset.shape(), Shape{1});
}

TEST_F(CsvTable, RefusesToLeaveOutWhatIsNotThereOrNeeded) {
  const std::string text = "x,y,what\n1,2,a\n3,4,b\n";
  EXPECT_EQ(error(text, {.leave_out = "whta"}),
            "data.csv: no column is named 'whta'; did you mean 'what'?");
  EXPECT_EQ(error(text, {.leave_out = "4"}),
            "data.csv: leave_out is 4, but columns count from 1 to 3");
  EXPECT_EQ(error(text, {.label_column = "x", .leave_out = "x"}),
            "data.csv: 'x' is the column of labels and left out as well; change label_column or "
            "leave_out");
  EXPECT_EQ(error(text, {.leave_out = "x,y"}),
            "data.csv: no column is left but that of labels, 'what'; expected numbers beside it");
  EXPECT_EQ(error(text, {.leave_out = "1,2,3"}), "data.csv: leave_out leaves no column");
  EXPECT_EQ(error(text, {.leave_out = "\n"}),
            "leave_out: expected names of columns, as id,date, found '\n'");
  EXPECT_EQ(error("1,2,a\n3,4,b\n", {.leave_out = "x"}),
            "data.csv: leave_out is 'x', but the columns have no names: the first record is no "
            "header; name the column by its place, from 1, or say header = true");
}

TEST_F(CsvTable, RefusesANameThatTwoColumnsHave) {
  EXPECT_EQ(error("x,x,what\n1,2,a\n3,4,b\n", {.leave_out = "x"}),
            "data.csv: leave_out is 'x', but columns 1 and 2 both have that name; rename one");
  EXPECT_EQ(load("x,x,what\n1,2,a\n3,4,b\n").dataset.shape(), Shape{2});
}

TEST_F(CsvTable, ReadsOtherSeparatorsAndLineEnds) {
  const auto hash = load("x,y,what\n1.5,2,a\n3,4,b\n").dataset.content_hash();
  for (const auto* text :
       {"x;y;what\r\n1.5;2;a\r\n3;4;b\r\n\r\n\r\n", "x\ty\twhat\r1.5\t2\ta\r3\t4\tb",
        "x,y,what,\n1.5,2,a,\n3,4,b,\n", "\"x\",\"y\",\"what\"\n\"1.5\",2,a\n3,4,b",
        "x,y,what,Unnamed: 3\n1.5,2,a,\n3,4,b,\n", "sep=;\nx;y;what\n1.5;2;a\n3;4;b\n"}) {
    EXPECT_EQ(load(text).dataset.content_hash(), hash) << text;
  }
  EXPECT_EQ(notes("1,2,a,\n3,4,b,\n"), "data.csv: column 4 is empty in every row: left out\n");
}

TEST_F(CsvTable, ReadsTrueAndFalse) {
  EXPECT_EQ(row(load("x,y,what\nTrue,false,a\n").dataset, 0, 0), (std::vector<float>{1, 0}));
}

TEST_F(CsvTable, SaysWhatHelps) {
  EXPECT_EQ(error("x;y;what\n1,5;2,5;a\n"),
            "data.csv line 2, column 1 ('x'): found '1,5', expected a finite number; write a point "
            "for the decimal comma");
  EXPECT_EQ(error("x,y,what\n1,2,a\n1,NA,a\n,,b\n"),
            "data.csv line 3, column 2 ('y'): found 'NA', expected a finite number; 2 of 3 rows "
            "miss a value: leave them out or fill them in");
  EXPECT_EQ(error("kind,x,y\nwalk,1,2\nrun,3,2\n"),
            "data.csv line 2, column 1 ('kind'): found 'walk', expected a finite number; if the "
            "column holds the labels, say label_column = 1; if it is no feature, leave_out = 1");
  EXPECT_EQ(error("1,4m,a\n2,3,b\n"),
            "data.csv line 1, column 2: found '4m', expected a finite number");
}

TEST_F(CsvTable, NotesLabelsThatLookLikeMeasurements) {
  EXPECT_EQ(notes("x,y\n1,0.5\n2,0.5\n"),
            "data.csv: the labels, 'y', are 1 different numbers in 2 rows; if another column holds "
            "the labels, name it by label_column\n");
}

}  // namespace
}  // namespace anole
