# SPDX-License-Identifier: MIT
"""Augmentation keeps labels on the pixels: pictures with known rectangles are turned and measured."""

import math
import unittest
from unittest import mock

import cv2
import numpy as np
import torch

from geond_training import augment, boxes, geometry_batch, store
from geond_training.vocabulary import CONE, CUBE, CYLINDER, SPHERE, TORUS

NO_AIM = torch.zeros(1, 3)


class PaintedStore(store.Store):
    """A store of one picture: a white figure on black, with its label."""

    def __init__(self, box, class_index):
        super().__init__([], torch.device("cpu"))
        canvas = np.zeros((store.CANVAS, store.CANVAS), np.uint8)
        if class_index in (SPHERE, TORUS):
            cv2.ellipse(canvas, (box[:2], box[2:4], math.degrees(box[4])), 255, -1)
        else:
            cv2.fillPoly(canvas, [np.round(boxes.corners(box)).astype(np.int32)], 255)
        self.pixels = torch.from_numpy(np.stack([canvas] * 4)[None])
        self.sizes = torch.tensor([[512.0, 384.0]])
        self.labels = torch.zeros(1, store.MAX_LABELS, 9)
        self.labels[0, 0] = torch.tensor([class_index, *box, 1, 0, 1])
        self.kinds = ["loose"]


def upright_box(points):
    """The tightest upright box around points (Nx2), canonical."""
    (left, top), (right, bottom) = points.min(0), points.max(0)
    return boxes.canonical(((left + right) / 2, (top + bottom) / 2, right - left, bottom - top, 0.0))


def minimum_area_box(points):
    """The rectangle of least area around points (Nx2 float), canonical."""
    (x, y), (width, height), degrees = cv2.minAreaRect(np.asarray(points, np.float32))
    return boxes.canonical((x, y, width, height, math.radians(degrees)))


def painted_box(picture):
    """The least rectangle around what is white in a 3xHxW picture, and the upright one."""
    white = (picture[0].numpy() > 127).astype(np.uint8)
    rows, columns = np.nonzero(white)
    points = np.stack([columns + 0.5, rows + 0.5], 1)
    return minimum_area_box(points), upright_box(points), white.sum()


class BothWaysToWarp(unittest.TestCase):
    def test_a_picture_warped_by_opencv_is_the_one_that_tensors_make(self):
        data = PaintedStore((250.0, 190.0, 160.0, 90.0, 0.4), CUBE)
        for scale in ((0.4, 0.6), (0.8, 1.4)):
            for seed in range(8):
                torch.manual_seed(seed)
                affines = augment.random_affines(data.sizes, torch.tensor([True]), (320, 256), scale, NO_AIM)
                fill = torch.rand(1)
                one, one_mask = augment.warp(data, torch.tensor([0]), affines, (320, 256), fill)
                other, other_mask = augment.warp_together(data.pixels, data.sizes, affines, (320, 256), fill)
                # They differ along the picture's border only, where one mixes in the fill.
                self.assertLess(float((one.float() - other.float()).abs().mean()), 1.0, f"{scale}, seed {seed}")
                self.assertLess(float((one_mask != other_mask).float().mean()), 0.002, f"{scale}, seed {seed}")


class NearSamples(unittest.TestCase):
    def test_an_aimed_sample_shows_the_geon_large_and_the_others_are_drawn_anywhere(self):
        data = PaintedStore((150.0, 120.0, 80.0, 50.0, 0.4), CUBE)
        for seed in range(40):
            torch.manual_seed(seed)
            aims = augment.draw_aims(data.labels, 1.0)
            self.assertEqual(aims.tolist(), [[150.0, 120.0, 80.0]])
            affines = augment.random_affines(data.sizes, torch.tensor([True]), (320, 256), (0.5, 1.2), aims)
            moved, _, _, present = augment.move_labels(data.labels, affines, (320, 256))
            self.assertTrue(bool(present[0, 0]))
            low, high = (256 * share for share in augment.AIMED_FILL)
            self.assertTrue(low * 0.6 < float(moved[0, 0, 2]) < high * 1.05, f"seed {seed}: {moved[0, 0]}")

    def test_nothing_is_aimed_at_where_no_geon_counts(self):
        data = PaintedStore((150.0, 120.0, 80.0, 50.0, 0.4), CUBE)
        data.labels[0, 0, store.IGNORE] = 1
        self.assertEqual(augment.draw_aims(data.labels, 1.0).tolist(), [[0.0, 0.0, 0.0]])


