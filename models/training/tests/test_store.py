# SPDX-License-Identifier: MIT
"""Pictures in a mapped file are the pictures on disk, and leave nothing behind."""

import tempfile
import unittest
from pathlib import Path

import cv2
import numpy as np
import torch

from geond_training import dataset, store

CPU = torch.device("cpu")


def write_picture(folder, name, width, height, seed):
    """A picture of noise with its mask; returns its dataset.Picture."""
    generator = np.random.default_rng(seed)
    cv2.imwrite(str(folder / f"{name}.png"), generator.integers(0, 256, (height, width, 3), np.uint8))
    cv2.imwrite(str(folder / f"{name}.mask.png"), generator.integers(0, 256, (height, width), np.uint8))
    return dataset.Picture(name, folder, "loose", "none", width, height, "train")


class MappedPictures(unittest.TestCase):
    def test_they_are_those_on_disk(self):
        with tempfile.TemporaryDirectory() as work:
            folder, scratch = Path(work) / "pictures", Path(work) / "scratch"
            folder.mkdir()
            scratch.mkdir()
            pictures = [write_picture(folder, "wide", 80, 60, 1), write_picture(folder, "tall", 60, 80, 2)]
            data = store.Store(pictures, CPU, folder=scratch)
            for index, picture in enumerate(pictures):
                pixels, mask = picture.load()
                kept = data.pixels[index, :, :picture.height, :picture.width].numpy()
                np.testing.assert_array_equal(kept[:3], pixels.transpose(2, 0, 1))
                np.testing.assert_array_equal(kept[3], mask)
            self.assertEqual(int(data.pixels[0, :, 60:].max()), 0)
            self.assertEqual(data.half_level().shape, (2, 3, 256, 256))
            self.assertEqual(list(scratch.iterdir()), [])

    def test_of_too_many_labels_those_that_count_are_kept_and_the_larger_of_the_others(self):
        def label(side, ignore):
            return dataset.Label(0, (30.0, 30.0, side, side, 0.0), 1.0, ignore)
        with tempfile.TemporaryDirectory() as work:
            picture = write_picture(Path(work), "crowd", 80, 60, 1)
            picture.labels = [label(50.0 + i / 8, True) for i in range(store.MAX_LABELS)] + [label(12.0, False)]
            rows = store.Store([picture], CPU).labels[0]
        counting = rows[rows[:, store.IGNORE] == 0]
        self.assertEqual(counting[:, store.WIDTH].tolist(), [12.0])
        self.assertEqual(float(rows[:, store.PRESENT].sum()), store.MAX_LABELS)
        self.assertEqual(float(rows[1:, store.WIDTH].min()), 50.125)

    def test_a_picture_that_does_not_fit_is_told_and_not_left_out(self):
        with tempfile.TemporaryDirectory() as work:
            pictures = [write_picture(Path(work), "fits", 512, 60, 1), write_picture(Path(work), "wide", 640, 60, 2)]
            with self.assertRaisesRegex(ValueError, "1 of 2 pictures, such as wide .640x60., are larger than 512"):
                store.Store(pictures, CPU)

    def test_no_pictures_are_no_error(self):
        self.assertEqual(len(store.Store([], CPU)), 0)


if __name__ == "__main__":
    unittest.main()
