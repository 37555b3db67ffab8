#include "anole/bundle/bundle.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <limits>

#include "anole/bundle/state_tensors.h"
#include "anole/core/error.h"
#include "anole/io/container.h"
#include "anole/models/zoo.h"
#include "tests/io/scratch_folder.h"

namespace anole {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr ContainerKind kKind{
    .format = "anole-bundle", .noun = "bundle", .version = 2, .advice = ""};

// Two inputs, two outputs: linear.weight [2, 2], linear.bias [2].
Bundle tiny() {
  Bundle bundle;
  bundle.spec = {.name = "tiny",
                 .input = {.channels = 2},
                 .loss = Loss::kCrossEntropy,
                 .layers = {{.kind = LayerKind::kLinear, .name = "linear", .out = 2}}};
  bundle.meta = {.params = {1, 2, 3, 4, 5, 6},
                 .second_moment = {0, 0.5f, 1, 1.5f, 2, 2.5f},
                 .adam_steps = 500000,
                 .moment_rows = 10,
                 .extras = {{"average", {6, 5, 4, 3, 2, 1}}}};
  bundle.inner = {.lr = 0.25, .precision = Precision::kBf16};
  bundle.schedule = {.batch = 3, .steps = 20};
  bundle.shift = 2;
  bundle.preprocessing = {.shape = {.channels = 2},
                          .resize = Resize::kNone,
                          .scale = 0.1,
                          .source = 105,
                          .fit = PictureFit::kPad,
                          .invert = true,
                          .ground = Ground::kLight,
                          .mean = {0.5, -1},
                          .deviation = {2, 0.25}};
  bundle.labels = {"cat", "d\u00f6g"};
  bundle.norm = NormMode::kTransductive;
  bundle.training = R"({"seed":7})";
  return bundle;
}

TensorFile contents(const std::filesystem::path& path) { return load_container(path, kKind); }

// What load_bundle says after `change` was made to the contents of a good file, checksum and all.
std::string refusal_after(const std::function<void(TensorFile&)>& change) {
  const ScratchFolder folder;
  const auto path = folder / "a.anole";
  save_bundle(path, tiny());
  auto file = contents(path);
  change(file);
  save_container(path, kKind, file);
  const auto message = message_of<Error>([&] { load_bundle(path); });
  return message.starts_with(path.string()) ? message.substr(path.string().size()) : message;
}

std::string& metadata(TensorFile& file, std::string_view key) {
  return *const_cast<std::string*>(file.find_metadata(key));
}

std::string refusal_to_save(const std::function<void(Bundle&)>& change) {
  const ScratchFolder folder;
  auto bundle = tiny();
  change(bundle);
  const auto message = message_of<Error>([&] { save_bundle(folder / "a.anole", bundle); });
  EXPECT_TRUE(folder.names().empty());
  return message;
}

TEST(Bundle, RemembersTheClassesOfATraining) {
  const ScratchFolder folder;
  auto bundle = tiny();
  save_bundle(folder / "a.anole", bundle);
  EXPECT_EQ(contents(folder / "a.anole").find_metadata("classes"), nullptr);
  bundle.classes = {.train = {"cat", "d\u00f6g"}, .test = {"eel"}, .unused = {"fox"}};
  save_bundle(folder / "a.anole", bundle);
  EXPECT_EQ(load_bundle(folder / "a.anole").classes, bundle.classes);
  EXPECT_EQ(*contents(folder / "a.anole").find_metadata("classes"),
            R"({"train":["cat","dög"],"validation":[],"test":["eel"],"unused":["fox"]})");
}

TEST(Bundle, RefusesClassesThatAreNoNames) {
  const auto with = [](const char* text) {
    return refusal_after([&](TensorFile& file) { file.metadata.emplace_back("classes", text); });
  };
  EXPECT_EQ(with("[]"), ": classes: expected an object, found array");
  EXPECT_EQ(with(R"({"train":[1]})"),
            ": classes: \"train\": expected a list of texts, found array");
}

TEST(Bundle, ReadsBackWhatItWrote) {
  const ScratchFolder folder;
  save_bundle(folder / "a.anole", tiny());
  const auto back = load_bundle(folder / "a.anole");
  EXPECT_EQ(back.spec, tiny().spec);
  EXPECT_EQ(back.meta, tiny().meta);
  EXPECT_EQ(back.inner.lr, 0.25);
  EXPECT_EQ(back.inner.precision, Precision::kBf16);
  EXPECT_EQ(back.schedule.batch, 3);
  EXPECT_EQ(back.schedule.steps, 20);
  EXPECT_EQ(back.shift, 2);
  EXPECT_EQ(back.preprocessing, tiny().preprocessing);
  EXPECT_EQ(back.labels, tiny().labels);
  EXPECT_EQ(back.norm, NormMode::kTransductive);
  EXPECT_EQ(back.training, R"({"seed":7})");
}

TEST(Bundle, IsTheSameBytesForTheSameContents) {
  const ScratchFolder folder;
  save_bundle(folder / "a.anole", tiny());
  save_bundle(folder / "b.anole", load_bundle(folder / "a.anole"));
  EXPECT_EQ(read_text(folder / "a.anole"), read_text(folder / "b.anole"));
}

TEST(Bundle, NamesItsTensorsByLayer) {
  const ScratchFolder folder;
  auto bundle = tiny();
  bundle.spec = make_model({.model = "omniglot_conv4"}, {.channels = 1, .height = 28, .width = 28},
                           5, Loss::kCrossEntropy);
  bundle.meta = {.params = std::vector<float>(113221, 0.5f),
                 .second_moment = std::vector<float>(113221, 0.25f),
                 .adam_steps = 1};
  bundle.preprocessing = {};
  bundle.labels = {};
  save_bundle(folder / "a.anole", bundle);
  const auto file = contents(folder / "a.anole");
  ASSERT_EQ(file.tensors.size(), 36u);
  EXPECT_EQ(file.tensors[0].name, "conv1.weight");
  EXPECT_EQ(file.tensors[0].shape, (std::vector<std::int64_t>{64, 1, 3, 3}));
  EXPECT_EQ(file.tensors[18].name, "second_moment.conv1.weight");
  EXPECT_EQ(tensor_floats(*file.find_tensor("second_moment.linear.bias")),
            std::vector<float>(5, 0.25f));
  EXPECT_EQ(load_bundle(folder / "a.anole").meta, bundle.meta);
}

TEST(Bundle, HoldsNoSecondMomentAfterSgd) {
  const ScratchFolder folder;
  auto bundle = tiny();
  bundle.meta = {.params = bundle.meta.params};
  save_bundle(folder / "a.anole", bundle);
  EXPECT_EQ(contents(folder / "a.anole").tensors.size(), 2u);
  EXPECT_EQ(load_bundle(folder / "a.anole").meta, bundle.meta);
}

TEST(Bundle, RefusesAFlippedByteAnywhere) {
  const ScratchFolder folder;
  save_bundle(folder / "a.anole", tiny());
  expect_no_flipped_byte_is_loaded(folder / "a.anole", 7, load_bundle);
}

TEST(Bundle, SaysWhatToDoAboutADamagedFile) {
  const ScratchFolder folder;
  save_bundle(folder / "a.anole", tiny());
  auto bytes = read_text(folder / "a.anole");
  bytes.back() = '!';
  write_text(folder / "a.anole", bytes);
  EXPECT_EQ(message_of<Error>([&] { load_bundle(folder / "a.anole"); }),
            (folder / "a.anole").string() +
                ": damaged bundle: its checksum does not match its contents; copy it again from "
                "where it was made");
}

TEST(Bundle, RefusesTensorsThatAreNotThoseOfItsModel) {
  EXPECT_EQ(refusal_after([](TensorFile& file) { file.tensors.erase(file.tensors.begin() + 1); }),
            ": tensor 'linear.bias' of its model is missing");
  EXPECT_EQ(refusal_after([](TensorFile& file) { file.tensors.erase(file.tensors.begin() + 3); }),
            ": tensor 'second_moment.linear.bias' of its model is missing");
  EXPECT_EQ(refusal_after([](TensorFile& file) { file.tensors.pop_back(); }),
            ": tensor 'average.linear.bias' of its model is missing");
  EXPECT_EQ(refusal_after([](TensorFile& file) { file.tensors[1].name = "conv.bias"; }),
            ": tensor 'linear.bias' of its model is missing");
  EXPECT_EQ(refusal_after([](TensorFile& file) {
              file.tensors[0].shape = {4, 1};
            }),
            ": tensor 'linear.weight' is F32 [4, 1], its model has F32 [2, 2]");
  EXPECT_EQ(refusal_after([](TensorFile& file) { file.tensors[0].dtype = Dtype::kI32; }),
            ": tensor 'linear.weight' is I32 [2, 2], its model has F32 [2, 2]");
}

TEST(Bundle, PassesOverWhatANewerProgramMayHaveAdded) {
  EXPECT_EQ(refusal_after([](TensorFile& file) {
              file.tensors.push_back(float_tensor("colour", {1}, std::vector{1.0f}));
              file.metadata.push_back({"owner", "me"});
              metadata(file, "inner").insert(1, R"("momentum":0.5,)");
              metadata(file, "adaptation").insert(1, R"("rotate":true,)");
              metadata(file, "preprocessing").insert(1, R"("blur":false,)");
            }),
            "nothing thrown");
}

// As files of version 1 were: without what version 2 added.
Bundle loaded_as_version_1(const char* training, Loss loss = Loss::kCrossEntropy) {
  const ScratchFolder folder;
  auto bundle = tiny();
  bundle.spec.loss = loss;
  bundle.labels = {};
  bundle.training = training;
  save_bundle(folder / "a.anole", bundle);
  auto file = contents(folder / "a.anole");
  std::erase_if(file.metadata, [](const MetadataEntry& entry) {
    return entry.key == "inner" || entry.key == "adaptation" || entry.key == "moment_rows";
  });
  save_container(folder / "a.anole", kKind, file);
  return load_bundle(folder / "a.anole");
}

TEST(BundleOfVersion1, TakesWhatItLacksFromTheOptionsOfItsTraining) {
  const auto bundle = loaded_as_version_1(
      R"({"options":{"ways":2,"train_shots":4,"inner_batch":6,"lr":0.5,"lr_final":0.25,
          "eval_batch":3,"eval_steps":9,"eval_shift":1,"later_option":7}})");
  EXPECT_EQ(bundle.inner.lr, 0.25);
  EXPECT_EQ(bundle.schedule.batch, 3);
  EXPECT_EQ(bundle.schedule.steps, 9);
  EXPECT_EQ(bundle.shift, 1);
  EXPECT_EQ(bundle.meta.moment_rows, 6);
}

