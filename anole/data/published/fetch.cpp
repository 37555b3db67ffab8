#include "anole/data/published/fetch.h"

#ifdef ANOLE_WITH_NETWORK
#include <curl/curl.h>
#endif
#include <fcntl.h>
#include <fmt/ranges.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <memory>

#include "anole/core/error.h"
#include "anole/data/dataset.h"
#include "anole/data/published/omniglot.h"
#include "anole/files/digest.h"
#include "anole/io/file_descriptor.h"
#include "anole/io/file_system.h"

namespace anole {
namespace {

namespace fs = std::filesystem;

std::string file_names(const std::vector<FetchFile>& files) {
  std::vector<std::string> names;
  for (const auto& file : files) names.push_back(file.name);
  return fmt::format("{}", fmt::join(names, " and "));
}

fs::path folder_of(const FetchOptions& options) {
  return options.folder.empty() ? data_root({}) / "omniglot" : options.folder;
}

}  // namespace

std::vector<FetchFile> omniglot_files() {
  std::vector<FetchFile> files;
  for (const auto& part : kOmniglotParts) {
    files.push_back({.name = fmt::format("{}.zip", part.file), .md5 = std::string(part.md5)});
  }
  return files;
}

#ifdef ANOLE_WITH_NETWORK
namespace {

// A file that grows while it is downloaded. One process at a time holds it.
class PartFile {
 public:
  explicit PartFile(fs::path path)
      : path_(std::move(path)),
        file_(::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644)) {
    if (file_.get() < 0)
      throw Error("omniglot: cannot write {}: {}", path_.string(), reason(errno));
    if (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0) {
      throw Error("omniglot: another fetch is writing {}; wait for it", path_.string());
    }
  }

  const fs::path& path() const { return path_; }

  std::int64_t size() const {
    struct stat status {};
    return ::fstat(file_.get(), &status) == 0 ? status.st_size : 0;
  }

  int append(std::string_view bytes) { return write_all(file_.get(), bytes); }

  void clear() {
    if (::ftruncate(file_.get(), 0) != 0) {
      throw Error("omniglot: cannot shorten {}: {}", path_.string(), reason(errno));
    }
  }

  // Makes the bytes last, then gives them their name.
  void place(const fs::path& target) {
    const FileDescriptor folder(
        ::open(target.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (::fsync(file_.get()) != 0 || ::rename(path_.c_str(), target.c_str()) != 0 ||
        ::fsync(folder.get()) != 0) {
      throw Error("omniglot: cannot put {} in place: {}", target.string(), reason(errno));
    }
  }

 private:
  fs::path path_;
  FileDescriptor file_;
};

struct CurlFree {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};

// What on_bytes needs and leaves behind.
struct Transfer {
  const FetchOptions& options;
  const FetchFile& file;
  PartFile& part;
  CURL* curl = nullptr;
  std::int64_t offset = 0;  // bytes that were there before
  std::int64_t done = 0;
  int write_error = 0;           // errno
  std::exception_ptr exception;  // of the progress function
};

long http_status(CURL* curl) {
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

// The server may ignore the range that was asked for and send the file from its beginning.
void start_over_if_whole(Transfer& transfer) {
  if (transfer.offset == 0 || transfer.done > transfer.offset) return;
  if (http_status(transfer.curl) == 206) return;
  transfer.part.clear();
  transfer.offset = transfer.done = 0;
}

void report(const Transfer& transfer) {
  if (!transfer.options.progress) return;
  curl_off_t length = 0;
  curl_easy_getinfo(transfer.curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
  transfer.options.progress({.file = transfer.file.name,
                             .done = transfer.done,
                             .total = length > 0 ? transfer.offset + length : 0});
}

// curl's write function: the number of bytes taken; any other number than `count` ends the
// transfer. Exceptions must not pass through C.
std::size_t on_bytes(const char* bytes, std::size_t, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  try {
    start_over_if_whole(transfer);
    transfer.write_error = transfer.part.append({bytes, count});
    if (transfer.write_error != 0) return 0;
    transfer.done += static_cast<std::int64_t>(count);
    report(transfer);
  } catch (...) {
    transfer.exception = std::current_exception();
    return 0;
  }
  return count;
}

std::unique_ptr<CURL, CurlFree> new_curl() {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  std::unique_ptr<CURL, CurlFree> curl(ready == CURLE_OK ? curl_easy_init() : nullptr);
  if (!curl) throw Error("omniglot: the download library libcurl does not start");
  return curl;
}

void prepare(Transfer& transfer, const std::string& url) {
  CURL* curl = transfer.curl;
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl, CURLOPT_MAXREDIRS, 5L);
  curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "anole");
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT,
                   static_cast<long>(transfer.options.connect_seconds));
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, static_cast<long>(transfer.options.stall_seconds));
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &on_bytes);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
  if (transfer.offset > 0) {
    curl_easy_setopt(curl, CURLOPT_RANGE, fmt::format("{}-", transfer.offset).c_str());
  }
}

