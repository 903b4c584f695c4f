# SPDX-License-Identifier: MIT
"""The decoding: golden tensors, canonical boxes, overlap."""

import json
import math
import unittest
from pathlib import Path

import numpy as np

from geond_training import boxes, decode, golden
from geond_training.vocabulary import GEONS

GOLDEN = Path(__file__).parents[3] / "tests" / "data" / "golden"


class GoldenTensors(unittest.TestCase):
    def setUp(self):
        self.document = json.loads((GOLDEN / "detector.json").read_text(encoding="utf-8"))
        outputs = [self.document["outputs"][f"p{stride}"] for stride in decode.STRIDES]
        self.outputs = [np.array(o["data"], np.float32).reshape(o["shape"]) for o in outputs]

    def assert_same(self, detections, expected):
        self.assertEqual(len(detections), len(expected))
        for detection, entry in zip(detections, expected):
            self.assertEqual(GEONS[detection.class_index], entry["class"])
            self.assertAlmostEqual(detection.probability, entry["probability"], delta=1e-4)
            numbers = [*entry["center"], *entry["size"]]
            np.testing.assert_allclose(detection.box[:4], numbers, rtol=1e-4, atol=1e-4)
            self.assertAlmostEqual(math.degrees(detection.box[4]), entry["rotation"], delta=1e-3)

    def test_candidates_agree_with_the_golden_file(self):
        self.assert_same(decode.candidates(self.outputs, self.document["threshold"]), self.document["candidates"])

    def test_suppression_agrees_with_the_golden_file(self):
        kept = decode.decode(self.outputs, self.document["threshold"], self.document["nms_iou"])
        self.assert_same(kept, self.document["kept"])

    def test_the_classifier_file_is_what_the_recipe_writes(self):
        written = json.loads((GOLDEN / "classifier.json").read_text(encoding="utf-8"))
        self.assertEqual(written, json.loads(json.dumps(golden.classifier_document())))


class FarFromTheFrame(unittest.TestCase):
    def test_a_box_that_cannot_reach_the_frame_is_dropped(self):
        for offset, kept in ((0, 1), (-2.0, 1), (-6.0, 0), (6.0, 0), (1e30, 0)):
            cell = np.zeros((decode.CHANNELS, 1, 1), np.float32)
            cell[:5], cell[0], cell[5] = -20, 5, offset
            cell[9], cell[11] = 1, 1
            empty = np.full((decode.CHANNELS, 1, 1), -20, np.float32)
            self.assertEqual(len(decode.candidates([cell, empty, empty])), kept, offset)


class SizesBeyondAllMeasure(unittest.TestCase):
    def sides(self, width, height):
        """Sides of the box that a sure cell of stride 8 means with such logarithms of its sides."""
        cell = np.zeros((decode.CHANNELS, 1, 1), np.float32)
        cell[:5], cell[1] = -20, 5
        cell[7], cell[8], cell[9], cell[11] = width, height, 1, 1
        empty = np.full((decode.CHANNELS, 1, 1), -20, np.float32)
        found, = decode.candidates([cell, empty, empty])
        return found.box[2:4]

    def test_a_side_is_at_most_ninety_and_at_least_a_hundred_and_fiftieth_of_two_strides(self):
        # src/inference/rotated_decoder.cpp ends at the same logarithms: 4.5 and -5.
        for width, height, expected in ((4.4, -4.9, (4.4, -4.9)), (6.0, 0.0, (4.5, 0.0)), (0.0, -7.0, (0.0, -5.0)),
                                        (1e30, -1e30, (4.5, -5.0))):
            np.testing.assert_allclose(self.sides(width, height), 16 * np.exp(expected), rtol=1e-5)


class Boxes(unittest.TestCase):
    def test_a_canonical_box_is_wider_than_high_and_covers_the_same_points(self):
        generator = np.random.default_rng(1)
        for _ in range(50):
            box = (*generator.uniform(0, 100, 2), *generator.uniform(1, 50, 2), generator.uniform(-7, 7))
            changed = boxes.canonical(box)
            self.assertGreaterEqual(changed[2], changed[3])
            self.assertTrue(-math.pi / 2 <= changed[4] < math.pi / 2)
            self.assertAlmostEqual(boxes.rotated_iou(box, changed), 1, places=6)

    def test_overlap_of_known_boxes(self):
        square = (0, 0, 2, 2, 0)
        self.assertAlmostEqual(boxes.rotated_iou(square, (1, 0, 2, 2, 0)), 1 / 3, places=6)
        self.assertEqual(boxes.rotated_iou(square, (5, 0, 2, 2, 0)), 0)
        octagon = 8 * (math.sqrt(2) - 1)
        turned = boxes.rotated_iou(square, (0, 0, 2, 2, math.pi / 4))
        self.assertAlmostEqual(turned, octagon / (8 - octagon), places=6)


class Frames(unittest.TestCase):
    def test_a_picture_gets_a_frame_of_its_proportions(self):
        # tests/unit/inference/letterbox_test.cpp has the same table.
        for picture, frame in (((1024, 768), (768, 576)), ((768, 1024), (576, 768)), ((500, 500), (640, 640)),
                               ((1920, 1080), (864, 512)), ((1080, 1920), (512, 864)), ((6000, 4000), (800, 544)),
                               ((1, 20000), (32, 1536)), ((20000, 1), (1536, 32)), ((1, 1), (640, 640)),
                               ((511, 384), (768, 576))):
            self.assertEqual(decode.frame_for(*picture, 768, 576), frame, picture)


if __name__ == "__main__":
    unittest.main()
