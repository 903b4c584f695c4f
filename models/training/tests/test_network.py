# SPDX-License-Identifier: MIT
"""A network goes on from an export of its own size, and from no other."""

import tempfile
import unittest
from pathlib import Path
from unittest import mock

import torch

from geond_training import export, network

SIZES = {"own": network.Size(8, 16, 16, 16, 8),
         "deeper": network.Size(8, 16, 16, 16, 8, network.Depths((2, 2, 2), (1, 1, 1, 1))),
         "wider": network.Size(8, 16, 24, 16, 8)}


@mock.patch.dict(network.SIZES, SIZES)
class Adopting(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.path = Path(scratch.name) / "export.onnx"
        self.pictures = torch.rand(4, 3, 96, 128, generator=torch.Generator().manual_seed(1))

    def exported(self, size):
        torch.manual_seed(0)
        model = network.Detector(size).eval()
        export.export_detector(model, self.path, 128, 96)
        return model

    def test_it_answers_as_the_export_did(self):
        exported = self.exported("own")
        adopted = network.adopt_onnx(network.Detector("own"), self.path, self.pictures).eval()
        with torch.no_grad():
            for expected, answer in zip(exported(self.pictures), adopted(self.pictures)):
                torch.testing.assert_close(answer, expected, rtol=1e-3, atol=1e-3)

    def test_a_network_on_another_device_than_the_file_s_weights_adopts_them(self):
        self.exported("own")
        adopted = network.adopt_onnx(network.Detector("own").to("meta"), self.path, self.pictures.to("meta"))
        self.assertEqual({value.device.type for value in adopted.state_dict().values()}, {"meta"})

    def test_another_depth_or_width_is_refused_before_anything_is_taken_over(self):
        for size, message in (("deeper", "another size: .* convolutions, not"), ("wider", r"another size: .* is \(")):
            self.exported(size)
            model = network.Detector("own")
            before = {name: value.clone() for name, value in model.state_dict().items()}
            with self.assertRaisesRegex(ValueError, message):
                network.adopt_onnx(model, self.path, self.pictures)
            for name, value in model.state_dict().items():
                self.assertTrue(torch.equal(value, before[name]), f"{size}: {name}")


if __name__ == "__main__":
    unittest.main()
