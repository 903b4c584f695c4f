# SPDX-License-Identifier: MIT
"""Divides a predictions file in two: to train classifiers, and to calibrate them.

    python3 -m geond_training.divide FINDS.jsonl TRAIN.jsonl CALIBRATE.jsonl

By picture, in turn within each scene: five of six train, one calibrates.
"""

import sys
from collections import Counter

from . import predictions

TURN = (0, 0, 0, 0, 1, 0)


def divide(pictures):
    """Two lists of PicturePrediction."""
    parts, seen = ([], []), Counter()
    for picture in pictures:
        parts[TURN[seen[picture.scene] % len(TURN)]].append(picture)
        seen[picture.scene] += 1
    return parts


def main():
    source, *targets = sys.argv[1:]
    for target, part in zip(targets, divide(predictions.read(source))):
        predictions.write(target, part)


if __name__ == "__main__":
    main()
