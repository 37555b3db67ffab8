#include "anole/data/glyphs/glyphs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "anole/core/error.h"
#include "anole/core/parallel.h"
#include "anole/data/glyphs/pen.h"
#include "anole/data/image_cache.h"
#include "anole/data/image_set.h"
#include "anole/data/splits.h"
#include "anole/files/digest.h"

namespace anole {
namespace {

// What a draw of Stream::kGlyphs is for: the upper part of its iteration.
constexpr std::uint64_t kHabitsKey = std::uint64_t{1} << 40;
constexpr std::uint64_t kProgramKey = std::uint64_t{2} << 40;  // + attempt
constexpr std::uint64_t kDrawingKey = std::uint64_t{3} << 40;  // + item

// The program as it stands, for judging it and comparing it with others.
constexpr int kSketchSize = 28;
constexpr double kSketchScale = 0.7 * kSketchSize;
constexpr double kSketchPen = 4;  // broad, so that small shifts are forgiven
using Sketch = std::vector<std::uint8_t>;

std::vector<Polyline> exact_lines(const GlyphProgram& program) {
  Rng unused(0, Stream::kGlyphs);
  return run_program(program, {}, unused);
}

Sketch sketch(std::vector<Polyline> lines) {
  for (auto& line : lines) {
    for (auto& point : line) point = point * kSketchScale + Point{0.5, 0.5} * kSketchSize;
  }
  Sketch image(kSketchSize * kSketchSize);
  ink(lines, {.width = kSketchPen}, image, kSketchSize);
  return image;
}

// Whether people would write it: neither a mere dash nor a scribble that blots a broad pen. Lengths
// and sides are in units of the longer side; Omniglot's characters are about 3 long.
bool is_legible(const Outline& outline, const Sketch& image) {
  const double shorter = std::min(outline.width, outline.height);
  if (shorter < 0.2 || outline.length < 1.2 || outline.length > 7) return false;
  double blot = 0;
  for (const auto value : image) blot += (255 - value) / 255.0;
  return blot > 0.7 * kSketchPen * kSketchScale * outline.length;
}

// The share of the ink of both that only one of them has, 0 to 1.
double difference(const Sketch& a, const Sketch& b) {
  std::int64_t different = 0, together = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    different += std::abs(a[i] - b[i]);
    together += 255 - std::min(a[i], b[i]);
  }
  return static_cast<double>(different) / static_cast<double>(together);
}

// Programs of an alphabet, each unlike the ones before it. After 50 look-alikes in a row one is
// taken: an alphabet of few straight pieces could run dry.
std::vector<GlyphProgram> make_alphabet(const GlyphOptions& options, int alphabet) {
  constexpr double kUnlike = 0.4;
  constexpr int kPatience = 50;
  const auto index = static_cast<std::uint32_t>(alphabet);
  Rng habits_rng(options.seed, Stream::kGlyphs, kHabitsKey, index);
  const Habits habits = make_habits(habits_rng);
  std::vector<GlyphProgram> programs;
  std::vector<Sketch> sketches;
  int alike = 0;
  for (std::uint64_t attempt = 0; std::ssize(programs) < options.characters; ++attempt) {
    Rng rng(options.seed, Stream::kGlyphs, kProgramKey + attempt, index);
    auto program = make_program(habits, rng);
    const auto lines = exact_lines(program);
    auto image = sketch(lines);
    if (!is_legible(outline(lines), image)) continue;
    const bool unlike = std::ranges::all_of(
        sketches, [&](const Sketch& other) { return difference(image, other) > kUnlike; });
    if (!unlike && ++alike < kPatience) continue;
    alike = 0;
    programs.push_back(std::move(program));
    sketches.push_back(std::move(image));
  }
  return programs;
}

void check_options(const GlyphOptions& options) {
  if (options.alphabets < 1 || options.characters < 1 || options.items < 1) {
    throw UsageError(
        "glyphs: found {} alphabets of {} characters drawn {} times; each must be at "
        "least 1",
        options.alphabets, options.characters, options.items);
  }
  if (options.image_size < 8) {
    throw UsageError(
        "glyphs: image_size is {}; below 8 pixels no character can be told from another",
        options.image_size);
  }
}

std::vector<ClassInfo> class_infos(const GlyphOptions& options) {
  std::vector<ClassInfo> classes;
  for (int alphabet = 1; alphabet <= options.alphabets; ++alphabet) {
    for (int character = 1; character <= options.characters; ++character) {
      const auto group = fmt::format("alphabet{:02}", alphabet);
      classes.push_back({.name = fmt::format("{}/character{:02}", group, character),
                         .group = group,
                         .first_item = static_cast<std::int32_t>(classes.size()) * options.items,
                         .items = options.items});
    }
  }
  return classes;
}

std::vector<std::uint8_t> draw_all(const GlyphOptions& options) {
  const auto pixels = static_cast<std::size_t>(options.image_size) * options.image_size;
  const auto items = static_cast<std::size_t>(options.items);
  const auto characters = static_cast<std::size_t>(options.characters);
  std::vector<std::uint8_t> images(static_cast<std::size_t>(options.alphabets) * characters *
                                   items * pixels);
  WorkerPool pool(resolved_threads(options.threads));
  pool.run(options.alphabets, [&](int, std::int64_t alphabet) {
    const auto programs = make_alphabet(options, static_cast<int>(alphabet));
    for (std::size_t c = 0; c < characters; ++c) {
      const auto who = static_cast<std::uint32_t>(alphabet) << 16 | static_cast<std::uint32_t>(c);
      for (std::size_t item = 0; item < items; ++item) {
        const auto place = (static_cast<std::size_t>(alphabet) * characters + c) * items + item;
        draw_by_hand(programs[c], Rng(options.seed, Stream::kGlyphs, kDrawingKey + item, who),
                     std::span(images).subspan(place * pixels, pixels), options.image_size);
      }
    }
  });
  return images;
}

// Raise it with any change of the drawings: what is cached is then drawn anew.
constexpr std::uint64_t kDrawingVersion = 2;

// What make_glyphs draws, from the user's cache folder where it was drawn before.
ImageRows cached_glyphs(const GlyphOptions& options) {
  check_options(options);
  Digest digest;
  digest.add(std::string_view("glyphs")).add(kDrawingVersion).add(options.seed);
  for (const int number :
       {options.alphabets, options.characters, options.items, options.image_size}) {
    digest.add(static_cast<std::uint64_t>(number));
  }
  const auto key = digest.hex();
  const auto folder = cache_folder();
  const auto file =
      folder.empty() ? folder : folder / fmt::format("glyphs-{}.images", key.substr(0, 16));
  const Shape shape{1, options.image_size, options.image_size};
  auto rows = load_cache(file, key);
  if (!rows || rows->shape != shape) {
    rows = ImageRows{shape, draw_all(options)};
    store_cache(file, key, *rows);
  }
  return *std::move(rows);
}

// As many equal planes as the network takes.
ImageRows in_channels(ImageRows grey, int channels) {
  if (channels == 1) return grey;
  ImageRows rows{{channels, grey.shape.height, grey.shape.width}, {}, grey.counts};
  const auto plane = grey.shape.size();
  for (auto first = grey.pixels.begin(); first != grey.pixels.end();
       first += static_cast<std::ptrdiff_t>(plane)) {
    for (int c = 0; c < channels; ++c) {
      rows.pixels.insert(rows.pixels.end(), first, first + static_cast<std::ptrdiff_t>(plane));
    }
  }
  return rows;
}

// By alphabets, four fifths of them for training.
ClassLists alphabet_split(const GlyphOptions& world) {
  std::vector<std::int32_t> all(static_cast<std::size_t>(world.alphabets * world.characters));
  std::iota(all.begin(), all.end(), 0);
  const auto border = all.begin() + world.alphabets * 4 / 5 * world.characters;
  return {.train = {all.begin(), border}, .validation = {}, .test = {border, all.end()}};
}

ClassLists find_split(const GlyphOptions& world, const std::string& name,
                      const DataOptions& options) {
  if (name == "alphabets") return alphabet_split(world);
  if (name == "seeded") {
    return seeded_split(world.alphabets * world.characters, world.seed, options.test_fraction);
  }
  throw Error("glyphs has no split '{}'; use alphabets or seeded", name);
}

}  // namespace

ClassDataset make_glyphs(const GlyphOptions& options) {
  check_options(options);
  return ClassDataset::from_bytes(draw_all(options), {1, options.image_size, options.image_size},
                                  byte_values(), class_infos(options));
}

LoadedData load_glyphs(const DataOptions& options) {
  const auto how = picture_form(options, usual_pictures("glyphs"));
  const GlyphOptions world = {.seed = static_cast<std::uint64_t>(options.split_seed),
                              .image_size = how.shape.height,
                              .threads = options.threads};
  const std::string split_name = options.split.empty() ? "alphabets" : options.split;
  auto split = cut_split(find_split(world, split_name, options), options, options.rotations);
  ImageSet set{.name = "glyphs"};
  set.classes = class_infos(world);
  return loaded_images(
      set, in_channels(cached_glyphs(world), how.shape.channels),
      {.how = how, .options = options, .split = std::move(split), .split_name = split_name});
}

}  // namespace anole
