# SPDX-License-Identifier: MIT
"""Exported models: what a folder holds, and that a shared network runs at a size of its own."""

import argparse
import json
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np
import onnx
import torch

from geond_training import blend, decode, export, infer, manifest, network
from geond_training.infer import Detector

SHIPPED = Path(__file__).parents[2]


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

    def test_one_network_at_two_sizes_is_two_detectors(self):
        first, second = (manifest.detector_identity(folder) for folder in self.folders)
        self.assertEqual(first.split()[0], second.split()[0])
        self.assertEqual([first.split()[1], second.split()[1]], ["128x96", "64x96"])

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


class ShippedManifests(unittest.TestCase):
    def test_a_detector_runs_here_as_its_manifest_has_it_run_in_the_server(self):
        for name in ("geon-detector", "geon-small"):
            document = json.loads((SHIPPED / name / "model.json").read_text(encoding="utf-8"))
            self.assertEqual(document["output"]["nms_iou"], decode.NMS_IOU)
            self.assertEqual(document["thresholds"]["candidates"], decode.CANDIDATE_THRESHOLD)
            self.assertEqual(tuple(document["output"]["names"]), decode.OUTPUT_NAMES)
            blob, _ = infer.letterboxed(np.full((10, 20, 3), 255, np.uint8), 64, 64)
            np.testing.assert_allclose(blob[0, :, 0, 0] * 255, document["input"]["letterbox"], atol=1e-3)


class PicturesAsTheNetworkSeesThem(unittest.TestCase):
    def test_colours_keep_the_order_of_the_manifest(self):
        picture = np.full((48, 64, 3), (10, 100, 200), np.uint8)
        order = json.loads((SHIPPED / "geon-detector" / "model.json").read_text(encoding="utf-8"))["input"]["channel_order"]
        self.assertEqual(order, "bgr")
        blob, _ = infer.letterboxed(picture, 64, 64)
        np.testing.assert_allclose(blob[0, :, 32, 32] * 255, (10, 100, 200), atol=1e-3)
        with mock.patch.object(Detector, "outputs", autospec=True, side_effect=KeyboardInterrupt) as outputs:
            with self.assertRaises(KeyboardInterrupt):
                Detector.of(SHIPPED / "geon-small")(picture)
        seen = outputs.call_args.args[1]
        np.testing.assert_allclose(seen[0, :, seen.shape[2] // 2, seen.shape[3] // 2] * 255, (10, 100, 200), atol=1e-3)

    def test_every_pixel_of_a_picture_that_is_made_smaller_counts(self):
        stripes = np.zeros((256, 256, 3), np.uint8)
        stripes[:, ::4] = 200
        blob, _ = infer.letterboxed(stripes, 64, 64)
        np.testing.assert_allclose(blob * 255, 50, atol=0.5)

    def test_a_picture_that_is_made_larger_has_no_steps(self):
        edge = np.zeros((2, 2, 3), np.uint8)
        edge[:, 1] = 200
        row = infer.letterboxed(edge, 64, 64)[0][0, 0, 32] * 255
        self.assertTrue((np.diff(row) >= 0).all() and np.diff(row).max() < 10, row)


class FailedExports(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.path = Path(scratch.name) / "a.onnx"

    def exported(self, seed, **options):
        torch.manual_seed(seed)
        model = network.Detector("small").eval()
        for head in model.heads:
            torch.nn.init.normal_(head[-1].bias)
        export.export_detector(model, self.path, 64, 64, **options)

    def test_what_was_there_stays_where_opencv_answers_otherwise(self):
        self.exported(1)
        before = self.path.read_bytes()
        with mock.patch.object(export, "TOLERANCE", -1), self.assertRaises(export.ExportMismatch):
            self.exported(2)
        self.assertEqual(self.path.read_bytes(), before)
        self.assertEqual(list(self.path.parent.iterdir()), [self.path])

    def test_a_blend_is_checked_with_the_weights_that_it_is_shipped_with(self):
        self.exported(1)
        other, before = onnx.load(str(self.path)), self.path.read_bytes()
        self.exported(2, other=other, part=0.25)
        self.assertNotEqual(self.path.read_bytes(), before)
        with mock.patch.object(export.network, "load_folded"), self.assertRaises(export.ExportMismatch):
            self.exported(2, other=other, part=0.25)


class CommandLines(unittest.TestCase):
    def test_sizes_and_shares_that_make_no_sense_are_refused_with_what_would(self):
        self.assertEqual(export.input_size("640x480"), (640, 480))
        for text in ("500x300", "64", "64x64x64", "0x32", "x", "ax32", "-32x32"):
            with self.assertRaisesRegex(argparse.ArgumentTypeError, "multiples of 32"):
                export.input_size(text)
        self.assertEqual(blend.share("0.25"), 0.25)
        for text in ("7", "-0.1", "half", "nan"):
            with self.assertRaisesRegex(argparse.ArgumentTypeError, "between 0 and 1"):
                blend.share(text)


if __name__ == "__main__":
    unittest.main()
