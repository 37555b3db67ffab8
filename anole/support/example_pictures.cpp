#include "anole/support/example_pictures.h"

#include <utility>

#include "anole/data/pictures.h"
#include "anole/data/row.h"

namespace anole {

void ExamplePictures::add(std::string label, std::string name, Image image) {
  std::vector<std::uint8_t> pixels(how_.shape.size());
  picture_pixels(std::move(image), how_, pixels);
  const auto ground = ground_of(pixels, how_.shape);
  found_.push_back({std::move(label), std::move(name), std::move(pixels), ground});
}

SupportSet ExamplePictures::finished(const Preprocessing& network, Invert invert) const {
  std::vector<Ground> grounds;
  for (const auto& one : found_) grounds.push_back(one.ground);
  const auto seen = common_ground(grounds);
  const bool inverted = inverts(invert, seen, network);
  SupportSet set{.inverted = inverted != network.invert};
  DataOptions options;
  options.network = network;
  if (auto note = ground_note(seen, inverted, options); !note.empty()) {
    set.notes.push_back(std::move(note));
  }
  const unsigned flip = inverted ? 255 : 0;
  for (const auto& one : found_) {
    LabelledRow example{.label = one.label, .name = one.name};
    for (const auto byte : one.pixels) {
      example.row.push_back(static_cast<float>(static_cast<double>(byte ^ flip) * how_.scale));
    }
    set.examples.push_back(std::move(example));
  }
  return set;
}

}  // namespace anole
