#include "anole/recipe/own_data.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <memory>
#include <span>

#include "anole/core/error.h"
#include "anole/distributions/kinds.h"
#include "anole/files/archive.h"
#include "anole/io/file_system.h"
#include "anole/recipe/table_columns.h"

namespace anole {
namespace {

namespace fs = std::filesystem;
using Given = std::function<bool(std::string_view)>;

std::string ending_of(const fs::path& path) {
  auto text = path.extension().string();
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

bool is_table(const fs::path& path) {
  constexpr std::string_view kEndings[] = {".csv", ".tsv", ".npy", ".npz"};
  return std::ranges::find(kEndings, ending_of(path)) != std::end(kEndings);
}

bool is_picture(const fs::path& path) {
  constexpr std::string_view kEndings[] = {".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp"};
  return std::ranges::find(kEndings, ending_of(path)) != std::end(kEndings);
}

// A folder or zip that holds a table and no picture was meant as that table.
void refuse_packed_table(const fs::path& path) {
  const auto archive = Archive::open(path);
  std::string table;
  for (const auto& entry : archive->entries()) {
    if (is_picture(entry.name)) return;
    if (table.empty() && is_table(entry.name)) table = entry.name;
  }
  if (table.empty()) return;  // the loader says what is missing
  if (is_folder(path)) {
    throw Error("{} holds no pictures, but a table; name it: {}", path.string(),
                (path / table).string());
  }
  throw Error("{} holds no pictures, but the table {}; unpack it and name the file", path.string(),
              table);
}

// The file with the labels of an array, as find_out says; empty: there is none.
fs::path labels_beside(const fs::path& array) {
  const auto stem = array.stem().string();
  const std::string names[] = {stem + ".labels.txt",
                               stem + ".labels.npy",
                               stem + "_labels.txt",
                               stem + "_labels.npy",
                               "labels.txt",
                               "labels.npy",
                               "y.npy",
                               "y.txt"};
  for (const auto& name : names) {
    const auto path = array.parent_path() / name;
    if (path.filename() != array.filename() && is_plain_file(path)) return path;
  }
  return {};
}

void find_labels(const fs::path& path, const Given& given, FoundData& found) {
  if (given("labels")) return;
  found.options.labels = labels_beside(path);
  if (found.options.labels.empty()) {
    throw Error(
        "{}: an array has no labels of its own; found no {}.labels.txt, labels.txt, labels.npy or "
        "y.npy beside it; name the file with one label a row by --labels",
        path.string(), path.stem().string());
  }
  found.notes.push_back(fmt::format("labels are those of {}", found.options.labels.string()));
}

bool understands(std::string_view option) {
  const auto& options = require_kind("vectors").options;
  return std::ranges::find(options, option) != options.end();
}

void find_columns(const fs::path& path, const Given& given, FoundData& found) {
  auto& options = found.options;
  if (given("label_column") && given("leave_out")) return;
  TableColumns columns;
  try {
    columns = table_columns(path);
  } catch (const Error&) {
    if (!given("label_column")) throw;
  }
  if (!given("label_column") && !columns.label.empty()) {
    options.label_column = columns.label;
    found.notes.push_back(fmt::format("labels are the column '{}'", columns.label));
  }
  std::erase(columns.numbering, options.label_column);
  std::erase(columns.numbering, "");  // without a name the loader finds it
  if (given("leave_out") || columns.numbering.empty() || !understands("leave_out")) return;
  options.leave_out = fmt::format("{}", fmt::join(columns.numbering, ","));
  found.notes.push_back(fmt::format("left out: '{}', which numbers the rows", options.leave_out));
}

}  // namespace

OwnData own_data_at(const fs::path& path) {
  if (!path_exists(path)) return OwnData::kNone;
  if (is_folder(path) || ending_of(path) == ".zip") return OwnData::kPictures;
  return is_table(path) ? OwnData::kTable : OwnData::kNone;
}

FoundData find_out(const fs::path& path, DataOptions options, const Given& given) {
  const auto kind = own_data_at(path);
  ANOLE_CHECK(kind != OwnData::kNone);
  const std::string name = kind == OwnData::kTable ? "vectors" : "image_folder";
  if (given("data")) {
    throw UsageError("--data is {}, but {} is the data already; leave one of them out",
                     options.data.string(), path.string());
  }
  if (given("dataset") && options.dataset != name) {
    throw UsageError("--dataset is {}, but {} is read as {}; leave it out", options.dataset,
                     path.string(), name);
  }
  options.dataset = name;
  options.data = path;
  FoundData found{.options = options};
  if (kind == OwnData::kPictures) refuse_packed_table(path);
  const auto ending = ending_of(path);
  if (ending == ".npy") find_labels(path, given, found);
  if (ending == ".csv" || ending == ".tsv") find_columns(path, given, found);
  return found;
}

}  // namespace anole
