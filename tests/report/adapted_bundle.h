#pragma once

// A bundle that knows two classes, for tests of what a page shows of it; its network is not asked.

#include <string>
#include <vector>

#include "anole/bundle/bundle.h"
#include "anole/models/zoo.h"

namespace anole {

inline Bundle adapted_bundle(std::vector<std::string> labels = {"cat", "dog"},
                             const Shape& shape = {1, 4, 4}) {
  Bundle bundle;
  bundle.spec =
      make_model({.model = "mlp"}, shape, static_cast<int>(labels.size()), Loss::kCrossEntropy);
  const bool pictures = shape.height > 1;
  bundle.preprocessing = {.shape = shape,
                          .resize = pictures ? Resize::kArea : Resize::kNone,
                          .scale = pictures ? 1.0 / 255 : 1};
  for (const auto& label : labels) {
    bundle.examples.push_back(
        {.label = label, .name = "1.png", .row = std::vector<float>(shape.size(), 0.5f)});
  }
  bundle.labels = std::move(labels);
  return bundle;
}

}  // namespace anole
