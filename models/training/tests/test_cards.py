# SPDX-License-Identifier: MIT
"""Model cards: what they show beside the tables."""

import json
import tempfile
import unittest
from pathlib import Path

import cv2
import numpy as np

from geond_training import cards, dataset, failures
from geond_training.decode import Detection
from geond_training.detection_scores import FEWEST_OF_A_CLASS, DetectionScores, detection_tables
from geond_training.predictions import PicturePrediction
from geond_training.scene_scores import SceneAnswer, scene_scores, surest_errors

CUBE, TORUS = 1, 4


def answer(image, truth, said, confidence):
    return SceneAnswer(image, "built", 3, 3, truth, said, confidence)


class Cards(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)
        manifest = {"name": "a-model", "version": "1.2.3", "licence": "MIT"}
        (self.folder / "model.json").write_text(json.dumps(manifest), encoding="utf-8")
        (self.folder / "NOTES.md").write_text("Made of nothing.\n", encoding="utf-8")

    def picture(self, name, labels=(), kind="built"):
        """A grey picture on disk with square cubes around (x, 50), and a torus where x is negative."""
        cv2.imwrite(str(self.folder / f"{name}.png"), np.full((100, 200, 3), 90, np.uint8))
        cv2.imwrite(str(self.folder / f"{name}.mask.png"), np.zeros((100, 200), np.uint8))
        return dataset.Picture(name, self.folder, kind, "office", 200, 100, "test",
                               [dataset.Label(TORUS if x < 0 else CUBE, (abs(x), 50, 20, 20, 0), 1.0, False) for x in labels])

    def finds(self, name, *detections):
        return PicturePrediction(name, "built", "office", 200, 100, [Detection(CUBE, p, (x, 50, 20, 20, 0)) for p, x in detections])

    def card(self):
        return (self.folder / "CARD.md").read_text(encoding="utf-8")

    def scores(self):
        pictures = [self.picture("a", range(20, 190, 30)), self.picture("b", [*range(20, 190, 30), -100])]
        found = {"a": self.finds("a", (0.9, 20), (0.9, 50)), "b": self.finds("b", (0.9, 20), (0.9, 35), (0.1, 80))}
        return DetectionScores(pictures, found)

    def test_a_detector_s_card_has_a_curve_and_the_worst_pictures(self):
        cards.write_detector_card(self.folder, self.scores(), 0.3)
        card = self.card()
        for part in ("# a-model 1.2.3", "2 pictures.", "![reliability](reliability.svg)", "Made of nothing.", "![The worst pictures](failures.jpg)"):
            self.assertIn(part, card)
        self.assertIn("<polyline", (self.folder / "reliability.svg").read_text(encoding="utf-8"))
        self.assertEqual(cv2.imread(str(self.folder / "failures.jpg")).shape, (300, 800, 3))

    def test_a_class_that_hardly_any_picture_shows_has_no_score(self):
        by_class, mean, count = self.scores().precision()
        self.assertEqual((np.isnan(by_class[TORUS]), mean, count), (True, by_class[CUBE], 2))
        self.assertRegex(detection_tables(self.scores(), 0.3), r"\| all \| 2 \| 0\.\d\d \| 0\.\d\d \| – \| 0\.\d\d \| – \| – \| – \|")

    def test_strict_scores_count_boxes_on_geons_of_other_classes_that_count_neither_way(self):
        picture = self.picture("a", range(20, 190, 30))
        picture.labels += [dataset.Label(TORUS, (100, 50, 20, 20, 0), 1.0, True)] * FEWEST_OF_A_CLASS
        picture.labels += [dataset.Label(CUBE, (x, 50, 20, 20, 0), 1.0, False) for x in (25, 55, 85, 115)]
        found = {"a": self.finds("a", (0.9, 100), (0.8, 20), (0.7, 50))}
        scores = DetectionScores([picture], found)
        self.assertAlmostEqual(scores.precision()[1], 0.2)
        self.assertAlmostEqual(scores.precision(strict=True)[1], 0.2 * 2 / 3)
        self.assertIn("| all | 1 | 0.20 | 0.13 |", detection_tables(scores, 0.3))

    def test_boxes_are_as_reliable_as_they_are_right(self):
        # Three of four of 0.9 are right; the one of 0.1 as well.
        error, curve = self.scores().reliability()
        self.assertAlmostEqual(error, 0.8 * 0.15 + 0.2 * 0.9)
        np.testing.assert_allclose(curve, [(0.1, 1.0), (0.9, 0.75)])

    def test_a_classifier_s_card_shows_what_it_was_surest_of_and_wrong(self):
        answers = [answer("a", "office", None, 0.8), answer("b", None, "warehouse", 0.9), answer("elsewhere", "office", None, 0.9)]
        pictures = [self.picture("a"), self.picture("b")]
        found = [self.finds(name, (0.9, 50), (0.1, 90)) for name in ("a", "b", "elsewhere")]
        cards.write_classifier_card(self.folder, scene_scores(answers), answers, pictures, found, 0.3)
        self.assertIn("![The worst pictures](failures.jpg)", self.card())
        self.assertEqual(cv2.imread(str(self.folder / "failures.jpg")).shape, (600, 400, 3))

    def test_without_a_failure_there_is_no_sheet(self):
        (self.folder / "failures.jpg").write_bytes(b"an older one")
        answers = [answer("a", "office", "office", 0.8)]
        cards.write_classifier_card(self.folder, scene_scores(answers), answers, [self.picture("a")], [self.finds("a")], 0.3)
        self.assertNotIn("failures", self.card())
        self.assertFalse((self.folder / "failures.jpg").exists())


class SurestErrors(unittest.TestCase):
    def test_they_come_by_truth_and_by_confidence(self):
        answers = [answer("a", "office", "livingroom", 0.6), answer("b", "office", "office", 0.9), answer("c", "office", None, 0.7),
                   answer("d", "office", "warehouse", 0.5), answer("e", None, "office", 0.4)]
        self.assertEqual([[error.image for error in row] for row in surest_errors(answers, 2)], [["c", "a"], ["e"]])


class Sheets(unittest.TestCase):
    def test_a_caption_stands_on_a_bar_below_the_picture(self):
        with tempfile.TemporaryDirectory() as folder:
            cv2.imwrite(f"{folder}/a.png", np.full((300, 400, 3), 90, np.uint8))
            cv2.imwrite(f"{folder}/a.mask.png", np.zeros((300, 400), np.uint8))
            picture = dataset.Picture("a", Path(folder), "built", "office", 400, 300, "test")
            failures.write_sheet(f"{folder}/sheet.jpg", [[failures.Failure(picture, [], caption="office 0.90; it is none")]])
            sheet = cv2.imread(f"{folder}/sheet.jpg")
        self.assertGreater(sheet[285:].max(), 200)
        self.assertLess(abs(int(sheet[100, 100, 0]) - 90), 4)


if __name__ == "__main__":
    unittest.main()
