#pragma once

// The sections of adapted_page.h, each a whole <section>, or empty where there is nothing to show.

#include <string>
#include <string_view>

#include "anole/report/adapted_page.h"

namespace anole {

// A name as the page shows it, as HTML: of more than `most` characters the beginning, or of a path
// the end.
std::string short_name(std::string_view text, std::size_t most = 80);
std::string short_path(std::string_view text, std::size_t most = 100);

std::string adapted_header(const AdaptedPage& page, const Bundle& bundle);
std::string answer_cards(const AdaptedPage& page, const AnswerLog& answers);
std::string examples_section(const Bundle& bundle);  // of each class, where the bundle holds them
std::string confusion_section(const Bundle& bundle, const AnswerLog& answers);
std::string mistakes_section(const Bundle& bundle, const AnswerLog& answers);
std::string unsure_section(const Bundle& bundle, const AnswerLog& answers);
std::string unread_section(const AnswerLog& answers);

}  // namespace anole
