# SPDX-License-Identifier: MIT
"""What the networks go by: class maps are what Grad-CAM would say, lie where the picture has it, and geons get their shares."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import cv2
import numpy as np
import torch

from geond_training import attention, boxes, decode, infer, network
from geond_training.decode import Detection
from geond_training.vocabulary import SCENES

MODELS = Path(__file__).parents[2]


def quiet_outputs(width, height):
    """Raw maps of a frame in which nothing is seen."""
    return [np.full((1, decode.CHANNELS, height // stride, width // stride), -9, np.float32) for stride in decode.STRIDES]


class ClassMaps(unittest.TestCase):
    def test_logits_less_their_bias_are_what_grad_cam_says_of_the_features_before_them(self):
        torch.manual_seed(3)
        with mock.patch.dict(network.SIZES, {"tiny": network.Size(8, 16, 16, 16, 8)}):
            model = network.Detector("tiny").eval()
        for head in model.heads:
            torch.nn.init.normal_(head[-1].weight, 0, 0.5)
        features = []
        for head in model.heads:
            head[-1].register_forward_hook(lambda _module, inputs, _output: features.append(inputs[0]))
        outputs = model(torch.rand(1, 3, 96, 128))
        for head, output, seen in zip(model.heads, outputs, features):
            for class_index in range(5):
                logits = output[0, class_index]
                slopes, = torch.autograd.grad(logits.mean(), seen, retain_graph=True)
                weights = slopes.mean((2, 3), keepdim=True) * logits.numel()
                grad_cam = torch.relu((weights * seen).sum(1))[0]
                torch.testing.assert_close(torch.relu(logits - head[-1].bias[class_index]), grad_cam, rtol=1e-4, atol=1e-5)

    def test_the_surest_level_counts_over_all_of_its_cell(self):
        outputs = quiet_outputs(128, 64)
        outputs[2][0, 3, 1, 2] = 2.0
        outputs[0][0, 3, 5, 9] = 4.0
        maps = attention.class_maps(outputs)
        self.assertEqual((maps.shape, maps.dtype), ((5, 8, 16), np.float32))
        sure = 1 / (1 + np.exp(-2.0))
        block = np.full((4, 4), sure)
        block[1, 1] = 1 / (1 + np.exp(-4.0))
        np.testing.assert_allclose(maps[3, 4:8, 8:12], block, rtol=1e-5)
        maps[3, 4:8, 8:12] = 0
        self.assertLess(maps.max(), 0.001)

    def test_heat_lies_where_a_box_of_that_cell_lies_in_the_picture(self):
        for width, height in ((300, 90), (90, 300), (128, 96)):
            letterbox = decode.Letterbox.fit(width, height, 128, 96)
            outputs = quiet_outputs(128, 96)
            row, column = 6, 8
            outputs[0][0, 1, row, column] = 5.0
            heat = attention.in_picture(attention.class_maps(outputs), letterbox, width, height)
            self.assertEqual(heat.shape, (5, height, width))
            rows, columns = np.nonzero(heat[1] > 0.5)
            x, y, *_ = letterbox.to_picture(((column + 0.5) * 8, (row + 0.5) * 8, 1, 1, 0))
            self.assertAlmostEqual(columns.mean() + 0.5, x, delta=0.6)
            self.assertAlmostEqual(rows.mean() + 0.5, y, delta=0.6)


class SumOfProbabilities:
    """A scene model to which cubes make an office and cones none, each as much as its own probability."""

    def probabilities(self, detections, _width, _height, threshold):
        seen = [d for d in detections if d.probability >= threshold]
        office = sum(d.probability for d in seen if d.class_index == 1) / 4
        none = sum(d.probability for d in seen if d.class_index == 0) / 4
        return np.array([office] + [0.0] * (len(SCENES) - 1)), none

    def answer(self, scenes, none):
        return (None, none) if none > scenes.max() else (SCENES[int(scenes.argmax())], float(scenes.max()))


class Contributions(unittest.TestCase):
    CUBE, SURE_CUBE, CONE = (Detection(index, probability, boxes.canonical((40, 30, 20, 10, 0)))
                             for index, probability in ((1, 0.4), (1, 0.8), (0, 0.6)))

    def test_each_geon_has_what_the_answer_loses_without_it(self):
        answer, probability, shares = attention.contributions(
            SumOfProbabilities(), [self.CUBE, self.SURE_CUBE, self.CONE], 80, 60, 0.3)
        self.assertEqual(answer, "office")
        self.assertAlmostEqual(probability, 0.3)
        self.assertEqual([found for found, _ in shares], [self.CUBE, self.SURE_CUBE, self.CONE])
        np.testing.assert_allclose([share for _, share in shares], [0.1, 0.2, 0.0], atol=1e-9)

    def test_of_no_scene_it_is_the_share_of_none(self):
        answer, probability, shares = attention.contributions(SumOfProbabilities(), [self.CONE, self.CUBE], 80, 60, 0.3)
        self.assertIsNone(answer)
        self.assertAlmostEqual(probability, 0.15)
        np.testing.assert_allclose([share for _, share in shares], [0.15, 0.0], atol=1e-9)

    def test_what_is_below_the_threshold_has_no_share(self):
        _, _, shares = attention.contributions(SumOfProbabilities(), [self.CUBE, self.SURE_CUBE], 80, 60, 0.5)
        self.assertEqual([found for found, _ in shares], [self.SURE_CUBE])

    def test_the_more_a_geon_has_to_do_with_the_answer_the_thicker_its_outline(self):
        grey = np.full((600, 800, 3), 90, np.uint8)
        left, right = (Detection(1, 0.5, boxes.canonical((x, 300, 100, 100, 0))) for x in (200, 600))
        image = attention.drawn(grey, np.zeros((5, 600, 800), np.float32), [(left, 0.4), (right, -0.1)])
        changed = (image != 90).any(2)
        self.assertGreater(changed[:, :400].sum(), 1.5 * changed[:, 400:].sum())
        self.assertEqual(tuple(image[300, 150]), attention.FOR)
        self.assertEqual(tuple(image[300, 550]), attention.AGAINST)


class FromTheCommandLine(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)

    def explain(self, picture):
        arguments = ["attention", "--detector", str(MODELS / "geon-small"), "--classifier", str(MODELS / "scene-classifier"),
                     "--out", str(self.folder / "out"), str(picture)]
        said = io.StringIO()
        with mock.patch("sys.argv", arguments), contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            try:
                attention.main()
            except SystemExit as end:
                self.assertEqual(end.code, 2)
        return said.getvalue()

    def test_a_ball_is_hot_where_it_is_and_is_told_with_its_share(self):
        picture = np.full((240, 320, 3), 200, np.uint8)
        for radius in range(60, 0, -1):
            cv2.circle(picture, (100, 120), radius, (40, 40, 255 - 3 * radius), cv2.FILLED, cv2.LINE_AA)
        cv2.imwrite(str(self.folder / "ball.png"), picture)
        said = self.explain(self.folder / "ball.png").splitlines()
        self.assertRegex(said[0], r"ball\.png: \w+ [01]\.\d\d$")
        overlay = cv2.imread(str(self.folder / "out" / "ball.attention.jpg"))
        self.assertEqual(overlay.shape, picture.shape)
        self.assertTrue(any("sphere" in line for line in said[1:]), said)
        detector = infer.Detector.of(MODELS / "geon-small")
        outputs, letterbox = detector.look(picture)
        heat = attention.in_picture(attention.class_maps(outputs), letterbox, 320, 240)[3]
        row, column = np.unravel_index(heat.argmax(), heat.shape)
        self.assertLess(np.hypot(column - 100, row - 120), 60)

    def test_a_file_that_is_no_picture_is_named(self):
        (self.folder / "notes.txt").write_text("no picture", encoding="utf-8")
        self.assertIn("notes.txt is no picture", self.explain(self.folder / "notes.txt"))


if __name__ == "__main__":
    unittest.main()
