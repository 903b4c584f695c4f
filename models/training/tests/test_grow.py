# SPDX-License-Identifier: MIT
"""A deeper network begins where the shallower one ended."""

import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import torch

from geond_training import grow, network

SIZES = {"shallow": network.Size(8, 16, 16, 16, 8),
         "deep": network.Size(8, 16, 16, 16, 8, network.Depths((2, 3, 2), (2, 1, 2, 3))),
         "wide": network.Size(8, 16, 24, 16, 8)}


@mock.patch.dict(network.SIZES, SIZES)
class Growing(unittest.TestCase):
    def networks(self, *sizes):
        torch.manual_seed(0)
        return [network.Detector(size).eval() for size in sizes]

    def test_the_grown_network_answers_as_the_old_one_did(self):
        shallow, deep = self.networks("shallow", "deep")
        deep.load_state_dict(grow.grown_state(shallow.state_dict(), deep.state_dict()))
        picture = torch.rand(1, 3, 64, 96)
        with torch.no_grad():
            for expected, answer in zip(shallow(picture), deep(picture)):
                torch.testing.assert_close(answer, expected)

    def test_new_blocks_begin_to_learn_with_the_first_step(self):
        shallow, deep = self.networks("shallow", "deep")
        deep.load_state_dict(grow.grown_state(shallow.state_dict(), deep.state_dict()))
        sum(level.square().sum() for level in deep(torch.rand(1, 3, 64, 96))).backward()
        joint = deep.stage4[1].leave[0].weight.grad
        self.assertTrue((joint[:, -8:].abs().amax((0, 2, 3)) > 0).all())

    def test_another_width_or_less_depth_is_refused_by_name(self):
        shallow, deep, wide = self.networks("shallow", "deep", "wide")
        with self.assertRaisesRegex(ValueError, "stage4.0.0.weight"):
            grow.grown_state(shallow.state_dict(), wide.state_dict())
        with self.assertRaisesRegex(ValueError, "deeper"):
            grow.grown_state(deep.state_dict(), shallow.state_dict())


class Beginning(unittest.TestCase):
    def test_a_run_that_is_there_is_not_overwritten(self):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "last.pt").write_bytes(b"days of work")
            line = ["grow", "--checkpoint", "none.pt", "--run", folder]
            with mock.patch.object(sys, "argv", line), mock.patch("sys.stderr"), self.assertRaises(SystemExit):
                grow.main()
            self.assertEqual((Path(folder) / "last.pt").read_bytes(), b"days of work")


if __name__ == "__main__":
    unittest.main()
