#include "anole/data/published/fetch.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <thread>

#include "anole/core/error.h"
#include "tests/data/data_files.h"

namespace anole {
namespace {

namespace fs = std::filesystem;
using testing::error_of;
using testing::TempFolder;
using testing::write_file;

struct Request {
  std::string path;
  std::size_t from = 0;  // of its Range header; 0: none
};

// A web server on loopback: one request a connection, answered by a function with all bytes to
// send.
class Server {
 public:
  using Answer = std::function<std::string(const Request&)>;
  enum class After { kClose, kWait };  // kWait: until the client closes

  explicit Server(Answer answer, After after = After::kClose)
      : answer_(std::move(answer)), after_(after), socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(socket_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        listen(socket_, 8) != 0 ||
        getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      throw std::runtime_error("no loopback server");
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Server() {
    shutdown(socket_, SHUT_RDWR);
    thread_.join();
    close(socket_);
  }
  std::string address() const { return "http://127.0.0.1:" + std::to_string(port_); }
  int requests() const { return requests_; }

 private:
  void serve() {
    while (true) {
      const int client = accept(socket_, nullptr, nullptr);
      if (client < 0) return;
      ++requests_;
      const auto bytes = answer_(read_request(client));
      for (std::size_t at = 0; at < bytes.size();) {
        const auto sent = send(client, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
        if (sent <= 0) break;
        at += static_cast<std::size_t>(sent);
      }
      char unread = 0;
      while (after_ == After::kWait && recv(client, &unread, 1, 0) > 0) continue;
      close(client);
    }
  }
  static Request read_request(int client) {
    std::string text;
    char buffer[1024];
    while (text.find("\r\n\r\n") == text.npos) {
      const auto count = recv(client, buffer, sizeof buffer, 0);
      if (count <= 0) break;
      text.append(buffer, static_cast<std::size_t>(count));
    }
    Request request{.path = text.substr(4, text.find(' ', 4) - 4)};
    const auto range = text.find("Range: bytes=");
    if (range != text.npos) request.from = std::stoul(text.substr(range + 13));
    return request;
  }

  Answer answer_;
  After after_;
  int socket_;
  std::uint16_t port_ = 0;
  std::atomic<int> requests_ = 0;
  std::thread thread_;
};

std::string response(const std::string& status, const std::string& body,
                     std::optional<std::size_t> length = {}) {
  return "HTTP/1.1 " + status + "\r\nConnection: close\r\nContent-Length: " +
         std::to_string(length.value_or(body.size())) + "\r\n\r\n" + body;
}

// As a real server: whole files, and ranges if asked for.
std::string serve_ranges(const std::string& body, const Request& request) {
  if (request.from == 0) return response("200 OK", body);
  if (request.from >= body.size()) return response("416 Range Not Satisfiable", "");
  return response("206 Partial Content", body.substr(request.from));
}

// "hello, omniglot" and its md5, as md5sum has it.
const std::string kBody = "hello, omniglot";
constexpr const char* kMd5 = "43ac66166857d77af2ac014491b5b911";

class Fetch : public ::testing::Test {
 protected:
  void SetUp() override { setenv("no_proxy", "127.0.0.1", 1); }

  FetchOptions options(const std::string& mirror) const {
    return {.folder = folder_.path(), .mirror = mirror, .files = {{"a.zip", kMd5}}};
  }
  fs::path target() const { return folder_.path() / "a.zip"; }
  fs::path part() const { return folder_.path() / "a.zip.part"; }
  static std::string contents(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  TempFolder folder_;
};

TEST(OmniglotFiles, AreTheTwoArchivesOfTheAuthors) {
  const auto files = omniglot_files();
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(files[0].name, "images_background.zip");
  EXPECT_EQ(files[0].md5, "68d2efa1b9178cc56df9314c21c6e718");
  EXPECT_EQ(files[1].name, "images_evaluation.zip");
  EXPECT_EQ(files[1].md5, "6b91aef0f799c5bb55b94e3f2daec811");
}

TEST_F(Fetch, PutsAFileInItsPlace) {
  Server server([](const Request& request) {
    return request.path == "/data/a.zip" ? response("200 OK", kBody) : response("404 No", "");
  });
  const auto fetched = fetch_omniglot(options(server.address() + "/data/"));
  ASSERT_EQ(fetched.size(), 1u);
  EXPECT_EQ(fetched[0].path, target());
  EXPECT_TRUE(fetched[0].downloaded);
  EXPECT_EQ(contents(target()), kBody);
  EXPECT_FALSE(fs::exists(part()));
}

TEST_F(Fetch, LeavesAFileThatIsThereAndRight) {
  Server server([](const Request&) { return response("200 OK", kBody); });
  write_file(target(), kBody);
  EXPECT_FALSE(fetch_omniglot(options(server.address()))[0].downloaded);
  EXPECT_EQ(server.requests(), 0);
}

TEST_F(Fetch, NeverOverwritesAFileWithOtherBytes) {
  Server server([](const Request&) { return response("200 OK", kBody); });
  write_file(target(), std::string("mine"));
  EXPECT_EQ(error_of([&] { fetch_omniglot(options(server.address())); }),
            "omniglot: " + target().string() +
                " is there, with md5 918b81db5e91d031548b963c93845e5b where the original has "
                "43ac66166857d77af2ac014491b5b911; it may be a whole "
                "copy that was packed again: see 'anole data check omniglot'; move it away to "
                "fetch the original");
  EXPECT_EQ(contents(target()), "mine");
}

TEST_F(Fetch, ReportsItsProgress) {
  Server server([](const Request& request) { return serve_ranges(kBody, request); });
  write_file(part(), std::string("hello"));
  auto told = options(server.address());
  FetchProgress last;
  told.progress = [&](const FetchProgress& progress) { last = progress; };
  fetch_omniglot(told);
  EXPECT_EQ(last.file, "a.zip");
  EXPECT_EQ(last.done, 15);
  EXPECT_EQ(last.total, 15);
}

TEST_F(Fetch, GoesOnFromWhatHasArrived) {
  std::atomic<std::size_t> from = 0;
  Server server([&](const Request& request) {
    from = request.from;
    return serve_ranges(kBody, request);
  });
  write_file(part(), std::string("hello, "));
  fetch_omniglot(options(server.address()));
  EXPECT_EQ(from, 7u);
  EXPECT_EQ(contents(target()), kBody);
}

TEST_F(Fetch, StartsOverIfTheServerIgnoresRanges) {
  Server server([](const Request&) { return response("200 OK", kBody); });
  write_file(part(), std::string("hello, "));
  fetch_omniglot(options(server.address()));
  EXPECT_EQ(contents(target()), kBody);
}

TEST_F(Fetch, StartsOverIfThePartIsLongerThanTheFile) {
  Server server([](const Request& request) { return serve_ranges(kBody, request); });
  write_file(part(), std::string("something much longer than the file"));
  fetch_omniglot(options(server.address()));
  EXPECT_EQ(contents(target()), kBody);
  EXPECT_EQ(server.requests(), 2);
}

TEST_F(Fetch, PlacesAPartThatIsWhole) {
  Server server([](const Request&) { return response("500 Oops", ""); });
  write_file(part(), kBody);
  fetch_omniglot(options(server.address()));
  EXPECT_EQ(contents(target()), kBody);
  EXPECT_EQ(server.requests(), 0);
}

TEST_F(Fetch, KeepsWhatArrivedBeforeTheConnectionWasCut) {
  Server server([](const Request& request) {
    return request.from == 0 ? response("200 OK", kBody.substr(0, 6), kBody.size())
                             : serve_ranges(kBody, request);
  });
  const auto url = server.address() + "/a.zip";
  EXPECT_EQ(
      error_of([&] { fetch_omniglot(options(server.address())); }),
      "omniglot: " + url +
          " stopped after 6 bytes (Transferred a partial file); run again to go on from there");
  EXPECT_EQ(contents(part()), "hello,");
  fetch_omniglot(options(server.address()));
  EXPECT_EQ(contents(target()), kBody);
}

TEST_F(Fetch, RemovesADownloadWithWrongBytes) {
  Server server([](const Request&) { return response("200 OK", "mine"); });
  EXPECT_EQ(error_of([&] { fetch_omniglot(options(server.address())); }),
            "omniglot: " + server.address() +
                "/a.zip has md5 918b81db5e91d031548b963c93845e5b, expected "
                "43ac66166857d77af2ac014491b5b911; the download was removed; run again, "
                "or use another mirror");
  EXPECT_FALSE(fs::exists(part()));
  EXPECT_FALSE(fs::exists(target()));
}

TEST_F(Fetch, SaysWhatTheServerAnswered) {
  Server server([](const Request&) { return response("404 Not Found", "no such page"); });
  EXPECT_EQ(error_of([&] { fetch_omniglot(options(server.address())); }),
            "omniglot: " + server.address() +
                "/a.zip answered HTTP 404; check the address of the mirror");
  EXPECT_FALSE(fs::exists(target()));
}

TEST_F(Fetch, OfflineSaysWhereToPutTheFilesByHand) {
  std::string nobody;
  {
    Server server([](const Request&) { return std::string(); });
    nobody = server.address();  // closed when the server is gone
  }
  auto two = options(nobody);
  two.files.push_back({"b.zip", kMd5});
  EXPECT_EQ(
      error_of([&] { fetch_omniglot(two); }),
      "omniglot: cannot reach " + nobody +
          "/a.zip (Couldn't connect to server); without a network, put a.zip and b.zip into " +
          folder_.path().string() + " by hand");
}

// The server promises 15 bytes and keeps the connection open without sending any.
TEST_F(Fetch, GivesUpOnAServerThatStalls) {
  Server server([](const Request&) { return response("200 OK", "", 15); }, Server::After::kWait);
  auto impatient = options(server.address());
  impatient.stall_seconds = 1;
  EXPECT_EQ(
      error_of([&] { fetch_omniglot(impatient); }),
      "omniglot: " + server.address() +
          "/a.zip stopped after 0 bytes (Timeout was reached); run again to go on from there");
}

TEST_F(Fetch, SaysWhenTheDiskIsFull) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "skipped: there is no /dev/full";
  Server server([](const Request&) { return response("200 OK", kBody); });
  fs::create_symlink("/dev/full", part());
  EXPECT_EQ(error_of([&] { fetch_omniglot(options(server.address())); }),
            "omniglot: cannot write " + part().string() +
                ": No space left on device; make room and run again: what has arrived is kept");
}

TEST_F(Fetch, SaysWhenTheFolderCannotBeMade) {
  write_file(folder_.path() / "file", std::string("x"));
  auto wrong = options("http://127.0.0.1:1");
  wrong.folder = folder_.path() / "file" / "omniglot";
  EXPECT_EQ(error_of([&] { fetch_omniglot(wrong); }),
            "omniglot: cannot make the folder " + wrong.folder.string() + ": Not a directory");
}

TEST_F(Fetch, AThrowingProgressFunctionEndsItAndKeepsThePart) {
  Server server([](const Request&) { return response("200 OK", kBody); });
  auto interrupted = options(server.address());
  interrupted.progress = [](const FetchProgress&) { throw Error("interrupted"); };
  EXPECT_EQ(error_of([&] { fetch_omniglot(interrupted); }), "interrupted");
  EXPECT_EQ(contents(part()), kBody);
}

// A second fetch while the first one is in its progress function.
TEST_F(Fetch, RefusesToShareAPartWithAnotherFetch) {
  Server server([](const Request&) { return response("200 OK", kBody); });
  auto outer = options(server.address());
  std::string message;
  outer.progress = [&](const FetchProgress&) {
    message = error_of([&] { fetch_omniglot(options(server.address())); });
  };
  fetch_omniglot(outer);
  EXPECT_EQ(message, "omniglot: another fetch is writing " + part().string() + "; wait for it");
}

}  // namespace
}  // namespace anole
