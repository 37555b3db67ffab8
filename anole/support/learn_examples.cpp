#include "anole/support/learn_examples.h"

#include <utility>

#include "anole/core/error.h"

namespace anole {

void begin_with(Adapter& adapter, SupportSet pictures, AdaptOptions options) {
  options.inverted = pictures.inverted;
  adapter.adapt(std::move(pictures.examples), options);
}

void add_to(Adapter& adapter, SupportSet examples, const OtherGround& told) {
  if (examples.inverted) {
    throw Error("{}: the ground of these pictures is the opposite of the bundle's; {}", told.where,
                told.advice);
  }
  adapter.add(std::move(examples.examples));
}

}  // namespace anole
