# SPDX-License-Identifier: MIT
"""Writes networks as ONNX (opset 11) and checks that OpenCV DNN answers as PyTorch does.

    python3 -m geond_training.export --checkpoint RUN/last.pt --out models/geon-detector
        [--threshold 0.2] [--version 1.0.0] [--input 640x480] [--default]

With --blend FILE.onnx the weights lie between the run's and those of that export of the same network,
the one that the run began from (see blend.py): halfway, or --blend-share of the way to it.

With --share FILE.onnx instead of --checkpoint the model is another's network at an input size of its
own: its folder then holds a relative link to that file.
"""

import argparse
import inspect
import os
from pathlib import Path

import cv2
import numpy as np
import onnx
import onnx.numpy_helper
import torch

from . import blend, decode, manifest, network, whole_file
from .classifier import SetClassifier
from .features import FEATURES, SLOTS
from .infer import Detector

OPSET = 11
TOLERANCE = 2e-3


class ExportMismatch(RuntimeError):
    """OpenCV DNN and PyTorch disagree about a network's outputs."""


def _write_onnx(model, example, path, input_name, output_names):
    # The tracing exporter is the one that writes opset 11; newer PyTorch has another by default.
    tracing = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    torch.onnx.export(model, example, str(path), opset_version=OPSET, input_names=[input_name],
                      output_names=list(output_names), do_constant_folding=True, **tracing)
    _resolve_identities(path)


def _resolve_identities(path):
    """Gives constants that the exporter shares between nodes (as Identity nodes) back to each of them.

    OpenCV 4.6 cannot load an Identity of a constant; equal constants occur in networks hardly trained.
    """
    model = onnx.load(str(path))
    constants = {tensor.name for tensor in model.graph.initializer}
    aliases = {node.output[0]: node.input[0] for node in model.graph.node
               if node.op_type == "Identity" and node.input[0] in constants}
    kept = [node for node in model.graph.node if node.output[0] not in aliases]
    for node in kept:
        for index, name in enumerate(node.input):
            node.input[index] = aliases.get(name, name)
    del model.graph.node[:]
    model.graph.node.extend(kept)
    onnx.save(model, str(path))


def _check(model, path, example, input_name, output_names):
    net = cv2.dnn.readNetFromONNX(str(path))
    net.setInput(example.numpy(), input_name)
    with torch.no_grad():
        expected = model(example)
    expected = expected if isinstance(expected, tuple) else (expected,)
    for name, tensor, answer in zip(output_names, expected, net.forward(list(output_names))):
        difference = float(np.abs(tensor.numpy().ravel() - answer.ravel()).max())
        if tensor.shape != answer.shape or difference > TOLERANCE:
            raise ExportMismatch(f"{name}: {tuple(tensor.shape)} and {answer.shape}, {difference:.2g} apart")


