#include "anole/peers/program.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "anole/core/error.h"
#include "anole/io/file_descriptor.h"

extern char** environ;

namespace anole {
namespace {

constexpr std::size_t kMostErrors = 64 << 10;
constexpr int kPatience = 100;  // milliseconds between two questions to the caller

std::vector<std::string> environment_with(
    const std::vector<std::pair<std::string, std::string>>& more) {
  std::vector<std::string> all;
  for (char** one = environ; *one != nullptr; ++one) {
    const std::string text = *one;
    bool replaced = false;
    for (const auto& [name, value] : more) replaced = replaced || text.starts_with(name + "=");
    if (!replaced) all.push_back(text);
  }
  for (const auto& [name, value] : more) all.push_back(name + "=" + value);
  return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (auto& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

struct Pipe {
  FileDescriptor read, write;
};
Pipe make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw Error("cannot make a pipe: {}", reason(errno));
  return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

// 0, or the errno with which it could not be started.
int spawn(const ProgramStart& start, int errors, pid_t& child) {
  auto command = start.command;
  auto environment = environment_with(start.environment);
  const auto arguments = pointers(command), variables = pointers(environment);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, errors, 2);
  const int error =
      ::posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), variables.data());
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

int code_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

// A started program; one that is left behind is killed.
class Child {
 public:
  explicit Child(pid_t id) : id_(id) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (id_ <= 0) return;
    ::kill(id_, SIGKILL);
    (void)wait();
  }

  int wait() {
    int status = 0;
    while (::waitpid(id_, &status, 0) < 0 && errno == EINTR) {
    }
    id_ = 0;
    return code_of(status);
  }

 private:
  pid_t id_;
};

// Appends what can be read now; false at the end.
bool read_some(int descriptor, std::string& text) {
  char buffer[4096];
  const auto count = ::read(descriptor, buffer, sizeof buffer);
  if (count < 0) return errno == EINTR || errno == EAGAIN;
  text.append(buffer, static_cast<std::size_t>(count));
  if (text.size() > kMostErrors) text.erase(0, text.size() - kMostErrors);
  return count > 0;
}

}  // namespace

ProgramEnd run_program(const ProgramStart& start) {
  auto [read, write] = make_pipe();
  pid_t id = 0;
  const int error = spawn(start, write.get(), id);
  if (error == ENOENT || error == EACCES || error == ENOTDIR) {
    return {.code = 127, .errors = reason(error)};
  }
  if (error != 0) throw Error("cannot start {}: {}", start.command[0], reason(error));
  Child child(id);
  write = FileDescriptor();  // the program's alone, so that its end is the end of the pipe
  ProgramEnd end;
  for (bool open = true; open;) {
    pollfd wanted{.fd = read.get(), .events = POLLIN, .revents = 0};
    const int ready = ::poll(&wanted, 1, kPatience);
    if (start.while_running) start.while_running();
    if (ready > 0) open = read_some(read.get(), end.errors);
  }
  end.code = child.wait();
  return end;
}

}  // namespace anole
