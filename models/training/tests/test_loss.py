# SPDX-License-Identifier: MIT
"""What counts as background when a detector learns."""

import unittest

import torch

from geond_training import loss


class Background(unittest.TestCase):
    SHAPES, STRIDE = [(8, 8)], 8

    def weights(self, mask, ignored):
        rows, columns = torch.meshgrid(torch.arange(8), torch.arange(8), indexing="ij")
        centres = (torch.stack([columns, rows], -1).reshape(-1, 2) + 0.5) * self.STRIDE
        strides = torch.full((64,), float(self.STRIDE))
        valid = torch.ones(1, len(ignored), dtype=torch.bool)
        boxes = torch.tensor([ignored], dtype=torch.float32).reshape(1, -1, 5)
        weights = loss._negative_weights(mask, boxes, valid, self.SHAPES, centres, strides)
        return weights.reshape(8, 8)

    def test_a_cell_counts_less_where_most_of_its_pixels_are_unsure(self):
        mask = torch.zeros(1, 1, 64, 64)
        mask[0, 0, 8:24, 10:30] = 1
        weights = self.weights(mask, [])
        expected = torch.ones(8, 8)
        expected[1:3, 1:4] = loss.UNSURE_WEIGHT
        torch.testing.assert_close(weights, expected)

    def test_no_cell_that_could_answer_for_an_ignored_geon_is_background(self):
        box = [20.0, 20.0, 5.0, 4.0, 0.0]
        weights = self.weights(torch.zeros(1, 1, 64, 64), [box])
        rows, columns = torch.meshgrid(torch.arange(8), torch.arange(8), indexing="ij")
        centres = (torch.stack([columns, rows], -1).reshape(-1, 2) + 0.5) * self.STRIDE
        could = loss.inside(centres, torch.full((64,), 8.0), torch.tensor([[box]]), loss.CENTRE_SHARE,
                            loss.CENTRE_CELLS).reshape(8, 8)
        self.assertTrue(could.any())
        self.assertEqual(float(weights[could].max()), 0)
        self.assertEqual(float(weights[~could].min()), 1)


if __name__ == "__main__":
    unittest.main()
