# SPDX-License-Identifier: MIT
"""Scores predictions on held-out pictures, prints the tables, and writes the model cards.

    python3 -m geond_training.evaluate --data FOLDER... --predictions FINDS.jsonl [--detector models/geon-detector]
        [--classifiers models/scene-classifier models/scene-ensemble] [--threshold 0.3] [--cards]

Any predictions file will do (see predictions.py); with --cards the tables go into CARD.md beside the
weights of the models that are named.
"""

import argparse
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from . import cards, dataset, failures, manifest, metrics, predictions
from .scene_infer import SceneModel
from .vocabulary import GEONS, KINDS, REJECT, SCENES

SIZE_LIMITS = (12, 24, 48, 96, 10**6)
VISIBLE_LIMITS = (0.35, 0.65, 0.9, 1.01)
GEON_LIMITS = (0, 3, 6, 10, 16, 10**6)
SHOWN_LIMITS = (2, 4, 6, 8)
"""A picture of a scene that shows fewer geons bears out little of what it is said to be."""
WORST_OF_A_KIND, FEWEST_LABELS = 4, 3
DEFAULT_THRESHOLD = 0.3


class DetectionScores:
    """Matches of all pictures, kept by picture so that they can be grouped."""

    def __init__(self, pictures, found):
        self._matched = []
        for picture in pictures:
            detections = found[picture.name].detections
            _, mask = picture.load()
            outcomes, hits = metrics.match(picture.labels, detections, mask)
            self._matched.append((picture, outcomes, hits))
        self._found = found

    def precision(self, chosen=lambda picture: True):
        """(AP50 by class, mAP50, pictures) over the pictures that `chosen` accepts."""
        kept = [(p, o) for p, o, _ in self._matched if chosen(p)]
        outcomes = [outcome for _, os in kept for outcome in os]
        labels = [label for p, _ in kept for label in p.labels]
        return *metrics.precision_by_class(outcomes, labels), len(kept)

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


def _number(value):
    return "–" if np.isnan(value) else f"{value:.2f}"


def detection_tables(scores, threshold):
    """Markdown tables: by kind and scene, by size, by visibility, and the operating points."""
    lines = [f"| pictures | n | mAP50 | {' | '.join(GEONS)} |", "|---|---|---|" + "---|" * len(GEONS)]
    groups = [("all", lambda p: True)]
    groups += [(kind, lambda p, kind=kind: p.kind == kind) for kind in KINDS]
    groups += [("loose and built", lambda p: p.kind != "furnished")]
    groups += [(scene, lambda p, scene=scene: p.scene == scene) for scene in SCENES]
    for name, chosen in groups:
        by_class, mean, count = scores.precision(chosen)
        if count:
            lines.append(f"| {name} | {count} | {_number(mean)} | {' | '.join(map(_number, by_class))} |")
    lines += ["", f"| geons, at {threshold} | n | recall |", "|---|---|---|"]
    for low, high in zip(SIZE_LIMITS, SIZE_LIMITS[1:]):
        recall, count = scores.recall(lambda l, low=low, high=high: low <= l.box[3] < high, threshold)
        lines.append(f"| short side {low} to {high if high < 10**6 else '…'} px | {count} | {_number(recall)} |")
    for low, high in zip(VISIBLE_LIMITS, VISIBLE_LIMITS[1:]):
        recall, count = scores.recall(lambda l, low=low, high=high: low <= l.visible < high, threshold)
        lines.append(f"| {low:.0%} to {min(high, 1):.0%} visible | {count} | {_number(recall)} |")
    lines += ["", "| threshold | precision | recall |", "|---|---|---|"]
    for point in (0.2, 0.25, 0.3, 0.35, 0.4, 0.5):
        lines.append("| {} | {:.2f} | {:.2f} |".format(point, *scores.operating_point(point)))
    return "\n".join(lines)


@dataclass(frozen=True)
class SceneAnswer:
    """What a classifier said of a picture; None stands for no scene. `geons` were found, `shown` have a label that counts."""

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
        answers.append(SceneAnswer(picture.kind, geons, shown.get(picture.image, 0), truth, *model.answer(scenes, none)))
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


def scene_scores(model, found, threshold, shown=None):
    """A dict of macro-F1 and F1 by scene (over all kinds), ECE, its curve, by kind, by geons found and shown, and confusions."""
    answers = scene_answers(model, found, shown or {}, threshold)
    truth, given = [a.truth for a in answers], [a.answer for a in answers]
    error, curve = metrics.reliability([a.confidence for a in answers], [a.right for a in answers])
    by_scene = metrics.f1_by_answer(truth, given, SCENES)
    by_kind = {kind: _share_right(answers, lambda a, kind=kind: a.kind == kind) for kind in KINDS}
    by_geons = {limits: _share_right(answers, lambda a, limits=limits: limits[0] <= a.geons < limits[1])
                for limits in zip(GEON_LIMITS, GEON_LIMITS[1:])}
    return {"f1": dict(zip(SCENES, by_scene)), "macro": float(np.mean(by_scene)), "ece": error, "curve": curve,
            "accuracy": by_kind, "by_geons": by_geons, "by_shown": _macro_by_shown(answers), "confusion": _confusion(truth, given)}


