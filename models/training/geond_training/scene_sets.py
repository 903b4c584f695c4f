# SPDX-License-Identifier: MIT
"""Sets of detections as arrays, and the changes that make a classifier see scenes instead of layouts."""

import numpy as np

from .features import FEATURES, SLOTS

MOST_FALSE_FINDS = 8
FALSE_FIND_CLASSES = (0.05, 0.05, 0.1, 0.4, 0.4)
"""How often a false find is a cone, cube, cylinder, sphere or torus: on photographs mostly heads and hands are."""

CLASS, X, Y, WIDTH, HEIGHT, ANGLE, PROBABILITY = range(7)


def as_array(picture):
    """float32 Nx7 of a PicturePrediction: class, centre and size over the longer side (the centre from
    the picture's middle), angle in radians, probability."""
    side = max(picture.width, picture.height)
    rows = [(d.class_index, (d.box[0] - picture.width / 2) / side, (d.box[1] - picture.height / 2) / side,
             d.box[2] / side, d.box[3] / side, d.box[4], d.probability) for d in picture.detections]
    return np.array(rows, np.float32).reshape(-1, 7)


def half_extents(picture):
    """(x, y): how far a PicturePrediction's frame reaches from its middle, in the unit of as_array()."""
    side = max(picture.width, picture.height)
    return picture.width / 2 / side, picture.height / 2 / side


def _mirror(rows):
    rows[:, X] *= -1
    rows[:, ANGLE] *= -1


def _reframe(rows, half, generator):
    """Another crop of the same scene and proportions: scaled about a point, with what leaves the frame left out."""
    scale = np.exp(generator.uniform(-0.25, 0.5))
    offset = generator.uniform(-0.5, 0.5, 2) * (scale - 1) if scale > 1 else generator.normal(0, 0.05, 2)
    rows[:, X:Y + 1] = rows[:, X:Y + 1] * scale + offset
    rows[:, WIDTH:HEIGHT + 1] *= scale
    return rows[(np.abs(rows[:, X]) < half[0]) & (np.abs(rows[:, Y]) < half[1])]


def _disturb(rows, generator):
    """What another detector would have seen: boxes a little off, other probabilities, a few wrong names."""
    count = len(rows)
    rows[:, X:Y + 1] += generator.normal(0, 0.012, (count, 2))
    rows[:, WIDTH:HEIGHT + 1] *= np.exp(generator.normal(0, 0.08, (count, 2)))
    rows[:, ANGLE] += generator.normal(0, 0.06, count)
    logits = np.log(rows[:, PROBABILITY] / (1 - np.minimum(rows[:, PROBABILITY], 0.999)))
    logits += generator.normal(0, 0.5) + generator.normal(0, 0.35, count)
    rows[:, PROBABILITY] = 1 / (1 + np.exp(-logits))
    wrong = generator.random(count) < 0.04
    rows[wrong, CLASS] = generator.integers(0, 5, wrong.sum())
    return rows


def _add_false_finds(rows, half, generator):
    """What the detector finds on photographs where there is no geon: round things of any size, anywhere in the frame."""
    count = generator.binomial(MOST_FALSE_FINDS, generator.random())
    found = np.zeros((count, 7), np.float32)
    found[:, CLASS] = generator.choice(len(FALSE_FIND_CLASSES), count, p=FALSE_FIND_CLASSES)
    found[:, X] = generator.uniform(-half[0], half[0], count)
    found[:, Y] = generator.uniform(-half[1], half[1], count)
    found[:, WIDTH] = np.exp(generator.uniform(-3.5, -1.2, count))
    found[:, HEIGHT] = found[:, WIDTH] * np.exp(-0.35 * np.abs(generator.standard_normal(count)))
    found[:, ANGLE] = generator.uniform(0, np.pi, count)
    found[:, PROBABILITY] = 0.3 + 0.55 * generator.random(count) ** 1.5
    return np.concatenate([rows, found])


def augmented(rows, half, generator, threshold_range=(0.1, 0.5)):
    """A changed copy of Nx7 rows in a frame of such half extents: mirrored, re-framed, disturbed, parts dropped,
    false finds added, at some threshold."""
    rows = rows.copy()
    if generator.random() < 0.5:
        _mirror(rows)
    if generator.random() < 0.7:
        rows = _reframe(rows, half, generator)
    if generator.random() < 0.8:
        rows = _disturb(rows, generator)
    if generator.random() < 0.7:
        rows = rows[generator.random(len(rows)) > generator.uniform(0, 0.4)]
    rows = rows[rows[:, PROBABILITY] >= generator.uniform(*threshold_range)]
    if len(rows) > 0 and generator.random() < 0.7:
        rows = _add_false_finds(rows, half, generator)
    return rows


def encode(rows):
    """float32 13x1x64: the features of `features.tensor`, from rows that may not be canonical any more."""
    rows = rows[np.argsort(-rows[:, PROBABILITY])][:SLOTS]
    out = np.zeros((FEATURES, 1, SLOTS), np.float32)
    count = len(rows)
    out[rows[:, CLASS].astype(int), 0, np.arange(count)] = 1
    out[5, 0, :count], out[6, 0, :count] = rows[:, X], rows[:, Y]
    swap = rows[:, WIDTH] < rows[:, HEIGHT]
    out[7, 0, :count] = np.log(np.maximum(np.maximum(rows[:, WIDTH], rows[:, HEIGHT]), 1e-3)) / 4
    out[8, 0, :count] = np.log(np.maximum(np.minimum(rows[:, WIDTH], rows[:, HEIGHT]), 1e-3)) / 4
    turned = rows[:, ANGLE] + np.where(swap, np.pi / 2, 0)
    out[9, 0, :count], out[10, 0, :count] = np.cos(2 * turned), np.sin(2 * turned)
    out[11, 0, :count] = rows[:, PROBABILITY]
    out[12, 0, :count] = 1
    return out
