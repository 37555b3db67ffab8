#include "anole/io/json.h"

#include <set>
#include <vector>

#include "anole/core/error.h"

namespace anole {
namespace {

// Deeper nesting than any file of ours has; the limit keeps a hostile file from using up memory.
constexpr int kDeepest = 64;

}  // namespace

Json parse_json(std::string_view text, std::string_view where) {
  std::vector<std::set<std::string>> keys;  // of the objects around the current place
  const auto watch = [&](int depth, Json::parse_event_t event, Json& value) {
    if (depth > kDeepest) throw Error("{}: JSON is nested deeper than {} levels", where, kDeepest);
    if (event == Json::parse_event_t::object_start) keys.emplace_back();
    if (event == Json::parse_event_t::object_end) keys.pop_back();
    if (event == Json::parse_event_t::key) {
      const auto& key = value.get_ref<const std::string&>();
      if (!keys.back().insert(key).second) throw Error("{}: key '{}' appears twice", where, key);
    }
    return true;
  };
  try {
    return Json::parse(text, watch);
  } catch (const Json::parse_error& error) {
    if (error.byte > text.size()) throw Error("{}: not valid JSON: it ends too early", where);
    throw Error("{}: not valid JSON at byte {} of {}", where, error.byte, text.size());
  } catch (const Json::out_of_range&) {  // a number too large for a double
    throw Error("{}: holds a number out of range", where);
  }
}

std::string dump_json(const Json& value, std::string_view where, int indent) {
  try {
    return value.dump(indent);
  } catch (const Json::type_error&) {
    throw Error("{}: holds a text that is not UTF-8: {}; rename it", where,
                value.dump(indent, ' ', true, Json::error_handler_t::replace));
  }
}

}  // namespace anole
