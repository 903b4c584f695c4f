# SPDX-License-Identifier: MIT
"""The layout `primitives-v1`: a set of detections as a 1x13x1x64 tensor for the scene classifiers."""

import math

import numpy as np

SLOTS = 64
FEATURES = 13
CENTRE_X, SINE = 5, 10
"""The features that change their sign when a picture is mirrored."""


def primitive_features(detection, picture_width, picture_height):
    """13 floats: one-hot class, centre, log sizes, double angle, probability, mask.

    Lengths are divided by the picture's longer side; sizes enter as ln(x) / 4, which keeps them about
    [-1.5, 0]; the angle as cos 2t and sin 2t, since a box looks the same after half a turn.
    """
    x, y, width, height, angle = detection.box
    side = max(picture_width, picture_height)
    row = np.zeros(FEATURES, np.float32)
    row[detection.class_index] = 1
    row[CENTRE_X] = (x - picture_width / 2) / side
    row[6] = (y - picture_height / 2) / side
    row[7] = math.log(width / side) / 4
    row[8] = math.log(height / side) / 4
    row[9] = math.cos(2 * angle)
    row[SINE] = math.sin(2 * angle)
    row[11] = detection.probability
    row[12] = 1
    return row


def tensor(detections, picture_width, picture_height, threshold):
    """float32 1x13x1x64: the 64 most probable detections at or above the threshold; unused slots 0."""
    chosen = sorted((d for d in detections if d.probability >= threshold), key=lambda d: -d.probability)
    out = np.zeros((1, FEATURES, 1, SLOTS), np.float32)
    for slot, detection in enumerate(chosen[:SLOTS]):
        out[0, :, 0, slot] = primitive_features(detection, picture_width, picture_height)
    return out
