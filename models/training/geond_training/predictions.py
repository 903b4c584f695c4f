# SPDX-License-Identifier: MIT
"""Predictions files: one JSON document a line, a picture each; what `find` writes and `evaluate` reads.

    {"image": "000123", "kind": "built", "scene": "office", "width": 512, "height": 384,
     "primitives": [["cube", 0.93, x, y, width, height, degrees], ...], "detector": "d0c5... 640x480"}

Boxes are in pixels of the picture. `kind` and `scene` are the truth, for the classifiers' training. `detector` is
manifest.detector_identity() of whoever found them; another program's file may leave it out.
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path

from . import whole_file
from .decode import Detection
from .vocabulary import GEONS


@dataclass
class PicturePrediction:
    """A picture's name, truth (kind, scene) and size, the detections found in it, and by which detector (None: unknown)."""

    image: str
    kind: str
    scene: str
    width: int
    height: int
    detections: list
    detector: str | None = None


def write(path, pictures):
    """Writes PicturePrediction objects; lengths to a hundredth of a pixel. The file is there once all of them are in it."""
    with whole_file.replacing(path) as partial, open(partial, "w", encoding="utf-8") as stream:
        for picture in pictures:
            primitives = [[GEONS[d.class_index], round(d.probability, 4), *(round(v, 2) for v in d.box[:4]),
                           round(math.degrees(d.box[4]), 2)] for d in picture.detections]
            document = {"image": picture.image, "kind": picture.kind, "scene": picture.scene,
                        "width": picture.width, "height": picture.height, "primitives": primitives}
            if picture.detector is not None:
                document["detector"] = picture.detector
            stream.write(json.dumps(document) + "\n")


def _detection(primitive):
    name, probability, x, y, width, height, degrees = primitive
    if name not in GEONS:
        raise ValueError(f"no geon is called {name!r}: {', '.join(GEONS)} are")
    return Detection(GEONS.index(name), probability, (x, y, width, height, math.radians(degrees)))


def _picture(document):
    missing = [name for name in ("image", "kind", "scene", "width", "height", "primitives") if name not in document]
    if missing:
        raise ValueError(f"{missing[0]} is missing")
    width, height = document["width"], document["height"]
    if width <= 0 or height <= 0:
        raise ValueError(f"width and height are pixels of a picture, not {width} and {height}")
    return PicturePrediction(document["image"], document["kind"], document["scene"], width, height,
                             [_detection(primitive) for primitive in document["primitives"]], document.get("detector"))


def read(path):
    """The PicturePrediction objects of a file.

    Raises ValueError, with the file and the line, where one is no prediction.
    """
    pictures = []
    for number, line in enumerate(Path(path).read_text(encoding="utf-8").splitlines(), 1):
        try:
            pictures.append(_picture(json.loads(line)))
        except (ValueError, TypeError) as error:
            raise ValueError(f"{path}, line {number}: {error}") from error
    return pictures


def read_all_or_exit(parser, paths):
    """read() of several files for a command line: ends the program with what is wrong, as its `parser` does."""
    try:
        return [picture for path in paths for picture in read(path)]
    except (OSError, ValueError) as error:
        parser.error(str(error))
