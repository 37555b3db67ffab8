#pragma once

// An adapted network and what it answered, as one HTML page that stands alone like a run's report
// (page.h): its examples, who was mistaken for whom, and all questions with the unsure ones first.
// Right and wrong are told where the truth is known. At most kLargestPage bytes, whatever classes
// and files are called: pictures and long names are cut before it grows beyond.

#include <string>

#include "anole/bundle/bundle.h"
#include "anole/report/answer_log.h"

namespace anole {

struct AdaptedPage {
  std::string name = {};     // of the bundle's file
  std::string adapted = {};  // how it was adapted, in words
  double threshold = 0;      // below it, "none of these"; 0: there is none
};

// `answers` are those of `bundle`.
std::string adapted_page(const AdaptedPage& page, const Bundle& bundle, const AnswerLog& answers);

}  // namespace anole
