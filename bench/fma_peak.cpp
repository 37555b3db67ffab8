#include "bench/fma_peak.h"

#include <sched.h>

#include <algorithm>
#include <barrier>
#include <chrono>
#include <cstdint>
#include <system_error>
#include <thread>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#include "anole/core/error.h"
#include "anole/core/isa.h"
#include "anole/core/parallel.h"

namespace anole::bench {
namespace {

constexpr std::int64_t kRounds = 20'000;  // some 50 us: the clock is read 20,000 times a second

struct Kernel {
  std::string_view name = {};
  float (*run)(std::int64_t rounds, float x) = nullptr;  // the result keeps the chains alive
  double flops = 0;                                      // of a round
};

#if defined(__x86_64__)

// Wide enough a gap between `x` and the products that the sums stay finite.
[[gnu::target("avx512f"), gnu::noinline]] float avx512(std::int64_t rounds, float x) {
  const __m512 a = _mm512_set1_ps(x), b = _mm512_set1_ps(1e-20f);
  __m512 chains[16];
  for (auto& chain : chains) chain = a;
  for (; rounds > 0; --rounds) {
    for (auto& chain : chains) chain = _mm512_fmadd_ps(a, b, chain);
  }
  __m512 sum = a;
  for (const auto& chain : chains) sum = _mm512_add_ps(sum, chain);
  return _mm512_cvtss_f32(sum);
}

[[gnu::target("avx2,fma"), gnu::noinline]] float avx2(std::int64_t rounds, float x) {
  const __m256 a = _mm256_set1_ps(x), b = _mm256_set1_ps(1e-20f);
  __m256 chains[12];  // and two constants: 16 registers
  for (auto& chain : chains) chain = a;
  for (; rounds > 0; --rounds) {
    for (auto& chain : chains) chain = _mm256_fmadd_ps(a, b, chain);
  }
  __m256 sum = a;
  for (const auto& chain : chains) sum = _mm256_add_ps(sum, chain);
  return _mm256_cvtss_f32(sum);
}

// Without FMA a multiplication and an addition: x <- x / 2 + 1.
[[gnu::noinline]] float sse(std::int64_t rounds, float x) {
  const __m128 half = _mm_set1_ps(0.5f), one = _mm_set1_ps(1);
  __m128 chains[12];
  for (auto& chain : chains) chain = _mm_set1_ps(x);
  for (; rounds > 0; --rounds) {
    for (auto& chain : chains) chain = _mm_add_ps(_mm_mul_ps(chain, half), one);
  }
  __m128 sum = one;
  for (const auto& chain : chains) sum = _mm_add_ps(sum, chain);
  return _mm_cvtss_f32(sum);
}

[[gnu::target("avx512f,avx512bf16"), gnu::noinline]] float avx512_bf16(std::int64_t rounds,
                                                                       float x) {
  const __m512 wide = _mm512_set1_ps(x), small = _mm512_set1_ps(1e-20f);
  const __m512bh a = _mm512_cvtne2ps_pbh(wide, wide), b = _mm512_cvtne2ps_pbh(small, small);
  __m512 chains[16];
  for (auto& chain : chains) chain = wide;
  for (; rounds > 0; --rounds) {
    for (auto& chain : chains) chain = _mm512_dpbf16_ps(chain, a, b);
  }
  __m512 sum = wide;
  for (const auto& chain : chains) sum = _mm512_add_ps(sum, chain);
  return _mm512_cvtss_f32(sum);
}

// Tiles 0 to 5: sums, more than the 4 that the latency of 52 cycles needs at one in 16; all full.
[[gnu::target("amx-tile,amx-bf16"), gnu::noinline]] float amx_bf16(std::int64_t rounds, float x) {
  struct alignas(64) {  // as the instruction reads it
    std::uint8_t palette = 1, start_row = 0, reserved[14] = {};
    std::uint16_t row_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
    std::uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
  } tiles;
  alignas(64) float words[16];
  for (auto& word : words) word = x;
  asm volatile("" ::: "memory");  // the intrinsics do not tell the compiler what they read
  _tile_loadconfig(&tiles);
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  _tile_zero(4);
  _tile_zero(5);
  _tile_loadd(6, words, 0);
  _tile_zero(7);
  for (; rounds > 0; --rounds) {
    _tile_dpbf16ps(0, 6, 7);
    _tile_dpbf16ps(1, 6, 7);
    _tile_dpbf16ps(2, 6, 7);
    _tile_dpbf16ps(3, 6, 7);
    _tile_dpbf16ps(4, 6, 7);
    _tile_dpbf16ps(5, 6, 7);
  }
  alignas(64) float sums[256];
  _tile_stored(0, sums, 64);
  _tile_release();
  asm volatile("" ::: "memory");
  return sums[0];
}

Kernel kernel(Precision precision) {
  __builtin_cpu_init();
  const bool has_avx512 = __builtin_cpu_supports("avx512f") != 0;
  if (precision == Precision::kBf16) {
    if (amx_usable()) return {.name = "AMX-BF16", .run = amx_bf16, .flops = 6 * 16 * 16 * 32 * 2};
    if (!has_avx512 || !__builtin_cpu_supports("avx512bf16")) return {};
    return {.name = "AVX-512 BF16", .run = avx512_bf16, .flops = 16 * 32 * 2};
  }
  if (has_avx512) return {.name = "AVX-512", .run = avx512, .flops = 16 * 16 * 2};
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    return {.name = "AVX2", .run = avx2, .flops = 12 * 8 * 2};
  }
  return {.name = "SSE", .run = sse, .flops = 12 * 4 * 2};
}

#elif defined(__aarch64__)

[[gnu::noinline]] float neon(std::int64_t rounds, float x) {
  const float32x4_t a = vdupq_n_f32(x), b = vdupq_n_f32(1e-20f);
  float32x4_t chains[16];
  for (auto& chain : chains) chain = a;
  for (; rounds > 0; --rounds) {
    for (auto& chain : chains) chain = vfmaq_f32(chain, a, b);
  }
  float32x4_t sum = a;
  for (const auto& chain : chains) sum = vaddq_f32(sum, chain);
  return vaddvq_f32(sum);
}

Kernel kernel(Precision precision) {
  if (precision == Precision::kBf16) return {};
  return {.name = "Neon", .run = neon, .flops = 16 * 4 * 2};
}

#endif

std::vector<int> cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::vector<int> found;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return found;
  for (int core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(core, &set)) found.push_back(core);
  }
  return found;
}

