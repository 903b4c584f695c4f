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
from pathlib import Path

from . import cards, dataset, manifest, predictions
from .detection_scores import DetectionScores, detection_tables
from .scene_infer import SceneModel
from .scene_scores import scene_answers, scene_scores, scene_tables, shown_geons

DEFAULT_THRESHOLD = 0.3
CALIBRATING_SPLIT = "val"


def threshold_of(folder):
    """The default threshold in a detector's manifest."""
    return json.loads((folder / "model.json").read_text(encoding="utf-8"))["thresholds"]["default"]


def by_picture(pictures, found):
    """{name: PicturePrediction} of all the pictures, which are told apart by their names alone.

    Raises ValueError where two pictures or two predictions have one name, or a picture has no prediction:
    it belongs to another file, and would pass for one in which nothing was found. So too where a picture's
    prediction is of another size: its boxes count in other pixels.
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
    other = [p for p in pictures if (p.width, p.height) != (named[p.name].width, named[p.name].height)]
    if other:
        size = f"{named[other[0].name].width}x{named[other[0].name].height}, not {other[0].width}x{other[0].height}"
        raise ValueError(f"predictions for {len(other)} of {len(pictures)} pictures are of another size, such as that for "
                         f"{other[0].name} ({size}): boxes are in pixels of the picture")
    return named


def check_detector(found, folder):
    """Raises ValueError where predictions are another detector's than the one in `folder`; who made some may be unknown."""
    identity = manifest.detector_identity(folder)
    others = [p for p in found if p.detector not in (None, identity)]
    if others:
        raise ValueError(f"{len(others)} of {len(found)} predictions, such as that of {others[0].image}, are another detector's "
                         f"than {folder}: run find again")


def evaluate_classifier(folder, pictures, found, unseen, options):
    """Prints the tables of a classifier over the predictions in `unseen`, beside its scores on those of `found` for
    calibration, and writes its card where `options` ask for one."""
    model, shown = SceneModel(folder), shown_geons(pictures)
    answers = scene_answers(model, unseen, shown, options.threshold)
    scores = scene_scores(answers)
    unseen_names = {p.image for p in unseen}
    calibrating = [p for p in found if p.split == CALIBRATING_SPLIT and p.image not in unseen_names]
    known = scene_scores(scene_answers(model, calibrating, shown, options.threshold)) if calibrating else None
    print(f"\n{folder.name}\n{scene_tables(scores, known)}")
    if options.cards:
        cards.write_classifier_card(folder, scores, answers, pictures, unseen, options.threshold, known)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", nargs="*", required=True)
    parser.add_argument("--predictions", nargs="+", required=True)
    parser.add_argument("--scene-predictions",
                        help="pictures in layouts that no classifier learned from, which score it (default: all)")
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
    print(detection_tables(scores, options.threshold))
    if options.cards and options.detector:
        cards.write_detector_card(options.detector, scores, options.threshold)
    for folder in options.classifiers:
        evaluate_classifier(folder, pictures, found, unseen, options)


if __name__ == "__main__":
    main()
