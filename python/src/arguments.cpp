#include "python/src/arguments.h"

#include <nanobind/stl/string.h>

namespace nb = nanobind;

namespace anole::python {

Arguments arguments_of(const nb::dict& keywords, std::span<const FlagInfo> known) {
  Arguments arguments{.spelling = keyword_spelling};
  for (const auto& [key, value] : keywords) {
    auto name = nb::cast<std::string>(key);
    const auto text = value.is_none() ? std::string() : text_of(name, value);
    arguments.flags.push_back({std::move(name), text});
  }
  require_known(arguments, known);
  std::erase_if(arguments.flags,
                [&](const FlagText& flag) { return keywords[flag.name.c_str()].is_none(); });
  return arguments;
}

}  // namespace anole::python
