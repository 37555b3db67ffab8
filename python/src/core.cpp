#include "python/src/core.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "anole/core/error.h"
#include "anole/core/rng.h"
#include "anole/data/image_set.h"
#include "anole/models/signature.h"
#include "anole/support/example_pictures.h"
#include "anole/support/files.h"

namespace anole::python {
namespace {

// Rows that are asked at once where each is answered on its own, so that memory does not grow with
// their number, and Ctrl-C is heard.
constexpr std::int64_t kRowsAtOnce = 256;

std::span<const float> row_at(const RowsView& rows, std::size_t index, std::size_t size) {
  return rows.numbers.subspan(index * size, size);
}

void refuse_inverted(const LearnOptions& how) {
  if (how.invert == Invert::kAuto) return;
  throw UsageError(
      "invert: rows of numbers are taken as they are; leave it out, or pass pictures: paths, PIL "
      "pictures or uint8");
}

const OtherGround kOtherGround{"X", "invert them before"};

}  // namespace

Core::Core(Bundle bundle, Engine engine) : adapter_(std::move(bundle), learners(engine)) {
  adapter_.check_between_steps([this] { check_(); });
}

std::size_t Core::outputs_size() const {
  return static_cast<std::size_t>(signature_of(bundle().spec).outputs);
}

std::vector<LabelledRow> Core::examples(const RowsView& rows, Labels labels) {
  std::vector<LabelledRow> all;
  for (std::size_t i = 0; i < labels.labels.size(); ++i) {
    try {
      all.push_back({.label = std::move(labels.labels[i]),
                     .name = std::move(labels.names[i]),
                     .row = adapter_.row({.numbers = row_at(rows, i, row_size())})});
    } catch (const Error& error) {
      throw Error("X[{}]: {}", i, error.what());
    }
  }
  return all;
}

SupportSet Core::examples(const std::vector<Picture>& pictures, Labels labels, Invert invert,
                          const Preprocessing& how) {
  require_picture(how);
  ExamplePictures seen(how);
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    check_();
    seen.add(std::move(labels.labels[i]), std::move(labels.names[i]),
             pictures[i].decoded(fmt::format("X[{}]", i)));
  }
  return seen.finished(how, invert);
}

void Core::adapt_rows(const RowsView& rows, Labels labels, const LearnOptions& how) {
  refuse_inverted(how);
  adapter_.adapt(examples(rows, std::move(labels)), how.adapt);
}

void Core::adapt_targets(const RowsView& rows, std::span<const float> targets,
                         const LearnOptions& how) {
  refuse_inverted(how);
  std::vector<float> made;
  adapter_.adapt(Examples{.rows = taken(rows, made), .targets = targets, .count = rows.count}, {},
                 how.adapt);
}

void Core::add_rows(const RowsView& rows, Labels labels) {
  adapter_.add(examples(rows, std::move(labels)));
}

std::vector<std::string> Core::adapt_pictures(const std::vector<Picture>& pictures, Labels labels,
                                              const LearnOptions& how) {
  auto set = examples(pictures, std::move(labels), how.invert, start_rows(bundle()));
  const auto notes = set.notes;
  begin_with(adapter_, std::move(set), how.adapt);
  return notes;
}

std::vector<std::string> Core::add_pictures(const std::vector<Picture>& pictures, Labels labels) {
  auto set = examples(pictures, std::move(labels), Invert::kAuto, rows_taken(bundle()));
  const auto notes = set.notes;
  add_to(adapter_, std::move(set), kOtherGround);
  return notes;
}

std::vector<std::string> Core::adapt_path(const std::string& path, const LearnOptions& how) {
  auto set = read_support({.path = path, .invert = how.invert}, bundle());
  const auto notes = set.notes;
  begin_with(adapter_, std::move(set), how.adapt);
  return notes;
}

std::vector<std::string> Core::add_path(const std::string& path) {
  auto set = read_support({.path = path, .loose = LoosePictures::kOneClass}, bundle());
  const auto notes = set.notes;
  add_to(adapter_, std::move(set), {path, kOtherGround.advice});
  return notes;
}

