#include "anole/program/arguments.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "anole/core/error.h"
#include "anole/core/text.h"
#include "anole/distributions/kinds.h"

namespace anole {

std::string flag_spelling(std::string_view name) {
  std::string text = "--" + std::string(name);
  std::replace(text.begin(), text.end(), '_', '-');
  return text;
}

std::string keyword_spelling(std::string_view name) { return std::string(name); }

std::string completed(std::string_view help) {
  const auto listed = [](const std::vector<std::string_view>& names) {
    return fmt::format("{} or {}", fmt::join(names.begin(), names.end() - 1, ", "), names.back());
  };
  std::string text(help);
  const auto replace = [&](std::string_view word, const auto& names) {
    if (const auto at = text.find(word); at != text.npos) {
      text.replace(at, word.size(), listed(names()));
    }
  };
  replace("{data sets}", distribution_names);
  replace("{splits}", split_names);
  return text;
}

bool Arguments::has(std::string_view name) const {
  return std::any_of(flags.begin(), flags.end(), [&](const auto& f) { return f.name == name; });
}

std::vector<std::string> Arguments::all(std::string_view name) const {
  std::vector<std::string> texts;
  for (const auto& flag : flags) {
    if (flag.name == name) texts.push_back(flag.text);
  }
  return texts;
}

void require_known(const Arguments& arguments, std::span<const FlagInfo> flags) {
  for (const auto& given : arguments.flags) {
    if (std::ranges::find(flags, given.name, &FlagInfo::name) != flags.end()) continue;
    std::vector<std::string_view> known;
    for (const auto& flag : flags) known.push_back(flag.name);
    constexpr std::size_t kFew = 10;  // which can all be named
    throw UsageError(
        "unknown option '{}'{}", arguments.spelling(given.name),
        known.size() > kFew ? did_you_mean(given.name, known) : known_names(given.name, known));
  }
}

void expect_positionals(const Arguments& arguments, std::span<const std::string_view> names) {
  const auto& given = arguments.positionals;
  for (const auto& word : given) {
    if (word == "true" || word == "false") {
      throw UsageError(
          "unexpected argument '{}'; a switch takes its value with '=', as in --rotations={}", word,
          word);
    }
  }
  for (std::size_t i = given.size(); i < names.size(); ++i) {
    if (!names[i].starts_with('[')) throw UsageError("expected {}, found nothing", names[i]);
  }
  if (given.size() > names.size()) {
    throw UsageError("unexpected argument '{}'", given[names.size()]);
  }
}

}  // namespace anole
