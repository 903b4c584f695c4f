# SPDX-License-Identifier: MIT
"""From whole pictures to training samples: crops, turns, mirrors; what cameras do to colours is `looks`'s.

Everything runs on batches of tensors on whatever device they live. Boxes follow the pixels: a turn of
the picture by r turns every t by r, a mirror flips it (tests/test_augment.py turns pictures to see).
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from torch.nn import functional

from . import geometry_batch, looks, store
from .dataset import MIN_VISIBLE
from .vocabulary import CONE, SPHERE, TORUS

LEAST_SHORT_SIDE = 9.0
"""In pixels of a sample; a geon that counts is 15 px or more once a picture is scaled to the network's input."""
LEAST_CONE_SHARE = 0.8
"""Of a cone's box in the sample: a label does not say at which end the tip is, so not what an edge that cuts more leaves."""
HALF_LEVEL_SCALE = 0.7
"""Below this scale a sample is drawn from the half-size picture, so that fine texture does not alias."""
AIMED_SHARE, AIMED_FILL, AIMED_SCALE = 0.2, (0.35, 1.0), (0.35, 4.0)
"""This share of the samples is taken near: one geon's long side fills so much of the sample's short one, as far as these
limits of the scale allow."""


@dataclass
class Batch:
    """What the loss wants: see loss.detection_loss."""

    pictures: torch.Tensor
    truth: torch.Tensor
    truth_valid: torch.Tensor
    ignored: torch.Tensor
    ignored_valid: torch.Tensor
    mask: torch.Tensor


def uniform(count, low, high, device):
    """`count` floats in [low, high)."""
    return torch.rand(count, device=device) * (high - low) + low


def draw_aims(labels, share):
    """For about `share` of N pictures the (x, y, long side) of a geon that counts, drawn at random; else zeros (Nx3)."""
    count, device = len(labels), labels.device
    counted = (labels[..., store.PRESENT] > 0) & (labels[..., store.IGNORE] == 0)
    aimed = counted.any(1) & (torch.rand(count, device=device) < share)
    # Large ones more often: a small one, enlarged, shows nothing that a camera would.
    weights = torch.where(counted, labels[..., store.WIDTH], torch.zeros_like(labels[..., store.WIDTH]))
    weights[:, 0] += ~counted.any(1)
    chosen = torch.multinomial(weights, 1)[..., None].expand(-1, -1, labels.shape[-1])
    target = torch.gather(labels, 1, chosen)[:, 0]
    return torch.where(aimed[:, None], target[:, [store.X, store.Y, store.WIDTH]], torch.zeros(count, 3, device=device))


def random_affines(sizes, loose, output_size, scale_range, aims):
    """Nx2x3: picture pixels to sample pixels; scaled, turned, mirrored, around a random place or what `aims` say."""
    count, device = len(sizes), sizes.device
    scale = torch.exp(uniform(count, math.log(scale_range[0]), math.log(scale_range[1]), device))
    aimed = aims[:, 2] > 0
    near = min(output_size) * uniform(count, *AIMED_FILL, device) / aims[:, 2].clamp(min=1)
    scale = torch.where(aimed, near.clamp(*AIMED_SCALE), scale)
    slight = torch.randn(count, device=device) * math.radians(5)
    strong = uniform(count, -math.radians(20), math.radians(20), device)
    turned = torch.where(torch.rand(count, device=device) < 0.7, slight, strong)
    anyhow = uniform(count, -math.pi, math.pi, device)
    turned = torch.where(loose & (torch.rand(count, device=device) < 0.2), anyhow, turned)
    mirror = torch.where(torch.rand(count, device=device) < 0.5, -1.0, 1.0).to(device)
    cosine, sine = torch.cos(turned) * scale, torch.sin(turned) * scale
    matrix = torch.stack([torch.stack([cosine * mirror, -sine], -1), torch.stack([sine * mirror, cosine], -1)], -2)
    half = torch.tensor(output_size, device=device, dtype=torch.float32) / 2
    reach = torch.minimum(sizes / 2, half / scale[:, None]) * 0.9
    place = torch.rand(count, 2, device=device) * sizes
    beside = (torch.rand(count, 2, device=device) - 0.5) * 0.5 * half / scale[:, None]
    place = torch.where(aimed[:, None], aims[:, :2] + beside, place)
    place = torch.minimum(torch.maximum(place, reach), sizes - reach)
    offset = half - (matrix @ place[..., None])[..., 0]
    return torch.cat([matrix, offset[..., None]], -1)


