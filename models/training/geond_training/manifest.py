# SPDX-License-Identifier: MIT
"""Model folders: manifests (model.json) with the checksums of their files."""

import hashlib
import json
from pathlib import Path

from . import decode, features, whole_file
from .vocabulary import GEON_DISPLAY, GEONS, SCENE_DISPLAY, SCENES

LICENCE = "MIT"
SOURCE = "models/training, trained on pictures rendered by its own renderer"


def sha256(path):
    """Hexadecimal SHA-256 of a file."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def _write(folder, document):
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    with whole_file.replacing(Path(folder) / "model.json") as path:
        path.write_text(text, encoding="utf-8")


def detector_identity(folder):
    """What tells a detector from all others: the SHA-256 of its network, and what it sees of a picture."""
    document = json.loads((Path(folder) / "model.json").read_text(encoding="utf-8"))
    frame = document["input"]
    return f"{sha256(Path(folder) / document['files'][0]['path'])} {frame['width']}x{frame['height']}"


def _common(folder, version, kind, description, files):
    listed = []
    for path, class_name in files:
        entry = {"path": path, "sha256": sha256(Path(folder) / path)}
        listed.append(entry | ({"class": class_name} if class_name else {}))
    return {"name": Path(folder).name, "version": version, "kind": kind, "licence": LICENCE,
            "source": SOURCE, "description": description, "files": listed}


def write_detection(folder, onnx_name, version, description, default_threshold, is_default,
                    width, height):
    """Writes the manifest of a detector of geons beside its ONNX file. The name `sphere` has geond set the boxes of that
    class upright."""
    document = _common(folder, version, "detection", description, [(onnx_name, None)])
    document |= {
        "input": {"name": "x", "width": width, "height": height, "follows_picture": True, "channel_order": "bgr",
                  "scale": 1 / 255, "mean": [0, 0, 0], "std": [1, 1, 1], "letterbox": [decode.LETTERBOX_COLOUR] * 3},
        "output": {"layout": "geon-rotated-v1", "names": list(decode.OUTPUT_NAMES),
                   "strides": list(decode.STRIDES), "nms_iou": decode.NMS_IOU},
        "classes": [{"name": name, "display": GEON_DISPLAY[name]} for name in GEONS],
        "thresholds": {"default": default_threshold, "candidates": decode.CANDIDATE_THRESHOLD},
        "default": is_default,
    }
    _write(folder, document)


def write_classification(folder, files, version, description, layout, output_name,
                         min_probability, is_default, temperature=None):
    """Writes the manifest of a scene classifier; `files` are pairs of path and class (or None).

    Only an ensemble has a temperature: that of what its members answer together.
    """
    document = _common(folder, version, "classification", description, files)
    document |= {
        "input": {"name": "primitives", "features": "primitives-v1", "slots": features.SLOTS,
                  "primitive_classes": list(GEONS)},
        "output": {"layout": layout, "name": output_name}
                  | ({} if temperature is None else {"temperature": round(temperature, 4)}),
        "classes": [{"name": name, "display": SCENE_DISPLAY[name]} for name in SCENES],
        "thresholds": {"min_probability": min_probability},
        "default": is_default,
    }
    _write(folder, document)
