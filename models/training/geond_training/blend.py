# SPDX-License-Identifier: MIT
"""Averages the weights of two exports of one network.

A network that went on learning from other pictures lies in the same valley as the one it began from,
and a point between the two often errs less than either (Wortsman et al. 2022, "Robust fine-tuning of
zero-shot models").
"""

import numpy as np
import onnx
from onnx import numpy_helper


def blend(model, other, share):
    """Moves the float weights of the onnx.ModelProto `model` by `share` (0 to 1) of the way to those of `other`.

    Raises ValueError, naming what differs, unless both are exports of the same network.
    """
    if [node.op_type for node in model.graph.node] != [node.op_type for node in other.graph.node]:
        raise ValueError("cannot blend two different networks: their layers differ")
    others = {tensor.name: numpy_helper.to_array(tensor) for tensor in other.graph.initializer}
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        target = others.get(tensor.name)
        if target is None or target.shape != values.shape:
            raise ValueError(f"cannot blend two different networks: {tensor.name} differs in shape")
        if values.dtype == np.float32:
            mixed = (values * (1 - share) + target * share).astype(np.float32)
            tensor.CopyFrom(numpy_helper.from_array(mixed, tensor.name))


def blend_file(path, other, share):
    """As blend(), for the ONNX file `path`, which is written anew."""
    model = onnx.load(str(path))
    blend(model, other, share)
    onnx.save(model, str(path))
