#pragma once

// The results table as Markdown, CSV and JSON, from what lies in a folder of `anole reproduce`.

#include <string>
#include <vector>

#include "anole/reproduce/lines.h"

namespace anole {

std::string results_markdown(const std::vector<ReproducedRun>& runs,
                             const ReproduceOptions& options);
std::string results_csv(const std::vector<ReproducedRun>& runs, const ReproduceOptions& options);
std::string results_json(const std::vector<ReproducedRun>& runs, const ReproduceOptions& options);

// Stands in every output of --quick.
inline constexpr const char* kQuickNote =
    "QUICK: 1/200 of the meta-iterations and 1/100 of the tasks. These numbers show that the "
    "program works, not how well it learns.";

}  // namespace anole
