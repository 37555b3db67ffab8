#pragma once

// Include this in sources only, as io/json.h.

#include "anole/eval/metric.h"
#include "anole/io/json.h"

namespace anole {

// The metric whose key is a member of `json`. Throws Json::exception if there is none.
inline const Metric& metric_in(const Json& json) {
  for (const auto* metric : metrics()) {
    if (json.contains(metric->key)) return *metric;
  }
  (void)json.at(std::string(kAccuracy.key));  // throws
  return kAccuracy;
}

}  // namespace anole
