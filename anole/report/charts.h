#pragma once

// The sections that show one run, or several over one another. Each is a whole <section>, or empty
// if no run has anything for it.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "anole/report/page.h"

namespace anole {

// `body` is HTML, `title` and `lead` are text. Empty if `body` is.
std::string section(std::string_view title, std::string_view lead, std::string_view body);

// A table; cells are HTML, the first row is the head, columns after the first are right-aligned if
// `numbers`.
std::string html_table(const std::vector<std::vector<std::string>>& rows, bool numbers);

std::string learning_section(std::span<const RunReport> runs);     // validations and loss
std::string adaptation_section(std::span<const RunReport> runs);   // score against inner steps
std::string norm_section(std::span<const RunReport> runs);         // score by norm mode
std::string calibration_section(std::span<const RunReport> runs);  // reliability and ECE
std::string timing_section(std::span<const RunReport> runs);       // as far as it was recorded

}  // namespace anole