def export_classifier(model, path, output_name):
    """Writes a set classifier or committee (eval mode), once it is checked on an empty, a full and a random set.

    Raises ExportMismatch, and leaves what was at `path`, where OpenCV answers otherwise.
    """
    generator = torch.Generator().manual_seed(0)
    full = torch.randn(1, FEATURES, 1, SLOTS, generator=generator)
    half = full.clone()
    half[..., SLOTS // 2:] = 0
    with whole_file.replacing(path) as partial:
        _write_onnx(model, full, partial, "primitives", [output_name])
        for example in (full, half, torch.zeros_like(full)):
            _check(model, partial, example, "primitives", [output_name])


def read_committee(path):
    """The members of the classifier.Committee that `export_classifier` wrote, as networks of their own.

    Each has the committee's scale: committee_of(read_committee(path)) answers as the file does (or, where the
    file is of before 0.13.0 and has no mirrored twins, as the mean of its answers to a set and its mirror image).
    """
    weights = {tensor.name: torch.from_numpy(onnx.numpy_helper.to_array(tensor).copy())
               for tensor in onnx.load(str(path)).graph.initializer}
    count = 1 + max(int(name.split(".")[1]) for name in weights if name.startswith("members."))
    summed = count * (2 if any(name.startswith("mirrored.") for name in weights) else 1)
    members = []
    for index in range(count):
        prefix = f"members.{index}."
        state = {name[len(prefix):]: tensor for name, tensor in weights.items() if name.startswith(prefix)}
        last = max(name for name in state if name.startswith("scene.")).rsplit(".", 1)[0]
        for name in (f"{last}.weight", f"{last}.bias"):
            state[name] = state[name] * summed
        outputs, width = state[f"{last}.weight"].shape[:2]
        members.append(SetClassifier(outputs, width))
        members[-1].load_state_dict(state)
    return members


def export_detector(model, path, width, height, other=None, part=0.5):
    """Writes a detector (eval mode, batch norm folded by the exporter) with outputs p8, p16, p32, once it is checked.

    With `other` (an onnx.ModelProto of the same network) its weights lie `part` of the way to those, and `model`
    has them afterwards. A link at `path` is replaced, not followed. Raises ExportMismatch, and leaves what was at
    `path`, where OpenCV answers otherwise.
    """
    example = torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(0))
    with whole_file.replacing(path) as partial:
        _write_onnx(model, example, partial, "x", decode.OUTPUT_NAMES)
        if other is not None:
            blend.blend_file(partial, other, part)
            network.load_folded(model, partial, example)
        _check(model, partial, example, "x", decode.OUTPUT_NAMES)


def export_checkpoint(checkpoint_path, path, width, height, other=None, part=0.5):
    """Writes the averaged weights of a training run, as export_detector() does."""
    checkpoint = torch.load(checkpoint_path, map_location="cpu")
    model = network.Detector(checkpoint["size"])
    network.load_weights(model, checkpoint["average"])
    export_detector(model.eval(), path, width, height, other, part)


def share_detector(shared, path, width, height):
    """Makes `path` a relative link to the detector `shared`, once that is seen to run at the input size."""
    Detector(shared, width, height)(np.zeros((height, width, 3), np.uint8))
    path.unlink(missing_ok=True)
    path.symlink_to(os.path.relpath(shared, path.parent))


def input_size(text):
    """(width, height) of "640x480", as a command line has it. Raises argparse.ArgumentTypeError."""
    cell = decode.STRIDES[-1]
    sides = [int(side) if side.isdecimal() else 0 for side in text.split("x")]
    if len(sides) != 2 or any(side == 0 or side % cell for side in sides):
        raise argparse.ArgumentTypeError(f"an input is WIDTHxHEIGHT in multiples of {cell} pixels, such as 640x480, not {text}")
    return tuple(sides)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    origin = parser.add_mutually_exclusive_group(required=True)
    origin.add_argument("--checkpoint")
    origin.add_argument("--share", type=Path)
    parser.add_argument("--blend", help="another export of the checkpoint's network")
    parser.add_argument("--blend-share", type=blend.share, default=0.5, help="0 to 1: how far the weights move towards it")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--threshold", type=float, default=0.2)
    parser.add_argument("--version", default="1.0.0")
    parser.add_argument("--input", type=input_size, default="640x480")
    parser.add_argument("--default", action="store_true")
    parser.add_argument("--description",
                        default="Finds geons (cone, cube, cylinder, sphere, torus) as rotated boxes.")
    options = parser.parse_args()
    width, height = options.input
    options.out.mkdir(parents=True, exist_ok=True)
    onnx_name = f"{options.out.name}.onnx"
    if options.share:
        share_detector(options.share, options.out / onnx_name, width, height)
    else:
        other = onnx.load(options.blend) if options.blend else None
        export_checkpoint(options.checkpoint, options.out / onnx_name, width, height, other, options.blend_share)
    manifest.write_detection(options.out, onnx_name, options.version, options.description,
                             options.threshold, options.default, width, height)


if __name__ == "__main__":
    main()
