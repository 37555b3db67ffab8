#pragma once

// What adapt and predict are told about a user's table, by the names that training has for it.

#include <filesystem>
#include <string>
#include <tuple>

#include "anole/core/error.h"
#include "anole/data/dataset.h"
#include "anole/program/arguments.h"

namespace anole::cli {

struct OwnTable {
  std::string label_column = {};
  std::filesystem::path labels = {};
  Header header = Header::kAuto;
  std::string leave_out = {};

  static constexpr auto fields() {
    return std::tuple{
        Field{"label_column", &OwnTable::label_column,
              "tables: name or place, from 1, of the column of labels"},
        Field{"labels", &OwnTable::labels, "tables from .npy: file with one label a row"},
        Field{"header", &OwnTable::header,
              "tables: whether the first record names the columns: auto, true or false"},
        Field{"leave_out", &OwnTable::leave_out,
              "tables: columns that are no features, by name or place, as id,date"}};
  }
};

inline DataOptions table_options(const OwnTable& table) {
  DataOptions options;
  options.label_column = table.label_column;
  options.labels = table.labels;
  options.header = table.header;
  options.leave_out = table.leave_out;
  return options;
}

// Throws UsageError if one of these is given for a network that takes pictures.
inline void refuse_for_pictures(const Arguments& arguments) {
  const OwnTable table;
  visit_fields(table, [&](const auto& field, const auto&) {
    if (!arguments.has(field.name)) return;
    throw UsageError("{}: the network takes pictures; leave it out", flag_spelling(field.name));
  });
}

}  // namespace anole::cli
