# SPDX-License-Identifier: MIT
"""Writes the golden tensors that hold the C++ and the Python decoding to each other.

    python3 -m geond_training.golden FOLDER
"""

import json
import math
import sys
from pathlib import Path

import numpy as np

from . import boxes, decode, features
from .decode import Detection, Letterbox
from .vocabulary import GEONS

INPUT_WIDTH, INPUT_HEIGHT = 96, 64
PICTURE_WIDTH, PICTURE_HEIGHT = 1200, 900


def _box_document(detection, box):
    return {"class": GEONS[detection.class_index], "probability": round(detection.probability, 7),
            "center": [round(box[0], 5), round(box[1], 5)], "size": [round(box[2], 5), round(box[3], 5)],
            "rotation": round(math.degrees(box[4]), 5)}


def _random_output(stride, generator):
    """13xHxW with a few confident cells, some of them neighbours that suppress each other."""
    shape = (decode.CHANNELS, INPUT_HEIGHT // stride, INPUT_WIDTH // stride)
    output = generator.normal(0, 0.3, shape)
    output[:5] = generator.normal(-4.2, 0.9, (5,) + shape[1:])
    for _ in range(3):
        row, column = generator.integers(shape[1]), generator.integers(shape[2])
        class_index, angle = generator.integers(5), generator.uniform(-math.pi / 2, math.pi / 2)
        size = generator.uniform(-0.2, 0.9, 2)
        for step in range(2):
            cell_column = min(column + step, shape[2] - 1)
            output[class_index, row, cell_column] = generator.uniform(-1, 3)
            output[5:7, row, cell_column] = (column - cell_column + 0.2, 0.1)
            output[7:9, row, cell_column] = size
            output[9:, row, cell_column] = (math.cos(2 * angle), math.sin(2 * angle),
                                            math.cos(4 * angle), math.sin(4 * angle))
    return np.round(output, 4).astype(np.float32)


def detector_document(seed=20):
    """Raw outputs at a 96x64 input, their candidates, what suppression keeps, and both in the picture."""
    generator = np.random.default_rng(seed)
    outputs = [_random_output(stride, generator) for stride in decode.STRIDES]
    found = decode.candidates(outputs)
    kept = boxes.suppress(found, decode.NMS_IOU, decode.MAX_DETECTIONS)
    letterbox = Letterbox.fit(PICTURE_WIDTH, PICTURE_HEIGHT, INPUT_WIDTH, INPUT_HEIGHT)
    return {
        "layout": "geon-rotated-v1", "input": {"width": INPUT_WIDTH, "height": INPUT_HEIGHT},
        "strides": list(decode.STRIDES), "threshold": decode.CANDIDATE_THRESHOLD, "nms_iou": decode.NMS_IOU,
        "outputs": {name: {"shape": [1, *output.shape],
                           "data": [float(f"{value:.4f}") for value in output.ravel()]}
                    for name, output in zip(decode.OUTPUT_NAMES, outputs)},
        "candidates": [_box_document(d, d.box) for d in found],
        "kept": [_box_document(d, d.box) for d in kept],
        "picture": {"width": PICTURE_WIDTH, "height": PICTURE_HEIGHT},
        "kept_in_picture": [_box_document(d, letterbox.to_picture(d.box)) for d in kept],
    }


def _random_detections(count, width, height, generator):
    found = []
    for _ in range(count):
        size = np.sort(generator.uniform(0.02, 0.5, 2))[::-1] * max(width, height)
        box = boxes.canonical((generator.uniform(0, width), generator.uniform(0, height), *size,
                               generator.uniform(-math.pi / 2, math.pi / 2)))
        found.append(Detection(int(generator.integers(5)), float(generator.uniform(0.05, 1)), box))
    return found


def _classifier_case(name, count, width, height, threshold, generator):
    found = _random_detections(count, width, height, generator)
    tensor = features.tensor(found, width, height, threshold)
    return {"name": name, "picture": {"width": width, "height": height}, "threshold": threshold,
            "primitives": [{"class": GEONS[d.class_index], "probability": d.probability,
                            "center": [d.box[0], d.box[1]], "size": [d.box[2], d.box[3]],
                            "rotation": math.degrees(d.box[4])} for d in found],
            "features": {"shape": list(tensor.shape), "data": [float(f"{v:.7g}") for v in tensor.ravel()]}}


def classifier_document(seed=21):
    """Sets of primitives and their feature tensors: none, a few, a portrait picture, more than 64."""
    generator = np.random.default_rng(seed)
    return {"layout": "primitives-v1", "cases": [
        _classifier_case("no primitives", 0, 640, 480, 0.35, generator),
        _classifier_case("a few, some below the threshold", 9, 1200, 800, 0.35, generator),
        _classifier_case("portrait", 5, 600, 900, 0.05, generator),
        _classifier_case("more than 64", 80, 512, 384, 0.05, generator)]}


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, document in (("detector", detector_document()), ("classifier", classifier_document())):
        (folder / f"{name}.json").write_text(json.dumps(document, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
