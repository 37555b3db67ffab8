#pragma once

// Names as people write them. The same letters can be other bytes: a Mac packs "é" as "e" and an
// accent after it, most programs as one character; both are the same name here.

#include <string>
#include <string_view>

namespace anole {

// `text` with letters and their accents as one character each (Unicode NFC). What is not UTF-8
// stays as it is.
std::string composed(std::string_view text);

// `text` without the byte order mark of UTF-8. Throws Error, beginning with `where`, for UTF-16 and
// for text with bytes of value 0.
std::string_view plain_text(std::string_view text, std::string_view where);

}  // namespace anole
