# SPDX-License-Identifier: MIT
"""What a detector learns from: which cells answer for which geon, what counts as background, what costs how much."""

import math
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


class Overlaps(unittest.TestCase):
    def overlap(self, first, second):
        """Probabilistic IoU of two upright boxes (x, y, width, height)."""
        upright = torch.tensor([1.0, 0.0])
        (one, one_size), (other, other_size) = ((torch.tensor(box[:2]), torch.tensor(box[2:])) for box in (first, second))
        return float(loss.probabilistic_iou(one, loss.covariance(one_size, upright), other, loss.covariance(other_size, upright)))

    def test_boxes_side_by_side_and_one_within_another_overlap_as_their_gaussians_do(self):
        # A square of 12 has the variance 12 either way. The Bhattacharyya distance of two that are 4 apart is
        # 4 * 4 / 12 / 8 = 1/6, that of one within one of twice its sides ln(30 * 30 / (12 * 48)) / 2 = ln(1.25).
        for other, distance in (((4.0, 0.0, 12.0, 12.0), 1 / 6), ((0.0, 4.0, 12.0, 12.0), 1 / 6),
                                ((0.0, 0.0, 24.0, 24.0), math.log(1.25))):
            self.assertAlmostEqual(self.overlap((0.0, 0.0, 12.0, 12.0), other), 1 - math.sqrt(1 - math.exp(-distance)), 3)


class Assignment(unittest.TestCase):
    def assigned(self, scores, overlaps, allowed=None):
        overlaps = torch.tensor([overlaps])
        allowed = torch.ones_like(overlaps, dtype=torch.bool) if allowed is None else torch.tensor([allowed])
        positive, owner, target = loss._assign(torch.tensor([scores]), overlaps, allowed)
        return positive[0].tolist(), owner[0].tolist(), target[0]

    def test_the_best_cells_of_a_box_answer_for_it_and_no_more_than_so_many(self):
        count = loss.ASSIGNED + 4
        overlaps = [0.9 - 0.05 * index for index in range(count)]
        positive, _, target = self.assigned([[0.5] * count], [overlaps])
        self.assertEqual(positive, [True] * loss.ASSIGNED + [False] * 4)
        self.assertAlmostEqual(float(target[0]), 0.9, 5)
        self.assertTrue(bool((target[:loss.ASSIGNED].diff() < 0).all()))

    def test_how_well_a_box_fits_counts_for_more_than_how_sure_a_cell_is_of_its_class(self):
        # Alignments: sqrt(0.9) * 0.6^4 = 0.123 and sqrt(0.1) * 0.8^4 = 0.130; the best one's target is the best overlap.
        _, _, target = self.assigned([[0.9, 0.1]], [[0.6, 0.8]])
        torch.testing.assert_close(target, torch.tensor([0.8 * 0.9**0.5 * 0.6**4 / (0.1**0.5 * 0.8**4), 0.8]), rtol=1e-4, atol=0)

    def test_a_cell_answers_for_the_one_box_that_it_fits_better(self):
        positive, owner, _ = self.assigned([[0.5, 0.5], [0.5, 0.5]], [[0.9, 0.2], [0.4, 0.8]])
        self.assertEqual((positive, owner), ([True, True], [0, 1]))

    def test_a_cell_that_may_not_answer_does_not(self):
        positive, _, target = self.assigned([[0.9, 0.1]], [[0.9, 0.3]], [[False, True]])
        self.assertEqual(positive, [False, True])
        self.assertEqual(float(target[0]), 0)


class Angles(unittest.TestCase):
    def cost(self, width, height, told):
        """L1 of a cell that has all of a box right, turned by 0.3, but for its angle."""
        size = torch.tensor([[width, height]])
        angles = [f(k * t) for t in (0.3, told) for k in (2, 4) for f in (math.cos, math.sin)]
        true, raw = torch.tensor([angles[:4]]), torch.zeros(1, 13)
        raw[:, 7:9], raw[:, 9:] = torch.log(size / 16), torch.tensor([angles[4:]])
        truth = torch.tensor([[4.0, 4.0, width, height, 0.3]])
        cost = loss._box_loss(raw, torch.tensor([[4.0, 4.0]]), torch.tensor([8.0]), truth, size, true[:, :2])
        return float(cost), (raw[:, 9:] - true).abs()[0]

    def test_both_angles_of_a_long_box_cost_and_only_the_quadruple_one_of_a_square(self):
        cost, off = self.cost(40.0, 20.0, 0.5)
        self.assertAlmostEqual(cost, float(off.sum()), 5)
        cost, off = self.cost(20.0, 20.0, 0.5)
        self.assertAlmostEqual(cost, float(off[2:].sum()), 5)

    def test_a_quarter_turn_costs_nothing_of_a_square_and_much_of_a_long_box(self):
        self.assertLess(self.cost(20.0, 20.0, 0.3 + math.pi / 2)[0], 1e-5)
        self.assertGreater(self.cost(40.0, 20.0, 0.3 + math.pi / 2)[0], 2)


