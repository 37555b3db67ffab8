#include "anole/files/digest.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <vector>

#include "anole/core/error.h"

namespace anole {
namespace {

EVP_MD_CTX* evp(const auto& context) { return static_cast<EVP_MD_CTX*>(context.get()); }

}  // namespace

void Digest::Free::operator()(void* context) const {
  EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context));
}

Digest::Digest(Kind kind) : context_(EVP_MD_CTX_new()) {
  const auto* algorithm = kind == Kind::kMd5 ? EVP_md5() : EVP_sha256();
  if (!context_ || EVP_DigestInit_ex(evp(context_), algorithm, nullptr) != 1) {
    throw Error("this machine's OpenSSL does not offer {}", kind == Kind::kMd5 ? "MD5" : "SHA-256");
  }
}

Digest& Digest::add(std::span<const std::uint8_t> bytes) {
  ANOLE_CHECK(EVP_DigestUpdate(evp(context_), bytes.data(), bytes.size()) == 1);
  return *this;
}

Digest& Digest::add(std::string_view field) {
  add(std::uint64_t{field.size()});
  return add(std::span(reinterpret_cast<const std::uint8_t*>(field.data()), field.size()));
}

Digest& Digest::add(std::uint64_t number) {
  std::array<std::uint8_t, 8> bytes;  // little-endian
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
  return add(std::span<const std::uint8_t>(bytes));
}

std::string Digest::hex() {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  ANOLE_CHECK(EVP_DigestFinal_ex(evp(context_), bytes.data(), &size) == 1);
  std::string text;
  for (const auto byte : std::span(bytes).first(size)) text += fmt::format("{:02x}", byte);
  return text;
}

std::string file_digest(const std::filesystem::path& path, Digest::Kind kind) {
  std::ifstream file(path, std::ios::binary);
  Digest digest(kind);
  std::vector<char> buffer(1 << 16);
  while (file.read(buffer.data(), static_cast<std::streamsize>(buffer.size())), file.gcount() > 0) {
    digest.add(std::span(reinterpret_cast<const std::uint8_t*>(buffer.data()),
                         static_cast<std::size_t>(file.gcount())));
  }
  if (!file.eof()) throw Error("{}: cannot be read", path.string());
  return digest.hex();
}

}  // namespace anole
