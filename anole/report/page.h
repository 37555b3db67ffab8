#pragma once

// The report as one HTML page: inline CSS and SVG, pictures as data URIs, no script, no request to
// any host; readable on paper and on a dark screen. At most kLargestPage bytes: pictures are left
// out before it grows beyond.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "anole/expect/expectations.h"
#include "anole/peers/comparison.h"
#include "anole/report/findings.h"
#include "anole/runs/history.h"

namespace anole {

inline constexpr const char* kReportFile = "report.html";  // in a run folder
inline constexpr std::size_t kLargestPage = 2'000'000;

// All that is known of a run.
struct RunReport {
  RunHistory history = {};
  std::int64_t iteration = 0, iterations = 0;  // meta-iterations done and to do
  std::optional<Findings> findings = {};       // none: could not be measured
  std::optional<Expectations> expected = {};   // expect.json of the run folder
  std::optional<Comparison> peers = {};        // peers.json of the run folder
  std::string note = {};                       // what a reader must know, e.g. why it could not
};

// One run: everything. Several: their curves over one another, and the options in which they
// differ. Throws Error if they were not all scored by one metric.
std::string report_page(std::span<const RunReport> runs);  // at least one

}  // namespace anole
