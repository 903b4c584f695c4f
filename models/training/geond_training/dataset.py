# SPDX-License-Identifier: MIT
"""Rendered pictures on disk: NAME.jpg (or .png), NAME.mask.png and NAME.json, as the renderer writes them.

The mask tells how sure the labels are of a pixel: 0 background (a full negative), 128 part of a thing
that no geon fits (neither hit nor miss counts much), 255 a labelled geon.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

import cv2

from . import boxes
from .vocabulary import GEONS, REJECT

MIN_SHORT_SIDE = 12.0
MIN_VISIBLE = 0.35
MIN_AGREEMENT = 0.6
"""Visible mask against the primitive's projected silhouette: below this the picture does not bear the label out."""
MIN_OUTLINED = 0.5
"""Share of the outline at which the picture shows an edge: below this nobody can say where the thing ends."""


@dataclass
class Label:
    """A geon in a picture: canonical box around its visible pixels, and whether it only is to be ignored."""

    class_index: int
    box: tuple
    visible: float
    ignore: bool


@dataclass
class Picture:
    """A picture's truth. `pixels` and `mask` are read by load()."""

    name: str
    folder: Path
    kind: str
    scene: str
    width: int
    height: int
    split: str
    labels: list = field(default_factory=list)

    def load(self):
        """(uint8 HxWx3 BGR, uint8 HxW mask)."""
        path = self.folder / f"{self.name}.jpg"
        if not path.exists():
            path = path.with_suffix(".png")
        return cv2.imread(str(path)), cv2.imread(str(self.folder / f"{self.name}.mask.png"), 0)


def _label(entry):
    box = boxes.canonical(entry["box"])
    too_small = box[3] < MIN_SHORT_SIDE
    doubtful = (entry["visible"] < MIN_VISIBLE or entry["agreement"] < MIN_AGREEMENT
                or not entry.get("clear", True) or entry.get("outlined", 1.0) < MIN_OUTLINED)
    return Label(GEONS.index(entry["class"]), box, entry["visible"], too_small or doubtful)


def read_picture(path):
    """The Picture of a NAME.json."""
    document = json.loads(Path(path).read_text(encoding="utf-8"))
    return Picture(Path(path).stem, Path(path).parent, document["kind"], document.get("scene", REJECT),
                   document["width"], document["height"], document["split"],
                   [_label(entry) for entry in document["objects"]])


def read_folder(folders, split=None):
    """All pictures of some folders, in order of their names; only those of `split` where one is given.

    Raises ValueError, with the remedy, where there is no folder, or none that is there, or no such picture in them.
    """
    if not folders:
        raise ValueError("--data names no folder: render pictures first (make render render-held-out), or check WORK")
    missing = [str(folder) for folder in folders if not Path(folder).is_dir()]
    if missing:
        raise ValueError(f"--data: there is no folder {missing[0]}")
    pictures = [read_picture(path) for folder in folders for path in sorted(Path(folder).glob("*.json"))]
    chosen = [picture for picture in pictures if split is None or picture.split == split]
    if not chosen:
        kind = "picture" if split is None else f"picture of the split {split}"
        raise ValueError(f"--data: no {kind} in {', '.join(map(str, folders))}")
    return chosen


def pictures_or_exit(parser, folders, split=None):
    """read_folder() for a command line: ends the program with what is wrong, as its `parser` does."""
    try:
        return read_folder(folders, split)
    except ValueError as error:
        parser.error(str(error))
