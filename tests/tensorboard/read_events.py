"""Reads the event file that event_file_test.cpp writes, with stock TensorBoard, and checks it."""

import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import plugin_data_pb2

events = EventAccumulator(sys.argv[1])
events.Reload()

loss = [(event.step, event.value) for event in events.Scalars("training/loss")]
assert loss == [(0, 2.5), (300, 0.5)], loss

(image,) = events.Images("tasks/0")
assert (image.step, image.height, image.width) == (7, 2, 3), image
assert image.encoded_image_string.startswith(b"\x89PNG"), image

(text,) = events.Tensors("options")
assert list(text.tensor_proto.string_val) == [b"| lr | 0.1 |"], text
assert events.SummaryMetadata("options").plugin_data.plugin_name == "text"

content = events.PluginTagToContent("hparams")
start = plugin_data_pb2.HParamsPluginData.FromString(content["_hparams_/session_start_info"])
hparams = start.session_start_info.hparams
assert hparams["lr"].number_value == 0.25, hparams
assert hparams["rotations"].bool_value is True, hparams
assert hparams["dataset"].string_value == "sine", hparams
assert start.session_start_info.group_name == "run-1", start
end = plugin_data_pb2.HParamsPluginData.FromString(content["_hparams_/session_end_info"])
assert end.session_end_info.status == 1, end
