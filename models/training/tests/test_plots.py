# SPDX-License-Identifier: MIT
"""Figures are SVG that says what it was given."""

import json
import tempfile
import unittest
from pathlib import Path
from xml.etree import ElementTree

from geond_training import plots

SVG = "{http://www.w3.org/2000/svg}"


class Figures(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)
        self.path = self.folder / "figure.svg"

    def drawn(self):
        """(points of each line, texts) of the figure."""
        root = ElementTree.parse(self.path).getroot()
        lines = [[tuple(map(float, point.split(","))) for point in line.get("points").split()] for line in root.iter(f"{SVG}polyline")]
        return lines, [text.text for text in root.iter(f"{SVG}text")]

    def test_a_line_goes_from_corner_to_corner_of_its_range(self):
        plots.reliability_curve(self.path, "How sure", {"boxes": [(0, 0), (0.5, 1), (1, 1)]})
        lines, texts = self.drawn()
        left, right, top, bottom = plots.MARGIN, plots.WIDTH - plots.MARGIN, plots.MARGIN, plots.HEIGHT - plots.MARGIN
        self.assertEqual(lines, [[(left, bottom), (right, top)], [(left, bottom), ((left + right) / 2, top), (right, top)]])
        self.assertTrue({"How sure", "confidence", "share right", "boxes", "0.75"} <= set(texts))

    def test_a_training_curve_has_a_line_for_each_loss_and_is_empty_without_a_log(self):
        log = self.folder / "log.jsonl"
        plots.training_curve(log, self.path)
        self.assertEqual(self.drawn()[0], [[]] * 3)
        log.write_text("".join(json.dumps({"samples": n, "classes": 2.0 / n, "iou": 0.5, "l1": 0.1}) + "\n" for n in (1000, 4000)),
                       encoding="utf-8")
        plots.training_curve(log, self.path)
        lines, texts = self.drawn()
        self.assertEqual([len(line) for line in lines], [2, 2, 2])
        self.assertEqual([x for x, _ in lines[0]], [plots.MARGIN, plots.WIDTH - plots.MARGIN])
        self.assertLess(lines[0][0][1], lines[0][1][1])
        self.assertTrue({"classes", "iou", "l1", "thousand samples"} <= set(texts))


if __name__ == "__main__":
    unittest.main()