[[noreturn]] void explain(const Transfer& transfer, const std::string& url, CURLcode code) {
  const auto status = http_status(transfer.curl);
  const std::string why = curl_easy_strerror(code);
  if (transfer.write_error != 0) {
    throw Error("omniglot: cannot write {}: {}; make room and run again: what has arrived is kept",
                transfer.part.path().string(), reason(transfer.write_error));
  }
  if (code == CURLE_HTTP_RETURNED_ERROR) {
    throw Error("omniglot: {} answered HTTP {}; check the address of the mirror", url, status);
  }
  if (status != 0) {
    throw Error("omniglot: {} stopped after {} bytes ({}); run again to go on from there", url,
                transfer.done, why);
  }
  throw Error("omniglot: cannot reach {} ({}); without a network, put {} into {} by hand", url, why,
              file_names(transfer.options.files), transfer.part.path().parent_path().string());
}

std::string address(const FetchOptions& options, const FetchFile& file) {
  const bool slash = options.mirror.ends_with('/');
  return fmt::format("{}{}{}", options.mirror, slash ? "" : "/", file.name);
}

// Brings the part file to the length of the server's. False if the server has no bytes behind
// those that are there.
bool transfer_once(const FetchOptions& options, const FetchFile& file, PartFile& part) {
  const auto curl = new_curl();
  const auto url = address(options, file);
  const auto there = part.size();
  Transfer transfer{.options = options,
                    .file = file,
                    .part = part,
                    .curl = curl.get(),
                    .offset = there,
                    .done = there,
                    .exception = nullptr};
  prepare(transfer, url);
  const auto code = curl_easy_perform(curl.get());
  if (transfer.exception) std::rethrow_exception(transfer.exception);
  if (code == CURLE_HTTP_RETURNED_ERROR && http_status(curl.get()) == 416) return false;
  if (code != CURLE_OK) explain(transfer, url, code);
  return true;
}

void download(const FetchOptions& options, const FetchFile& file, PartFile& part) {
  if (part.size() > 0 && file_digest(part.path(), Digest::Kind::kMd5) == file.md5) return;
  if (!transfer_once(options, file, part)) {
    part.clear();  // it was longer than the file: not a beginning of it
    transfer_once(options, file, part);
  }
  const auto md5 = file_digest(part.path(), Digest::Kind::kMd5);
  if (md5 == file.md5) return;
  remove_file(part.path());
  throw Error(
      "omniglot: {} has md5 {}, expected {}; the download was removed; run again, or use another "
      "mirror",
      address(options, file), md5, file.md5);
}

FetchedFile fetch_one(const FetchOptions& options, const fs::path& folder, const FetchFile& file) {
  const auto target = folder / file.name;
  if (path_exists(target)) {
    const auto md5 = file_digest(target, Digest::Kind::kMd5);
    if (md5 == file.md5) return {.path = target, .downloaded = false};
    throw Error(
        "omniglot: {} is there, with md5 {} where the original has {}; it may be a whole "
        "copy that was packed again: see 'anole data check omniglot'; move it away to fetch "
        "the original",
        target.string(), md5, file.md5);
  }
  PartFile part(target.string() + ".part");
  download(options, file, part);
  part.place(target);
  return {.path = target, .downloaded = true};
}

}  // namespace

std::vector<FetchedFile> fetch_omniglot(const FetchOptions& options) {
  const auto folder = folder_of(options);
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    throw Error("omniglot: cannot make the folder {}: {}", folder.string(), error.message());
  std::vector<FetchedFile> fetched;
  for (const auto& file : options.files) fetched.push_back(fetch_one(options, folder, file));
  return fetched;
}
#else
std::vector<FetchedFile> fetch_omniglot(const FetchOptions& options) {
  throw Error(
      "omniglot: this build of anole has no network; put {} into {} by hand, or build with package "
      "libcurl4-openssl-dev and -DANOLE_NETWORK=ON",
      file_names(options.files), folder_of(options).string());
}
#endif

}  // namespace anole
