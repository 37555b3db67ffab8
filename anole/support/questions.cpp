#include "anole/support/questions.h"

#include <charconv>
#include <filesystem>

#include "anole/core/error.h"
#include "anole/core/text.h"
#include "anole/data/row.h"
#include "anole/files/archive.h"
#include "anole/files/image.h"
#include "anole/io/file_system.h"
#include "anole/support/files.h"
#include "anole/support/question_table.h"

namespace anole {
namespace {

namespace fs = std::filesystem;

// What `make` gives as the row, or its error.
template <class Make>
Question answered(std::string input, Make make) {
  Question question{.input = std::move(input)};
  try {
    question.row = make();
  } catch (const Error& error) {
    question.error = error.what();
  }
  return question;
}

Question question_of_picture(const std::string& path, const Bundle& bundle) {
  auto question = answered(path, [&] { return row_of({.file = path}, bundle.preprocessing); });
  question.truth = label_of_folder(fs::path(path).parent_path(), bundle.labels);
  return question;
}

void ask_about_pictures(const fs::path& path, const Bundle& bundle, const TakeQuestion& take) {
  require_pictures(bundle, path);
  const auto archive = Archive::open(path);
  auto top = absolute_path(path);
  if (!is_folder(path)) top.replace_extension();
  bool any = false;
  for (std::size_t i = 0; i < archive->entries().size(); ++i) {
    const auto& entry = archive->entries()[i].name;
    const bool left_out = is_left_out_picture(entry);
    if (!left_out && !has_image_extension(entry)) continue;
    any = true;
    const auto where = archive->describe(i);
    auto question = answered(where, [&] {
      if (left_out) {
        throw Error("{}: {} pictures are not read; convert it to PNG", where,
                    picture_ending(entry));
      }
      const auto bytes = archive->read(i);
      return row_of({.picture = bytes, .name = where}, bundle.preprocessing);
    });
    const auto folder = (top / archive->entries()[i].name).parent_path();
    question.truth = label_of_folder(folder, bundle.labels);
    take(question);
  }
  if (!any) {
    throw Error("{}: found no pictures that can be read (PNG, JPEG, WebP)", path.string());
  }
}

// "1.5, -2 3;4"
std::vector<float> numbers_in(std::string_view line) {
  constexpr std::string_view kBetween = " \t\r,;[]";
  std::vector<float> numbers;
  while (true) {
    line.remove_prefix(std::min(line.size(), line.find_first_not_of(kBetween)));
    if (line.empty()) return numbers;
    const auto text = line.substr(0, line.find_first_of(kBetween));
    float number = 0;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || rest != end) {
      throw Error("found '{}', expected numbers separated by commas or blanks", text);
    }
    numbers.push_back(number);
    line.remove_prefix(text.size());
  }
}

}  // namespace

void ask_about(const std::string& path, const Bundle& bundle, const DataOptions& table,
               const TakeQuestion& take) {
  if (!path_exists(path)) {
    throw Error("{}: no such file or folder; expected a picture, a folder of pictures or a table",
                path);
  }
  if (is_table(path)) {
    require_numbers(bundle, path);
    return ask_about_table(path, bundle, table, take);
  }
  const bool archive = is_folder(path) || picture_ending(path) == ".zip";
  if (archive) return ask_about_pictures(path, bundle, take);
  require_pictures(bundle, path);
  take(question_of_picture(path, bundle));
}

Question question_of_line(const std::string& line, std::int64_t number, const Bundle& bundle) {
  if (takes_pictures(bundle)) return question_of_picture(line, bundle);
  const auto name = fmt::format("line {}", number);
  return answered(name, [&] {
    try {
      const auto numbers = numbers_in(line);
      return row_of({.numbers = numbers}, rows_taken(bundle));
    } catch (const Error& error) {
      throw Error("{}: {}", name, error.what());
    }
  });
}

}  // namespace anole
