#include "anole/data/pictures.h"

#include <fmt/ranges.h>

#include <map>

#include "anole/core/error.h"
#include "anole/core/text.h"
#include "anole/data/image_set.h"
#include "anole/files/pictures/kinds.h"

namespace anole {
namespace {

constexpr int kOmniglotSide = 105, kMiniImagenetSide = 84;

// The network, if what it takes are pictures.
const Preprocessing* taker(const DataOptions& options) {
  if (!options.network || options.network->resize == Resize::kNone) return nullptr;
  const int channels = options.network->shape.channels;
  return channels == 1 || channels == 3 ? &*options.network : nullptr;
}

Shape asked_shape(const DataOptions& options, Shape shape) {
  if (const auto* network = taker(options)) shape = network->shape;
  if (options.channels != 0) shape.channels = options.channels;
  if (options.image_size != 0) shape.height = shape.width = options.image_size;
  return shape;
}

std::string of_all(std::int64_t count, std::int64_t files) {
  return fmt::format("{} of {} pictures", with_commas(count), with_commas(files));
}

// What decided that rows are RGB, if not all pictures ask for it.
std::string color_note(const PictureCounts& counts, const std::string& first) {
  if (counts.colored == 1) {
    return fmt::format(
        "RGB because of {}, the only one of {} pictures with a colour; --channels 1 takes them as "
        "grey",
        first, with_commas(counts.files));
  }
  return fmt::format(
      "RGB because {} have a colour, {} the first of them; --channels 1 takes them as grey",
      of_all(counts.colored, counts.files), first);
}

std::string channels_note(const PictureCounts& counts, const std::string& first,
                          const Preprocessing& made, const DataOptions& options) {
  if (options.channels != 0) return {};
  const bool rgb = made.shape.channels == 3;
  if (taker(options) == nullptr) {
    const bool mixed = counts.colored > 0 && counts.colored < counts.files;
    return rgb && mixed ? color_note(counts, first) : "";
  }
  if (!rgb && counts.colored > 0) {
    return fmt::format("{} have a colour, the network takes grey: they are taken as grey",
                       of_all(counts.colored, counts.files));
  }
  if (rgb && counts.colored == 0) {
    return "the pictures are grey, the network takes RGB: each has three equal planes";
  }
  return {};
}

std::string shape_note(const PictureCounts& counts, const std::string& first,
                       const Preprocessing& made) {
  if (counts.reshaped == 0 || made.fit != PictureFit::kStretch) return {};
  const auto& shape = made.shape;
  const auto what = shape.height == shape.width
                        ? "not square"
                        : fmt::format("not in the proportion {} : {}", shape.height, shape.width);
  return fmt::format(
      "{} are {}, {} the first of them: stretched; --fit pad or --fit crop keeps their proportions",
      of_all(counts.reshaped, counts.files), what, first);
}

// Where the network's own pictures and the user's may differ in size.
std::string resize_note(const PictureCounts& counts, const Preprocessing& made,
                        const std::string& dataset, const DataOptions& options) {
  if (taker(options) == nullptr || counts.nearest == 0 || made.source == 0) return {};
  if (usual_pictures(dataset).source != 0) return {};
  return fmt::format(
      "{} are {}x{}, as those that the network was trained on: resized by the nearest neighbour, "
      "others by area; --resize area takes means for all",
      of_all(counts.nearest, counts.files), made.source, made.source);
}

}  // namespace

Preprocessing usual_pictures(std::string_view dataset) {
  if (dataset == "omniglot" || dataset == "glyphs") {
    return {.shape = {1, 28, 28},
            .resize = Resize::kNearest,
            .scale = kByteScale,
            .source = kOmniglotSide,
            .ground = Ground::kLight};
  }
  if (dataset == "miniimagenet") {
    return {.shape = {3, kMiniImagenetSide, kMiniImagenetSide},
            .resize = Resize::kNearest,
            .scale = kByteScale,
            .source = kMiniImagenetSide};
  }
  return {.shape = {0, 0, 0}, .resize = Resize::kArea, .scale = kByteScale};
}

bool has_pictures(std::string_view dataset) {
  return dataset == "image_folder" || usual_pictures(dataset).source != 0;
}

Preprocessing picture_form(const DataOptions& options, const Preprocessing& usual) {
  if (options.channels == 2) {
    throw UsageError(
        "channels is 2, expected 1 for grey, 3 for RGB, or 0: RGB if any picture has a colour");
  }
  auto form = usual;
  form.shape = asked_shape(options, form.shape);
  form.fit = options.fit;
  if (options.resize != ResizeRule::kAuto) {
    form.resize = options.resize == ResizeRule::kArea ? Resize::kArea : Resize::kNearest;
    form.source = 0;
  } else if (const auto* network = taker(options); network != nullptr && form.source == 0) {
    form.resize = network->resize;
    form.source = network->source;
  }
  return form;
}

std::vector<std::string> picture_notes(const PictureCounts& counts, const PictureNames& names,
                                       const Preprocessing& made, const DataOptions& options) {
  std::vector<std::string> notes;
  for (auto& note : {channels_note(counts, names.colored, made, options),
                     shape_note(counts, names.reshaped, made),
                     resize_note(counts, made, names.dataset, options)}) {
    if (!note.empty()) notes.push_back(note);
  }
  return notes;
}

std::string ground_note(Ground pictures, bool inverted, const DataOptions& options) {
  if (!options.network) return {};
  const auto trained = options.network->ground;
  if (pictures == Ground::kUnknown || trained == Ground::kUnknown || pictures == trained) return {};
  const auto* are = pictures == Ground::kDark ? "light on dark" : "dark on light";
  const auto* were = pictures == Ground::kDark ? "dark on light" : "light on dark";
  return fmt::format(
      "the pictures are {}, the network was trained on {}: {}", are, were,
      inverted ? "inverted; --invert no keeps them" : "not inverted; --invert auto or yes does it");
}

std::string left_out_note(const Archive& archive) {
  std::map<std::string, std::int64_t> endings;
  std::int64_t files = 0;
  for (const auto& entry : archive.entries()) {
    if (!is_left_out_picture(entry.name)) continue;
    ++endings[picture_ending(entry.name)];
    ++files;
  }
  if (files == 0) return {};
  std::vector<std::string> parts;
  for (const auto& [ending, count] : endings) {
    parts.push_back(endings.size() == 1 ? ending
                                        : fmt::format("{} {}", with_commas(count), ending));
  }
  return fmt::format("{} file{} left out ({}): convert {} to PNG", with_commas(files),
                     files == 1 ? "" : "s", fmt::join(parts, ", "), files == 1 ? "it" : "them");
}

}  // namespace anole
