#include "cli/parse_arguments.h"

#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <deque>

#include "anole/core/error.h"
#include "anole/core/text.h"

namespace anole::cli {
namespace {

// A flag as CLI11 fills it in.
struct Slot {
  const FlagInfo* flag;
  CLI::Option* option;
  std::string text;
};

// "--meta-batch,--meta_batch": both spellings, once if they agree. With `suffix` for switches.
std::string spellings(const std::string& prefix, const std::string& name,
                      const std::string& suffix) {
  std::string dashed = name;
  std::replace(dashed.begin(), dashed.end(), '_', '-');
  const std::string first = "--" + prefix + dashed + suffix;
  return dashed == name ? first : first + ",--" + prefix + name + suffix;
}

CLI::Option* add_to(CLI::App& app, const FlagInfo& flag, std::string& text) {
  if (flag.is_switch) {
    return app.add_flag(
        spellings("", flag.name, "{true}") + "," + spellings("no-", flag.name, "{false}"), text);
  }
  // A value that may be missing, so that the message about it is ours.
  return app.add_option(spellings("", flag.name, ""), text)->expected(0, 1);
}

[[noreturn]] void refuse_unknown(const std::string& argument, std::span<const FlagInfo> flags,
                                 std::string_view command) {
  const std::string word = argument.substr(0, argument.find('='));
  std::vector<std::string> names{"--help"};
  for (const auto& flag : flags) names.push_back(flag_spelling(flag.name));
  std::string dashed = word;
  std::replace(dashed.begin(), dashed.end(), '_', '-');
  const std::vector<std::string_view> known(names.begin(), names.end());
  const auto hint = did_you_mean(dashed, known);
  throw UsageError("unknown option '{}'{}", word,
                   hint.empty() ? fmt::format("; 'anole help {}' lists them", command) : hint);
}

}  // namespace

Arguments parse_arguments(const std::vector<std::string>& args, std::span<const FlagInfo> flags,
                          std::string_view command) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  std::deque<Slot> slots;  // keeps addresses
  for (const auto& flag : flags) {
    auto& slot = slots.emplace_back(Slot{&flag, nullptr, ""});
    slot.option = add_to(app, flag, slot.text);
    slot.option->multi_option_policy(flag.repeats ? CLI::MultiOptionPolicy::TakeAll
                                                  : CLI::MultiOptionPolicy::TakeLast);
  }
  try {
    app.parse(std::vector<std::string>(args.rbegin(), args.rend()));  // CLI11 wants them reversed
  } catch (const CLI::ParseError& error) {
    throw UsageError("{}", error.what());
  }

  Arguments arguments;
  for (const auto& extra : app.remaining()) {
    if (extra == "--") continue;
    if (extra.size() > 1 && extra[0] == '-') refuse_unknown(extra, flags, command);
    arguments.positionals.push_back(extra);
  }
  for (const auto& slot : slots) {
    if (slot.option->count() == 0) continue;
    const auto& given = slot.option->results();
    if (std::ranges::any_of(given, [](const std::string& text) { return text.empty(); })) {
      throw UsageError("{}: expected {}, found nothing", flag_spelling(slot.flag->name),
                       slot.flag->expected);
    }
    if (!slot.flag->repeats) {
      arguments.flags.push_back({slot.flag->name, slot.text});
      continue;
    }
    for (const auto& text : given) arguments.flags.push_back({slot.flag->name, text});
  }
  return arguments;
}

}  // namespace anole::cli
