// Runs one text file of commands and compares what they print (DuckDB's way of testing a CLI).
//
//   # a comment
//   $ anole train --meta-bacth 3              a command for sh, in a fresh folder
//   > a line of stdout                        '*' matches any characters of a line,
//   > ...                                     '...' alone any number of lines
//   ! a line of stderr
//   exit 2                                    0 where absent
//
// `$tty 80` instead of `$` gives the command a terminal of 80 columns as stdin, stdout and stderr;
// what it prints counts as stdout then, with "\r" shown as "<CR>" and ESC as "<ESC>". `anole` is
// the binary under test; $SOURCE is the source folder; `skip unless NAME` skips the rest of a file
// where the environment variable is not set.
//
// Exit code 0: all as expected; 77: skipped; 1: a difference, which is printed.

#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;

struct Step {
  int line = 0;  // of the command, from 1
  std::string command;
  int columns = 0;  // of the terminal; 0: none
  Lines out = {}, err = {};
  int exit_code = 0;
};

struct Script {
  std::vector<Step> steps;
  std::string needs;  // environment variable
};

struct Outcome {
  std::string out, err;
  int exit_code = 0;
};

[[noreturn]] void fail(const std::string& message) {
  std::cerr << message << '\n';
  std::exit(1);
}

std::optional<std::string> after(std::string_view prefix, const std::string& line) {
  if (!line.starts_with(prefix)) return std::nullopt;
  return line.substr(prefix.size());
}

Script read_script(const std::string& path) {
  std::ifstream file(path);
  if (!file) fail("cannot read " + path);
  Script script;
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    const auto current = [&]() -> Step& {
      if (script.steps.empty()) fail(path + ": expectation before the first command");
      return script.steps.back();
    };
    if (line.empty() || line.starts_with("#")) continue;
    if (const auto command = after("$ ", line)) {
      script.steps.push_back({.line = number, .command = *command});
    } else if (const auto terminal = after("$tty ", line)) {
      const auto space = terminal->find(' ');
      script.steps.push_back({.line = number,
                              .command = terminal->substr(space + 1),
                              .columns = std::stoi(terminal->substr(0, space))});
    } else if (line == ">" || line.starts_with("> ")) {
      current().out.push_back(line.size() > 2 ? line.substr(2) : "");
    } else if (line == "!" || line.starts_with("! ")) {
      current().err.push_back(line.size() > 2 ? line.substr(2) : "");
    } else if (const auto code = after("exit ", line)) {
      current().exit_code = std::stoi(*code);
    } else if (const auto name = after("skip unless ", line)) {
      script.needs = *name;
    } else {
      fail(path + ":" + std::to_string(number) + ": not understood: " + line);
    }
  }
  return script;
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

int exit_code_of(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

Outcome run_plain(const std::string& command, const fs::path& folder) {
  const auto out = folder / "stdout", err = folder / "stderr";
  const std::string line =
      "{ " + command + "\n} >'" + out.string() + "' 2>'" + err.string() + "' </dev/null";
  const int status = std::system(line.c_str());
  return {.out = read_file(out), .err = read_file(err), .exit_code = exit_code_of(status)};
}

std::string printable(std::string_view raw) {
  std::string text;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '\r' && i + 1 < raw.size() && raw[i + 1] == '\n') continue;
    if (raw[i] == '\r') {
      text += "<CR>";
    } else if (raw[i] == '\x1b') {
      text += "<ESC>";
    } else {
      text += raw[i];
    }
  }
  return text;
}

Outcome run_on_terminal(const std::string& command, int columns) {
  const winsize size{
      .ws_row = 40, .ws_col = static_cast<unsigned short>(columns), .ws_xpixel = 0, .ws_ypixel = 0};
  int master = -1;
  const pid_t child = forkpty(&master, nullptr, nullptr, &size);
  if (child < 0) {
    std::cout << "skipped: this machine gives no pseudo-terminal\n";
    std::exit(77);
  }
  if (child == 0) {
    execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
    _exit(127);
  }
  std::string raw;
  char buffer[4096];
  for (ssize_t n = 0; (n = read(master, buffer, sizeof buffer)) > 0;) {
    raw.append(buffer, static_cast<std::size_t>(n));
  }
  int status = 0;
  waitpid(child, &status, 0);
  close(master);
  return {.out = printable(raw), .err = "", .exit_code = exit_code_of(status)};
}

