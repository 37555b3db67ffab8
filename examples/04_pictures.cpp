// Pictures of real handwriting: a short meta-training on drawn glyphs gives a start, and an Adapter
// learns five characters from one picture of each. The pictures are Omniglot's, in characters/.
#include <cstdio>
#include <filesystem>

#include "anole/adapt/adapt_all.h"
#include "anole/bundle/adapter.h"
#include "anole/data/glyphs/glyphs.h"
#include "anole/make_learner.h"
#include "anole/meta/reptile.h"
#include "anole/meta/schedule.h"
#include "anole/models/zoo.h"
#include "anole/tasks/class_tasks.h"

using namespace anole;

Bundle train_start() {
  const LoadedData glyphs = load_glyphs({});
  const ClassTasks tasks(glyphs.dataset, glyphs.split.train, {.shots = 10, .queries = 0}, 0);
  Bundle bundle;
  bundle.spec = make_model({.model = "omniglot_conv4"}, tasks.shape(), 5, Loss::kCrossEntropy);
  bundle.preprocessing = glyphs.preprocessing;
  bundle.meta.params = initial_params(bundle.spec, Rng(0, Stream::kInit));
  LearnerTeam team([&] { return make_learner(bundle.spec); }, available_cores());
  for (unsigned i = 0; i < 150; ++i)
    meta_step(bundle.meta, adapt_all(team, bundle.meta, tasks, {.iteration = i, .count = 5}),
              annealed_step(1, 0, i, 150));
  return bundle;
}

int main(int argc, char** argv) {
  const std::filesystem::path characters = argc > 1 ? argv[1] : EXAMPLE_CHARACTERS;
  save_bundle("start.anole", train_start());

  Adapter adapter(load_bundle("start.anole"), learners());  // later, on the device
  std::vector<LabelledRow> examples;
  for (const auto& folder : std::filesystem::directory_iterator(characters)) {
    if (!folder.is_directory()) continue;
    examples.push_back({.label = folder.path().filename().string(),
                        .row = adapter.row({.file = folder.path() / "1.png"})});
  }
  adapter.adapt(examples);
  int right = 0;
  for (const std::string& label : adapter.bundle().labels) {
    for (const char* question : {"2.png", "3.png", "4.png", "5.png"})
      right +=
          adapter.predict(adapter.row({.file = characters / label / question}), 1)[0].name == label;
  }
  std::printf("%zu classes, one picture each\n%d of 20 others are right\n", examples.size(), right);
}
// Prints, numbers within 3:
// 5 classes, one picture each
// 13 of 20 others are right
