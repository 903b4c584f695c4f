# SPDX-License-Identifier: MIT
"""The detector: a small convolutional network with a path-aggregation neck and three heads.

CSP blocks after Wang et al. 2020 (CSPNet), spatial pyramid pooling after He et al. 2014, the neck after
Liu et al. 2018 (PANet). A 7x7 stride-4 stem keeps it quick on one CPU thread; only convolutions, ReLU,
max pooling, nearest upsampling, slices and concatenations, all of which OpenCV 4.6 runs.
"""

import math
from dataclasses import dataclass

import onnx
import torch
from onnx import numpy_helper
from torch import nn

from .decode import CHANNELS


@dataclass(frozen=True)
class Depths:
    """Residual blocks of the stages at strides 8, 16, 32, and of the neck's blocks in the order of execution."""

    stages: tuple = (2, 2, 1)
    neck: tuple = (1, 1, 1, 1)


@dataclass(frozen=True)
class Size:
    """Channels after the stem and at strides 8, 16, 32, and inside the heads."""

    stem: int
    stage3: int
    stage4: int
    stage5: int
    head: int
    depths: Depths = Depths()


SIZES = {"standard": Size(32, 64, 112, 160, 48, Depths((2, 3, 3), (2, 2, 2, 3))),
         "small": Size(12, 32, 64, 96, 32)}
PRIOR_LOGIT = -4.6
"""The first guess for every class: a probability of 0.01, so that early losses are not all background."""


def _norm(channels):
    return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.03)


class ConvUnit(nn.Sequential):
    """Convolution, batch norm, ReLU."""

    def __init__(self, inputs, outputs, kernel=3, stride=1):
        super().__init__(nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False),
                         _norm(outputs), nn.ReLU(inplace=True))


class Residual(nn.Module):
    """Two 3x3 units, with a shortcut unless told otherwise."""

    def __init__(self, channels, shortcut):
        super().__init__()
        self.first, self.second = ConvUnit(channels, channels), ConvUnit(channels, channels)
        self.shortcut = shortcut

    def forward(self, x):
        y = self.second(self.first(x))
        return x + y if self.shortcut else y


class CrossStage(nn.Module):
    """Splits the channels, sends one half through residual blocks, and joins every intermediate."""

    def __init__(self, inputs, outputs, depth, shortcut=True):
        super().__init__()
        self.half = outputs // 2
        self.enter = ConvUnit(inputs, outputs, 1)
        self.blocks = nn.ModuleList([Residual(self.half, shortcut) for _ in range(depth)])
        self.leave = ConvUnit(outputs + depth * self.half, outputs, 1)

    def forward(self, x):
        entered = self.enter(x)
        parts = [entered[:, :self.half], entered[:, self.half:]]
        for block in self.blocks:
            parts.append(block(parts[-1]))
        return self.leave(torch.cat(parts, 1))