TEST(BundleOfVersion1, ItsSecondMomentIsOfAllSupportRowsWhereABatchWouldBeMore) {
  const auto* training = R"({"options":{"ways":2,"train_shots":4,"inner_batch":0}})";
  EXPECT_EQ(loaded_as_version_1(training).meta.moment_rows, 8);
  EXPECT_EQ(loaded_as_version_1(training, Loss::kMeanSquaredError).meta.moment_rows, 4);
}

TEST(BundleOfVersion1, EvaluationsOwnLearningRateWins) {
  EXPECT_EQ(loaded_as_version_1(R"({"options":{"lr":0.5,"lr_final":0.25,"eval_lr":2}})").inner.lr,
            2);
}

TEST(BundleOfVersion1, WithoutOptionsSaysNothing) {
  const auto bundle = loaded_as_version_1("{}");
  EXPECT_EQ(bundle.inner.lr, 1e-3);
  EXPECT_EQ(bundle.meta.moment_rows, 0);
}

TEST(Bundle, RefusesValuesThatNoTrainingGives) {
  const auto with = [](std::size_t tensor, float value) {
    return refusal_after([&](TensorFile& file) {
      file.tensors[tensor] = float_tensor(file.tensors[tensor].name, {2}, std::vector{1.0f, value});
    });
  };
  EXPECT_EQ(with(1, kNan),
            ": tensor 'linear.bias' holds nan at element 1, expected a finite number");
  EXPECT_EQ(with(3, -1),
            ": tensor 'second_moment.linear.bias' holds -1 at element 1, expected a "
            "finite number at least 0");
}