// Of the calling thread alone. Where it is not allowed, the scheduler chooses.
void pin_to(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  (void)sched_setaffinity(0, sizeof set, &set);
}

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// GFLOP/s of the calling thread.
double rate(const Kernel& kernel, double seconds) {
  volatile float sink = 0;
  const double start = now();
  double elapsed = 0, flops = 0;
  do {
    sink = kernel.run(kRounds, 1 + sink * 1e-30f);
    flops += kernel.flops * kRounds;
    elapsed = now() - start;
  } while (elapsed < seconds);
  return flops / elapsed / 1e9;
}

double run_on_all(const Kernel& kernel, const std::vector<int>& cores, double seconds) {
  std::barrier start(static_cast<std::ptrdiff_t>(cores.size()));
  std::vector<double> rates(cores.size());
  std::vector<std::thread> threads;
  try {
    for (std::size_t i = 0; i < cores.size(); ++i) {
      threads.push_back(start_thread([&, i] {
        pin_to(cores[i]);
        start.arrive_and_wait();
        rates[i] = rate(kernel, seconds);
      }));
    }
  } catch (const std::system_error& error) {
    for (auto i = threads.size(); i < cores.size(); ++i) start.arrive_and_drop();
    for (auto& thread : threads) thread.join();
    throw Error(
        "bench: the peak of {} cores needs as many threads, {} could be started ({}); raise the "
        "limit of processes, or measure fewer cores with --threads",
        cores.size(), threads.size(), error.code().message());
  }
  for (auto& thread : threads) thread.join();
  double sum = 0;
  for (const double one : rates) sum += one;
  return sum;
}

}  // namespace

std::optional<double> fma_peak(Precision precision, const PeakOptions& options) {
  ANOLE_CHECK(options.threads >= 1 && options.runs >= 1);
  const auto kernel = bench::kernel(precision);
  if (kernel.run == nullptr) return std::nullopt;
  auto used = cores();
  used.resize(std::min(used.size(), static_cast<std::size_t>(options.threads)));
  double best = 0;
  for (int i = 0; i < options.runs; ++i) {
    best = std::max(best, run_on_all(kernel, used, options.seconds));
  }
  return best;
}

std::string_view fma_instructions(Precision precision) { return kernel(precision).name; }

}  // namespace anole::bench
