# SPDX-License-Identifier: MIT
"""Box geometry on batches of tensors: what `boxes` does one by one, for augmentation on any device."""

import math

import torch

HALF_PI = math.pi / 2
ELLIPSE_POINTS = 32
"""Corners of the polygons that stand for ellipses, an even number: they are half a hundredth narrower."""


def corners(boxes):
    """...x5 -> ...x4x2, clockwise from the box's own top left."""
    direction = torch.stack([torch.cos(boxes[..., 4]), torch.sin(boxes[..., 4])], -1)
    normal = torch.stack([-direction[..., 1], direction[..., 0]], -1)
    along, across = direction * boxes[..., 2:3] / 2, normal * boxes[..., 3:4] / 2
    centre = boxes[..., 0:2]
    return torch.stack([centre - along - across, centre + along - across,
                        centre + along + across, centre - along + across], -2)


def canonical(boxes):
    """width >= height, t in [-pi/2, pi/2)."""
    swap = boxes[..., 2] < boxes[..., 3]
    width, height = torch.maximum(boxes[..., 2], boxes[..., 3]), torch.minimum(boxes[..., 2], boxes[..., 3])
    angle = boxes[..., 4] + torch.where(swap, HALF_PI, 0.0)
    angle = torch.remainder(angle + HALF_PI, math.pi) - HALF_PI
    return torch.stack([boxes[..., 0], boxes[..., 1], width, height, angle], -1)


def _ellipses(boxes):
    """...x5 -> ...xELLIPSE_POINTSx2: points of the ellipses that fill the boxes, in order."""
    turn = torch.arange(ELLIPSE_POINTS, device=boxes.device) * (2 * math.pi / ELLIPSE_POINTS)
    along, across = torch.cos(turn) * boxes[..., 2:3] / 2, torch.sin(turn) * boxes[..., 3:4] / 2
    cosine, sine = torch.cos(boxes[..., 4:5]), torch.sin(boxes[..., 4:5])
    return torch.stack([along * cosine - across * sine, along * sine + across * cosine], -1) + boxes[..., None, 0:2]


def _edge_crossings(polygons, width, height):
    """Where the sides of ...xKx2 polygons cross the frame: ...x4Kx2 points and whether they count."""
    start, end = polygons, torch.roll(polygons, -1, -2)
    points, valid = [], []
    for axis, limit in ((0, 0.0), (0, width), (1, 0.0), (1, height)):
        step = end[..., axis] - start[..., axis]
        share = (limit - start[..., axis]) / torch.where(step.abs() < 1e-6, torch.full_like(step, 1e-6), step)
        point = start + (end - start) * share[..., None]
        other = point[..., 1 - axis]
        bound = height if axis == 0 else width
        points.append(point)
        valid.append((share >= 0) & (share <= 1) & (other >= 0) & (other <= bound))
    return torch.cat(points, -2), torch.cat(valid, -1)


def _frame_corners(boxes, width, height):
    """The frame's corners (...x4x2), and how far along and across boxes they lie, in halves of its sides (...x4 each)."""
    frame = torch.tensor([(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)], device=boxes.device)
    offset = frame - boxes[..., None, 0:2]
    cosine, sine = torch.cos(boxes[..., 4:5]), torch.sin(boxes[..., 4:5])
    along = (offset[..., 0] * cosine + offset[..., 1] * sine).abs()
    across = (offset[..., 1] * cosine - offset[..., 0] * sine).abs()
    halves = boxes[..., 2:4].clamp(min=1e-6) / 2
    return frame.expand(*boxes.shape[:-1], 4, 2), along / halves[..., 0:1], across / halves[..., 1:2]


def _remains(polygons, framed, framed_valid, width, height):
    """Corners of what a frame leaves of ...xKx2 polygons, in no order; `framed` are the frame's own, valid where they lie within.

    Returns ...x(5K + 4)x2 points, which of them count, and whether a polygon is whole (...).
    """
    crossing, crossing_valid = _edge_crossings(polygons, width, height)
    x, y = polygons.unbind(-1)
    own_valid = (x >= 0) & (x <= width) & (y >= 0) & (y <= height)
    return (torch.cat([polygons, crossing, framed], -2), torch.cat([own_valid, crossing_valid, framed_valid], -1),
            own_valid.all(-1))


