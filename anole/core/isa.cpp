#include "anole/core/isa.h"

#include <array>
#include <cstdlib>
#include <fstream>

#include "anole/core/error.h"
#include "anole/core/nearest.h"

namespace anole {
namespace {

constexpr std::array<std::string_view, 3> kNames = {"baseline", "avx2", "avx512"};

Isa best_of_cpu() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")) {
    return Isa::kAvx512;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return Isa::kAvx2;
#endif
  return Isa::kBaseline;
}

Isa choose() {
  const Isa best = best_of_cpu();
  const char* wish = std::getenv("ANOLE_ISA");
  if (wish == nullptr || *wish == '\0') return best;
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] != wish) continue;
    const auto level = static_cast<Isa>(i);
    if (level > best) {
      throw Error(
          "ANOLE_ISA: this CPU has no {}, its best level is {}; unset ANOLE_ISA or lower it", wish,
          isa_name(best));
    }
    return level;
  }
  throw Error("ANOLE_ISA: expected baseline, avx2 or avx512, found '{}'{}", wish,
              did_you_mean(wish, kNames));
}

}  // namespace

Isa isa() {
  static const Isa level = choose();
  return level;
}

std::string_view isa_name(Isa isa) { return kNames[static_cast<std::size_t>(isa)]; }

std::string cpu_name() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (!line.starts_with("model name")) continue;
    const auto colon = line.find(": ");
    if (colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

}  // namespace anole
