# SPDX-License-Identifier: MIT
"""Scores: average precision of rotated boxes, recall by group, F1 and calibration of scenes."""

import math
from dataclasses import dataclass

import numpy as np

from . import boxes
from .vocabulary import GEONS

MATCH_IOU = 0.5
UNSURE = 128
UNSURE_SHARE = 0.5
"""A detection that mostly lies on parts which no geon fits counts neither way."""


@dataclass(frozen=True)
class Excuse:
    """Which labels to be ignored excuse a detection that hits none: from which overlap on, and whether those of its class alone."""

    iou: float
    own_class: bool

    def holds(self, label, detection, overlap):
        return overlap > self.iou and (label.class_index == detection.class_index or not self.own_class)


LENIENT, STRICT = Excuse(0.3, False), Excuse(MATCH_IOU, True)
"""Small or half hidden geons are taken for each other and boxed in part, which LENIENT forgives; STRICT excuses what would be a hit."""


@dataclass(frozen=True)
class Outcome:
    """What became of a detection that counts: right or wrong."""

    class_index: int
    probability: float
    right: bool


def _on_unsure_part(box, mask):
    """Whether most of a box's inside (an 8x8 grid of points) is of parts without a label."""
    steps = (np.arange(8) + 0.5) / 8 - 0.5
    along = np.array([math.cos(box[4]), math.sin(box[4])]) * box[2]
    across = np.array([-math.sin(box[4]), math.cos(box[4])]) * box[3]
    points = np.array(box[:2]) + steps[:, None, None] * along + steps[None, :, None] * across
    columns, rows = points[..., 0].astype(int).ravel(), points[..., 1].astype(int).ravel()
    inside = (columns >= 0) & (rows >= 0) & (columns < mask.shape[1]) & (rows < mask.shape[0])
    return inside.any() and np.mean(mask[rows[inside], columns[inside]] == UNSURE) > UNSURE_SHARE


def match(labels, detections, mask, excuse=LENIENT):
    """(outcomes, found): greedy by probability at IoU 0.5 within a class.

    `found` holds, for each label, the probability of the detection that hit it (0: none). Labels to be
    ignored, and a detection that one of these excuses or that lies on an unsure part, count neither way.
    """
    outcomes, found = [], [0.0] * len(labels)
    for detection in sorted(detections, key=lambda d: -d.probability):
        best, best_iou, excused = None, MATCH_IOU, False
        for index, label in enumerate(labels):
            overlap = boxes.rotated_iou(label.box, detection.box)
            if label.ignore:
                excused = excused or excuse.holds(label, detection, overlap)
            elif label.class_index == detection.class_index and not found[index] and overlap >= best_iou:
                best, best_iou = index, overlap
        if best is not None:
            found[best] = detection.probability
            outcomes.append(Outcome(detection.class_index, detection.probability, True))
        elif not excused and not _on_unsure_part(detection.box, mask):
            outcomes.append(Outcome(detection.class_index, detection.probability, False))
    return outcomes, found


def average_precision(outcomes, label_count):
    """Area under the precision envelope over recall; NaN without labels.

    Detections of one probability come in together: no threshold tells them apart.
    """
    if label_count == 0:
        return float("nan")
    if not outcomes:
        return 0.0
    ordered = sorted(outcomes, key=lambda outcome: -outcome.probability)
    probabilities = np.array([outcome.probability for outcome in ordered])
    last = np.append(probabilities[1:] != probabilities[:-1], True)
    right = np.cumsum([outcome.right for outcome in ordered])[last]
    precision = right / np.arange(1, len(ordered) + 1)[last]
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    recall = right / label_count
    return float(np.sum(np.diff(np.concatenate([[0.0], recall])) * envelope))


def precision_by_class(outcomes, labels, fewest=1):
    """AP50 of each class (NaN with fewer labels than `fewest`), then their mean over the others."""
    by_class = []
    for index in range(len(GEONS)):
        count = sum(1 for label in labels if label.class_index == index and not label.ignore)
        enough = count >= fewest
        by_class.append(average_precision([o for o in outcomes if o.class_index == index], count) if enough else float("nan"))
    return by_class, float(np.nanmean(by_class)) if not np.all(np.isnan(by_class)) else float("nan")


def f1_by_answer(truth, answers, names):
    """F1 of each name, from lists of names (an answer may be None)."""
    scores = []
    for name in names:
        hits = sum(t == name and a == name for t, a in zip(truth, answers))
        wrong = sum(t != name and a == name for t, a in zip(truth, answers))
        missed = sum(t == name and a != name for t, a in zip(truth, answers))
        scores.append(2 * hits / max(1, 2 * hits + wrong + missed))
    return scores


def reliability(confidences, right, bins=10):
    """(expected calibration error, [(mean confidence, share right) of each bin that is not empty])."""
    confidences, right = np.asarray(confidences, float), np.asarray(right, float)
    index = np.minimum((confidences * bins).astype(int), bins - 1)
    error, curve = 0.0, []
    for b in range(bins):
        chosen = index == b
        if chosen.any():
            mean, share = float(confidences[chosen].mean()), float(right[chosen].mean())
            error += chosen.mean() * abs(mean - share)
            curve.append((mean, share))
    return float(error), curve
