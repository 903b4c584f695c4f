# SPDX-License-Identifier: MIT
"""Runs the exported scene classifiers the way the server does (src/inference/class_scores.cpp)."""

import json
from pathlib import Path

import cv2
import numpy as np

from . import features
from .vocabulary import REJECT, SCENES


def ensemble_shares(logits, temperature=1.0):
    """The probabilities that an ensemble's members answer with together: float NxK logits -> Nx(K+1), the last is `none`'s.

    Their answers are scaled to one where they add up to more; where they add up to less the rest is `none`.
    A temperature below 1 makes all of them surer, above 1 less sure, and leaves their order as it is.
    """
    each = 1 / (1 + np.exp(-logits))
    each = each / np.maximum(1.0, each.sum(axis=1, keepdims=True))
    none = np.maximum(0.0, 1 - each.sum(axis=1, keepdims=True))
    shares = np.concatenate([each, none], axis=1) ** (1 / temperature)
    return shares / shares.sum(axis=1, keepdims=True)


class SceneModel:
    """A model folder of kind classification; answers with probabilities by scene, and `none`'s share."""

    def __init__(self, folder):
        manifest = json.loads((Path(folder) / "model.json").read_text(encoding="utf-8"))
        self.name = manifest["name"]
        self.min_probability = manifest["thresholds"]["min_probability"]
        self._ensemble = manifest["output"]["layout"] == "binary-ensemble"
        self._temperature = manifest["output"].get("temperature", 1.0)
        files = {entry.get("class", REJECT): entry["path"] for entry in manifest["files"]}
        order = SCENES if self._ensemble else (REJECT,)
        self._nets = [cv2.dnn.readNetFromONNX(str(Path(folder) / files[key])) for key in order]

    def _logits(self, tensor):
        answers = []
        for net in self._nets:
            net.setInput(tensor, "primitives")
            answers.append(net.forward().ravel())
        return np.concatenate(answers).astype(np.float64)

    def probabilities(self, detections, width, height, threshold):
        """(four probabilities, probability of none)."""
        if all(detection.probability < threshold for detection in detections):
            return np.zeros(len(SCENES)), 1.0
        logits = self._logits(features.tensor(detections, width, height, threshold))
        if self._ensemble:
            share = ensemble_shares(logits[None], self._temperature)[0]
        else:
            share = np.exp(logits - logits.max())
            share /= share.sum()
        return share[:-1], share[-1]

    def answer(self, scenes, none):
        """(scene or None, confidence of the answer)."""
        best = int(np.argmax(scenes))
        if none > scenes[best] or scenes[best] < self.min_probability:
            return None, float(none)
        return SCENES[best], float(scenes[best])
