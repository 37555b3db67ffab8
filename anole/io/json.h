#pragma once

// JSON for records, specs and metadata. Key order is kept, so equal values give equal text.
// Include this in sources, not in headers: it is large.

#include <nlohmann/json.hpp>

namespace anole {
using Json = nlohmann::ordered_json;
}  // namespace anole
