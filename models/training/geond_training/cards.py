# SPDX-License-Identifier: MIT
"""Model cards: CARD.md beside the weights, made from an evaluation's tables."""

import json
from pathlib import Path

from . import failures, plots
from .detection_scores import FEWEST_OF_A_CLASS, detection_tables
from .scene_scores import NO_SCENE, scene_tables, surest_errors
from .vocabulary import KINDS

RULES = """Rendered pictures of other seeds than the training's, with furniture that the recipe holds out (every sixth
model) where there is any of its sort, part of them in layouts of their own; scored at rotated IoU 0.5. Furniture
is held out by model, not by texture: some textures of those held out are on others as well. A geon
under 12 px on its short side, less than 35 % visible, whose visible pixels do not bear its label out, whose
outline the picture shows less than half of, that is between cone and cylinder (narrow end 70 % to 85 % of the
wide one), or a cone seen onto its wide end is neither hit nor miss, and so is a box that mostly lies on a part
which no geon fits. A wrong box that overlaps one of those geons by an IoU of 0.3 counts neither way, whatever its class;
in the column "strict" only from 0.5 on, and if it is of the same class. Where pictures show fewer than {fewest} of a class
there is a dash."""

CHOSEN = """Networks, their sizes and which of them to ship were chosen by scores on such pictures, so these flatter them a little."""

ATTRIBUTION = """Trained on pictures that `models/training` renders: loose geons, scenes built of geons, and rooms furnished
from Debian's `sweethome3d-furniture` (CC0 and CC-BY; authors in `models/training/ATTRIBUTIONS.md`). No photograph
was used."""

FAILURES, RELIABILITY = "failures.jpg", "reliability.svg"
"""The sheet of the worst pictures and the curve of confidence and share right, beside a card."""


def _head(folder, purpose):
    manifest = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    title = f"# {manifest['name']} {manifest['version']}"
    return f"{title}\n\n{purpose}\n\nLicence: {manifest['licence']}.\n\n## Data\n\n{ATTRIBUTION}\n"


def _notes(folder):
    """What people wrote about the model: NOTES.md beside it, kept as it is."""
    notes = folder / "NOTES.md"
    return f"\n{notes.read_text(encoding='utf-8').strip()}\n" if notes.exists() else ""


def _worst_boxes(scores, threshold):
    """Rows of Failure: the worst pictures of each kind that there are any of."""
    rows = [scores.worst(kind, threshold) for kind in KINDS]
    return [[failures.Failure(picture, [d for d in detections if d.probability >= threshold], tuple(picture.labels))
             for picture, detections in row] for row in rows if row]


def _surest_errors(answers, pictures, found, threshold):
    """Rows of Failure: the surest wrong answers for each truth; none of an answer whose picture is not at hand."""
    named, finds = {picture.name: picture for picture in pictures}, {picture.image: picture.detections for picture in found}

    def failure(answer):
        said, is_scene = answer.answer or NO_SCENE, answer.truth or NO_SCENE
        geons = [d for d in finds[answer.image] if d.probability >= threshold]
        return failures.Failure(named[answer.image], geons, caption=f"{said} {answer.confidence:.2f}; it is {is_scene}")
    rows = [[failure(answer) for answer in row if answer.image in named] for row in surest_errors(answers)]
    return [row for row in rows if row]


def _write_sheet(folder, rows, legend):
    """Writes the sheet beside the card; what the card says of it, nothing where there is no failure to show."""
    if not rows:
        (folder / FAILURES).unlink(missing_ok=True)
        return ""
    failures.write_sheet(folder / FAILURES, rows)
    return f"\n![The worst pictures]({FAILURES})\n\n{legend}\n"


def write_detector_card(folder, scores, threshold):
    """Writes a detector's card from its DetectionScores, its reliability curve and the sheet of its worst pictures."""
    folder = Path(folder)
    plots.reliability_curve(folder / RELIABILITY, "Reliability of the boxes", {folder.name: scores.reliability()[1]})
    text = _head(folder, "Finds geons (cone, cube, cylinder, sphere, torus) in a picture as rotated boxes.")
    text += (f"\n## Scores\n\n{RULES.format(fewest=FEWEST_OF_A_CLASS)} {len(scores)} pictures.\n{CHOSEN}"
             f"\n\n{detection_tables(scores, threshold)}\n\n![reliability]({RELIABILITY})\n{_notes(folder)}")
    text += _write_sheet(folder, _worst_boxes(scores, threshold), "The held-out pictures with the lowest F1, a row a kind: "
                         "the truth is white, grey where it counts neither\nway, what was found in colours.")
    (folder / "CARD.md").write_text(text, encoding="utf-8")


def write_classifier_card(folder, scores, answers, pictures, found, threshold, known=None):
    """Writes a classifier's card, its reliability curve and the sheet of its surest errors.

    `scores` are scene_scores of the `answers`, which it gave of the predictions in `found`; of the failures those
    whose pictures are among `pictures` are shown. `known` as scene_tables has it.
    """
    folder = Path(folder)
    plots.reliability_curve(folder / RELIABILITY, "Reliability", {folder.name: scores["curve"]})
    text = _head(folder, "Says which scene (office, livingroom, warehouse, greenhouse) a set of geons makes up,\n"
                         "or that it makes up none.")
    text += ("\n## Scores\n\nThrough the default detector at its default threshold, on "
             f"{len(answers)} rendered pictures\nin layouts that neither was trained on, of furniture that the\n"
             f"classifiers may know. A picture of loose geons should have no scene.\n{CHOSEN}"
             f"\n\n{scene_tables(scores, known)}\n\n![reliability]({RELIABILITY})\n{_notes(folder)}")
    text += _write_sheet(folder, _surest_errors(answers, pictures, found, threshold),
                         "The wrong answers that it was surest of, a row a truth, with the geons that it was told.")
    (folder / "CARD.md").write_text(text, encoding="utf-8")
