# SPDX-License-Identifier: MIT
"""Sheets of the pictures that a model does worst on, for its model card: known failures are to be seen."""

from dataclasses import dataclass

import cv2
import numpy as np

from . import boxes
from .vocabulary import GEONS

COLOURS = ((60, 60, 230), (70, 190, 60), (240, 130, 40), (220, 70, 220), (40, 200, 230))
"""By class, BGR."""
WHITE, GREY, BLACK = (255, 255, 255), (150, 150, 150), (0, 0, 0)
CELL = (400, 300)
CAPTION_HEIGHT = 20
QUALITY = 80
FONT = cv2.FONT_HERSHEY_SIMPLEX


@dataclass(frozen=True)
class Failure:
    """A cell of a sheet: a dataset.Picture, the detections to draw in the colours of their classes, the labels to draw
    in white (grey where they count neither way), and what to say beneath (ASCII)."""

    picture: object
    detections: list
    labels: tuple = ()
    caption: str = ""


def _outline(image, box, scale, colour, thickness):
    cv2.polylines(image, [np.round(boxes.corners(box) * scale).astype(int)], True, colour, thickness, cv2.LINE_AA)


def _draw_detection(image, found, scale):
    colour = COLOURS[found.class_index]
    _outline(image, found.box, scale, colour, 1)
    corner = boxes.corners(found.box).min(0) * scale
    cv2.putText(image, f"{GEONS[found.class_index]} {found.probability:.2f}",
                (max(0, int(corner[0])), max(9, int(corner[1]) - 2)), FONT, 0.33, colour, 1, cv2.LINE_AA)


def _cell(failure):
    """The picture with labels and detections, fitted into a cell, and the caption on a bar at its lower edge."""
    pixels, _ = failure.picture.load()
    scale = min(CELL[0] / failure.picture.width, CELL[1] / failure.picture.height)
    image = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    for label in failure.labels:
        _outline(image, label.box, scale, GREY if label.ignore else WHITE, 1 if label.ignore else 2)
    for found in failure.detections:
        _draw_detection(image, found, scale)
    cell = np.zeros((CELL[1], CELL[0], 3), np.uint8)
    cell[:image.shape[0], :image.shape[1]] = image
    if failure.caption:
        cv2.rectangle(cell, (0, CELL[1] - CAPTION_HEIGHT), CELL, BLACK, cv2.FILLED)
        cv2.putText(cell, failure.caption, (6, CELL[1] - 6), FONT, 0.42, WHITE, 1, cv2.LINE_AA)
    return cell


def write_sheet(path, rows):
    """Writes a JPEG; `rows` are lists of Failure, one list a row of the sheet."""
    longest = max(len(row) for row in rows)
    blank = np.zeros((CELL[1], CELL[0], 3), np.uint8)
    sheet = [np.hstack([_cell(failure) for failure in row] + [blank] * (longest - len(row))) for row in rows]
    cv2.imwrite(str(path), np.vstack(sheet), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
