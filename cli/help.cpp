#include "cli/help.h"

#include <algorithm>
#include <string>
#include <vector>

#include "anole/core/error.h"
#include "anole/core/text.h"
#include "anole/program/training.h"
#include "cli/terminal.h"
#include "cli/text.h"

namespace anole::cli {
namespace {

// The headings in the order of a run's options.
std::vector<std::string> groups() {
  std::vector<std::string> found;
  for (const auto& flag : config_keys()) {
    if (std::ranges::find(found, flag.group) == found.end()) found.push_back(flag.group);
  }
  return found;
}

// "an integer at least 1" -> "at least 1": what the value's word does not say already.
std::string range_of(const FlagInfo& flag) {
  for (const std::string_view kind : {"an integer ", "a number ", "integers "}) {
    if (!flag.expected.starts_with(kind)) continue;
    const auto range = flag.expected.substr(kind.size());
    if (range == "at least 0" || range.starts_with("separated")) return "";
    return range.substr(0, range.find(" separated"));
  }
  return "";
}

std::string default_of(const FlagInfo& flag) {
  if (flag.fallback.empty() || (flag.is_switch && flag.fallback == "false")) return "";
  return flag.is_switch ? "default on" : "default " + flag.fallback;
}

std::string described(const FlagInfo& flag) {
  const auto standard = default_of(flag), range = range_of(flag);
  if (standard.empty() && range.empty()) return flag.help;
  const auto* comma = !standard.empty() && !range.empty() ? "; " : "";
  return fmt::format("{} [{}{}{}]", flag.help, standard, comma, range);
}

bool usually_on(const FlagInfo& flag) { return flag.is_switch && flag.fallback == "true"; }

std::string flag_lines(const FlagInfo& flag, std::size_t width) {
  constexpr std::size_t kLeft = 28;
  const bool on = usually_on(flag);
  ANOLE_CHECK(!on || !flag.off.empty());
  std::string left =
      "  " + (on ? "--no-" + flag_spelling(flag.name).substr(2) : flag_spelling(flag.name));
  if (!flag.value.empty()) left += ' ' + flag.value;
  std::string text;
  for (const auto& line : wrap(on ? flag.off : described(flag), width - kLeft)) {
    if (!text.empty()) left.clear();
    left.append(kLeft - std::min(kLeft - 1, columns(left)), ' ');
    text += left + line + '\n';
  }
  return text;
}

std::string markdown_row(const FlagInfo& flag) {
  auto meaning = flag.help;
  if (usually_on(flag)) meaning += "; false: " + flag.off;
  if (flag.output) meaning += " `*`";
  return fmt::format("| `{}` | {} | {} | {} |\n", flag.name,
                     flag.fallback.empty() ? "" : '`' + flag.fallback + '`', flag.expected,
                     meaning);
}

std::string page_text(std::string_view text, std::size_t width) {
  std::string page;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto paragraph = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (paragraph.starts_with(' ')) {
      page += std::string(paragraph) + '\n';  // an example stays as it is
    } else {
      for (const auto& line : wrap(paragraph, width)) page += line + '\n';
    }
  }
  return page;
}

}  // namespace

std::string short_help() {
  std::string text =
      "anole: few-shot learning by meta-learning (Reptile)\n\n"
      "  anole COMMAND [options]\n\n";
  for (const auto& command : commands()) {
    text += fmt::format("  {:<11}{}\n", command.name, command.summary);
  }
  text += fmt::format("  {:<11}{}\n", "help", "explain a command: anole help train");
  return text +
         "\nStart with:  anole train            an initialisation for drawn glyphs, in about a "
         "minute\n"
         "then:        anole eval runs/glyphs-1\n";
}

std::string command_help(const Command& command) {
  const std::size_t width = text_columns(1);
  std::string text = fmt::format("anole {}: {}\n\n  anole {} {}\n\n", command.name, command.summary,
                                 command.name, command.usage);
  text += page_text(command.details, width);
  const auto flags = command.flags();
  for (const auto& group : groups()) {
    std::string lines;
    for (const auto& flag : flags) {
      if (flag.group == group) lines += flag_lines(flag, width);
    }
    if (!lines.empty()) text += fmt::format("\n{}\n{}", group, lines);
  }
  return text;
}

std::string options_markdown() {
  std::string text =
      "# Options\n\n"
      "Made by `scripts/make_options_docs.sh` from the `fields()` of `anole/runs/options.h`; do "
      "not "
      "edit.\n\n"
      "Every option is a key of a config (`meta_batch = 5`) and a flag of `anole train`\n"
      "(`--meta-batch 5`). A flag wins over the config, the config over the default. Options "
      "marked\n"
      "with `*` do not change results; the others are fixed for a run and cannot change on "
      "`--resume`.\n";
  for (const auto& group : groups()) {
    text += fmt::format(
        "\n## {}\n\n| option | default | takes | meaning |\n| --- | --- | --- | --- |\n", group);
    for (const auto& flag : config_keys()) {
      if (flag.group == group) text += markdown_row(flag);
    }
  }
  return text;
}

const Command& find_command(std::string_view name) {
  std::vector<std::string_view> names{"help"};
  for (const auto& command : commands()) {
    if (command.name == name) return command;
    names.push_back(command.name);
  }
  const auto hint = did_you_mean(name, names);
  throw UsageError("unknown command '{}'{}", name,
                   hint.empty() ? "; 'anole help' lists them" : hint);
}

}  // namespace anole::cli
