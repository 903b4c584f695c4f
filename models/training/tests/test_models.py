# SPDX-License-Identifier: MIT
"""Exported models: what a folder holds, and that a shared network runs at a size of its own."""

import json
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

from geond_training import export, manifest, network
from geond_training.infer import Detector


class SharedNetworks(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        self.models = Path(self.scratch.name)
        self.folders = [self.models / "first", self.models / "second"]
        for folder in self.folders:
            folder.mkdir()
        torch.manual_seed(0)
        first, second = (folder / f"{folder.name}.onnx" for folder in self.folders)
        export.export_detector(network.Detector("small").eval(), first, 128, 96)
        export.share_detector(first, second, 64, 96)
        for folder, size in zip(self.folders, ((128, 96), (64, 96))):
            manifest.write_detection(folder, f"{folder.name}.onnx", "1.0.0", "A test.", 0.2, False, *size)

    def test_the_second_folder_links_to_the_first_one_and_can_move_with_it(self):
        link = self.folders[1] / "second.onnx"
        self.assertEqual(str(link.readlink()), "../first/first.onnx")
        sums = [json.loads((f / "model.json").read_text())["files"][0]["sha256"] for f in self.folders]
        self.assertEqual(*sums)

    def test_each_runs_at_its_own_input_size(self):
        for folder, shape in zip(self.folders, ((12, 16), (12, 8))):
            detector = Detector.of(folder)
            finest = detector.outputs(np.zeros((1, 3, shape[0] * 8, shape[1] * 8), np.float32))[0]
            self.assertEqual(finest.shape, (1, 13, *shape))
            for box in (d.box for d in detector(np.full((300, 200, 3), 90, np.uint8))):
                self.assertTrue(np.isfinite(box).all())

    def test_a_network_written_over_a_link_leaves_the_shared_file_alone(self):
        shared = (self.folders[0] / "first.onnx").read_bytes()
        checkpoint = self.models / "last.pt"
        torch.save({"size": "small", "average": network.Detector("small").state_dict()}, checkpoint)
        export.export_checkpoint(checkpoint, self.folders[1] / "second.onnx", 64, 96)
        self.assertEqual((self.folders[0] / "first.onnx").read_bytes(), shared)
        self.assertFalse((self.folders[1] / "second.onnx").is_symlink())


if __name__ == "__main__":
    unittest.main()
