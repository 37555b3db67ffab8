#pragma once

// Pictures of a user's examples, kept as bytes: whether they are inverted is known once all have
// been seen.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "anole/data/ground.h"
#include "anole/data/preprocessing.h"
#include "anole/files/image.h"
#include "anole/support/read_support.h"

namespace anole {

class ExamplePictures {
 public:
  // `how` is that of the network; whether it inverts does not matter yet.
  explicit ExamplePictures(Preprocessing how) : how_(std::move(how)) {}

  void add(std::string label, std::string name, Image image);
  bool empty() const { return found_.empty(); }

  // The examples, in the order in which they came, for a network that inverts or not as `network`
  // says, with a note where their ground is odd.
  SupportSet finished(const Preprocessing& network, Invert invert) const;

 private:
  struct Found {
    std::string label, name;
    std::vector<std::uint8_t> pixels;  // [how.shape.size()], not inverted
    Ground ground;
  };

  Preprocessing how_;
  std::vector<Found> found_;
};

}  // namespace anole
