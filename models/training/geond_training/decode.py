# SPDX-License-Identifier: MIT
"""The layout `geon-rotated-v1`: three maps of 13 channels to rotated boxes.

Channels of a cell at stride s, column i, row j: 5 class logits; dx, dy in strides from the cell's
centre; ln(width / 2s), ln(height / 2s); cos 2t, sin 2t, cos 4t, sin 4t. The C++ server decodes the
same way; tests/data/golden holds both to it.
"""

import math
from dataclasses import dataclass

import numpy as np

from . import boxes
from .vocabulary import SPHERE

STRIDES = (8, 16, 32)
OUTPUT_NAMES = tuple(f"p{stride}" for stride in STRIDES)
CHANNELS = 13
LOG_SIZE_RANGE = (-5.0, 4.5)
ELONGATED = 3.0
"""Above this aspect 4t adds nothing to 2t: the sides cannot be mistaken for each other."""
CANDIDATE_THRESHOLD, NMS_IOU = 0.05, 0.45
LETTERBOX_COLOUR = 114
"""Of each channel, where a frame shows nothing of the picture; these three stand in the manifests as well."""
MAX_CANDIDATES = 1000
MAX_DETECTIONS = 300


@dataclass(frozen=True)
class Detection:
    """A geon found: class index, probability in [0, 1], canonical box."""

    class_index: int
    probability: float
    box: tuple


def _angle(cell, aspect):
    """t of a cell (13 values) by its double and quadruple angles, before the class has its say."""
    by_double = math.atan2(cell[10], cell[9]) / 2
    if aspect > ELONGATED:
        return by_double
    by_quadruple = math.atan2(cell[12], cell[11]) / 4
    quarter_turns = math.floor((by_double - by_quadruple) / boxes.HALF_PI + 0.5)
    return by_quadruple + quarter_turns * boxes.HALF_PI


def _decode_cell(cell, column, row, stride, class_index):
    width, height = np.exp(np.clip(cell[7:9], *LOG_SIZE_RANGE)) * 2 * stride
    angle = _angle(cell, max(width, height) / min(width, height))
    if class_index == SPHERE:
        angle = math.floor(angle / boxes.HALF_PI + 0.5) * boxes.HALF_PI
    x = (column + 0.5 + cell[5]) * stride
    y = (row + 0.5 + cell[6]) * stride
    return boxes.canonical((x, y, width, height, angle))


def _may_show(box, frame_width, frame_height):
    """Whether any of a box can be in the frame: its centre is no further outside than it is long."""
    reach = math.hypot(box[2], box[3])
    return -reach <= box[0] <= frame_width + reach and -reach <= box[1] <= frame_height + reach


def _level_candidates(output, stride, threshold):
    logits = output[:5].astype(np.float64)
    probabilities = 1 / (1 + np.exp(-logits))
    found = []
    rows, columns, classes = np.nonzero((probabilities >= threshold).transpose(1, 2, 0))
    for row, column, class_index in zip(rows, columns, classes):
        cell = output[:, row, column].astype(np.float64)
        box = _decode_cell(cell, int(column), int(row), stride, int(class_index))
        if np.all(np.isfinite(box)) and _may_show(box, output.shape[2] * stride, output.shape[1] * stride):
            found.append(Detection(int(class_index), float(probabilities[class_index, row, column]), box))
    return found


def candidates(outputs, threshold=CANDIDATE_THRESHOLD):
    """Detections before suppression, the most probable first, at most MAX_CANDIDATES.

    `outputs`: three float arrays 1x13xHxW (or 13xHxW) for strides 8, 16, 32. Boxes are in pixels of
    the network's input. Ties keep the order level, row, column, class.
    """
    found = []
    for output, stride in zip(outputs, STRIDES):
        found += _level_candidates(np.asarray(output).reshape(CHANNELS, *output.shape[-2:]), stride, threshold)
    found.sort(key=lambda detection: -detection.probability)
    return found[:MAX_CANDIDATES]


def decode(outputs, threshold=CANDIDATE_THRESHOLD, nms_iou=NMS_IOU):
    """Detections after suppression by class, at most MAX_DETECTIONS, the most probable first."""
    return boxes.suppress(candidates(outputs, threshold), nms_iou, MAX_DETECTIONS)


def frame_for(width, height, input_width, input_height):
    """The (width, height) of the frame for a picture, where the network follows the picture.

    Of all frames of whole cells of the largest stride that have no more cells than the input, and no side
    over twice its longer one, the one in which the picture is largest, less what stays empty.
    """
    cell = STRIDES[-1]
    cells = (input_width // cell) * (input_height // cell)
    longest = 2 * max(input_width, input_height) // cell
    # The scale is cell * min(columns / width, rows / height): compared times width and height.
    largest = max(min(columns * height, min(cells // columns, longest) * width)
                  for columns in range(1, min(cells, longest) + 1))
    return -(-largest // height) * cell, -(-largest // width) * cell


@dataclass(frozen=True)
class Letterbox:
    """How a picture lies in the network's input: scaled by `scale`, moved by whole pixels."""

    scale: float
    offset_x: int
    offset_y: int
    scaled_width: int
    scaled_height: int

    @staticmethod
    def fit(width, height, input_width, input_height):
        scale = min(input_width / width, input_height / height)
        scaled_width, scaled_height = max(1, round(width * scale)), max(1, round(height * scale))
        return Letterbox(scale, (input_width - scaled_width) // 2, (input_height - scaled_height) // 2,
                         scaled_width, scaled_height)

    def to_picture(self, box):
        """A box in pixels of the network's input as one in pixels of the picture."""
        x, y, width, height, angle = box
        return ((x - self.offset_x) / self.scale, (y - self.offset_y) / self.scale,
                width / self.scale, height / self.scale, angle)
