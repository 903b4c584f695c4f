# SPDX-License-Identifier: MIT
"""Where the detector saw its geons, and which of them made the scene: what a later feature of the server can show.

    python3 -m geond_training.attention --detector models/geon-detector --classifier models/scene-classifier
        --out FOLDER PICTURE...

Neither asks for gradients, nor for another run of the detector. The last layer of each of its heads is linear and sees one
cell at a time, so the class logits, which every answer holds already, are the class activation map of Zhou et al. 2016
plus a bias; Grad-CAM (Selvaraju et al. 2017) of a network that ends in such a layer is that map without its negative
part. A scene is spread over its geons by leaving out one at a time (Zeiler and Fergus 2014, who do so with patches).
"""

import argparse
from pathlib import Path

import cv2
import numpy as np

from . import boxes, decode, infer
from .evaluate import threshold_of
from .scene_infer import SceneModel
from .vocabulary import GEONS, REJECT, SCENES

HEAT_SHARE = 0.6
"""How much of a pixel is heat where the detector is sure; the picture shows through the rest."""
FOR, AGAINST = (90, 220, 90), (80, 80, 240)
"""Outlines of geons that speak for and against the answer, BGR."""
THINNEST, THICKEST = 1.5, 8.0
"""Outlines of geons that have nothing and the most to do with the answer, in thousandths of the picture's longer side."""
QUALITY = 90


def class_maps(outputs):
    """How sure the detector is of each class, by place: the raw maps -> float32 5xHxW in [0, 1], a cell of the finest stride each.

    Of the levels the surest counts: each looks for geons of another size.
    """
    finest = outputs[0].shape[-2:]
    levels = []
    for output in outputs:
        logits = np.asarray(output, np.float32).reshape(decode.CHANNELS, *output.shape[-2:])[:len(GEONS)]
        rows, columns = finest[0] // logits.shape[1], finest[1] // logits.shape[2]
        levels.append((1 / (1 + np.exp(-logits))).repeat(rows, 1).repeat(columns, 2))
    return np.max(levels, axis=0)


def in_picture(maps, letterbox, width, height):
    """class_maps() over the pixels of the picture: float32 5xHxW; what lies beside it in the frame is cut off."""
    stride = decode.STRIDES[0]
    # Pixel x of the picture lies at x * scale + offset of the frame; centres of pixels and cells are at a half.
    scale = letterbox.scale / stride
    inverse = np.array([[scale, 0, 0.5 * scale + letterbox.offset_x / stride - 0.5],
                        [0, scale, 0.5 * scale + letterbox.offset_y / stride - 0.5]], np.float64)
    return np.stack([cv2.warpAffine(level, inverse, (width, height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                                    borderMode=cv2.BORDER_REPLICATE) for level in maps])


def contributions(model, detections, width, height, threshold):
    """What a SceneModel answers, and what each geon has to do with it.

    Returns (scene, or None for no scene; its probability; pairs of a Detection at or above the threshold and how much less
    probable the same answer is without it, in [-1, 1]). The shares need not add up: two geons may say the same.
    """
    shown = [d for d in detections if d.probability >= threshold]
    scenes, none = model.probabilities(shown, width, height, threshold)
    answer, probability = model.answer(scenes, none)

    def without(index):
        rest, rest_none = model.probabilities(shown[:index] + shown[index + 1:], width, height, threshold)
        return rest_none if answer is None else rest[SCENES.index(answer)]

    return answer, probability, [(found, float(probability - without(index))) for index, found in enumerate(shown)]


def drawn(picture, maps, shares):
    """The picture (uint8 HxWx3 BGR) under the heat of its maps, geons outlined the thicker the more they have to do with the answer."""
    heat = maps.max(0)[..., None]
    colours = cv2.applyColorMap((heat * 255).astype(np.uint8), cv2.COLORMAP_INFERNO)
    image = np.round(picture * (1 - HEAT_SHARE * heat) + colours * (HEAT_SHARE * heat)).astype(np.uint8)
    most = max((abs(share) for _, share in shares), default=0) or 1
    for found, share in shares:
        outline = np.round(boxes.corners(found.box)).astype(int)
        thousandths = THINNEST + (THICKEST - THINNEST) * abs(share) / most
        cv2.polylines(image, [outline], True, FOR if share >= 0 else AGAINST,
                      max(1, round(max(picture.shape) * thousandths / 1000)), cv2.LINE_AA)
    return image


def _explain(path, detector, model, threshold):
    """(overlay, lines that tell it) of a picture's file; ValueError where it is none."""
    picture = cv2.imread(str(path))
    if picture is None:
        raise ValueError(f"{path} is no picture that OpenCV reads")
    height, width = picture.shape[:2]
    outputs, letterbox = detector.look(picture)
    answer, probability, shares = contributions(model, infer.detections(outputs, letterbox), width, height, threshold)
    lines = [f"{path}: {answer or REJECT} {probability:.2f}"]
    lines += [f"  {share:+.3f}  {GEONS[found.class_index]} {found.probability:.2f} at {found.box[0]:.0f}, {found.box[1]:.0f}"
              for found, share in sorted(shares, key=lambda pair: -abs(pair[1]))]
    return drawn(picture, in_picture(class_maps(outputs), letterbox, width, height), shares), lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--detector", type=Path, required=True)
    parser.add_argument("--classifier", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("pictures", nargs="+", type=Path)
    options = parser.parse_args()
    detector, model = infer.Detector.of(options.detector), SceneModel(options.classifier)
    options.out.mkdir(parents=True, exist_ok=True)
    for path in options.pictures:
        try:
            overlay, lines = _explain(path, detector, model, threshold_of(options.detector))
        except ValueError as error:
            parser.error(str(error))
        cv2.imwrite(str(options.out / f"{path.stem}.attention.jpg"), overlay, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
        print("\n".join(lines))


if __name__ == "__main__":
    main()