class Losses(unittest.TestCase):
    BOX = [44.0, 36.0, 30.0, 16.0, 0.3]

    def outputs(self, class_index=None, box=None):
        """Three maps for a 96x64 input that find nothing, or one box at the cells of the finest map around its middle."""
        maps = [torch.zeros(1, 13, 64 // stride, 96 // stride) for stride in (8, 16, 32)]
        for level in maps:
            level[:, :5] = -9
        if box is not None:
            x, y, width, height, angle = box
            row, column = int(y // 8), int(x // 8)
            cell = maps[0][0, :, row, column]
            cell[class_index] = 9
            cell[5:7] = torch.tensor([x / 8 - column - 0.5, y / 8 - row - 0.5])
            cell[7:9] = torch.tensor([width / 16, height / 16]).log()
            cell[9:13] = torch.tensor([f(k * angle) for k in (2, 4) for f in (math.cos, math.sin)])
        return maps

    def of(self, outputs, truth, ignored=(), unsure=0.0):
        # A batch has room for one geon at least, whether there is one or not (augment.make_batch).
        rows = torch.tensor([truth or [[0.0] * 6]], dtype=torch.float32)
        others = torch.tensor([ignored], dtype=torch.float32).reshape(1, -1, 5)
        return loss.detection_loss(outputs, rows, torch.full(rows.shape[:2], bool(truth)), others,
                                   torch.ones(others.shape[:2], dtype=torch.bool), torch.full((1, 1, 64, 96), unsure))

    def test_the_right_box_costs_less_than_a_turned_one_another_class_or_none(self):
        truth = [[1, *self.BOX]]
        right = float(self.of(self.outputs(1, self.BOX), truth)[0])
        turned = float(self.of(self.outputs(1, [*self.BOX[:4], 1.2]), truth)[0])
        other = float(self.of(self.outputs(2, self.BOX), truth)[0])
        none = float(self.of(self.outputs(), truth)[0])
        self.assertTrue(right < min(turned, other, none), (right, turned, other, none))

    def test_the_loss_is_that_of_classes_and_weighted_those_of_overlap_and_box(self):
        total, classes, overlap, box = map(float, self.of(self.outputs(1, [*self.BOX[:4], 0.6]), [[1, *self.BOX]]))
        self.assertGreater(min(overlap, box), 0.01)
        self.assertAlmostEqual(total, classes + 2.5 * overlap + 0.4 * box, 5)

    def test_a_find_on_what_is_to_be_ignored_costs_nothing_and_elsewhere_it_does(self):
        found = self.outputs(1, self.BOX)
        excused, wrong = (float(self.of(found, [], ignored)[0]) for ignored in ([self.BOX], []))
        nothing = float(self.of(self.outputs(), [], [])[0])
        self.assertLess(excused, nothing + 1e-6)
        self.assertGreater(wrong, nothing + 1)

    def test_a_find_on_a_part_that_no_geon_fits_costs_two_fifths_of_one_on_what_surely_is_none(self):
        sure, unsure = (float(self.of(self.outputs(1, self.BOX), [], unsure=mask)[0]) for mask in (0.0, 1.0))
        self.assertAlmostEqual(unsure / sure, 2 / 5, 4)

    def test_a_size_beyond_what_is_decoded_costs_no_infinity(self):
        for size in (-200.0, 200.0):
            outputs = self.outputs(1, self.BOX)
            outputs[0][:, 7:9] = size
            losses = self.of(outputs, [[1, *self.BOX]])
            self.assertTrue(all(map(math.isfinite, map(float, losses))), losses)


if __name__ == "__main__":
    unittest.main()
