#include "anole/data/tables/npy_table.h"

#include <gtest/gtest.h>

#include "anole/core/text.h"
#include "anole/data/tables/npy_layout.h"
#include "tests/data/table_files.h"

namespace anole {
namespace {

using testing::class_names;
using testing::error_of;
namespace fs = std::filesystem;
using testing::row;
using testing::write_file;
using Sizes = std::vector<std::size_t>;

// What an array of this shape is, or the message that refuses it.
std::string layout(const Sizes& shape, const std::string& type = "<f4",
                   const std::optional<Preprocessing>& network = {}) {
  try {
    const auto found = layout_of({.shape = shape, .type = type, .bytes = "?"}, network, "x.npy");
    return describe(found.shape) + (found.channels_last ? " last" : "") +
           (found.note.empty() ? "" : " noted");
  } catch (const Error& error) {
    return error.what();
  }
}

TEST(NpyLayout, IsFeaturesOrPictures) {
  const std::pair<Sizes, std::string> cases[] = {
      {{9}, "1x1x1"},
      {{9, 5}, "5x1x1"},
      {{9, 1, 5}, "5x1x1"},
      {{9, 5, 1}, "5x1x1"},
      {{9, 14, 14}, "1x14x14 noted"},
      {{9, 1, 14, 14}, "1x14x14"},
      {{9, 3, 14, 20}, "3x14x20"},
      {{9, 4, 14, 14}, "4x14x14"},
      {{9, 14, 14, 1}, "1x14x14 last noted"},
      {{9, 20, 14, 3}, "3x20x14 last noted"},
      {{9, 14, 14, 4}, "4x14x14 last noted"},
      {{9, 1, 14, 1}, "1x14x1"},
      {{9, 1, 1, 1}, "1x1x1"},
      {{9, 512, 1, 1}, "512x1x1"},
      {{9, 64, 7, 7}, "64x7x7 noted"},
      {{9, 8, 8, 8}, "8x8x8 noted"},
      {{9, 2, 3, 4, 5}, "120x1x1 noted"},
  };
  for (const auto& [shape, expected] : cases) EXPECT_EQ(layout(shape), expected);
}

TEST(NpyLayout, RefusesWhatMayBeEither) {
  EXPECT_EQ(layout({9, 14, 20}),
            "x.npy: an array [9, 14, 20] may hold pictures or sequences; save array[:, None] if it "
            "holds pictures of one channel, array.reshape(len(array), -1) for rows of 280 "
            "features");
  EXPECT_EQ(layout({9, 3, 20, 3}),
            "x.npy: in an array [9, 3, 20, 3] the channels may come first or last; if last, save "
            "numpy.moveaxis(array, -1, 1); for rows of 180 features, array.reshape(len(array), "
            "-1)");
  EXPECT_TRUE(layout({9, 7, 7, 64}).starts_with("x.npy: in an array [9, 7, 7, 64] the channels"));
  EXPECT_TRUE(layout({9, 4, 4}).starts_with("x.npy: an array [9, 4, 4] may hold"));
}

TEST(NpyLayout, TakesBytesForPictures) { EXPECT_EQ(layout({9, 14, 20}, "|u1"), "1x14x20 noted"); }

TEST(NpyLayout, AsksTheNetwork) {
  const auto takes = [](Shape shape) { return Preprocessing{.shape = shape}; };
  EXPECT_EQ(layout({9, 14, 20}, "<f4", takes({280})), "280x1x1");
  EXPECT_EQ(layout({9, 14, 20}, "<f4", takes({1, 14, 20})), "1x14x20 noted");
  EXPECT_EQ(layout({9, 14, 14}, "<f4", takes({196})), "196x1x1");
  EXPECT_EQ(layout({9, 3, 20, 3}, "<f4", takes({3, 20, 3})), "3x20x3");
  EXPECT_EQ(layout({9, 3, 20, 3}, "<f4", takes({3, 3, 20})), "3x3x20 last noted");
}

TEST(NpyLayout, RefusesRowsThatAreTooLong) {
  EXPECT_EQ(layout({1, 1 << 16, 1 << 16}),
            "x.npy: found 4294967296 features a row, expected at most 2^30");
}

class NpyTable : public testing::Tables {
 protected:
  LoadedData load_npy(const fs::path& data, const fs::path& labels) {
    return load_vectors({.data = data, .labels = labels});
  }
  std::string refused(const fs::path& data, const fs::path& labels) {
    return local(error_of([&] { load_npy(data, labels); }));
  }
};

TEST_F(NpyTable, ReadsRowsWithLabelsFromAnArray) {
  const auto data = write<float>("x.npy", "<f4", "(3, 2)", {1, 2, 3, 4, 5, 6});
  const auto labels = write<std::int64_t>("y.NPY", "<i8", "(3, 1)", {7, 5, 7});
  const auto loaded = load_npy(data, labels);
  EXPECT_EQ(loaded.dataset.classes()[0].name, "5");
  EXPECT_EQ(row(loaded.dataset, 0, 0), (std::vector<float>{3, 4}));
  EXPECT_EQ(row(loaded.dataset, 1, 1), (std::vector<float>{5, 6}));
}

TEST_F(NpyTable, ReadsLabelsFromALineEach) {
  const auto data = write<double>("x.NPY", "<f8", "(2, 2)", {1, 2, 3, 4});
  write_file(folder_.path() / "y.txt", std::string("\xEF\xBB\xBFwalk\r\nrun\r\n\r\n"));
  EXPECT_EQ(class_names(load_npy(data, folder_.path() / "y.txt")),
            (std::vector<std::string>{"run", "walk"}));
}

TEST_F(NpyTable, ReadsWordsAsLabels) {
  const auto data = write<float>("x.npy", "<f4", "(2, 1)", {1, 2});
  const auto words = write<std::uint32_t>("y.npy", "<U2", "(2,)", {'u', 'p', 'a', 0});
  EXPECT_EQ(class_names(load_npy(data, words)), (std::vector<std::string>{"a", "up"}));
  const auto whole = write<double>("z.npy", "<f8", "(2,)", {2, 10});
  EXPECT_EQ(class_names(load_npy(data, whole)), (std::vector<std::string>{"10", "2"}));
}

TEST_F(NpyTable, MovesChannelsToTheFront) {
  const auto labels = write<std::int32_t>("y.npy", "<i4", "(1,)", {0});
  const auto data =
      write<std::int8_t>("x.npy", "|i1", "(1, 2, 2, 3)", {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
  const auto loaded = load_npy(data, labels);
  EXPECT_EQ(loaded.dataset.shape(), (Shape{3, 2, 2}));
  EXPECT_EQ(row(loaded.dataset, 0, 0), (std::vector<float>{1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12}));
  EXPECT_EQ(notes(loaded),
            "x.npy [1, 2, 2, 3] is taken for pictures of 2x2 with 3 channels last, which are moved "
            "to the front\n");
}

TEST_F(NpyTable, NotesPicturesWithGreatValues) {
  const auto labels = write<std::int32_t>("y.npy", "<i4", "(1,)", {0});
  const auto data = write<std::uint8_t>("x.npy", "|u1", "(1, 1, 2, 2)", {0, 9, 255, 0});
  EXPECT_EQ(notes(load_npy(data, labels)),
            "x.npy: the pictures' values reach 255; networks learn better from 0 to 1: say "
            "standardize = true, or save array / 255\n");
}

TEST_F(NpyTable, StandardizesPicturesByChannel) {
  const auto labels = write<std::int32_t>("y.npy", "<i4", "(2,)", {0, 0});
  const auto data =
      write<std::uint8_t>("x.npy", "|u1", "(2, 3, 1, 2)", {0, 2, 10, 30, 5, 5, 0, 2, 10, 30, 5, 5});
  const auto flat = load_vectors({.data = data, .standardize = true, .labels = labels});
  EXPECT_EQ(flat.preprocessing.mean, (std::vector<double>{0, 2, 10, 30, 5, 5}));
  const auto pictures = write<std::uint8_t>("p.npy", "|u1", "(1, 1, 2, 2)", {0, 0, 4, 4});
  const auto one = write<std::int32_t>("o.npy", "<i4", "(1,)", {0});
  const auto scaled = load_vectors({.data = pictures, .standardize = true, .labels = one});
  EXPECT_EQ(scaled.preprocessing.mean, (std::vector<double>{2, 2, 2, 2}));
  EXPECT_EQ(row(scaled.dataset, 0, 0), (std::vector<float>{-1, -1, 1, 1}));
}

TEST_F(NpyTable, ReadsAnNpzWithRowsAndLabels) {
  const auto rows = testing::npy_bytes<float>("<f4", "(2, 1)", {1, 2});
  const auto labels = testing::npy_bytes<std::int32_t>("<i4", "(2,)", {7, 8});
  const auto zip = [&](const std::string& x, const std::string& y) {
    const auto path = folder_.path() / "both.npz";
    fs::remove(path);
    testing::write_zip(path,
                       {{x, {rows.begin(), rows.end()}}, {y, {labels.begin(), labels.end()}}});
    return path;
  };
  EXPECT_EQ(class_names(load_npy(zip("X.npy", "y.npy"), "")), (std::vector<std::string>{"7", "8"}));
  EXPECT_EQ(load_npy(zip("arr_0.npy", "arr_1.npy"), "").dataset.items(), 2);
  EXPECT_EQ(refused(zip("x_train.npy", "y_train.npy"), ""),
            "both.npz: expected one array of rows, named x, data, images, features, arr_0; found "
            "the arrays x_train, y_train; save numpy.savez(path, x=rows, y=labels)");
  EXPECT_EQ(refused(zip("x.npy", "z.npy"), ""),
            "both.npz: expected one array of labels, named y, labels, label, targets, target, "
            "arr_1; found the arrays x, z; save numpy.savez(path, x=rows, y=labels)");
}

TEST_F(NpyTable, RefusesValuesThatAreNotFinite) {
  const auto labels = write<std::int32_t>("y.npy", "<i4", "(2,)", {0, 1});
  const auto data = write<double>("x.npy", "<f8", "(2, 2)", {1, 2, 3, 1e300});
  EXPECT_EQ(refused(data, labels),
            "x.npy row 1, value 1 (from 0): found inf, expected a finite number; leave such rows "
            "out: array[numpy.isfinite(array).reshape(len(array), -1).all(axis=1)]");
}

TEST_F(NpyTable, RefusesAnotherNumberOfLabels) {
  const auto data = write<float>("x.npy", "<f4", "(2, 1)", {1, 2});
  const auto labels = write<std::int32_t>("y.npy", "<i4", "(3,)", {0, 1, 1});
  EXPECT_EQ(refused(data, labels),
            "y.npy: found 3 labels, expected 2, one for each row of x.npy; if the first line is a "
            "header, leave it out");
  EXPECT_EQ(refused(data, ""),
            "x.npy: a .npy file has no labels of its own; name a file with one label a row by "
            "--labels");
  const auto table = write<std::int32_t>("y.npy", "<i4", "(1, 2)", {0, 1});
  EXPECT_EQ(refused(data, table),
            "y.npy: found 2 numbers a row, expected one label; of one-hot rows save "
            "labels.argmax(axis=1)");
  const auto deep = write<std::int32_t>("y.npy", "<i4", "(1, 2, 1)", {0, 1});
  EXPECT_EQ(refused(data, deep), "y.npy: found 3 dimensions, expected one label a row");
}

TEST_F(NpyTable, RefusesAnEmptyLabel) {
  const auto data = write<float>("x.npy", "<f4", "(2, 1)", {1, 2});
  const auto labels = write<std::uint32_t>("y.npy", "<U1", "(2,)", {'a', 0});
  EXPECT_EQ(refused(data, labels), "y.npy row 1 (from 0): found an empty label");
}

TEST_F(NpyTable, RefusesAnArrayWithoutRows) {
  const auto data = write<float>("x.npy", "<f4", "(0, 4)", {});
  EXPECT_EQ(refused(data, data), "x.npy: the array holds no rows; expected [rows, features]");
}

TEST_F(NpyTable, RefusesOptionsOfTheOtherFormat) {
  const auto data = write<float>("x.npy", "<f4", "(2, 1)", {1, 2});
  const auto refusal = [&](DataOptions options) {
    options.data = data;
    return local(error_of([&] { load_vectors(options); }));
  };
  EXPECT_EQ(refusal({.label_column = "2"}),
            "vectors: label_column is for .csv files; x.npy takes its labels from --labels");
  EXPECT_EQ(refusal({.header = Header::kTrue}),
            "vectors: header is for .csv files; x.npy has none");
  EXPECT_EQ(refusal({.leave_out = "1"}),
            "vectors: leave_out is for .csv files; x.npy has columns without names");
  EXPECT_EQ(error("1,a\n", {.labels = "y.npy"}),
            "vectors: labels is for .npy files; data.csv names its labels by --label-column");
}

}  // namespace
}  // namespace anole