class AnglesFollowThePixels(unittest.TestCase):
    def sample(self, data, seed, scale=(0.5, 1.2)):
        torch.manual_seed(seed)
        affines = augment.random_affines(data.sizes, torch.tensor([True]), (320, 256), scale, NO_AIM)
        pictures, _ = augment.warp(data, torch.tensor([0]), affines, (320, 256), torch.zeros(1))
        moved, visible, _, present = augment.move_labels(data.labels, affines, (320, 256))
        return pictures[0], moved[0, 0], float(visible[0, 0]), bool(present[0, 0])

    def test_a_turned_and_mirrored_cube_keeps_its_box(self):
        data = PaintedStore((250.0, 190.0, 120.0, 50.0, 0.4), CUBE)
        compared = 0
        for seed in range(60):
            picture, moved, visible, present = self.sample(data, seed)
            if not present or visible < 0.999:
                continue
            compared += 1
            measured, _, _ = painted_box(picture)
            self.assertGreater(boxes.rotated_iou(measured, tuple(moved.tolist())), 0.88, f"seed {seed}")
        self.assertGreater(compared, 10)

    def test_a_turned_sphere_stays_upright(self):
        data = PaintedStore((250.0, 190.0, 110.0, 80.0, 0.0), SPHERE)
        for seed in range(40):
            picture, moved, visible, present = self.sample(data, seed)
            if not present or visible < 0.999:
                continue
            _, upright, _ = painted_box(picture)
            self.assertGreater(boxes.rotated_iou(upright, tuple(moved.tolist())), 0.88, f"seed {seed}")
            self.assertAlmostEqual(math.sin(2 * float(moved[4])), 0, places=4)

    def test_a_cut_box_is_the_least_one_around_what_is_left(self):
        generator = torch.Generator().manual_seed(3)
        for _ in range(60):
            centre = torch.rand(2, generator=generator) * torch.tensor([320.0, 256.0])
            size = torch.rand(2, generator=generator) * 120 + 20
            box = torch.cat([centre, size, torch.rand(1, generator=generator) * 3 - 1.5])
            clipped, share = geometry_batch.clip_to_frame(box[None], 320.0, 256.0)
            polygon = boxes.clip_to_frame(boxes.corners(box.tolist()), 320, 256)
            self.assertAlmostEqual(float(share[0]), boxes.polygon_area(polygon) / float(size.prod()), places=2)
            expected = minimum_area_box(polygon)
            self.assertLessEqual(float(clipped[0, 2] * clipped[0, 3]), expected[2] * expected[3] * 1.08)

    def test_a_turned_box_that_fills_the_sample_but_for_its_corners_becomes_the_sample(self):
        clipped, share = geometry_batch.clip_to_frame(torch.tensor([[160.0, 128.0, 330.0, 330.0, math.pi / 4]]), 320.0, 256.0)
        np.testing.assert_allclose(clipped[0], [160.0, 128.0, 320.0, 256.0, 0.0], atol=1e-3)
        self.assertLess(float(share[0]), 0.75)


