# SPDX-License-Identifier: MIT
"""A whole split at hand (in the memory of a GPU, or in a file that the system maps): pictures as uint8, labels as one tensor."""

import math
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import torch

CANVAS = 512
MAX_LABELS = 192
"""More than any of 3,000 pictures has; one in five hundred has over 128."""
CLASS, X, Y, WIDTH, HEIGHT, ANGLE, VISIBLE, IGNORE, PRESENT = range(9)


def _load(picture):
    pixels, mask = picture.load()
    canvas = np.zeros((4, CANVAS, CANVAS), np.uint8)
    height, width = pixels.shape[:2]
    canvas[:3, :height, :width] = pixels.transpose(2, 0, 1)
    canvas[3, :height, :width] = mask
    return canvas


def _label_rows(picture):
    rows = np.zeros((MAX_LABELS, 9), np.float32)
    # What does not fit is background to the loss: rather small things that do not count than any that do.
    kept = sorted(picture.labels, key=lambda label: (label.ignore, -label.box[2] * label.box[3]))[:MAX_LABELS]
    for row, label in zip(rows, kept):
        row[:] = (label.class_index, *label.box, label.visible, label.ignore, 1)
    return rows


def _mapped(shape, folder):
    """An uint8 tensor in an unnamed file of `folder`: the system keeps in memory what it has room for.

    20,000 pictures take 25 GB. The file is gone when the process is. OSError where the disk has no room for it.
    """
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        os.posix_fallocate(file.fileno(), 0, max(1, math.prod(shape)))
        return torch.from_file(file.name, shared=True, size=math.prod(shape), dtype=torch.uint8).view(shape)


class Store:
    """Pictures (Nx4x512x512 uint8: BGR and mask, top left aligned), sizes (Nx2), labels (NxMAX_LABELSx9).

    On a CPU the pictures lie in an unnamed file of `folder` (None: the system's for temporary files). Raises ValueError
    where a picture is wider or higher than CANVAS.
    """

    def __init__(self, pictures, device, threads=2, folder=None):
        large = [p for p in pictures if max(p.width, p.height) > CANVAS]
        if large:
            raise ValueError(f"{len(large)} of {len(pictures)} pictures, such as {large[0].name} ({large[0].width}x{large[0].height}), "
                             f"are larger than {CANVAS} pixels a side, which is what training holds: take them out or render them smaller")
        shape = (len(pictures), 4, CANVAS, CANVAS)
        self._folder = folder
        self.pixels = (_mapped(shape, folder) if device.type == "cpu"
                       else torch.empty(shape, dtype=torch.uint8, device=device))
        cv2.setNumThreads(1)
        with ThreadPoolExecutor(threads) as pool:
            for index, canvas in enumerate(pool.map(_load, pictures)):
                self.pixels[index] = torch.from_numpy(canvas).to(device)
        self.sizes = torch.tensor([(p.width, p.height) for p in pictures], dtype=torch.float32, device=device)
        rows = np.stack([_label_rows(p) for p in pictures]) if pictures else np.zeros((0, MAX_LABELS, 9))
        self.labels = torch.from_numpy(rows.astype(np.float32)).to(device)
        self.kinds = [p.kind for p in pictures]
        self._half = None

    def half_level(self):
        """The pictures at half size (Nx3x256x256 uint8), made at the first call."""
        if self._half is None:
            half = _mapped((len(self), 3, CANVAS // 2, CANVAS // 2), self._folder)
            for source, target in zip(self.pixels.cpu().numpy(), half.numpy()):
                for plane, smaller in zip(source[:3], target):
                    cv2.resize(plane, smaller.shape[::-1], smaller, interpolation=cv2.INTER_AREA)
            self._half = half
        return self._half

    def __len__(self):
        return len(self.kinds)
