# SPDX-License-Identifier: MIT
"""Averages the weights of two exports of one network.

A network that went on learning from other pictures lies in the same valley as the one it began from,
and a point between the two often errs less than either (Wortsman et al. 2022, "Robust fine-tuning of
zero-shot models").
"""

import argparse

import numpy as np
import onnx
from onnx import numpy_helper


def share(text):
    """0 to 1, as a command line has it. Raises argparse.ArgumentTypeError."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"a share lies between 0 and 1, not at {text}")
    return value


def blend(model, other, part):
    """Moves the float weights of the onnx.ModelProto `model` by `part` (0 to 1) of the way to those of `other`.

    Weights belong together by the place of their layers: their names are the exporter's, which counts them as it
    likes. Raises ValueError, naming what differs, unless both are exports of the same network.
    """
    if [node.op_type for node in model.graph.node] != [node.op_type for node in other.graph.node]:
        raise ValueError("cannot blend two different networks: their layers differ")
    weights, others = _weights(model), _weights(other)
    mixed = {}
    for index, (node, counterpart) in enumerate(zip(model.graph.node, other.graph.node)):
        for place, (name, other_name) in enumerate(zip(node.input, counterpart.input)):
            if name not in weights:
                continue
            values, target = weights[name], others.get(other_name)
            if target is None:
                raise ValueError(f"cannot blend two different networks: {name} has no counterpart in the other one")
            if target.shape != values.shape:
                raise ValueError(f"cannot blend two different networks: {name} differs in shape")
            if values.dtype == np.float32:
                # Layers may share a weight that is equal in one network alone: each gets its own.
                own = f"{name}.{index}.{place}" if name in mixed else name
                node.input[place] = own
                mixed[own] = (values * (1 - part) + target * part).astype(np.float32)
    kept = [tensor for tensor in model.graph.initializer if tensor.name not in mixed]
    kept += [numpy_helper.from_array(values, name) for name, values in mixed.items()]
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)


def _weights(model):
    return {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}


def blend_file(path, other, part):
    """As blend(), for the ONNX file `path`, which is written anew."""
    model = onnx.load(str(path))
    blend(model, other, part)
    onnx.save(model, str(path))
