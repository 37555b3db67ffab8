#include "anole/reproduce/text_table.h"

#include "anole/core/error.h"

namespace anole {
namespace {

std::string markdown_cell(const std::string& text) {
  std::string cell;
  for (const char c : text) {
    if (c == '|') cell += '\\';
    cell += c == '\n' ? ' ' : c;
  }
  return cell;
}

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string cell = "\"";
  for (const char c : text) {
    if (c == '"') cell += '"';
    cell += c;
  }
  return cell + '"';
}

std::string markdown_line(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const auto& cell : cells) line += ' ' + markdown_cell(cell) + " |";
  return line + '\n';
}

std::string csv_line(const std::vector<std::string>& cells) {
  std::string line;
  for (const auto& cell : cells) line.append(csv_cell(cell)).append(",");
  line.back() = '\n';
  return line;
}

}  // namespace

std::string to_markdown(const TextTable& table) {
  std::string text = markdown_line(table.columns);
  text += markdown_line(std::vector<std::string>(table.columns.size(), "---"));
  for (const auto& row : table.rows) {
    ANOLE_CHECK(row.size() == table.columns.size());
    text += markdown_line(row);
  }
  return text;
}

std::string to_csv(const TextTable& table) {
  std::string text = csv_line(table.columns);
  for (const auto& row : table.rows) text += csv_line(row);
  return text;
}

}  // namespace anole
