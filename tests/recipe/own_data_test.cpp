#include "anole/recipe/own_data.h"

#include <gtest/gtest.h>

#include <set>

#include "anole/core/error.h"
#include "anole/recipe/table_columns.h"
#include "tests/io/scratch_folder.h"

namespace anole {
namespace {

namespace fs = std::filesystem;

FoundData found(const fs::path& path, const DataOptions& options = {},
                const std::set<std::string_view>& given = {}) {
  return find_out(path, options, [&](std::string_view name) { return given.contains(name); });
}

std::string refusal(const fs::path& path, const DataOptions& options = {},
                    const std::set<std::string_view>& given = {}) {
  return message_of<Error>([&] { (void)found(path, options, given); });
}

TEST(OwnDataAt, GoesByWhatLiesThere) {
  const ScratchFolder folder;
  for (const auto* name : {"a.zip", "b.CSV", "c.Npy", "d.toml", "e"}) write_text(folder / name, "");
  EXPECT_EQ(own_data_at(folder.path()), OwnData::kPictures);
  EXPECT_EQ(own_data_at(folder / "a.zip"), OwnData::kPictures);
  EXPECT_EQ(own_data_at(folder / "b.CSV"), OwnData::kTable);
  EXPECT_EQ(own_data_at(folder / "c.Npy"), OwnData::kTable);
  EXPECT_EQ(own_data_at(folder / "d.toml"), OwnData::kNone);
  EXPECT_EQ(own_data_at(folder / "e"), OwnData::kNone);
  EXPECT_EQ(own_data_at(folder / "nothing.csv"), OwnData::kNone);
}

TEST(FindOut, TakesTheLabelsBesideAnArray) {
  const ScratchFolder folder;
  write_text(folder / "x.npy", "");
  EXPECT_EQ(refusal(folder / "x.npy"),
            (folder / "x.npy").string() +
                ": an array has no labels of its own; found no x.labels.txt, labels.txt, "
                "labels.npy or y.npy beside it; name the file with one label a row by --labels");
  write_text(folder / "y.npy", "");
  EXPECT_EQ(found(folder / "x.npy").options.labels, folder / "y.npy");
  write_text(folder / "x.labels.txt", "");
  EXPECT_EQ(found(folder / "x.npy").options.labels, folder / "x.labels.txt");
  EXPECT_EQ(found(folder / "x.npy", {.labels = "z"}, {"labels"}).options.labels, "z");
}

TEST(FindOut, RefusesOptionsThatContradictThePath) {
  const ScratchFolder folder;
  const auto path = folder.path().string();
  EXPECT_EQ(refusal(folder.path(), {.data = "z"}, {"data"}),
            "--data is z, but " + path + " is the data already; leave one of them out");
  EXPECT_EQ(refusal(folder.path(), {.dataset = "vectors"}, {"dataset"}),
            "--dataset is vectors, but " + path + " is read as image_folder; leave it out");
}

TEST(FindOut, NamesTheTableInAFolderWithoutPictures) {
  const ScratchFolder folder;
  write_text(folder / "t.csv", "a,b\n");
  EXPECT_EQ(refusal(folder.path()),
            folder.path().string() +
                " holds no pictures, but a table; name it: " + (folder / "t.csv").string());
}

struct Columns {
  const char* text;
  std::string label;
  std::vector<std::string> numbering;
};

TEST(TableColumns, AreFoundByNameAndByWhatTheyHold) {
  const ScratchFolder folder;
  const Columns cases[] = {
      {"x,kind,y\n1,cat,2\n2,dog,3\n", "kind", {}},
      {"x,y,kind\n1,2,cat\n2,3,dog\n", "kind", {}},
      {"Label,x,y\n3,1,2\n3,2,3\n", "Label", {}},  // numbers, but called a label
      {"id,species,x\n7,oak,1\n3,elm,1\n", "species", {"id"}},
      {"id,species,x\n7,oak,1\n7,elm,1\n", "species", {}},  // an id that comes twice is none
      {"x,y,z\n1,2,3\n4,5,6\n", "", {}},                    // the last, as the loader has it
      {"1,2,3\n4,5,6\n", "", {}},                           // no header
  };
  for (const auto& one : cases) {
    write_text(folder / "t.csv", one.text);
    const auto columns = table_columns(folder / "t.csv");
    EXPECT_EQ(columns.label, one.label) << one.text;
    EXPECT_EQ(columns.numbering, one.numbering) << one.text;
  }
}

TEST(TableColumns, SeveralColumnsOfWordsAreAQuestion) {
  const ScratchFolder folder;
  write_text(folder / "t.csv", "who,what,x\nme,cat,1\nyou,dog,2\n");
  EXPECT_EQ(message_of<Error>([&] { (void)table_columns(folder / "t.csv"); }),
            (folder / "t.csv").string() +
                ": the columns who, what hold words; name the one with the classes by "
                "--label-column, and take the others out of the file");
}

}  // namespace
}  // namespace anole
