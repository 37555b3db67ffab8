#include "anole/data/vectors.h"

#include <gtest/gtest.h>

#include "anole/data/row.h"
#include "tests/data/table_files.h"

namespace anole {
namespace {

using testing::error_of;
using testing::row;
using testing::write_file;

class Vectors : public testing::Tables {};

TEST_F(Vectors, ReadsACsvWithAHeader) {
  const auto data = load("x,y,what\n1,2.5,walk\n3,-4e1,run\n5, 6 ,walk\n");
  EXPECT_EQ(data.dataset.shape(), Shape{2});
  ASSERT_EQ(data.dataset.classes().size(), 2u);
  EXPECT_EQ(data.dataset.classes()[0].name, "run");  // sorted
  EXPECT_EQ(data.dataset.classes()[1].items, 2);
  EXPECT_EQ(row(data.dataset, 0, 0), (std::vector<float>{3, -40}));
  EXPECT_EQ(row(data.dataset, 1, 1), (std::vector<float>{5, 6}));
  EXPECT_EQ(data.split_name, "seeded");
  EXPECT_EQ(data.preprocessing.resize, Resize::kNone);
}

TEST_F(Vectors, ReadsACsvWithoutAHeader) { EXPECT_EQ(load("1,2,a\n3,4,b\n").dataset.items(), 2); }

TEST_F(Vectors, FindsTheLabelColumnByNameOrNumber) {
  for (const auto* column : {"what", "2"}) {
    const auto data = load("x,what,y\n1,walk,2\n", {.label_column = column});
    EXPECT_EQ(data.dataset.classes()[0].name, "walk");
    EXPECT_EQ(row(data.dataset, 0, 0), (std::vector<float>{1, 2}));
  }
}

TEST_F(Vectors, TakesNumbersAsColumnNamesIfTheLabelIsNamed) {
  EXPECT_EQ(load("0,1,what\n5,6,walk\n", {.label_column = "what"}).dataset.items(), 1);
}

TEST_F(Vectors, TheOrderOfRowsMovesNoClassBetweenTheParts) {
  const auto one = load("1,a\n1,b\n1,c\n1,d\n1,e\n"), other = load("1,e\n1,c\n1,a\n1,b\n1,d\n");
  EXPECT_EQ(one.split.test, other.split.test);
  EXPECT_EQ(one.split.test.size(), 1u);  // a fifth
  EXPECT_EQ(one.dataset.content_hash(), other.dataset.content_hash());
}

TEST_F(Vectors, SplitsByLists) {
  write_file(folder_.path() / "train.txt", std::string("c\na\n"));
  write_file(folder_.path() / "test.txt", std::string("b\n"));
  write_file(folder_.path() / "val.txt", std::string("d\n"));
  write_file(folder_.path() / "data.csv", std::string("1,a\n1,b\n1,c\n1,d\n"));
  const auto data = load_vectors({.data = folder_.path() / "data.csv", .split = "lists"});
  EXPECT_EQ(data.split.train, (std::vector<ClassRef>{{2, 0}, {0, 0}}));
  EXPECT_EQ(data.split.test, (std::vector<ClassRef>{{1, 0}}));
  EXPECT_EQ(data.split.validation, (std::vector<ClassRef>{{3, 0}}));
}

TEST_F(Vectors, SplitsByListsBesideTheTableThatNameItsClasses) {
  write_file(folder_.path() / "test.txt", std::string("b\n"));
  const auto data = load("1,a\n2,b\n3,c\n");
  EXPECT_EQ(data.split_name, "lists");
  EXPECT_EQ(data.split.train, (std::vector<ClassRef>{{0, 0}, {2, 0}}));
  write_file(folder_.path() / "test.txt", std::string("b\nz\n"));
  EXPECT_EQ(load("1,a\n2,b\n3,c\n").split_name, "seeded");
}

TEST_F(Vectors, LabelsWithTheSameLettersInOtherBytesAreOneClass) {
  EXPECT_EQ(load("1,caf\xC3\xA9\n2,cafe\xCC\x81\n").dataset.classes().size(), 1u);
}

TEST_F(Vectors, NotesEqualRowsOfTwoClasses) {
  const auto data = load("x,y,z\n1,2,a\n1,2,b\n3,4,b\n");
  ASSERT_EQ(data.notes.size(), 1u);
  EXPECT_NE(data.notes[0].find("1 row is in two classes, such as row 1 of training class 'a' and "
                               "row 1 of training class 'b'"),
            std::string::npos)
      << data.notes[0];
}

TEST_F(Vectors, NamesLineAndColumnOfWhatIsNoNumber) {
  EXPECT_EQ(error("x,y,what\n1,2,walk\n3,4m,run\n"),
            "data.csv line 3, column 2 ('y'): found '4m', expected a finite number");
  EXPECT_EQ(
      error("1,2,a\n,2,b\n"),
      "data.csv line 2, column 1: found '', expected a finite number; 1 of 2 rows miss a value: "
      "leave them out or fill them in");
  EXPECT_EQ(error("1,nan,a\n"),
            "data.csv line 1, column 2: found 'nan', expected a finite number; 1 of 1 rows miss a "
            "value: leave them out or fill them in");
  EXPECT_EQ(error("1,1e99,a\n"),
            "data.csv line 1, column 2: found '1e99', expected a finite number");
}

TEST_F(Vectors, RefusesRaggedRows) {
  EXPECT_EQ(error("1,2,a\n1,b\n"), "data.csv line 2 has 2 fields, expected 3 as in line 1");
}

TEST_F(Vectors, NamesTheNearestColumn) {
  EXPECT_EQ(error("x,y,label\n1,2,a\n", {.label_column = "lable"}),
            "data.csv: no column is named 'lable'; did you mean 'label'?");
}

TEST_F(Vectors, CountsColumnsFromOne) {
  EXPECT_EQ(error("1,2,a\n", {.label_column = "0"}),
            "data.csv: label_column is 0, but columns count from 1 to 3");
  EXPECT_EQ(error("1,2,a\n", {.label_column = "4"}),
            "data.csv: label_column is 4, but columns count from 1 to 3");
}

TEST_F(Vectors, RefusesFilesWithoutRowsNumbersOrLabels) {
  EXPECT_EQ(error(""), "data.csv: the file holds no rows");
  EXPECT_EQ(error("x,y\n"), "data.csv: found a header but no rows");
  EXPECT_EQ(error("a\nb\n"),
            "data.csv: found one column, expected numbers and a label, separated by commas, "
            "semicolons or tabs");
  EXPECT_EQ(error("1,a\n2, \n"), "data.csv line 2, column 2: found an empty label");
}

TEST_F(Vectors, RefusesPathsThatAreNoTable) {
  EXPECT_EQ(error_of([] { load_vectors({}); }),
            "vectors: name the data file by --data: FILE.csv or FILE.npy");
  EXPECT_EQ(error_of([] { load_vectors({.data = "/nowhere/data.csv"}); }),
            "vectors: there is no file /nowhere/data.csv");
  EXPECT_EQ(error_of([&] { load_vectors({.data = folder_.path()}); }),
            "vectors: " + folder_.path().string() +
                " is a folder; expected a .csv, .tsv, .npy or .npz file");
  write_file(folder_.path() / "data.xls", std::string("?"));
  EXPECT_EQ(local(error_of([&] { load_vectors({.data = folder_.path() / "data.xls"}); })),
            "vectors: expected a file that ends in .csv, .tsv, .npy or .npz, found data.xls");
}

TEST_F(Vectors, RefusesListsThatAreNotThere) {
  write_file(folder_.path() / "data.csv", std::string("1,a\n"));
  EXPECT_EQ(local(error_of(
                [&] { load_vectors({.data = folder_.path() / "data.csv", .split = "lists"}); })),
            "data.csv: the split 'lists' needs train.txt or test.txt with one class name a line; "
            "write one, or use --split seeded");
  EXPECT_EQ(local(error_of(
                [&] { load_vectors({.data = folder_.path() / "data.csv", .split = "authors"}); })),
            "data.csv: no split is named 'authors'; use seeded, lists, folders or all");
}

TEST_F(Vectors, ReadsEndingsInAnyCase) {
  for (const auto* name : {"a.CSV", "a.Csv", "a.TSV"}) {
    write_file(folder_.path() / name, std::string("1\t2\ta\n3\t4\tb\n"));
    EXPECT_EQ(load_vectors({.data = folder_.path() / name}).dataset.items(), 2) << name;
  }
}

// Five classes of two rows; the last in the order of seed 0 is for testing.
constexpr const char* kScales =
    "x,y,z,what\n1,0,7,a\n3,1000,7,a\n1,0,7,b\n3,1000,7,b\n1,0,7,c\n3,1000,7,c\n"
    "1,0,7,d\n3,1000,7,d\n1,0,7,e\n3,1000,7,e\n";
// The same without equal rows, which are noted too.
constexpr const char* kUnlike =
    "x,y,z,what\n1,1,7,a\n3,1001,7,a\n1,2,7,b\n3,1002,7,b\n1,3,7,c\n3,1003,7,c\n"
    "1,4,7,d\n3,1004,7,d\n1,5,7,e\n3,1005,7,e\n";

TEST_F(Vectors, NotesScalesAndColumnsThatAreTheSame) {
  EXPECT_EQ(notes(kUnlike),
            "data.csv: 'z' is the same in all rows of the training classes\n"
            "data.csv: columns differ in scale: 'y' deviates by 500, 'x' by 1; standardize = true "
            "gives all of them mean 0 and deviation 1\n");
  EXPECT_EQ(notes(kUnlike, {.standardize = true}),
            "data.csv: 'z' is the same in all rows of the training classes; its deviation is taken "
            "as 1\n");
}

TEST_F(Vectors, StandardizesAndKeepsTheHash) {
  const auto plain = load(kScales), data = load(kScales, {.standardize = true});
  EXPECT_EQ(data.preprocessing.mean, (std::vector<double>{2, 500, 7}));
  EXPECT_EQ(data.preprocessing.deviation, (std::vector<double>{1, 500, 1}));
  EXPECT_EQ(row(data.dataset, 0, 0), (std::vector<float>{-1, -1, 0}));
  EXPECT_EQ(row(data.dataset, 4, 1), (std::vector<float>{1, 1, 0}));
  EXPECT_EQ(data.dataset.content_hash(), plain.dataset.content_hash());
}

TEST_F(Vectors, StandardizesByTheTrainingClassesAlone) {
  write_file(folder_.path() / "train.txt", std::string("a\n"));
  write_file(folder_.path() / "val.txt", std::string("b\n"));
  write_file(folder_.path() / "test.txt", std::string("c\n"));
  const auto data = load("1,a\n5,a\n100,b\n1000,c\n", {.split = "lists", .standardize = true});
  EXPECT_EQ(data.preprocessing.mean, std::vector<double>{3});
  EXPECT_EQ(data.preprocessing.deviation, std::vector<double>{2});
  EXPECT_EQ(row(data.dataset, 2, 0), std::vector<float>{498.5});
}

TEST_F(Vectors, TakesMeanAndDeviationOfTheNetwork) {
  const Preprocessing network{
      .shape = {1}, .resize = Resize::kNone, .mean = {10}, .deviation = {4}};
  const auto data = load("2,a\n6,b\n", {.network = network});
  EXPECT_EQ(row(data.dataset, 0, 0), std::vector<float>{-2});
  EXPECT_EQ(data.preprocessing.mean, std::vector<double>{10});
  const float number = 2;
  EXPECT_EQ(row_of({.numbers = {&number, 1}}, network), std::vector<float>{-2});
}

TEST_F(Vectors, RefusesWhatANetworkCannotTake) {
  Preprocessing network{.shape = {2}, .resize = Resize::kNone, .mean = {1, 2}, .deviation = {1, 1}};
  EXPECT_EQ(error("2,a\n6,b\n", {.network = network}),
            "data.csv: found rows of 1 numbers, but the network takes 2");
  EXPECT_EQ(error("2,a\n6,b\n", {.standardize = true, .network = Preprocessing{.shape = {1}}}),
            "standardize: the network was trained on columns as they are; leave it out");
  network = {.shape = {1}, .mean = {0}, .deviation = {1e-30}};
  EXPECT_EQ(error("0,a\n1e20,b\n", {.network = network}),
            "data.csv: 1e+20 in column 1 is too large once its column is standardized; scale the "
            "column down");
  const float number = 1e20f;
  EXPECT_EQ(error_of([&] {
              row_of({.numbers = {&number, 1}}, network);
            }),
            "a row holds 1e+20 at place 0, too large beside training's deviation of 1e-30");
}

TEST_F(Vectors, StandardizingNeedsATrainingClass) {
  EXPECT_EQ(error("1,a\n2,b\n", {.test_fraction = 1, .standardize = true}),
            "standardize: there is no training class to take mean and deviation from");
}

TEST_F(Vectors, TakesRowsAsThePicturesThatANetworkTakes) {
  const auto data = load("1,2,3,4,a\n5,6,7,8,b\n", {.network = Preprocessing{.shape = {1, 2, 2}}});
  EXPECT_EQ(data.dataset.shape(), (Shape{1, 2, 2}));
  EXPECT_EQ(notes(data), "rows of 4 numbers are taken as 1x2x2, which the network takes\n");
}

TEST_F(Vectors, MakesOfArraysInMemoryWhatItMakesOfTheirFiles) {
  const std::vector<float> numbers{1, 2, 3, 4, 5, 6, 7, 8};
  const DataOptions options{.data = write("x.npy", "<f4", "(4, 2)", numbers),
                            .standardize = true,
                            .labels = write<std::int32_t>("y.npy", "<i4", "(4,)", {3, 1, 3, 10})};
  const auto of_files = load_vectors(options);
  const std::string bytes(reinterpret_cast<const char*>(numbers.data()), 32);
  const auto in_memory =
      load_arrays({{{4, 2}, "<f4", bytes}, {"3", "1", "3", "10"}}, {.standardize = true});
  EXPECT_EQ(in_memory.dataset.content_hash(), of_files.dataset.content_hash());
  EXPECT_EQ(in_memory.split.train, of_files.split.train);
  EXPECT_EQ(in_memory.preprocessing.mean, of_files.preprocessing.mean);
  EXPECT_EQ(in_memory.split_name, "seeded");
  EXPECT_EQ(row(in_memory.dataset, 2, 1), row(of_files.dataset, 2, 1));
}

TEST(ArraysInMemory, AreCalledXAndY) {
  const std::vector<float> numbers{1, 2, INFINITY, 4};
  const std::string bytes(reinterpret_cast<const char*>(numbers.data()), 16);
  const ArrayWithLabels broken{{{2, 2}, "<f4", bytes}, {"a", "b"}};
  EXPECT_TRUE(error_of([&] {
                load_arrays(broken, {});
              }).starts_with("X row 1, value 0 (from 0): found inf, expected a finite number"));
  const ArrayWithLabels few{{{2, 1}, "<f4", bytes.substr(0, 8)}, {"a"}};
  EXPECT_EQ(error_of([&] { load_arrays(few, {}); }),
            "y: found 1 labels, expected 2, one for each row of X");
}

TEST(ArraysInMemory, RefuseWhatIsOfFiles) {
  const ArrayWithLabels arrays{{{2, 1}, "|u1", "12"}, {"a", "b"}};
  EXPECT_EQ(error_of([&] { load_arrays(arrays, {.data = "x.npy"}); }),
            "data: found x.npy, but the rows are in memory; leave one of them out");
  EXPECT_EQ(error_of([&] { load_arrays(arrays, {.labels = "y.npy"}); }),
            "labels: found y.npy, but rows in memory come with their labels, y");
  EXPECT_EQ(error_of([&] { load_arrays(arrays, {.label_column = "a"}); }),
            "label_column: found a, but rows in memory come with their labels, y");
}

}  // namespace
}  // namespace anole