def _confusion(truth, answers):
    names = (*SCENES, None)
    return [[sum(t == row and a == column for t, a in zip(truth, answers)) for column in names] for row in names]


def scene_tables(scores):
    """Markdown tables of scene_scores."""
    lines = [f"macro-F1 {scores['macro']:.2f}, ECE {scores['ece']:.3f}", "", "| scene | F1 |", "|---|---|"]
    lines += [f"| {scene} | {value:.2f} |" for scene, value in scores["f1"].items()]
    lines += ["", "| kind | pictures | right |", "|---|---|---|"]
    lines += [f"| {kind} | {count} | {share:.2f} |" for kind, (count, share) in scores["accuracy"].items() if count]
    lines += ["", "| geons found | pictures | right |", "|---|---|---|"]
    for (low, high), (count, share) in scores["by_geons"].items():
        lines.append(f"| {low} to {high - 1 if high < 10**6 else '…'} | {count} | {_number(share)} |")
    if scores["by_shown"]:
        lines += ["", "| scenes that show so many geons that count | pictures of scenes | macro-F1 |", "|---|---|---|"]
        lines += [f"| {least} or more | {count} | {macro:.2f} |" for least, (count, macro) in scores["by_shown"].items()]
    names = (*SCENES, "no scene")
    lines += ["", f"| true, then answered | {' | '.join(names)} |", "|---|" + "---|" * len(names)]
    lines += [f"| {name} | {' | '.join(map(str, row))} |" for name, row in zip(names, scores["confusion"])]
    return "\n".join(lines)


def threshold_of(folder):
    """The default threshold in a detector's manifest."""
    return json.loads((folder / "model.json").read_text(encoding="utf-8"))["thresholds"]["default"]


def by_picture(pictures, found):
    """{name: PicturePrediction} of all the pictures, which are told apart by their names alone.

    Raises ValueError where two pictures or two predictions have one name, or a picture has no prediction:
    it belongs to another file, and would pass for one in which nothing was found.
    """
    for what, names in (("pictures", [p.name for p in pictures]), ("predictions", [p.image for p in found])):
        twice = [name for name, count in Counter(names).items() if count > 1]
        if twice:
            raise ValueError(f"{len(twice)} names stand for several {what}, such as {twice[0]}: evaluate one folder at a time")
    named = {p.image: p for p in found}
    missing = [p.name for p in pictures if p.name not in named]
    if missing:
        raise ValueError(f"no predictions for {len(missing)} of {len(pictures)} pictures, such as {missing[0]}: "
                         "name the files of all of --data")
    return named


def check_detector(found, folder):
    """Raises ValueError where predictions are another detector's than the one in `folder`; who made some may be unknown."""
    identity = manifest.detector_identity(folder)
    others = [p for p in found if p.detector not in (None, identity)]
    if others:
        raise ValueError(f"{len(others)} of {len(found)} predictions, such as that of {others[0].image}, are another detector's "
                         f"than {folder}: run find again")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", nargs="*", required=True)
    parser.add_argument("--predictions", nargs="+", required=True)
    parser.add_argument("--scene-predictions", help="pictures that no classifier was trained on (default: all)")
    parser.add_argument("--detector", type=Path)
    parser.add_argument("--classifiers", nargs="*", type=Path, default=[])
    parser.add_argument("--threshold", type=float, help=f"default: the detector's own, else {DEFAULT_THRESHOLD}")
    parser.add_argument("--cards", action="store_true")
    options = parser.parse_args()
    if options.threshold is None:
        options.threshold = threshold_of(options.detector) if options.detector else DEFAULT_THRESHOLD
    pictures = dataset.pictures_or_exit(parser, options.data)
    found = predictions.read_all_or_exit(parser, options.predictions)
    unseen = predictions.read_all_or_exit(parser, [options.scene_predictions]) if options.scene_predictions else found
    try:
        if options.detector:
            check_detector(found + unseen, options.detector)
        scores = DetectionScores(pictures, by_picture(pictures, found))
    except ValueError as error:
        parser.error(str(error))
    table = detection_tables(scores, options.threshold)
    print(table)
    if options.cards and options.detector:
        cards.write_detector_card(options.detector, table, len(pictures))
        rows = [row for row in (scores.worst(kind, options.threshold) for kind in KINDS) if row]
        if rows:
            failures.write_sheet(options.detector / cards.FAILURES, rows, options.threshold)
    for folder in options.classifiers:
        result = scene_scores(SceneModel(folder), unseen, options.threshold, shown_geons(pictures))
        print(f"\n{folder.name}\n{scene_tables(result)}")
        if options.cards:
            cards.write_classifier_card(folder, scene_tables(result), result["curve"], len(unseen))


if __name__ == "__main__":
    main()
