# SPDX-License-Identifier: MIT
"""Runs a detector over rendered pictures and writes what it finds: the classifiers' diet.

    python3 -m geond_training.find --detector models/geon-detector --data FOLDER... --out FINDS.jsonl
"""

import argparse

import cv2

from . import dataset, manifest, predictions
from .infer import Detector
from .predictions import PicturePrediction


def find(detector, pictures, identity=None):
    """Yields a PicturePrediction for each dataset.Picture, with the detector's `identity` and the picture's split."""
    for picture in pictures:
        pixels, _ = picture.load()
        yield PicturePrediction(picture.name, picture.kind, picture.scene, picture.width, picture.height,
                                detector(pixels), identity, picture.split)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--detector", required=True)
    parser.add_argument("--data", nargs="*", required=True)
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    pictures = dataset.pictures_or_exit(parser, options.data)
    cv2.setNumThreads(1)
    detector = Detector.of(options.detector)
    predictions.write(options.out, find(detector, pictures, manifest.detector_identity(options.detector)))


if __name__ == "__main__":
    main()
