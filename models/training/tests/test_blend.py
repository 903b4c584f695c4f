# SPDX-License-Identifier: MIT
"""A blend lies between two exports of one network, and two different networks have none."""

import tempfile
import unittest
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper

from geond_training import blend, export, network
from geond_training.classifier import SetClassifier
from geond_training.infer import Detector


def weights_of(model):
    return {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}


class Blending(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)

    def exported(self, seed):
        torch.manual_seed(seed)
        path = self.folder / f"{seed}.onnx"
        export.export_detector(network.Detector("small").eval(), path, 128, 96)
        return path

    def test_every_weight_lies_so_far_between_the_two_and_the_file_runs(self):
        first, second = self.exported(1), self.exported(2)
        before, other = weights_of(onnx.load(str(first))), onnx.load(str(second))
        blend.blend_file(first, other, 0.25)
        target, mixed = weights_of(other), weights_of(onnx.load(str(first)))
        changed = [name for name, values in before.items() if (values != mixed[name]).any()]
        self.assertGreater(len(changed), 20)
        for name in changed:
            expected = before[name] * 0.75 + target[name] * 0.25
            torch.testing.assert_close(torch.from_numpy(mixed[name].copy()), torch.from_numpy(expected))
        Detector(first, 128, 96)(torch.zeros(96, 128, 3).byte().numpy())

    def test_two_different_networks_are_refused(self):
        detector = onnx.load(str(self.exported(1)))
        narrow, wide = (self.folder / f"{width}.onnx" for width in (8, 16))
        for path, width in ((narrow, 8), (wide, 16)):
            export.export_classifier(SetClassifier(5, width).eval(), path, "scenes")
        with self.assertRaisesRegex(ValueError, "layers differ"):
            blend.blend(detector, onnx.load(str(narrow)), 0.5)
        with self.assertRaisesRegex(ValueError, "differs in shape"):
            blend.blend(onnx.load(str(wide)), onnx.load(str(narrow)), 0.5)


if __name__ == "__main__":
    unittest.main()
