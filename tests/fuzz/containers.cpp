#include <fmt/format.h>
#include <xxhash.h>

#include "anole/bundle/bundle.h"
#include "anole/core/error.h"
#include "anole/eval/task_file.h"
#include "anole/io/fields_json.h"
#include "anole/io/json.h"
#include "anole/runs/options.h"
#include "tests/fuzz/input_file.h"
#include "tests/fuzz/targets.h"

namespace anole::fuzz {
namespace {

std::string_view text_of(Input bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Sets a container's checksum right (io/container.h has the rule): a change that only the checksum
// notices would keep the fuzzer from what lies behind it.
std::string with_checksum(std::string bytes) {
  constexpr std::string_view kOpening = R"({"__metadata__":{"checksum":"xxh3-128:)";
  constexpr std::size_t kOpeningAt = 8, kDigits = 32, kDigestAt = kOpeningAt + kOpening.size();
  if (bytes.size() < kDigestAt + kDigits) return bytes;
  bytes.replace(kOpeningAt, kOpening.size(), kOpening);
  bytes.replace(kDigestAt, kDigits, kDigits, '0');
  const auto hash = XXH3_128bits(bytes.data(), bytes.size());
  bytes.replace(kDigestAt, kDigits, fmt::format("{:016x}{:016x}", hash.high64, hash.low64));
  return bytes;
}

}  // namespace

int fuzz_bundle(Input bytes) {
  try {
    (void)load_bundle(input_file("input.anole", with_checksum(std::string(text_of(bytes)))));
  } catch (const Error&) {
  }
  return 0;
}

int fuzz_tasks(Input bytes) {
  try {
    (void)load_tasks(input_file("tasks.json", text_of(bytes)));
  } catch (const Error&) {
  }
  return 0;
}

int fuzz_options(Input bytes) {
  TrainOptions options;
  try {
    fields_from_json(parse_json(text_of(bytes), "input"), options, "input");
  } catch (const Error&) {
  }
  return 0;
}

}  // namespace anole::fuzz