std::vector<float> Core::rows_of_pictures(const std::vector<Picture>& pictures) {
  const auto how = rows_taken(bundle());
  require_picture(how);
  std::vector<float> rows;
  rows.reserve(pictures.size() * row_size());
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    check_();
    const auto row = row_of_image(pictures[i].decoded(fmt::format("X[{}]", i)), how);
    rows.insert(rows.end(), row.begin(), row.end());
  }
  return rows;
}

// The rows as the network takes them: themselves, or `made` of them where a table's columns are
// standardised.
std::span<const float> Core::taken(const RowsView& rows, std::vector<float>& made) const {
  const bool finite = std::ranges::all_of(rows.numbers, [](float x) { return std::isfinite(x); });
  if (finite && bundle().preprocessing.mean.empty()) return rows.numbers;
  made.reserve(rows.numbers.size());
  for (std::size_t i = 0; i < static_cast<std::size_t>(rows.count); ++i) {
    try {
      const auto row = adapter_.row({.numbers = row_at(rows, i, row_size())});
      made.insert(made.end(), row.begin(), row.end());
    } catch (const Error& error) {
      throw Error("X[{}]: {}", i, error.what());
    }
  }
  return made;
}

// Rows that share a batch are asked together.
void Core::for_parts(const RowsView& rows, const std::function<void(const RowsView& part)>& ask) {
  std::vector<float> made;
  const RowsView all{taken(rows, made), rows.count};
  if (bundle().norm == NormMode::kTransductive) return ask(all);
  for (std::int64_t from = 0; from < all.count; from += kRowsAtOnce) {
    check_();
    const auto count = std::min(kRowsAtOnce, all.count - from);
    ask({all.numbers.subspan(static_cast<std::size_t>(from) * row_size(),
                             static_cast<std::size_t>(count) * row_size()),
         count});
  }
}

std::vector<float> Core::outputs(const RowsView& rows) {
  std::vector<float> all;
  for_parts(rows, [&](const RowsView& part) {
    const auto some = adapter_.outputs(part.numbers, part.count);
    all.insert(all.end(), some.begin(), some.end());
  });
  return all;
}

Answers Core::predict(const RowsView& rows) {
  Answers all;
  for_parts(rows, [&](const RowsView& part) {
    for (const auto& answer : adapter_.predict(part.numbers, part.count)) {
      all.labels.push_back(answer.label);
      all.known.push_back(answer.known ? 1 : 0);
      all.probabilities.insert(all.probabilities.end(), answer.probabilities.begin(),
                               answer.probabilities.end());
    }
  });
  return all;
}

std::unique_ptr<Core> Core::with_params(std::vector<float> params, Engine engine) const {
  auto bundle = adapter_.bundle();
  require_initialisation(bundle, "load_state_dict");
  bundle.meta.params = std::move(params);
  return std::make_unique<Core>(bundle_from_bytes(bundle_bytes(bundle, "state"), "state"), engine);
}

Bundle untrained(Untrained what) {
  const auto& shape = what.input;
  if (shape.channels < 1 || shape.height < 1 || shape.width < 1 || what.ways < 2) {
    throw UsageError("untrained: expected a shape (C, H, W) of at least 1 and at least 2 ways");
  }
  const bool pictures =
      (shape.channels == 1 || shape.channels == 3) && shape.height > 1 && shape.width > 1;
  if (what.model.model.empty()) what.model.model = pictures ? "omniglot_conv4" : "mlp";
  Bundle bundle;
  bundle.spec = make_model(what.model, shape, what.ways, Loss::kCrossEntropy);
  bundle.meta.params = initial_params(bundle.spec, Rng(what.seed, Stream::kInit));
  if (pictures) bundle.preprocessing = {.shape = shape, .scale = kByteScale};
  return bundle;
}

}  // namespace anole::python
