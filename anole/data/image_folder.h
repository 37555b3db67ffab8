#pragma once

// Your own pictures: one folder a class. `--data` names the folder (or a zip of it):
//
//   my-gestures/
//     train.txt test.txt val.txt   only for the split `lists`; val.txt may be missing
//     wave/  1.png 2.JPG …         class "wave"
//     point/left/  a.jpeg …        class "point/left", group "point"
//
// PNG and JPEG, told by .png, .jpg or .jpeg in any case; other files are left alone. Rows are RGB
// if any picture has a colour, else grey; resized by nearest neighbour to image_size, by default 84
// for RGB and 28 for grey; value = byte / 255. Classes and their items are in bytewise order.
//
// Splits:
//   lists   usual where there is a train.txt: class names, one a line, in train.txt, test.txt and
//           val.txt
//   seeded  usual otherwise: shuffled by split_seed, test_fraction of the classes for testing

#include "anole/data/dataset.h"
#include "anole/data/image_set.h"

namespace anole {

// The pictures by class. Throws Error if there are no class folders, a folder without pictures, or
// a picture outside of a class folder.
ImageSet list_image_folder(const std::filesystem::path& path);

// `data` must be given. Throws Error as above and for a file that cannot be decoded, with the
// reason.
LoadedData load_image_folder(const DataOptions& options);

}  // namespace anole
