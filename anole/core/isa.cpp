#include "anole/core/isa.h"

#include <array>
#include <cstdlib>
#include <fstream>

#include "anole/core/error.h"
#include "anole/core/text.h"

#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace anole {
namespace {

constexpr std::array<std::string_view, 4> kNames = {"baseline", "avx2", "avx512", "avx512_bf16"};

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

bool has_avx512_bf16() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  return best_of_cpu() == Isa::kAvx512 && __builtin_cpu_supports("avx512bf16");
#else
  return false;
#endif
}

// The kernel gives a process the tiles' state, 8 KB a thread, on request only.
bool request_amx() {
#if defined(__x86_64__) && defined(__linux__)
  constexpr unsigned kAmxBf16 = 1u << 22, kAmxTile = 1u << 24;  // CPUID leaf 7, EDX
  constexpr long kRequestPermission = 0x1023, kTileData = 18;   // ARCH_REQ_XCOMP_PERM
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0) return false;
  return (d & kAmxBf16) != 0 && (d & kAmxTile) != 0 &&
         syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
#else
  return false;
#endif
}

std::string_view wish() {
  const char* const text = std::getenv("ANOLE_ISA");
  return text == nullptr ? "" : text;
}

Isa choose() {
  const Isa best = best_of_cpu();
  if (wish().empty()) return best;
  if (wish() == kNames.back()) {
    if (has_avx512_bf16()) return Isa::kAvx512;
    throw Error(
        "ANOLE_ISA: this CPU has no avx512_bf16, its best level is {}; unset ANOLE_ISA or lower it",
        isa_name(best));
  }
  for (std::size_t i = 0; i + 1 < kNames.size(); ++i) {
    if (kNames[i] != wish()) continue;
    const auto level = static_cast<Isa>(i);
    if (level > best) {
      throw Error(
          "ANOLE_ISA: this CPU has no {}, its best level is {}; unset ANOLE_ISA or lower it",
          wish(), isa_name(best));
    }
    return level;
  }
  throw Error("ANOLE_ISA: expected baseline, avx2, avx512 or avx512_bf16, found '{}'{}", wish(),
              did_you_mean(wish(), kNames));
}

Bf16Isa choose_bf16() {
  if (isa() != Isa::kAvx512 || !has_avx512_bf16()) return Bf16Isa::kNone;
  return wish() != kNames.back() && amx_usable() ? Bf16Isa::kAmx : Bf16Isa::kAvx512;
}

}  // namespace

Isa isa() {
  static const Isa level = choose();
  return level;
}

std::string_view isa_name(Isa isa) { return kNames[static_cast<std::size_t>(isa)]; }

bool amx_usable() {
  static const bool usable = request_amx();
  return usable;
}

Bf16Isa bf16_isa() {
  static const Bf16Isa level = choose_bf16();
  return level;
}

std::string no_bf16_reason() {
  return has_avx512_bf16() ? fmt::format("ANOLE_ISA is {}", wish())
                           : "this CPU has neither AMX-BF16 nor AVX512-BF16";
}

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
