# SPDX-License-Identifier: MIT
"""Scores of a detector: average precision, recall by group, operating points and calibration, and its tables."""

import numpy as np

from . import metrics
from .tables import number
from .vocabulary import GEONS, KINDS, SCENES

SIZE_LIMITS = (12, 24, 48, 96, 10**6)
VISIBLE_LIMITS = (0.35, 0.65, 0.9, 1.01)
OPERATING_POINTS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.5)
WORST_OF_A_KIND, FEWEST_LABELS = 4, 3
FEWEST_OF_A_CLASS = 10
"""A group of pictures with fewer labels of a class says nothing of how well that class is found."""


class DetectionScores:
    """Matches of all pictures, kept by picture so that they can be grouped."""

    def __init__(self, pictures, found):
        self._matched, self._strict = [], []
        for picture in pictures:
            detections = found[picture.name].detections
            _, mask = picture.load()
            outcomes, hits = metrics.match(picture.labels, detections, mask)
            self._matched.append((picture, outcomes, hits))
            self._strict.append((picture, metrics.match(picture.labels, detections, mask, metrics.STRICT)[0]))
        self._found = found

    def __len__(self):
        return len(self._matched)

    def precision(self, chosen=lambda picture: True, strict=False):
        """(AP50 by class, mAP50, pictures) over the pictures that `chosen` accepts; NaN for a class with few labels there.

        `strict`: labels to be ignored excuse as metrics.STRICT says, not as metrics.LENIENT does.
        """
        kept = [(p, o) for p, o in (self._strict if strict else ((p, o) for p, o, _ in self._matched)) if chosen(p)]
        outcomes = [outcome for _, os in kept for outcome in os]
        labels = [label for p, _ in kept for label in p.labels]
        return *metrics.precision_by_class(outcomes, labels, FEWEST_OF_A_CLASS), len(kept)

    def reliability(self):
        """(expected calibration error, its curve) of the boxes that count, as metrics.reliability has them."""
        outcomes = [outcome for _, os, _ in self._matched for outcome in os]
        return metrics.reliability([o.probability for o in outcomes], [o.right for o in outcomes])

    def recall(self, chosen, threshold):
        """(share found at `threshold`, labels) of the labels that `chosen` accepts."""
        hits = [hit >= threshold for picture, _, found in self._matched
                for label, hit in zip(picture.labels, found) if not label.ignore and chosen(label)]
        return (float(np.mean(hits)) if hits else float("nan")), len(hits)

    def operating_point(self, threshold):
        """(precision, recall) over all classes at a threshold."""
        outcomes = [o for _, os, _ in self._matched for o in os if o.probability >= threshold]
        right = sum(o.right for o in outcomes)
        labels = sum(not label.ignore for p, _, _ in self._matched for label in p.labels)
        return right / max(1, len(outcomes)), right / max(1, labels)

    def worst(self, kind, threshold, count=WORST_OF_A_KIND):
        """The (Picture, detections) of a kind with the lowest F1 among those with FEWEST_LABELS or more."""
        def f1(entry):
            _, outcomes, hits = entry
            right = sum(hit >= threshold for hit in hits)
            wrong = sum(not o.right and o.probability >= threshold for o in outcomes)
            return 2 * right / max(1, right + wrong + sum(not label.ignore for label in entry[0].labels))
        candidates = [entry for entry in self._matched if entry[0].kind == kind and entry[0].name in self._found
                      and sum(not label.ignore for label in entry[0].labels) >= FEWEST_LABELS]
        return [(picture, self._found[picture.name].detections)
                for picture, _, _ in sorted(candidates, key=f1)[:count]]


def detection_tables(scores, threshold):
    """Markdown tables: by kind and scene, by size, by visibility, the operating points, and how true the probabilities are."""
    lines = [f"| pictures | n | mAP50 | strict | {' | '.join(GEONS)} |", "|---|---|---|---|" + "---|" * len(GEONS)]
    groups = [("all", lambda p: True)]
    groups += [(kind, lambda p, kind=kind: p.kind == kind) for kind in KINDS]
    groups += [("loose and built", lambda p: p.kind != "furnished")]
    groups += [(scene, lambda p, scene=scene: p.scene == scene) for scene in SCENES]
    for name, chosen in groups:
        by_class, mean, count = scores.precision(chosen)
        if count:
            strict = scores.precision(chosen, strict=True)[1]
            lines.append(f"| {name} | {count} | {number(mean)} | {number(strict)} | {' | '.join(map(number, by_class))} |")
    lines += ["", f"| geons, at {threshold} | n | recall |", "|---|---|---|"]
    for low, high in zip(SIZE_LIMITS, SIZE_LIMITS[1:]):
        recall, count = scores.recall(lambda l, low=low, high=high: low <= l.box[3] < high, threshold)
        lines.append(f"| short side {low} to {high if high < 10**6 else '…'} px | {count} | {number(recall)} |")
    for low, high in zip(VISIBLE_LIMITS, VISIBLE_LIMITS[1:]):
        recall, count = scores.recall(lambda l, low=low, high=high: low <= l.visible < high, threshold)
        lines.append(f"| {low:.0%} to {min(high, 1):.0%} visible | {count} | {number(recall)} |")
    lines += ["", "| threshold | precision | recall |", "|---|---|---|"]
    for point in OPERATING_POINTS:
        lines.append("| {} | {:.2f} | {:.2f} |".format(point, *scores.operating_point(point)))
    lines += ["", f"Expected calibration error of the boxes: {scores.reliability()[0]:.3f}."]
    return "\n".join(lines)