TEST(Bundle, OfATimeBeforeSourceTakesItFromItsDataSet) {
  const ScratchFolder folder;
  const auto loaded = [&](const char* training) {
    auto bundle = tiny();
    bundle.preprocessing = {.shape = bundle.spec.input, .resize = Resize::kNearest};
    bundle.training = training;
    save_bundle(folder / "a.anole", bundle);
    return load_bundle(folder / "a.anole").preprocessing;
  };
  EXPECT_EQ(loaded(R"({"options":{"dataset":"omniglot"}})").source, 105);
  EXPECT_EQ(loaded(R"({"options":{"dataset":"glyphs"}})").ground, Ground::kLight);
  EXPECT_EQ(loaded(R"({"options":{"dataset":"miniimagenet"}})").source, 84);
  EXPECT_EQ(loaded(R"({"options":{"dataset":"image_folder"}})").source, 0);
  EXPECT_EQ(loaded(R"({"options":{"dataset":"omniglot","resize":"nearest"}})").source, 0);
  EXPECT_EQ(loaded(R"({"options":7})").source, 0);
}

TEST(Bundle, RefusesMetadataThatIsNotAsTheFormatSays) {
  const auto with = [](const char* key, const std::string& text) {
    return refusal_after([&](TensorFile& file) { metadata(file, key) = text; });
  };
  EXPECT_EQ(refusal_after([](TensorFile& file) { file.metadata.erase(file.metadata.begin()); }),
            ": metadata 'spec' is missing");
  EXPECT_EQ(with("adam_steps", "-3"),
            ": metadata 'adam_steps' is '-3', expected an integer at least 0");
  EXPECT_EQ(with("norm", "batch"),
            ": norm is 'batch', expected transductive, support+1 or support");
  EXPECT_EQ(with("labels", "[1]"), ": labels: expected a list of texts, found [1]");
  EXPECT_EQ(with("labels", "[\"a\"]"), ": 1 labels for the 2 outputs of model 'tiny'");
  EXPECT_EQ(with("training", "7"), ": training: expected a JSON object");
  EXPECT_EQ(with("training", "{"), ": training: not valid JSON: it ends too early");
  EXPECT_EQ(with("preprocessing", "{}"),
            ": preprocessing: expected {\"shape\": [C, H, W], \"resize\": text, \"scale\": "
            "number}, found {}");
  EXPECT_EQ(with("preprocessing", R"({"shape":[2,1,1],"resize":"cubic","scale":1})"),
            ": preprocessing: resize is 'cubic', expected nearest, none or area");
  EXPECT_EQ(with("preprocessing", R"({"shape":[3,1,1],"resize":"none","scale":1})"),
            ": preprocessing gives rows of 3x1x1, model 'tiny' takes 2x1x1");
  const auto also = [&](const std::string& keys) {
    return with("preprocessing",
                (R"({"shape":[2,1,1],"resize":"none","scale":1,)" + keys + "}").c_str());
  };
  EXPECT_EQ(also(R"("source":-1)"), ": preprocessing: source: expected pixels, found -1");
  EXPECT_EQ(also(R"("fit":"squeeze")"),
            ": preprocessing: fit is 'squeeze', expected stretch, pad or crop");
  EXPECT_EQ(also(R"("invert":"no")"),
            ": preprocessing: invert: expected true or false, found \"no\"");
  EXPECT_EQ(also(R"("ground":3)"), ": preprocessing: ground: expected a text, found 3");
  EXPECT_EQ(also(R"("mean":[1])"),
            ": preprocessing: mean: expected 2 finite numbers, one for each number of a row");
  EXPECT_EQ(also(R"("mean":[1,2],"deviation":[1,0])"),
            ": preprocessing: deviation: expected numbers above 0");
  EXPECT_EQ(also(R"("mean":[1,2])"),
            ": preprocessing: found mean without deviation, or deviation without mean");
  EXPECT_EQ(with("spec", "{}"), ": model JSON, top level: the key 'name' is missing");
}