def warp(data, indices, affines, output_size, fill):
    """Resamples pictures of a Store: (Nx3xHxW, Nx1xHxW mask; both uint8).

    Outside of a picture the sample shows `fill` (N floats in [0, 1]) and the mask 0.
    """
    if data.pixels.device.type == "cpu":
        return _warp_each(data, indices, affines, output_size, fill)
    return warp_together(data.pixels[indices], data.sizes[indices], affines, output_size, fill)


def _warp_each(data, indices, affines, output_size, fill):
    """warp() one by one with OpenCV: several times as quick as tensors are on a processor."""
    width, height = output_size
    samples = np.empty((len(indices), 4, height, width), np.uint8)
    shift = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    for sample, index, affine, shade in zip(samples, indices.tolist(), affines.double().numpy(), fill.tolist()):
        scale = math.sqrt(np.square(affine[:, :2]).sum() / 2)
        level = data.half_level() if scale < HALF_LEVEL_SCALE else data.pixels
        shrunk = 2 if scale < HALF_LEVEL_SCALE else 1
        columns, rows = (int(v) for v in data.sizes[index])
        # OpenCV counts from the middle of the first pixel, the affine from its corner.
        matrix = affine @ np.diag([shrunk, shrunk, 1.0]) @ shift
        matrix[:, 2] -= 0.5
        for target, source in zip(sample[:3], level[index, :3].numpy()):
            cv2.warpAffine(source[:rows // shrunk, :columns // shrunk], matrix, output_size, target, cv2.INTER_LINEAR,
                           cv2.BORDER_CONSTANT, round(shade * 255))
        matrix = affine @ shift
        matrix[:, 2] -= 0.5
        cv2.warpAffine(data.pixels[index, 3].numpy()[:rows, :columns], matrix, output_size, sample[3],
                       cv2.INTER_NEAREST, cv2.BORDER_CONSTANT, 0)
    tensor = torch.from_numpy(samples)
    return tensor[:, :3], tensor[:, 3:]


def warp_together(pixels, sizes, affines, output_size, fill):
    """warp() of Nx4xSxS uint8 canvases with pictures of `sizes` (Nx2), as tensors on any device."""
    device, (width, height) = pixels.device, output_size
    linear = affines[:, :, :2]
    inverse = torch.linalg.inv(linear)
    rows, columns = torch.meshgrid(torch.arange(height, device=device) + 0.5,
                                   torch.arange(width, device=device) + 0.5, indexing="ij")
    target = torch.stack([columns, rows], -1).reshape(1, -1, 2) - affines[:, None, :, 2]
    source = target @ inverse.transpose(1, 2)
    grid = (source / store.CANVAS * 2 - 1).reshape(-1, height, width, 2)
    outside = ((source < 0) | (source > sizes[:, None])).any(-1).reshape(-1, 1, height, width)
    scale = linear.reshape(-1, 4).pow(2).sum(-1).div(2).sqrt()
    colours = torch.empty(len(pixels), 3, height, width, device=device)
    small = scale < HALF_LEVEL_SCALE
    for chosen, halve in ((~small, False), (small, True)):
        if not chosen.any():
            continue
        level = pixels[chosen, :3].float() / 255
        level = functional.avg_pool2d(level, 2) if halve else level
        colours[chosen] = functional.grid_sample(level, grid[chosen], mode="bilinear", padding_mode="border",
                                                 align_corners=False)
    mask = functional.grid_sample(pixels[:, 3:].float(), grid, mode="nearest", align_corners=False)
    colours = torch.where(outside, fill.reshape(-1, 1, 1, 1).expand_as(colours), colours)
    return colours.mul(255).round().to(torch.uint8), (mask * ~outside).to(torch.uint8)


def _move_boxes(boxes, affines):
    """Boxes (NxMx5) after the affines, as a picture's pixels go; not canonical."""
    matrix, offset = affines[:, :, :2], affines[:, None, :, 2]
    centre = boxes[..., 0:2] @ matrix.transpose(1, 2) + offset
    direction = torch.stack([torch.cos(boxes[..., 4]), torch.sin(boxes[..., 4])], -1) @ matrix.transpose(1, 2)
    size = boxes[..., 2:4] * direction.norm(dim=-1, keepdim=True)
    return torch.cat([centre, size, torch.atan2(direction[..., 1], direction[..., 0])[..., None]], -1)


def _upright_around_ellipses(boxes):
    """The upright boxes around the ellipses that fill boxes (...x5)."""
    cosine, sine = torch.cos(boxes[..., 4]), torch.sin(boxes[..., 4])
    width = ((boxes[..., 2] * cosine) ** 2 + (boxes[..., 3] * sine) ** 2).sqrt()
    height = ((boxes[..., 2] * sine) ** 2 + (boxes[..., 3] * cosine) ** 2).sqrt()
    return torch.stack([boxes[..., 0], boxes[..., 1], width, height, torch.zeros_like(width)], -1)


def move_labels(labels, affines, output_size):
    """Labels (NxMx9, layout of store) after the affines: boxes cut to the sample, `VISIBLE` and `IGNORE` anew.

    Spheres stay upright: what is upright about a turned ellipse is its own turned extent. Of spheres and tori the ellipse is
    cut, of everything else the box. A cone that counts keeps its axis: so little is cut of it that no other box is smaller.
    """
    frame = tuple(map(float, output_size))
    sphere, torus, cone = (labels[..., store.CLASS] == index for index in (SPHERE, TORUS, CONE))
    turned = _move_boxes(labels[..., store.X:store.ANGLE + 1], affines)
    moved = torch.where(sphere[..., None], _upright_around_ellipses(turned), turned)
    clipped, share = geometry_batch.clip_to_frame(moved, *frame)
    cut = (sphere | torus) & (labels[..., store.PRESENT] > 0) & (share < 1) & (share > 0)
    left, share[cut] = geometry_batch.clip_ellipses_to_frame(turned[cut], sphere[cut], *frame)
    clipped[cut] = torch.where(share[cut][:, None] < 1, left, moved[cut])
    visible = labels[..., store.VISIBLE] * share
    ignore = (labels[..., store.IGNORE] > 0) | (visible < MIN_VISIBLE) | (cone & (share < LEAST_CONE_SHARE))
    return geometry_batch.canonical(clipped), visible, ignore, (labels[..., store.PRESENT] > 0) & (share > 0.02)


def make_batch(data, indices, loose, output_size, scale_range):
    """A Batch from pictures `indices` (int64 N) of a Store; `loose` (bool N) may be turned any way."""
    device = data.pixels.device
    sizes = data.sizes[indices]
    labels = data.labels[indices]
    affines = random_affines(sizes, loose, output_size, scale_range, draw_aims(labels, AIMED_SHARE))
    fill = torch.rand(len(indices), device=device)
    pictures, mask = warp(data, indices, affines, output_size, fill)
    boxes, _, ignore, present = move_labels(labels, affines, output_size)
    # What shrank further in the sample than any geon that counts ever does is no lesson.
    ignore = ignore | (boxes[..., 3] < LEAST_SHORT_SIDE)
    truth_valid, ignored_valid = present & ~ignore, present & ignore
    keep = max(1, int(truth_valid.sum(1).max()))
    order = truth_valid.float().argsort(1, descending=True)[:, :keep]
    truth = torch.cat([labels[..., :1], boxes], -1)
    truth = torch.gather(truth, 1, order[..., None].expand(-1, -1, 6))
    keep_ignored = int(ignored_valid.sum(1).max())
    ignored_order = ignored_valid.float().argsort(1, descending=True)[:, :keep_ignored]
    return Batch(looks.show(pictures, looks.draw_looks(len(indices))), truth, torch.gather(truth_valid, 1, order),
                 torch.gather(boxes, 1, ignored_order[..., None].expand(-1, -1, 5)),
                 torch.gather(ignored_valid, 1, ignored_order), ((mask > 64) & (mask < 192)).float())
