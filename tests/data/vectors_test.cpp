#include "anole/data/vectors.h"

#include <gtest/gtest.h>

#include "tests/data/data_files.h"

namespace anole {
namespace {

using testing::error_of;
using testing::TempFolder;
using testing::write_file;

std::vector<float> row(const ClassDataset& set, std::int32_t class_index, std::int32_t item) {
  std::vector<float> out(set.shape().size());
  set.copy_row({class_index}, item, out);
  return out;
}

// The one file of a test.
class Vectors : public ::testing::Test {
 protected:
  LoadedData load(const std::string& text, const std::string& label_column = "") {
    write_file(folder_.path() / "data.csv", text);
    return load_vectors({.data = folder_.path() / "data.csv", .label_column = label_column});
  }
  // The message of the error, without the folder.
  std::string error(const std::string& text, const std::string& label_column = "") {
    return local(error_of([&] { load(text, label_column); }));
  }
  std::string local(std::string message) const {
    const auto prefix = folder_.path().string() + "/";
    for (auto at = message.find(prefix); at != message.npos; at = message.find(prefix)) {
      message.erase(at, prefix.size());
    }
    return message;
  }
  TempFolder folder_;
};

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
    const auto data = load("x,what,y\n1,walk,2\n", column);
    EXPECT_EQ(data.dataset.classes()[0].name, "walk");
    EXPECT_EQ(row(data.dataset, 0, 0), (std::vector<float>{1, 2}));
  }
}