def _polygon_area(points, valid):
    """Area of the convex polygons that unordered points (...xKx2) span."""
    count = valid.sum(-1, keepdim=True).clamp(min=1)
    middle = (points * valid[..., None]).sum(-2) / count
    offset = torch.where(valid[..., None], points - middle[..., None, :], torch.zeros_like(points))
    bearing = torch.where(valid, torch.atan2(offset[..., 1], offset[..., 0]), torch.full_like(offset[..., 0], 9.0))
    order = bearing.argsort(-1)
    ordered = torch.gather(offset, -2, order[..., None].expand_as(offset))
    kept = torch.gather(valid, -1, order)
    # Points that do not count repeat the first one, which closes the polygon early.
    ordered = torch.where(kept[..., None], ordered, ordered[..., :1, :])
    following = torch.roll(ordered, -1, -2)
    cross = ordered[..., 0] * following[..., 1] - ordered[..., 1] * following[..., 0]
    return cross.sum(-1).abs() / 2


def _extent(points, valid, angle):
    """The tightest ...x5 box around the valid points along and across `angle` (...)."""
    direction = torch.stack([torch.cos(angle), torch.sin(angle)], -1)[..., None, :]
    normal = torch.stack([-direction[..., 1], direction[..., 0]], -1)
    u, v = (points * direction).sum(-1), (points * normal).sum(-1)
    far = torch.full_like(u, 1e6)
    low_u, high_u = torch.where(valid, u, far).amin(-1), torch.where(valid, u, -far).amax(-1)
    low_v, high_v = torch.where(valid, v, far).amin(-1), torch.where(valid, v, -far).amax(-1)
    centre = direction[..., 0, :] * ((low_u + high_u) / 2)[..., None] + normal[..., 0, :] * (
        (low_v + high_v) / 2)[..., None]
    return torch.stack([centre[..., 0], centre[..., 1], high_u - low_u, high_v - low_v, angle], -1)


def clip_to_frame(boxes, width, height):
    """Boxes (...x5) cut to [0, width] x [0, height]: (boxes, share of the area left).

    The cut box is the tightest one around what is left, along the old angle or upright, whichever is
    smaller. The sides of a clipped rectangle run in no other direction, so that is the rectangle of
    least area.
    """
    framed, along, across = _frame_corners(boxes, width, height)
    points, valid, whole = _remains(corners(boxes), framed, (along <= 1) & (across <= 1), width, height)
    share = _polygon_area(points, valid) / (boxes[..., 2] * boxes[..., 3]).clamp(min=1e-3)
    aligned = _extent(points, valid, boxes[..., 4])
    upright = _extent(points, valid, torch.zeros_like(boxes[..., 4]))
    prefer_upright = upright[..., 2] * upright[..., 3] < aligned[..., 2] * aligned[..., 3]
    clipped = torch.where(prefer_upright[..., None], upright, aligned)
    present = valid.any(-1)
    share = torch.where(whole, torch.ones_like(share), share * present)
    return torch.where(whole[..., None] | ~present[..., None], boxes, clipped), share.clamp(0, 1)


def clip_ellipses_to_frame(boxes, stay_upright, width, height):
    """The ellipses that fill boxes (Nx5), cut to [0, width] x [0, height]: (boxes, share of the area left).

    A box is the upright one around what is left where `stay_upright` (N), else the least one: a side of that lies on a side
    of the frame or touches the ellipse along one of its polygon's (Freeman and Shapira 1975).
    """
    outline = _ellipses(boxes)
    framed, along, across = _frame_corners(boxes, width, height)
    points, valid, whole = _remains(outline, framed, along.square() + across.square() <= 1, width, height)
    area = boxes[:, 2] * boxes[:, 3] * (ELLIPSE_POINTS * math.sin(2 * math.pi / ELLIPSE_POINTS) / 8)
    share = _polygon_area(points, valid) / area.clamp(min=1e-3)
    # Opposite sides of the polygon are parallel.
    sides = (torch.roll(outline, -1, 1) - outline)[:, :ELLIPSE_POINTS // 2]
    angles = torch.cat([torch.zeros_like(boxes[:, :1]), torch.atan2(sides[..., 1], sides[..., 0])], 1)
    around = _extent(points[:, None], valid[:, None], angles)
    least = (around[..., 2] * around[..., 3]).argmin(1).masked_fill(stay_upright, 0)
    clipped = around[torch.arange(len(boxes), device=boxes.device), least]
    present = valid.any(-1)
    share = torch.where(whole, torch.ones_like(share), share * present)
    return torch.where(present[:, None], clipped, boxes), share.clamp(0, 1)
