# SPDX-License-Identifier: MIT
"""Runs an exported detector the way the server does: OpenCV DNN over a letterboxed picture.

The server, however, decodes a large JPEG at a half, a quarter or an eighth of its size, so that what it finds in one, and what
scene it then sees, differs a little from what is found here: measure photographs with `geond predict`.
"""

import json
from pathlib import Path

import cv2
import numpy as np

from . import decode


def letterboxed(picture, input_width, input_height):
    """uint8 HxWx3 BGR of any size -> (float32 1x3xHxW in [0, 1], Letterbox)."""
    height, width = picture.shape[:2]
    box = decode.Letterbox.fit(width, height, input_width, input_height)
    filtering = cv2.INTER_AREA if box.scale < 1 else cv2.INTER_LINEAR
    scaled = cv2.resize(picture, (box.scaled_width, box.scaled_height), interpolation=filtering)
    canvas = np.full((input_height, input_width, 3), decode.LETTERBOX_COLOUR, np.uint8)
    canvas[box.offset_y:box.offset_y + box.scaled_height,
           box.offset_x:box.offset_x + box.scaled_width] = scaled
    return canvas.transpose(2, 0, 1)[None].astype(np.float32) / 255, box


def detections(outputs, box, threshold=decode.CANDIDATE_THRESHOLD, nms_iou=decode.NMS_IOU):
    """What is in the raw maps of a picture that lies in the input as `box` (Letterbox) says, in pixels of the picture."""
    return [decode.Detection(d.class_index, d.probability, box.to_picture(d.box))
            for d in decode.decode(outputs, threshold, nms_iou)]


class Detector:
    """An ONNX detector of layout geon-rotated-v1; not for use by several threads at once."""

    @classmethod
    def of(cls, folder):
        """The detector of a model's folder, at its manifest's input size."""
        document = json.loads((Path(folder) / "model.json").read_text(encoding="utf-8"))
        frame = document["input"]
        return cls(Path(folder) / document["files"][0]["path"], frame["width"], frame["height"],
                   frame.get("follows_picture", False))

    def __init__(self, path, input_width, input_height, follows_picture=False):
        self._net = cv2.dnn.readNetFromONNX(str(path))
        self._input_width, self._input_height = input_width, input_height
        self._follows_picture = follows_picture

    def outputs(self, blob):
        """The raw maps for strides 8, 16, 32 of a float32 1x3xHxW blob."""
        self._net.setInput(blob, "x")
        return self._net.forward(decode.OUTPUT_NAMES)

    def look(self, picture):
        """(the raw maps, the Letterbox) of a picture, uint8 HxWx3 BGR of any size."""
        frame = self._input_width, self._input_height
        if self._follows_picture:
            frame = decode.frame_for(picture.shape[1], picture.shape[0], *frame)
        blob, box = letterboxed(picture, *frame)
        return self.outputs(blob), box

    def __call__(self, picture, threshold=decode.CANDIDATE_THRESHOLD, nms_iou=decode.NMS_IOU):
        """Detections in pixels of the picture (uint8 HxWx3 BGR), the most probable first."""
        return detections(*self.look(picture), threshold, nms_iou)
