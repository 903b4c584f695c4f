# SPDX-License-Identifier: MIT
"""Predictions files: one JSON document a line, a picture each; what `find` writes and `evaluate` reads.

    {"image": "000123", "kind": "built", "scene": "office", "width": 512, "height": 384,
     "primitives": [["cube", 0.93, x, y, width, height, degrees], ...], "detector": "d0c5... 640x480", "split": "study"}

Boxes are in pixels of the picture. `kind` and `scene` are the truth, for the classifiers' training. `detector` is
manifest.detector_identity() of whoever found them, `split` what the picture is for; another program's file may leave out both.
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
    """A picture's name, truth (kind, scene) and size, the detections found in it, by which detector, and what the picture
    is for (the split); these two None where it is not known."""

    image: str
    kind: str
    scene: str
    width: int
    height: int
    detections: list
    detector: str | None = None
    split: str | None = None


def write(path, pictures):
    """Writes PicturePrediction objects; lengths to a hundredth of a pixel. The file is there once all of them are in it."""
    with whole_file.replacing(path) as partial, open(partial, "w", encoding="utf-8") as stream:
        for picture in pictures:
            primitives = [[GEONS[d.class_index], round(d.probability, 4), *(round(v, 2) for v in d.box[:4]),
                           round(math.degrees(d.box[4]), 2)] for d in picture.detections]
            document = {"image": picture.image, "kind": picture.kind, "scene": picture.scene,
                        "width": picture.width, "height": picture.height, "primitives": primitives}
            known = {"detector": picture.detector, "split": picture.split}
            document |= {name: value for name, value in known.items() if value is not None}
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
                             [_detection(primitive) for primitive in document["primitives"]], document.get("detector"),
                             document.get("split"))


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


def refuse_splits(pictures, splits, purpose):
    """Raises ValueError where one of the pictures is of one of the `splits`: these are not for `purpose`."""
    wrong = [picture for picture in pictures if picture.split in splits]
    if wrong:
        raise ValueError(f"{len(wrong)} of {len(pictures)} pictures, such as {wrong[0].image}, are of the split "
                         f"{wrong[0].split}, which is not for {purpose}: give the finds of another split")


def read_all_or_exit(parser, paths, purpose=None, but=()):
    """read() of several files for a command line, of no picture that is of the splits in `but`, which are not for
    `purpose`: ends the program with what is wrong, as its `parser` does."""
    try:
        pictures = [picture for path in paths for picture in read(path)]
        refuse_splits(pictures, but, purpose)
        return pictures
    except (OSError, ValueError) as error:
        parser.error(str(error))