class CutByTheSample(unittest.TestCase):
    """Labels of a picture whose left part, of so many pixels, is not in the sample."""

    FRAME = (320, 256)

    def cut_at(self, left, box, class_index):
        """(box, share of it that is visible, whether it is to be ignored) of a label."""
        labels = torch.tensor([[[class_index, *box, 1.0, 0.0, 1.0]]])
        moved, visible, ignore, present = augment.move_labels(labels, self.shift(left), self.FRAME)
        self.assertTrue(bool(present[0, 0]))
        return moved[0, 0].tolist(), float(visible[0, 0]), bool(ignore[0, 0])

    def shift(self, left):
        return torch.tensor([[[1.0, 0.0, -left], [0.0, 1.0, 0.0]]])

    def test_a_torus_has_the_least_box_around_what_is_left_of_its_ellipse(self):
        box = (120.0, 128.0, 140.0, 70.0, 0.6)
        data = PaintedStore(box, TORUS)
        for left in (80.0, 110.0, 130.0):
            pictures, _ = augment.warp(data, torch.tensor([0]), self.shift(left), self.FRAME, torch.zeros(1))
            measured, _, area = painted_box(pictures[0])
            moved, visible, _ = self.cut_at(left, box, TORUS)
            self.assertGreater(boxes.rotated_iou(measured, tuple(moved)), 0.9, left)
            self.assertAlmostEqual(visible, area / (math.pi / 4 * 140 * 70), delta=0.02)

    def test_a_sphere_has_the_upright_box_around_what_is_left_of_its_ellipse(self):
        moved, visible, _ = self.cut_at(120.0, (100.0, 128.0, 100.0, 100.0, 0.0), SPHERE)
        # A disk of radius 50, cut 20 beside its middle: 30 wide, a chord of 2 sqrt(50^2 - 20^2).
        np.testing.assert_allclose(moved[:2], [15.0, 128.0], atol=0.5)
        np.testing.assert_allclose(sorted(moved[2:4]), [30.0, 91.7], atol=1)
        self.assertAlmostEqual(visible, math.acos(0.4) / math.pi - 0.4 * math.sqrt(1 - 0.4**2) / math.pi, delta=0.005)

    def test_a_round_thing_that_only_its_box_sticks_out_of_the_sample_with_is_whole(self):
        torus = (70.0, 128.0, 140.0, 60.0, 0.4)
        moved, visible, _ = self.cut_at(3.0, torus, TORUS)
        self.assertEqual(visible, 1.0)
        np.testing.assert_allclose(moved, [67.0, *torus[1:]], rtol=1e-5)

    def test_a_cone_keeps_its_axis_where_little_is_cut_and_is_ignored_where_much_is(self):
        cone = (100.0, 128.0, 100.0, 60.0, 0.5)
        moved, visible, ignored = self.cut_at(65.0, cone, CONE)
        self.assertAlmostEqual(moved[4], 0.5, places=4)
        self.assertTrue(augment.LEAST_CONE_SHARE < visible < 0.95 and not ignored, visible)
        _, visible, ignored = self.cut_at(85.0, cone, CONE)
        self.assertTrue(0.5 < visible < augment.LEAST_CONE_SHARE and ignored, visible)


class Samples(unittest.TestCase):
    def sample(self, *labels):
        """A batch of one sample of 96x64, the top left of a picture whose mask is 0, 128 and 255 in thirds of the sample."""
        data = PaintedStore((48.0, 32.0, 30.0, 20.0, 0.0), CUBE)
        data.pixels[0, 3] = 0
        data.pixels[0, 3, :, 32:64], data.pixels[0, 3, :, 64:] = 128, 255
        data.labels[0, 0] = 0
        for row, (class_index, box, visible) in zip(data.labels[0], labels):
            row[:] = torch.tensor([class_index, *box, visible, 0, 1])
        in_place = torch.tensor([[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]])
        with mock.patch.object(augment, "random_affines", return_value=in_place):
            return augment.make_batch(data, torch.tensor([0]), torch.tensor([False]), (96, 64), (1.0, 1.0))

    def test_only_what_the_mask_says_no_geon_fits_is_unsure(self):
        mask = self.sample((CUBE, (48.0, 32.0, 30.0, 20.0, 0.0), 1.0)).mask[0, 0]
        self.assertEqual(mask.mean(0).tolist(), [0.0] * 32 + [1.0] * 32 + [0.0] * 32)

    def test_what_is_too_small_too_hidden_or_cut_too_much_in_the_sample_is_ignored(self):
        labels = {"small": (CUBE, (30.0, 10.0, 20.0, 7.0, 0.0), 1.0), "not quite": (CUBE, (30.0, 30.0, 20.0, 9.5, 0.0), 1.0),
                  "hidden and cut": (CYLINDER, (96.0, 50.0, 20.0, 12.0, 0.0), 0.6), "less": (CYLINDER, (96.0, 30.0, 20.0, 12.0, 0.0), 0.8),
                  "cut cone": (CONE, (91.0, 12.0, 20.0, 12.0, 0.0), 1.0), "whole cone": (CONE, (20.0, 50.0, 20.0, 12.0, 0.0), 1.0)}
        # Half of each cylinder is left of what was visible, of the cut cone's box 0.75.
        batch = self.sample(*labels.values())
        counted = batch.truth[0][batch.truth_valid[0]]
        self.assertEqual(sorted((int(row[0]), float(row[2])) for row in counted), [(CONE, 50.0), (CUBE, 30.0), (CYLINDER, 30.0)])
        ignored = batch.ignored[0][batch.ignored_valid[0]]
        self.assertEqual(sorted(ignored[:, 1].tolist()), [10.0, 12.0, 50.0])


if __name__ == "__main__":
    unittest.main()
