# SPDX-License-Identifier: MIT
"""The detector's loss: task-aligned assignment, BCE on classes, probabilistic IoU and L1 on boxes.

Assignment: Feng et al. 2021 (TOOD). Probabilistic IoU: Llerena et al. 2021 (ProbIoU), boxes as Gaussians,
overlap as 1 - Hellinger distance. All tensors are float32; boxes in pixels of the network's input.
"""

import torch
from torch.nn import functional

from .decode import CHANNELS, LOG_SIZE_RANGE, STRIDES

ASSIGNED = 9
IOU_WEIGHT, L1_WEIGHT = 2.5, 0.4
UNSURE_WEIGHT = 0.4
CENTRE_SHARE, CENTRE_CELLS = 0.42, 0.75
"""A cell may answer for a box when it lies within this share of its sides, or this many strides."""


def cells(shapes, device):
    """Centres (Ax2, pixels) and strides (A) of the cells of maps with the given (height, width)."""
    centres, strides = [], []
    for (height, width), stride in zip(shapes, STRIDES):
        rows, columns = torch.meshgrid(torch.arange(height, device=device), torch.arange(width, device=device),
                                       indexing="ij")
        centres.append(torch.stack([columns + 0.5, rows + 0.5], -1).reshape(-1, 2) * stride)
        strides.append(torch.full((height * width,), float(stride), device=device))
    return torch.cat(centres), torch.cat(strides)


def flatten(outputs):
    """Three maps NxCxHxW -> NxAxC in the order of cells()."""
    return torch.cat([o.permute(0, 2, 3, 1).reshape(o.shape[0], -1, CHANNELS) for o in outputs], 1).float()


def covariance(size, double_angle):
    """(a, b, c) of the Gaussian that stands for a box: variance along x, along y, covariance."""
    along, across = size[..., 0].pow(2) / 12, size[..., 1].pow(2) / 12
    mean, half = (along + across) / 2, (along - across) / 2
    return mean + half * double_angle[..., 0], mean - half * double_angle[..., 0], half * double_angle[..., 1]


def probabilistic_iou(first_centre, first, second_centre, second):
    """1 - Hellinger distance of two Gaussians, in [0, 1]; arguments broadcast."""
    a, b, c = (p + q for p, q in zip(first, second))
    dx, dy = (first_centre - second_centre).unbind(-1)
    determinant = (a * b - c * c).clamp(min=1e-4)
    mahalanobis = (a * dy * dy + b * dx * dx - 2 * c * dx * dy) / determinant / 4
    own = (first[0] * first[1] - first[2] ** 2).clamp(min=1e-4)
    other = (second[0] * second[1] - second[2] ** 2).clamp(min=1e-4)
    spread = 0.5 * torch.log(determinant / (4 * (own * other).sqrt()) + 1e-7)
    distance = (mahalanobis + spread).clamp(1e-4, 50)
    return 1 - (1 - torch.exp(-distance) + 1e-5).sqrt()


def inside(centres, strides, box, share, margin_cells):
    """bool: which cells lie within `share` of a box's sides (or margin_cells strides) from its centre.

    `box` is ...x5 (x, y, width, height, t); the result is ...xA.
    """
    dx, dy = centres[:, 0] - box[..., 0:1], centres[:, 1] - box[..., 1:2]
    cosine, sine = torch.cos(box[..., 4:5]), torch.sin(box[..., 4:5])
    along, across = (dx * cosine + dy * sine).abs(), (dy * cosine - dx * sine).abs()
    margin = strides * margin_cells
    return (along < torch.maximum(box[..., 2:3] * share, margin)) & (
        across < torch.maximum(box[..., 3:4] * share, margin))


def _assign(scores, overlaps, allowed):
    """Which cells answer for which box: (positive NxA, box index NxA, target score NxA)."""
    alignment = (scores.sqrt() * overlaps.pow(4) + 1e-9) * allowed
    best, index = alignment.topk(min(ASSIGNED, alignment.shape[-1]), -1)
    chosen = torch.zeros_like(alignment).scatter_(2, index, (best > 0).float())
    strongest, owner = (alignment * chosen).max(1)
    positive = strongest > 0
    owned = torch.zeros_like(chosen).scatter_(1, owner[:, None], 1.0) * chosen
    aligned = alignment * owned
    reach = (overlaps * owned).amax(-1, keepdim=True)
    target = (aligned / (aligned.amax(-1, keepdim=True) + 1e-12) * reach).amax(1) * positive
    return positive, owner, target


def _negative_weights(mask, ignored, ignored_valid, shapes, centres, strides):
    """NxA: how much a cell without a geon counts: 0 in ignored boxes, less where labels are unsure."""
    unsure = torch.cat([functional.adaptive_avg_pool2d(mask, shape).flatten(1) for shape in shapes], 1)
    weights = torch.where(unsure > 0.5, torch.full_like(unsure, UNSURE_WEIGHT), torch.ones_like(unsure))
    if ignored.shape[1]:
        covered = inside(centres, strides, ignored, 0.5, CENTRE_CELLS) & ignored_valid[..., None]
        weights = weights.masked_fill(covered.any(1), 0.0)
    return weights


