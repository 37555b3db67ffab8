#include "anole/core/error.h"
#include "anole/data/splits.h"
#include "anole/data/tables/npy_layout.h"
#include "anole/data/vectors.h"
#include "anole/files/archive.h"
#include "anole/files/csv.h"
#include "anole/files/image.h"
#include "anole/files/npy.h"
#include "tests/fuzz/input_file.h"
#include "tests/fuzz/targets.h"

namespace anole::fuzz {
namespace {

std::string_view text_of(Input bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Takes the text up to `end`, or all, off the front.
std::string take(std::string_view& text, char end) {
  const auto length = std::min(text.find(end), text.size());
  std::string taken(text.substr(0, length));
  text.remove_prefix(std::min(text.size(), length + 1));
  return taken;
}

}  // namespace

int fuzz_image(Input bytes) {
  try {
    (void)decode_image(bytes, "input");
  } catch (const Error&) {
  }
  return 0;
}

int fuzz_csv(Input bytes) {
  const auto text = text_of(bytes);
  try {
    for (const auto& record : parse_csv(text, "input", csv_separator(text))) {
      for (const auto& field : record.fields) (void)(number_in(field) || has_decimal_comma(field));
    }
  } catch (const Error&) {
  }
  return 0;
}

int fuzz_npy(Input bytes) {
  try {
    const auto array = parse_npy(text_of(bytes), "input");
    (void)layout_of(array, {}, "input");
    (void)floats(array, "input");
    (void)texts(array, "input");
  } catch (const Error&) {
  }
  return 0;
}

int fuzz_archive(Input bytes) {
  try {
    const auto archive = Archive::open(input_file("input.zip", text_of(bytes)));
    for (std::size_t i = 0; i < archive->entries().size(); ++i) (void)archive->read(i);
  } catch (const Error&) {
  }
  return 0;
}

int fuzz_table(Input bytes) {
  auto text = text_of(bytes);
  (void)list_lines(text);
  DataOptions options{.dataset = "vectors"};
  options.label_column = take(text, ';');
  options.leave_out = take(text, ';');
  const auto switches = take(text, '\n');
  options.header = switches.starts_with('t')   ? Header::kTrue
                   : switches.starts_with('f') ? Header::kFalse
                                               : Header::kAuto;
  options.standardize = switches.ends_with('s');
  options.data = input_file("data.csv", text);
  try {
    (void)load_vectors(options);
  } catch (const Error&) {
  }
  return 0;
}

}  // namespace anole::fuzz