class PyramidPooling(nn.Module):
    """Max pooling over growing windows, so that the coarsest level sees the whole picture."""

    def __init__(self, channels):
        super().__init__()
        self.enter = ConvUnit(channels, channels // 2, 1)
        self.pool = nn.MaxPool2d(5, 1, 2)
        self.leave = ConvUnit(2 * channels, channels, 1)

    def forward(self, x):
        levels = [self.enter(x)]
        for _ in range(3):
            levels.append(self.pool(levels[-1]))
        return self.leave(torch.cat(levels, 1))


def _head(channels, width):
    last = nn.Conv2d(width, CHANNELS, 1)
    nn.init.normal_(last.weight, 0, 0.01)
    nn.init.zeros_(last.bias)
    last.bias.data[:5] = PRIOR_LOGIT
    last.bias.data[7:9] = 0.3
    return nn.Sequential(ConvUnit(channels, width), ConvUnit(width, width), last)


class Detector(nn.Module):
    """float32 Nx3xHxW BGR in [0, 1] (H, W multiples of 32) -> three maps Nx13x(H/s)x(W/s), s = 8, 16, 32."""

    def __init__(self, size="standard"):
        super().__init__()
        c = SIZES[size]
        depth3, depth4, depth5 = c.depths.stages
        down4, down3, up4, up5 = c.depths.neck
        self.stem = nn.Sequential(nn.Conv2d(3, c.stem, 7, 4, 3, bias=False), _norm(c.stem),
                                  nn.ReLU(inplace=True), ConvUnit(c.stem, c.stem))
        self.stage3 = nn.Sequential(ConvUnit(c.stem, c.stage3, 3, 2), CrossStage(c.stage3, c.stage3, depth3))
        self.stage4 = nn.Sequential(ConvUnit(c.stage3, c.stage4, 3, 2), CrossStage(c.stage4, c.stage4, depth4))
        self.stage5 = nn.Sequential(ConvUnit(c.stage4, c.stage5, 3, 2), CrossStage(c.stage5, c.stage5, depth5),
                                    PyramidPooling(c.stage5))
        self.up = nn.Upsample(scale_factor=2, mode="nearest")
        self.top_down4 = CrossStage(c.stage5 + c.stage4, c.stage4, down4, False)
        self.top_down3 = CrossStage(c.stage4 + c.stage3, c.stage3, down3, False)
        self.down3 = ConvUnit(c.stage3, c.stage3, 3, 2)
        self.bottom_up4 = CrossStage(c.stage3 + c.stage4, c.stage4, up4, False)
        self.down4 = ConvUnit(c.stage4, c.stage4, 3, 2)
        self.bottom_up5 = CrossStage(c.stage4 + c.stage5, c.stage5, up5, False)
        self.heads = nn.ModuleList([_head(k, c.head) for k in (c.stage3, c.stage4, c.stage5)])

    def forward(self, pictures):
        p3 = self.stage3(self.stem(pictures))
        p4 = self.stage4(p3)
        p5 = self.stage5(p4)
        mixed4 = self.top_down4(torch.cat([self.up(p5), p4], 1))
        mixed3 = self.top_down3(torch.cat([self.up(mixed4), p3], 1))
        mixed4 = self.bottom_up4(torch.cat([self.down3(mixed3), mixed4], 1))
        mixed5 = self.bottom_up5(torch.cat([self.down4(mixed4), p5], 1))
        return self.heads[0](mixed3), self.heads[1](mixed4), self.heads[2](mixed5)


def load_weights(model, weights):
    """Loads a state dict, whichever float type it was kept in."""
    model.load_state_dict({name: value.float() if value.is_floating_point() else value
                           for name, value in weights.items()})


def _folded_convolutions(path):
    """(weight, bias) of every convolution of an ONNX file, in the order of execution."""
    graph = onnx.load(str(path)).graph
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "Conv":
            yield [torch.from_numpy(constants[name].copy()) for name in node.input[1:3]]


def _executed_convolutions(model, example):
    """The model's convolutions in the order of execution, each with the batch norm behind it or None."""
    order, hooks = [], []
    for module in model.modules():
        if isinstance(module, (nn.Conv2d, nn.BatchNorm2d)):
            hooks.append(module.register_forward_hook(lambda m, _in, _out: order.append(m)))
    with torch.no_grad():
        model(example)
    for hook in hooks:
        hook.remove()
    pairs = []
    for index, module in enumerate(order):
        if isinstance(module, nn.Conv2d):
            following = order[index + 1] if index + 1 < len(order) else None
            pairs.append((module, following if isinstance(following, nn.BatchNorm2d) else None))
    return pairs


def _matched(pairs, exported, path):
    """The model's convolutions, each with its norm or None and its exported (weight, bias); checked by their shapes."""
    wanted = [tuple(convolution.weight.shape) for convolution, _ in pairs]
    given = [tuple(weight.shape) for weight, _ in exported]
    if len(wanted) != len(given):
        raise ValueError(f"{path} is a network of another size: {len(given)} convolutions, not {len(wanted)}")
    for index, (shape, other) in enumerate(zip(wanted, given)):
        if shape != other:
            raise ValueError(f"{path} is a network of another size: convolution {index} is {other}, not {shape}")
    return zip(pairs, exported)


def _take_over(model, path, pictures):
    """Gives the convolutions of `model` (eval mode) an export's weights; {batch norm: the bias that it folds in}."""
    pairs = _executed_convolutions(model, pictures[:1])
    norms = {}
    for (convolution, norm), (weight, bias) in _matched(pairs, list(_folded_convolutions(path)), path):
        convolution.weight.data.copy_(weight)
        if norm is None:
            convolution.bias.data.copy_(bias)
        else:
            norms[norm] = bias
    return norms


def load_folded(model, path, picture):
    """Gives `model` (eval mode) the weights of an exported detector of the same size: batch norms only add its biases.

    `picture` is any 1x3xHxW input. Raises ValueError where the export is of another size.
    """
    for norm, bias in _take_over(model, path, picture).items():
        norm.running_mean.zero_()
        norm.running_var.fill_(1)
        norm.weight.data.fill_(math.sqrt(1 + norm.eps))
        norm.bias.data.copy_(bias)


def adopt_onnx(model, path, pictures):
    """Starts `model` from an exported detector of the same size.

    An export has its batch norms folded into the convolutions. Training needs them back, so each is
    given the statistics that `pictures` (a batch, Nx3xHxW) show at its place, and the scale and shift
    that undo them: the network answers as the export did, and can be trained on. Raises ValueError where
    the export is of another size.
    """
    model.eval()
    norms = _take_over(model, path, pictures)

    def recover(norm, inputs):
        variance, mean = torch.var_mean(inputs[0], dim=(0, 2, 3))
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)
        norm.weight.data.copy_((variance + norm.eps).sqrt())
        norm.bias.data.copy_(norms[norm].to(mean.device) + mean)

    hooks = [norm.register_forward_pre_hook(recover) for norm in norms]
    with torch.no_grad():
        model(pictures)
    for hook in hooks:
        hook.remove()
    return model.train()
