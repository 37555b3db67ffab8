#pragma once

// The sections that set a run beside what needs no training: what to expect of new classes
// (expect.json) and classic classifiers on the same tasks (peers.json). Each stands between marks
// in the page, so that a comparison made later takes its place without a new report.

#include <string>

#include "anole/expect/expectations.h"
#include "anole/peers/comparison.h"

namespace anole {

std::string expectations_section(const Expectations& expectations);
std::string peers_section(const Comparison& comparison);

// The place in a page that holds peers_section, or nothing.
std::string peers_place(const std::string& section);

// `page` with `section` in that place. A page of an older version gets it before its footer; one
// without a footer, which is no report, is returned as it is.
std::string with_peers(std::string page, const std::string& section);

}  // namespace anole
