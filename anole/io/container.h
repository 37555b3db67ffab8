#pragma once

// What bundle and checkpoint share: a safetensors file that names its format and version and
// carries a checksum over all its other bytes. Rules:
// 1. Such a file begins, after the 8 bytes of header length, with
//      {"__metadata__":{"checksum":"xxh3-128:<32 hex digits>"
//    and the digits are the XXH3-128 (canonical, big-endian) of the whole file with these 32 digits
//    read as '0'. Stock safetensors readers see one more metadata string.
// 2. Equal contents give equal bytes.
// 3. Nothing is read from a file whose checksum does not hold.

#include <filesystem>
#include <string_view>

#include "anole/io/safetensors.h"

namespace anole {

// A kind of file.
struct ContainerKind {
  std::string_view format;  // metadata "format": "anole-bundle"
  std::string_view noun;    // in messages: "bundle"
  int version = 1;  // metadata "format_version": the newest that this program reads and writes
  std::string_view
      advice;  // what to do about a damaged file: "copy it again from where it was made"
};

// The bytes of `file` as a container; metadata format, format_version and checksum are added.
std::string to_container(const ContainerKind& kind, TensorFile file);

// The contents of a container. Throws Error that begins with `where` and tells apart: a file that
// is truncated or damaged, that is not safetensors, that is safetensors of another program, that is
// another kind of ours, and that has a newer format version.
TensorFile from_container(const ContainerKind& kind, std::string_view bytes,
                          std::string_view where);

// The same with a file: written by write_file_atomically.
void save_container(const std::filesystem::path& path, const ContainerKind& kind, TensorFile file,
                    const std::filesystem::path& previous = {});
TensorFile load_container(const std::filesystem::path& path, const ContainerKind& kind);
// Whether load_container would succeed.
bool is_whole_container(const std::filesystem::path& path, const ContainerKind& kind);

}  // namespace anole
