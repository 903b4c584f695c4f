# SPDX-License-Identifier: MIT
"""A blend lies between two exports of one network, and two different networks have none."""

import tempfile
import unittest
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper

from geond_training import blend, export, network
from geond_training.classifier import SetClassifier
from geond_training.infer import Detector


def weights_of(model):
    return {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}


def sums_of(weights, added):
    """A network that adds the weights named `added` to x, one after the other."""
    names = ["x", *(f"y{index}" for index in range(len(added)))]
    nodes = [helper.make_node("Add", [names[index], name], [names[index + 1]]) for index, name in enumerate(added)]
    ends = [helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [2]) for name in ("x", names[-1])]
    tensors = [numpy_helper.from_array(np.array(values, np.float32), name) for name, values in weights.items()]
    graph = helper.make_graph(nodes, "sums", ends[:1], ends[1:], tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11)])


class Blending(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)

    def exported(self, seed):
        torch.manual_seed(seed)
        path = self.folder / f"{seed}.onnx"
        export.export_detector(network.Detector("small").eval(), path, 128, 96)
        return path

    def test_every_weight_lies_so_far_between_the_two_and_the_file_runs(self):
        first, second = self.exported(1), self.exported(2)
        before, other = weights_of(onnx.load(str(first))), onnx.load(str(second))
        blend.blend_file(first, other, 0.25)
        target, mixed = weights_of(other), weights_of(onnx.load(str(first)))
        changed = [name for name, values in before.items() if (values != mixed[name]).any()]
        self.assertGreater(len(changed), 20)
        for name in changed:
            expected = before[name] * 0.75 + target[name] * 0.25
            torch.testing.assert_close(torch.from_numpy(mixed[name].copy()), torch.from_numpy(expected))
        Detector(first, 128, 96)(torch.zeros(96, 128, 3).byte().numpy())

    def test_names_do_not_matter_and_layers_that_share_a_weight_each_get_their_own(self):
        values = {"a": [1.0, 2.0], "b": [3.0, 5.0], "c": [7.0, 9.0]}
        shared = sums_of({"a": values["a"]}, ["a", "a"])
        other = sums_of({"c": values["c"], "b": values["b"]}, ["b", "c"])
        blend.blend(shared, other, 0.5)
        mixed = weights_of(shared)
        for node, expected in zip(shared.graph.node, ([2.0, 3.5], [4.0, 5.5])):
            self.assertEqual(mixed[node.input[1]].tolist(), expected)
        onnx.checker.check_model(shared)

    def test_a_weight_without_a_counterpart_is_named(self):
        other = sums_of({"b": [1.0, 1.0]}, ["b", "x"])
        with self.assertRaisesRegex(ValueError, "a has no counterpart"):
            blend.blend(sums_of({"a": [1.0, 2.0]}, ["a", "a"]), other, 0.5)

    def test_two_different_networks_are_refused(self):
        detector = onnx.load(str(self.exported(1)))
        narrow, wide = (self.folder / f"{width}.onnx" for width in (8, 16))
        for path, width in ((narrow, 8), (wide, 16)):
            export.export_classifier(SetClassifier(5, width).eval(), path, "scenes")
        with self.assertRaisesRegex(ValueError, "layers differ"):
            blend.blend(detector, onnx.load(str(narrow)), 0.5)
        with self.assertRaisesRegex(ValueError, "differs in shape"):
            blend.blend(onnx.load(str(wide)), onnx.load(str(narrow)), 0.5)


if __name__ == "__main__":
    unittest.main()