def _box_loss(raw, centres, strides, truth, size, double_angle):
    """L1 over the raw channels of the positive cells (P), and the boxes they mean."""
    offset = (raw[:, 5:7] - (truth[:, 0:2] - centres) / strides[:, None]).abs().sum(-1)
    log_size = (raw[:, 7:9] - torch.log(size / (2 * strides[:, None]))).abs().sum(-1)
    elongation = (size[:, 0] - size[:, 1]) / (size[:, 0] + size[:, 1])
    double = (raw[:, 9:11] - double_angle).abs().sum(-1) * (elongation * 3).clamp(max=1)
    quadruple_angle = torch.stack([torch.cos(4 * truth[:, 4]), torch.sin(4 * truth[:, 4])], -1)
    return offset + log_size + double + (raw[:, 11:13] - quadruple_angle).abs().sum(-1)


def decoded(raw, centres, strides):
    """Sizes, unit double angles and centres that raw maps (NxAx13) mean."""
    centre = centres + raw[..., 5:7] * strides[:, None]
    size = torch.exp(raw[..., 7:9].clamp(*LOG_SIZE_RANGE)) * 2 * strides[:, None]
    double = raw[..., 9:11]
    return size, double / (double.pow(2).sum(-1, keepdim=True) + 1e-4).sqrt(), centre


def _gaussians(size, double_angle, centre, *chosen):
    """(centre, covariance) of the chosen ones of some boxes."""
    return centre[chosen], covariance(size[chosen], double_angle[chosen])


def _alignments(raw, found, truth, classes, allowed):
    """Overlap and class score (NxMxA each) of what each cell finds with each box; 0 where it is not `allowed` to answer.

    `found` and `truth`: sizes, unit double angles and centres of what the NxA cells find and of the NxM boxes.
    """
    picture, box, cell = allowed.nonzero(as_tuple=True)
    overlaps, scores = torch.zeros_like(allowed, dtype=torch.float32), torch.zeros_like(allowed, dtype=torch.float32)
    overlaps[picture, box, cell] = probabilistic_iou(
        *_gaussians(*found, picture, cell), *_gaussians(*truth, picture, box)).clamp(0, 1)
    scores[picture, box, cell] = raw[picture, cell, classes[picture, box]].sigmoid()
    return overlaps, scores


def _class_loss(logits, weights, cells_and_classes, strength):
    """Sum of the cross entropy of class logits (NxAx5), weighted by cell, where some cells have a class to answer with."""
    target = torch.zeros_like(logits)
    target[cells_and_classes] = strength
    entropy = functional.binary_cross_entropy_with_logits(logits, target, reduction="none")
    return (entropy * weights[..., None]).sum()


def detection_loss(outputs, truth, truth_valid, ignored, ignored_valid, mask):
    """Loss and its three parts (classes, IoU, L1), each a scalar.

    `truth`: NxMx6 (class, canonical box); `ignored`: NxKx5 boxes that count neither way; `*_valid`: bool;
    `mask`: Nx1xHxW, 1 where the labels are unsure of a pixel.
    """
    shapes = [tuple(o.shape[2:]) for o in outputs]
    centres, strides = cells(shapes, truth.device)
    raw = flatten(outputs)
    classes, boxes = truth[..., 0].long(), truth[..., 1:]
    true_size = boxes[..., 2:4].clamp(min=2)
    true_double = torch.stack([torch.cos(2 * boxes[..., 4]), torch.sin(2 * boxes[..., 4])], -1)
    real, found = (true_size, true_double, boxes[..., 0:2]), decoded(raw, centres, strides)
    with torch.no_grad():
        allowed = inside(centres, strides, boxes, CENTRE_SHARE, CENTRE_CELLS) & truth_valid[..., None]
        overlaps, scores = _alignments(raw, found, real, classes, allowed)
        positive, owner, target = _assign(scores, overlaps, allowed)
        weights = _negative_weights(mask, ignored, ignored_valid, shapes, centres, strides)
    picture, cell = positive.nonzero(as_tuple=True)
    box, strength = owner[picture, cell], target[picture, cell]
    weights[picture, cell] = 1
    total = target.sum().clamp(min=4.0)
    class_loss = _class_loss(raw[..., :5], weights, (picture, cell, classes[picture, box]), strength) / total
    overlap = probabilistic_iou(*_gaussians(*found, picture, cell), *_gaussians(*real, picture, box))
    iou_loss = ((1 - overlap) * strength).sum() / total
    l1 = _box_loss(raw[picture, cell], centres[cell], strides[cell], boxes[picture, box],
                   true_size[picture, box], true_double[picture, box])
    l1_loss = (l1 * strength).sum() / total
    return (class_loss + IOU_WEIGHT * iou_loss + L1_WEIGHT * l1_loss, class_loss.detach(),
            iou_loss.detach(), l1_loss.detach())