TEST(Bundle, IsNotSavedWithValuesThatCannotBeLoaded) {
  EXPECT_EQ(refusal_to_save([](Bundle& bundle) { bundle.meta.params[4] = kNan; }),
            "state to save: tensor 'linear.bias' holds nan at element 0, expected a finite number");
  EXPECT_EQ(refusal_to_save([](Bundle& bundle) { bundle.meta.second_moment[0] = -1; }),
            "state to save: tensor 'second_moment.linear.weight' holds -1 at element 0, expected a "
            "finite number at least 0");
  EXPECT_NE(refusal_to_save([](Bundle& bundle) { bundle.labels[0] = "\xff"; }), "nothing thrown");
  EXPECT_NE(refusal_to_save([](Bundle& bundle) { bundle.labels.push_back("bird"); }),
            "nothing thrown");
  EXPECT_NE(refusal_to_save([](Bundle& bundle) { bundle.training = "none"; }), "nothing thrown");
}

// Python reads a bundle with the stock safetensors package and writes one as docs/formats.md says.
TEST(Bundle, IsReadAndWrittenByPython) {
  if (std::system("python3 -c 'import safetensors.numpy, xxhash' 2>/dev/null") != 0) {
    GTEST_SKIP() << "skipped: Python lacks a package (pip install safetensors numpy xxhash)";
  }
  const ScratchFolder folder;
  save_bundle(folder / "a.anole", tiny());
  const auto command =
      fmt::format("python3 {}/tests/bundle/rewrite_bundle.py {} {} 2>&1", ANOLE_SOURCE_DIR,
                  (folder / "a.anole").string(), (folder / "b.anole").string());
  ASSERT_EQ(std::system(command.c_str()), 0);
  const auto back = load_bundle(folder / "b.anole");
  EXPECT_EQ(back.meta.params, (std::vector<float>{2, 4, 6, 8, 10, 12}));
  EXPECT_EQ(back.meta.second_moment, (std::vector<float>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(back.meta.adam_steps, 500000);
  EXPECT_EQ(back.labels, tiny().labels);
}

}  // namespace
}  // namespace anole
