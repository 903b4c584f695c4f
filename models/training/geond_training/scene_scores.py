# SPDX-License-Identifier: MIT
"""Scores of a scene classifier through a detector: F1, calibration, confusions, its surest errors, and its tables."""

from dataclasses import dataclass

import numpy as np

from . import metrics
from .tables import number
from .vocabulary import KINDS, REJECT, SCENES

GEON_LIMITS = (0, 3, 6, 10, 16, 10**6)
SHOWN_LIMITS = (2, 4, 6, 8)
"""A picture of a scene that shows fewer geons bears out little of what it is said to be."""
SUREST_OF_A_SCENE = 3
NO_SCENE = "no scene"
"""How tables and sheets name the answer that is none of the scenes."""


@dataclass(frozen=True)
class SceneAnswer:
    """What a classifier said of a picture; None stands for no scene. `geons` were found, `shown` have a label that counts."""

    image: str
    kind: str
    geons: int
    shown: int
    truth: str | None
    answer: str | None
    confidence: float

    @property
    def right(self):
        return self.truth == self.answer


def shown_geons(pictures):
    """{name: labels that count} of pictures."""
    return {picture.name: sum(not label.ignore for label in picture.labels) for picture in pictures}


def scene_answers(model, found, shown, threshold):
    """A SceneAnswer a picture, from the geons that have the threshold; `shown` as shown_geons has it, 0 for other pictures."""
    answers = []
    for picture in found:
        scenes, none = model.probabilities(picture.detections, picture.width, picture.height, threshold)
        geons = sum(detection.probability >= threshold for detection in picture.detections)
        truth = None if picture.scene == REJECT else picture.scene
        answers.append(SceneAnswer(picture.image, picture.kind, geons, shown.get(picture.image, 0), truth, *model.answer(scenes, none)))
    return answers


def _share_right(answers, chosen):
    """(pictures, share right) of the answers that `chosen` accepts."""
    right = [answer.right for answer in answers if chosen(answer)]
    return len(right), float(np.mean(right)) if right else float("nan")


def _macro_by_shown(answers):
    """{least: (pictures of scenes, macro-F1)} over the pictures of scenes that show so many geons or more, and all of no scene."""
    by_least = {}
    for least in SHOWN_LIMITS:
        kept = [a for a in answers if a.truth is None or a.shown >= least]
        count = sum(a.truth is not None for a in kept)
        if count:
            by_scene = metrics.f1_by_answer([a.truth for a in kept], [a.answer for a in kept], SCENES)
            by_least[least] = count, float(np.mean(by_scene))
    return by_least


def surest_errors(answers, count=SUREST_OF_A_SCENE):
    """The wrong answers of the highest confidence: a list of at most `count` for each truth that has any, no scene's last."""
    def of(truth):
        wrong = [answer for answer in answers if answer.truth == truth and not answer.right]
        return sorted(wrong, key=lambda answer: -answer.confidence)[:count]
    return [errors for errors in map(of, (*SCENES, None)) if errors]


def scene_scores(answers):
    """A dict of the count of pictures, macro-F1 and F1 by scene (over all kinds), ECE, its curve, by kind, by geons found and shown, and confusions."""
    truth, given = [a.truth for a in answers], [a.answer for a in answers]
    error, curve = metrics.reliability([a.confidence for a in answers], [a.right for a in answers])
    by_scene = metrics.f1_by_answer(truth, given, SCENES)
    by_kind = {kind: _share_right(answers, lambda a, kind=kind: a.kind == kind) for kind in KINDS}
    by_geons = {limits: _share_right(answers, lambda a, limits=limits: limits[0] <= a.geons < limits[1])
                for limits in zip(GEON_LIMITS, GEON_LIMITS[1:])}
    return {"pictures": len(answers), "f1": dict(zip(SCENES, by_scene)), "macro": float(np.mean(by_scene)), "ece": error, "curve": curve,
            "accuracy": by_kind, "by_geons": by_geons, "by_shown": _macro_by_shown(answers), "confusion": _confusion(truth, given)}


def _confusion(truth, answers):
    names = (*SCENES, None)
    return [[sum(t == row and a == column for t, a in zip(truth, answers)) for column in names] for row in names]


def scene_tables(scores, known=None):
    """Markdown tables of scene_scores; `known` are those of pictures for calibration, whose layouts it knows, if there are any."""
    lines = [f"macro-F1 {scores['macro']:.2f}, ECE {scores['ece']:.3f}"]
    if known:
        lines += ["", f"On {known['pictures']} pictures for calibration, in layouts that it knows: macro-F1 {known['macro']:.2f}, "
                  f"ECE {known['ece']:.3f}"]
    lines += ["", "| scene | F1 |", "|---|---|"]
    lines += [f"| {scene} | {value:.2f} |" for scene, value in scores["f1"].items()]
    lines += ["", "| kind | pictures | right |", "|---|---|---|"]
    lines += [f"| {kind} | {count} | {share:.2f} |" for kind, (count, share) in scores["accuracy"].items() if count]
    lines += ["", "| geons found | pictures | right |", "|---|---|---|"]
    for (low, high), (count, share) in scores["by_geons"].items():
        lines.append(f"| {low} to {high - 1 if high < 10**6 else '…'} | {count} | {number(share)} |")
    if scores["by_shown"]:
        lines += ["", "| scenes that show so many geons that count | pictures of scenes | macro-F1 |", "|---|---|---|"]
        lines += [f"| {least} or more | {count} | {macro:.2f} |" for least, (count, macro) in scores["by_shown"].items()]
    names = (*SCENES, NO_SCENE)
    lines += ["", f"| true, then answered | {' | '.join(names)} |", "|---|" + "---|" * len(names)]
    lines += [f"| {name} | {' | '.join(map(str, row))} |" for name, row in zip(names, scores["confusion"])]
    return "\n".join(lines)