TEST_F(Vectors, TakesNumbersAsColumnNamesIfTheLabelIsNamed) {
  EXPECT_EQ(load("0,1,what\n5,6,walk\n", "what").dataset.items(), 1);
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

TEST_F(Vectors, NamesLineAndColumnOfWhatIsNoNumber) {
  EXPECT_EQ(error("x,y,what\n1,2,walk\n3,4m,run\n"),
            "data.csv line 3, column 2 ('y'): found '4m', expected a finite number");
  EXPECT_EQ(error("1,2,a\n,2,b\n"),
            "data.csv line 2, column 1: found '', expected a finite number");
  EXPECT_EQ(error("1,nan,a\n"), "data.csv line 1, column 2: found 'nan', expected a finite number");
  EXPECT_EQ(error("1,1e99,a\n"),
            "data.csv line 1, column 2: found '1e99', expected a finite number");
}

TEST_F(Vectors, RefusesRaggedRows) {
  EXPECT_EQ(error("1,2,a\n1,b\n"), "data.csv line 2 has 2 fields, expected 3 as in line 1");
}

TEST_F(Vectors, NamesTheNearestColumn) {
  EXPECT_EQ(error("x,y,label\n1,2,a\n", "lable"),
            "data.csv: no column is named 'lable'; did you mean 'label'?");
}

TEST_F(Vectors, CountsColumnsFromOne) {
  EXPECT_EQ(error("1,2,a\n", "0"), "data.csv: label_column is 0, but columns count from 1 to 3");
  EXPECT_EQ(error("1,2,a\n", "4"), "data.csv: label_column is 4, but columns count from 1 to 3");
}

TEST_F(Vectors, RefusesFilesWithoutRowsNumbersOrLabels) {
  EXPECT_EQ(error(""), "data.csv: the file holds no rows");
  EXPECT_EQ(error("x,y\n"), "data.csv: found a header but no rows");
  EXPECT_EQ(error("a\nb\n"),
            "data.csv: found one column, expected numbers and a label separated by commas");
  EXPECT_EQ(error("1,a\n2, \n"), "data.csv line 2, column 2: found an empty label");
}

TEST_F(Vectors, RefusesPathsThatAreNoTable) {
  EXPECT_EQ(error_of([] { load_vectors({}); }),
            "vectors: name the data file by --data: FILE.csv or FILE.npy");
  EXPECT_EQ(error_of([] { load_vectors({.data = "/nowhere/data.csv"}); }),
            "vectors: there is no file /nowhere/data.csv");
  EXPECT_EQ(error_of([&] { load_vectors({.data = folder_.path()}); }),
            "vectors: " + folder_.path().string() + " is a folder; expected a .csv or .npy file");
  write_file(folder_.path() / "data.xls", std::string("?"));
  EXPECT_EQ(local(error_of([&] { load_vectors({.data = folder_.path() / "data.xls"}); })),
            "vectors: expected a file that ends in .csv or .npy, found data.xls");
}

TEST_F(Vectors, RefusesListsThatAreNotThere) {
  write_file(folder_.path() / "data.csv", std::string("1,a\n"));
  EXPECT_EQ(local(error_of(
                [&] { load_vectors({.data = folder_.path() / "data.csv", .split = "lists"}); })),
            "vectors: the split lists needs train.txt with one class name a line");
  EXPECT_EQ(
      error_of([&] { load_vectors({.data = folder_.path() / "data.csv", .split = "authors"}); }),
      "vectors has no split 'authors'; use seeded or lists");
}

// Arrays as numpy.save writes them (format 1).
class NpyVectors : public Vectors {
 protected:
  template <class T>
  std::string write(const std::string& name, const std::string& type, const std::string& shape,
                    const std::vector<T>& values) {
    const std::string header =
        "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }\n";
    std::string bytes =
        std::string("\x93NUMPY\x01") + '\0' + static_cast<char>(header.size()) + '\0' + header;
    bytes.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
    write_file(folder_.path() / name, bytes);
    return (folder_.path() / name).string();
  }
  LoadedData load_npy(const std::string& data, const std::string& labels) {
    return load_vectors({.data = data, .labels = labels});
  }
};

TEST_F(NpyVectors, ReadsRowsWithLabelsFromAnArray) {
  const auto data = write<float>("x.npy", "<f4", "(3, 2)", {1, 2, 3, 4, 5, 6});
  const auto labels = write<std::int64_t>("y.npy", "<i8", "(3,)", {7, 5, 7});
  const auto loaded = load_npy(data, labels);
  EXPECT_EQ(loaded.dataset.classes()[0].name, "5");
  EXPECT_EQ(row(loaded.dataset, 0, 0), (std::vector<float>{3, 4}));
  EXPECT_EQ(row(loaded.dataset, 1, 1), (std::vector<float>{5, 6}));
}

TEST_F(NpyVectors, ReadsLabelsFromALineEach) {
  const auto data = write<double>("x.npy", "<f8", "(2, 2)", {1, 2, 3, 4});
  write_file(folder_.path() / "y.txt", std::string("walk\nrun\n"));
  const auto loaded = load_npy(data, folder_.path() / "y.txt");
  EXPECT_EQ(loaded.dataset.classes()[1].name, "walk");
}

TEST_F(NpyVectors, LaysDimensionsEndToEndButKeepsImages) {
  const auto labels = write<std::int32_t>("y.npy", "<i4", "(2,)", {0, 1});
  const std::vector<float> values(24, 1);
  EXPECT_EQ(load_npy(write("x.npy", "<f4", "(2, 3, 4)", values), labels).dataset.shape(),
            Shape{12});
  EXPECT_EQ(load_npy(write("x.npy", "<f4", "(2, 1, 3, 4)", values), labels).dataset.shape(),
            (Shape{1, 3, 4}));
  EXPECT_EQ(load_npy(write<float>("x.npy", "<f4", "(2,)", {1, 2}), labels).dataset.shape(),
            Shape{1});
}

TEST_F(NpyVectors, RefusesValuesThatAreNotFinite) {
  const auto labels = write<std::int32_t>("y.npy", "<i4", "(2,)", {0, 1});
  const auto data = write<double>("x.npy", "<f8", "(2, 2)", {1, 2, 3, 1e300});
  EXPECT_EQ(local(error_of([&] { load_npy(data, labels); })),
            "x.npy row 1, value 1 (from 0): found inf, expected a finite number");
}

TEST_F(NpyVectors, RefusesAnotherNumberOfLabels) {
  const auto data = write<float>("x.npy", "<f4", "(2, 1)", {1, 2});
  const auto labels = write<std::int32_t>("y.npy", "<i4", "(3,)", {0, 1, 1});
  EXPECT_EQ(local(error_of([&] { load_npy(data, labels); })),
            "y.npy: found 3 labels, expected 2, one for each row of x.npy");
  EXPECT_EQ(local(error_of([&] { load_npy(data, ""); })),
            "x.npy: a .npy file has no labels of its own; name a file with one label a row by "
            "--labels");
  const auto table = write<std::int32_t>("y.npy", "<i4", "(2, 1)", {0, 1});
  EXPECT_EQ(local(error_of([&] { load_npy(data, table); })),
            "y.npy: found 2 dimensions, expected one label a row");
}

TEST_F(NpyVectors, RefusesAnArrayWithoutRows) {
  const auto data = write<float>("x.npy", "<f4", "(0, 4)", {});
  EXPECT_EQ(local(error_of([&] { load_npy(data, data); })),
            "x.npy: the array holds no rows; expected [rows, features]");
}

TEST_F(NpyVectors, RefusesOptionsOfTheOtherFormat) {
  const auto data = write<float>("x.npy", "<f4", "(2, 1)", {1, 2});
  EXPECT_EQ(local(error_of([&] { load_vectors({.data = data, .label_column = "2"}); })),
            "vectors: label_column is for .csv files; x.npy takes its labels from --labels");
  write_file(folder_.path() / "data.csv", std::string("1,a\n"));
  EXPECT_EQ(local(error_of(
                [&] { load_vectors({.data = folder_.path() / "data.csv", .labels = "y.npy"}); })),
            "vectors: labels is for .npy files; data.csv names its labels by --label-column");
}

}  // namespace
}  // namespace anole
