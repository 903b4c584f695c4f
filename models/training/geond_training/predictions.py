# SPDX-License-Identifier: MIT
"""Predictions files: one JSON document a line, a picture each; what `find` writes and `evaluate` reads.

    {"image": "000123", "kind": "built", "scene": "office", "width": 512, "height": 384,
     "primitives": [["cube", 0.93, x, y, width, height, degrees], ...]}

Boxes are in pixels of the picture. `kind` and `scene` are the truth, for the classifiers' training.
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path

from .decode import Detection
from .vocabulary import GEONS


@dataclass
class PicturePrediction:
    """A picture's name, truth (kind, scene) and size, and the detections found in it."""

    image: str
    kind: str
    scene: str
    width: int
    height: int
    detections: list


def write(path, pictures):
    """Writes PicturePrediction objects; lengths to a hundredth of a pixel."""
    with open(path, "w", encoding="utf-8") as stream:
        for picture in pictures:
            primitives = [[GEONS[d.class_index], round(d.probability, 4), *(round(v, 2) for v in d.box[:4]),
                           round(math.degrees(d.box[4]), 2)] for d in picture.detections]
            stream.write(json.dumps({"image": picture.image, "kind": picture.kind, "scene": picture.scene,
                                     "width": picture.width, "height": picture.height,
                                     "primitives": primitives}) + "\n")


def read(path):
    """The PicturePrediction objects of a file."""
    pictures = []
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        document = json.loads(line)
        detections = [Detection(GEONS.index(name), probability, (x, y, width, height, math.radians(degrees)))
                      for name, probability, x, y, width, height, degrees in document["primitives"]]
        pictures.append(PicturePrediction(document["image"], document["kind"], document["scene"],
                                          document["width"], document["height"], detections))
    return pictures
