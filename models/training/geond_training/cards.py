# SPDX-License-Identifier: MIT
"""Model cards: CARD.md beside the weights, made from an evaluation's tables."""

import json
from pathlib import Path

from . import plots

RULES = """Rendered pictures of other seeds than the training's, with furniture that the recipe holds out (every sixth
model) where there is any of its sort, part of them in layouts of their own; scored at rotated IoU 0.5. Furniture
is held out by model, not by texture: of the 54 textures of those held out 9 are on others as well. A geon
under 12 px on its short side, less than 35 % visible, whose visible pixels do not bear its label out, whose
outline the picture shows less than half of, that is between cone and cylinder (narrow end 70 % to 85 % of the
wide one), or a cone seen onto its wide end is neither hit nor miss, and so is a box that mostly lies on a part
which no geon fits."""

ATTRIBUTION = """Trained on pictures that `models/training` renders: loose geons, scenes built of geons, and rooms furnished
from Debian's `sweethome3d-furniture` (CC0 and CC-BY; authors in `models/training/ATTRIBUTIONS.md`). No photograph
was used."""

FAILURES = "failures.jpg"
"""The sheet of the worst pictures, beside a detector's card."""


def _head(folder, purpose):
    manifest = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    title = f"# {manifest['name']} {manifest['version']}"
    return f"{title}\n\n{purpose}\n\nLicence: {manifest['licence']}.\n\n## Data\n\n{ATTRIBUTION}\n"


def _notes(folder):
    """What people wrote about the model: NOTES.md beside it, kept as it is."""
    notes = folder / "NOTES.md"
    return f"\n{notes.read_text(encoding='utf-8').strip()}\n" if notes.exists() else ""


def write_detector_card(folder, table, pictures):
    """Writes a detector's card."""
    folder = Path(folder)
    text = _head(folder, "Finds geons (cone, cube, cylinder, sphere, torus) in a picture as rotated boxes.")
    text += f"\n## Scores\n\n{RULES} {pictures} pictures.\n\n{table}\n{_notes(folder)}"
    text += (f"\n![The worst pictures]({FAILURES})\n\nThe held-out pictures with the lowest F1, a row a kind: the truth is "
             "white, grey where it counts neither\nway, what was found in colours.\n")
    (folder / "CARD.md").write_text(text, encoding="utf-8")


def write_classifier_card(folder, table, curve, pictures):
    """Writes a classifier's card and its reliability curve."""
    folder = Path(folder)
    plots.reliability_curve(folder / "reliability.svg", "Reliability", {folder.name: curve})
    text = _head(folder, "Says which scene (office, livingroom, warehouse, greenhouse) a set of geons makes up,\n"
                         "or that it makes up none.")
    text += ("\n## Scores\n\nThrough the default detector at its default threshold, on "
             f"{pictures} rendered pictures\nin layouts that neither was trained on. A picture of loose geons should have no scene."
             f"\n\n{table}\n\n![reliability](reliability.svg)\n{_notes(folder)}")
    (folder / "CARD.md").write_text(text, encoding="utf-8")
