// What a program that only adapts a bundle needs: a process of its own loads one, adapts it to a
// 5-way 1-shot task in 50 inner steps, names the support rows and prints its peak resident memory.
// The bundle is a fresh omniglot_conv4.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <numeric>

#include "anole/bundle/bundle.h"
#include "anole/make_learner.h"
#include "anole/models/zoo.h"
#include "bench/suite.h"

using namespace anole;

namespace {

constexpr int kWay = 5, kSteps = 50;

void write_fresh_bundle(const std::filesystem::path& path) {
  Bundle bundle;
  bundle.spec = make_model({.model = "omniglot_conv4"}, {.channels = 1, .height = 28, .width = 28},
                           kWay, Loss::kCrossEntropy);
  bundle.meta.params = initial_params(bundle.spec, Rng(0, Stream::kInit));
  save_bundle(path, bundle);
}

void adapt(const Bundle& bundle) {
  Rng rng(1, Stream::kInit);
  std::vector<float> rows(kWay * static_cast<std::size_t>(bundle.spec.input.size()));
  std::ranges::generate(rows, [&] { return rng.uniform(0, 1); });
  std::vector<std::int32_t> labels(kWay);
  std::iota(labels.begin(), labels.end(), 0);
  const Examples support{.rows = rows, .labels = labels, .count = kWay};
  const auto batches = schedule(rng, kWay, {.batch = kWay, .steps = kSteps});
  const auto learner = make_learner(bundle.spec);
  auto adapted = begin_task(bundle.meta, bundle.inner);
  learner->adapt(adapted, support, batches, bundle.inner);
  const auto logits =
      learner->predict(adapted.params(), support, {.mode = NormMode::kSupport, .support = support});
  int right = 0;
  for (int row = 0; row < kWay; ++row) {
    const auto* first = &logits[row * kWay];
    right += std::max_element(first, first + kWay) - first == row;
  }
  std::printf("%d of %d support rows named correctly after %d steps\n", right, kWay, kSteps);
}

}  // namespace

int main() try {
  const auto path = std::filesystem::temp_directory_path() / "bench_adapt_bundle.anole";
  write_fresh_bundle(path);
  adapt(load_bundle(path));
  std::printf("%.0f kB bundle, %.1f MB resident at most\n",
              static_cast<double>(std::filesystem::file_size(path)) / 1e3, bench::peak_memory_mb());
  std::filesystem::remove(path);
} catch (const std::exception& error) {
  std::fprintf(stderr, "bench_adapt_bundle: %s\n", error.what());
  return 1;
}
