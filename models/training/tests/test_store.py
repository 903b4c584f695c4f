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

    def test_no_pictures_are_no_error(self):
        self.assertEqual(len(store.Store([], CPU)), 0)


if __name__ == "__main__":
    unittest.main()