// Whether `pattern`, in which '*' stands for any characters, is the whole of `text`.
bool matches(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*') {
    return matches(pattern.substr(1), text) || (!text.empty() && matches(pattern, text.substr(1)));
  }
  return !text.empty() && pattern[0] == text[0] && matches(pattern.substr(1), text.substr(1));
}

bool matches_lines(const Lines& expected, std::size_t e, const Lines& found, std::size_t f) {
  if (e == expected.size()) return f == found.size();
  if (expected[e] == "...") {
    return matches_lines(expected, e + 1, found, f) ||
           (f < found.size() && matches_lines(expected, e, found, f + 1));
  }
  return f < found.size() && matches(expected[e], found[f]) &&
         matches_lines(expected, e + 1, found, f + 1);
}

bool as_expected(const Lines& expected, const std::string& found) {
  Lines lines;
  std::istringstream stream(found);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return matches_lines(expected, 0, lines, 0);
}

void show(const char* title, const Lines& expected, const std::string& found) {
  std::cerr << "  " << title << " expected:\n";
  for (const auto& line : expected) std::cerr << "    " << line << '\n';
  std::cerr << "  " << title << " found:\n" << found << '\n';
}

bool run_step(const Step& step, const std::string& path, const fs::path& folder) {
  const Outcome outcome = step.columns > 0 ? run_on_terminal(step.command, step.columns)
                                           : run_plain(step.command, folder);
  const bool out = as_expected(step.out, outcome.out), err = as_expected(step.err, outcome.err);
  if (out && err && outcome.exit_code == step.exit_code) return true;
  std::cerr << path << ':' << step.line << ": $ " << step.command << '\n';
  if (!out) show("stdout", step.out, outcome.out);
  if (!err || outcome.exit_code != step.exit_code) show("stderr", step.err, outcome.err);
  if (outcome.exit_code != step.exit_code) {
    std::cerr << "  exit code expected " << step.exit_code << ", found " << outcome.exit_code
              << '\n';
  }
  return false;
}

// A fresh folder with the binary under test first on the path.
fs::path prepare(const fs::path& binary, const fs::path& source) {
  std::string pattern = (fs::temp_directory_path() / "anole_cli_XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) fail("cannot make a folder from " + pattern);
  const fs::path folder = pattern;
  fs::create_directories(folder / "bin");
  fs::create_directories(folder / "work");
  fs::create_symlink(fs::absolute(binary), folder / "bin" / "anole");
  const char* path = std::getenv("PATH");
  setenv("PATH", ((folder / "bin").string() + ":" + (path ? path : "")).c_str(), 1);
  setenv("SOURCE", source.c_str(), 1);
  setenv("HOME", (folder / "work").c_str(), 1);
  setenv("TERM", "xterm", 1);  // of `$tty`, whatever runs the tests
  unsetenv("XDG_DATA_HOME");
  fs::current_path(folder / "work");
  return folder;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) fail("usage: run_text_test BINARY SOURCE_FOLDER FILE");
  const std::string path = argv[3];
  const Script script = read_script(path);
  if (!script.needs.empty()) {
    const char* value = std::getenv(script.needs.c_str());
    if (value == nullptr) {
      std::cout << "skipped: " << script.needs << " is not set\n";
      return 77;
    }
    setenv(script.needs.c_str(), fs::absolute(value).c_str(), 1);
  } else {
    unsetenv("ANOLE_DATA");
  }
  const fs::path folder = prepare(argv[1], argv[2]);
  int failures = 0;
  for (const auto& step : script.steps) failures += run_step(step, path, folder) ? 0 : 1;
  fs::remove_all(folder);
  return failures == 0 ? 0 : 1;
}
