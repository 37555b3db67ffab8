#include "anole/io/container.h"

#include <xxhash.h>

#include <array>
#include <charconv>
#include <memory>

#include "anole/core/error.h"
#include "anole/io/atomic_file.h"

namespace anole {
namespace {

constexpr std::string_view kOpening = R"({"__metadata__":{"checksum":"xxh3-128:)";
constexpr std::size_t kLengthBytes = 8;
constexpr std::size_t kDigestAt = kLengthBytes + kOpening.size();
constexpr std::size_t kDigits = 32;
constexpr std::string_view kZeros = "00000000000000000000000000000000";
static_assert(kZeros.size() == kDigits);

// XXH3-128 of a container, its own digits read as '0'.
std::string digest(std::string_view bytes) {
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(),
                                                                       XXH3_freeState);
  ANOLE_CHECK(state != nullptr);
  XXH3_128bits_reset(state.get());
  XXH3_128bits_update(state.get(), bytes.data(), kDigestAt);
  XXH3_128bits_update(state.get(), kZeros.data(), kDigits);
  const auto rest = bytes.substr(kDigestAt + kDigits);
  XXH3_128bits_update(state.get(), rest.data(), rest.size());
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state.get()));
  std::string text;
  for (const auto byte : canonical.digest) text += fmt::format("{:02x}", byte);
  return text;
}

bool begins_like_a_container(std::string_view bytes) {
  return bytes.size() >= kDigestAt + kDigits &&
         bytes.substr(kLengthBytes, kOpening.size()) == kOpening;
}

// A file that we did not write, or no longer whole enough to tell: says which.
[[noreturn]] void refuse_foreign(const ContainerKind& kind, std::string_view bytes,
                                 std::string_view where) {
  TensorFile file;
  try {
    file = from_safetensors(bytes, where);
  } catch (const Error& error) {
    throw Error("{}; expected an anole {}", error.what(), kind.noun);
  }
  const auto* format = file.find_metadata("format");
  if (format != nullptr && *format == kind.format) {
    throw Error("{}: another program has rewritten this {}, so that its checksum is gone; {}",
                where, kind.noun, kind.advice);
  }
  throw Error("{}: a safetensors file of another program, expected an anole {}", where, kind.noun);
}

// The checksum does not hold: says whether the file is cut short, and what to do.
[[noreturn]] void refuse_damaged(const ContainerKind& kind, std::string_view bytes,
                                 std::string_view where) {
  const auto prefix = fmt::format("{}: damaged {}", where, kind.noun);
  std::string damage = prefix + ": its checksum does not match its contents";
  try {
    from_safetensors(bytes, prefix);
  } catch (const Error& error) {
    damage = error.what();
  }
  throw Error("{}; {}", damage, kind.advice);
}

void check_kind(const ContainerKind& kind, const TensorFile& file, std::string_view where) {
  const auto text = [&](const char* key) {
    const auto* found = file.find_metadata(key);
    return found == nullptr ? std::string() : *found;
  };
  if (text("format") != kind.format) {
    throw Error("{}: its format is '{}', expected '{}'", where, text("format"), kind.format);
  }
  const auto version = text("format_version");
  int number = 0;
  const char* end = version.data() + version.size();
  const auto [stop, error] = std::from_chars(version.data(), end, number);
  if (error != std::errc() || stop != end || number < 1) {
    throw Error("{}: its format_version is '{}', expected a number from 1 to {}", where, version,
                kind.version);
  }
  if (number > kind.version) {
    throw Error(
        "{}: a {} of format version {}, but this anole reads versions up to {}; use a newer one",
        where, kind.noun, number, kind.version);
  }
}

}  // namespace

std::string to_container(const ContainerKind& kind, TensorFile file) {
  const MetadataEntry first[] = {{"checksum", fmt::format("xxh3-128:{}", kZeros)},
                                 {"format", std::string(kind.format)},
                                 {"format_version", fmt::format("{}", kind.version)}};
  file.metadata.insert(file.metadata.begin(), std::begin(first), std::end(first));
  auto bytes = to_safetensors(file);
  ANOLE_CHECK(begins_like_a_container(bytes));
  bytes.replace(kDigestAt, kDigits, digest(bytes));
  return bytes;
}

TensorFile from_container(const ContainerKind& kind, std::string_view bytes,
                          std::string_view where) {
  if (!begins_like_a_container(bytes)) refuse_foreign(kind, bytes, where);
  if (bytes.substr(kDigestAt, kDigits) != digest(bytes)) refuse_damaged(kind, bytes, where);
  auto file = from_safetensors(bytes, where);
  check_kind(kind, file, where);
  std::erase_if(file.metadata, [](const MetadataEntry& entry) {
    return entry.key == "checksum" || entry.key == "format" || entry.key == "format_version";
  });
  return file;
}

void save_container(const std::filesystem::path& path, const ContainerKind& kind, TensorFile file,
                    const std::filesystem::path& previous) {
  write_file_atomically(path, to_container(kind, std::move(file)), previous);
}

TensorFile load_container(const std::filesystem::path& path, const ContainerKind& kind) {
  return from_container(kind, read_file(path), path.string());
}

bool is_whole_container(const std::filesystem::path& path, const ContainerKind& kind) {
  try {
    load_container(path, kind);
    return true;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace anole
