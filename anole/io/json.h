#pragma once

// JSON for records, specs and metadata. Key order is kept, so equal values give equal text.
// Include this in sources, not in headers: it is large.

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace anole {

using Json = nlohmann::ordered_json;

// Parses one JSON value. Throws Error that begins with `where` and gives the byte at fault; a key
// that appears twice in an object is an error too.
Json parse_json(std::string_view text, std::string_view where);

// The text of `value`; `indent` -1 puts all on one line. Throws Error that begins with `where` if a
// string in it is not UTF-8 (a folder name used as a label, say).
std::string dump_json(const Json& value, std::string_view where, int indent = -1);

}  // namespace anole
