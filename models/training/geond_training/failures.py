# SPDX-License-Identifier: MIT
"""A sheet of the pictures that a detector does worst on, for its model card: known failures are to be seen.

Truth is drawn in white (grey where it counts neither way), what was found in the colour of its class.
"""

import cv2
import numpy as np

from . import boxes
from .vocabulary import GEONS

COLOURS = ((60, 60, 230), (70, 190, 60), (240, 130, 40), (220, 70, 220), (40, 200, 230))
"""By class, BGR."""
WHITE, GREY = (255, 255, 255), (150, 150, 150)
CELL = (400, 300)
QUALITY = 80


def _outline(image, box, scale, colour, thickness):
    cv2.polylines(image, [np.round(boxes.corners(box) * scale).astype(int)], True, colour, thickness, cv2.LINE_AA)


def _cell(picture, detections, threshold):
    """The picture with truth and finds, fitted into a cell of the sheet."""
    pixels, _ = picture.load()
    scale = min(CELL[0] / picture.width, CELL[1] / picture.height)
    image = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    for label in picture.labels:
        _outline(image, label.box, scale, GREY if label.ignore else WHITE, 1 if label.ignore else 2)
    for found in (d for d in detections if d.probability >= threshold):
        colour = COLOURS[found.class_index]
        _outline(image, found.box, scale, colour, 1)
        corner = boxes.corners(found.box).min(0) * scale
        cv2.putText(image, f"{GEONS[found.class_index]} {found.probability:.2f}",
                    (max(0, int(corner[0])), max(9, int(corner[1]) - 2)), cv2.FONT_HERSHEY_SIMPLEX, 0.33, colour, 1,
                    cv2.LINE_AA)
    cell = np.zeros((CELL[1], CELL[0], 3), np.uint8)
    cell[:image.shape[0], :image.shape[1]] = image
    return cell


def write_sheet(path, rows, threshold):
    """Writes a JPEG; `rows` are lists of (Picture, detections), one list a row of the sheet."""
    longest = max(len(row) for row in rows)
    blank = np.zeros((CELL[1], CELL[0], 3), np.uint8)
    sheet = [np.hstack([_cell(*entry, threshold) for entry in row] + [blank] * (longest - len(row))) for row in rows]
    cv2.imwrite(str(path), np.vstack(sheet), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
