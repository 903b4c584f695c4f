# SPDX-License-Identifier: MIT
"""Predictions files: one JSON document a line, a picture each; what `find` writes and `evaluate` reads (README.md has the fields).

    {"image": "000123", "kind": "built", "scene": "office", "width": 512, "height": 384,
     "primitives": [["cube", 0.93, x, y, width, height, degrees], ...], "detector": "d0c5... 640x480", "split": "study"}

Boxes are in pixels of the picture, whose size has to be that of the truth; probabilities are in [0, 1]. `kind` and `scene`
are the truth, for the classifiers' training. `detector` is manifest.detector_identity() of whoever found them, `split` what
the picture is for; another program's file may leave out both.
"""

import json
import math
import reprlib
from dataclasses import dataclass
from pathlib import Path

from . import whole_file
from .decode import Detection
from .vocabulary import GEONS

TINY, FAR = 0.001, 1000000
NUMBERS = {"probability": (0, 1), "x": (-FAR, FAR), "y": (-FAR, FAR), "width": (TINY, FAR), "height": (TINY, FAR),
           "degrees": (-FAR, FAR)}
"""What follows the class in a primitive, and from where to where it goes."""


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


def _number(name, value, low, high):
    if isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high:
        return value
    raise ValueError(f"{name} is to be a number from {low} to {high}, not {reprlib.repr(value)}")


def _detection(name, primitive):
    if not isinstance(primitive, list) or len(primitive) != 1 + len(NUMBERS):
        raise ValueError(f"{name} is to be [class, {', '.join(NUMBERS)}], not {reprlib.repr(primitive)}")
    geon = primitive[0]
    if geon not in GEONS:
        raise ValueError(f"{name}: no geon is called {reprlib.repr(geon)}: {', '.join(GEONS)} are")
    numbers = [_number(f"{name}: {field}", value, *limits) for (field, limits), value in zip(NUMBERS.items(), primitive[1:])]
    probability, *box, degrees = numbers
    return Detection(GEONS.index(geon), probability, (*box, math.radians(degrees)))


def _picture(document):
    if not isinstance(document, dict):
        raise ValueError(f"a line is to be an object, not {reprlib.repr(document)}")
    missing = [name for name in ("image", "kind", "scene", "width", "height", "primitives") if name not in document]
    if missing:
        raise ValueError(f"{missing[0]} is missing")
    for name, kind, words in (("image", str, "a string"), ("kind", str, "a string"), ("scene", str, "a string"),
                              ("primitives", list, "an array")):
        if not isinstance(document[name], kind):
            raise ValueError(f"{name} is to be {words}, not {reprlib.repr(document[name])}")
    width, height = (_number(name, document[name], 1, FAR) for name in ("width", "height"))
    detections = [_detection(f"primitives[{index}]", primitive) for index, primitive in enumerate(document["primitives"])]
    return PicturePrediction(document["image"], document["kind"], document["scene"], width, height, detections,
                             document.get("detector"), document.get("split"))


def read(path):
    """The PicturePrediction objects of a file in UTF-8, with or without its mark; empty lines are none.

    Raises ValueError, with the file, the line and the field, where one is no prediction.
    """
    try:
        lines = Path(path).read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is no text in UTF-8: {error}") from error
    pictures = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            pictures.append(_picture(json.loads(line)))
        except ValueError as error:
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
