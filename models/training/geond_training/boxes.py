# SPDX-License-Identifier: MIT
"""Rotated boxes: (x, y, width, height, t) in pixels and radians.

t runs clockwise on the screen (y points down) from the x axis to the width side. The canonical form
has width >= height and t in [-pi/2, pi/2); every box that leaves the recipe is canonical.
"""

import math

import numpy as np

HALF_PI = math.pi / 2


def wrap_half_turn(angle):
    """Maps angles (scalar or array, radians) to [-pi/2, pi/2), where a rectangle's directions live."""
    return (angle + HALF_PI) % math.pi - HALF_PI


def canonical(box):
    """The one form of a box: width >= height, t in [-pi/2, pi/2)."""
    x, y, width, height, angle = box
    if width < height:
        width, height, angle = height, width, angle + HALF_PI
    return (float(x), float(y), float(width), float(height), float(wrap_half_turn(angle)))


def corners(box):
    """float64 4x2: the corners, clockwise on the screen from the box's own top left."""
    x, y, width, height, angle = box
    along = np.array([math.cos(angle), math.sin(angle)]) * (width / 2)
    across = np.array([-math.sin(angle), math.cos(angle)]) * (height / 2)
    centre = np.array([x, y])
    return np.stack([centre - along - across, centre + along - across,
                     centre + along + across, centre - along + across])


def _clip_half_plane(polygon, axis, limit, sign):
    """One step of Sutherland and Hodgman: keeps the side where sign * (p[axis] - limit) >= 0."""
    kept = []
    for index, point in enumerate(polygon):
        following = polygon[(index + 1) % len(polygon)]
        here, there = sign * (point[axis] - limit), sign * (following[axis] - limit)
        if here >= 0:
            kept.append(point)
        if (here > 0 > there) or (here < 0 < there):
            kept.append(point + (following - point) * (here / (here - there)))
    return kept


def clip_to_frame(polygon, width, height):
    """The part of a convex polygon (Nx2) inside [0, width] x [0, height]; None when nothing is."""
    points = list(np.asarray(polygon, np.float64))
    for axis, limit, sign in ((0, 0.0, 1), (0, width, -1), (1, 0.0, 1), (1, height, -1)):
        points = _clip_half_plane(points, axis, limit, sign)
        if len(points) < 3:
            return None
    return np.array(points)


def polygon_area(polygon):
    """Area of a simple polygon (Nx2), by the shoelace formula."""
    x, y = polygon[:, 0], polygon[:, 1]
    return abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2


def rotated_iou(first, second):
    """Intersection over union of two boxes, in [0, 1]."""
    reach = (math.hypot(first[2], first[3]) + math.hypot(second[2], second[3])) / 2
    if math.hypot(first[0] - second[0], first[1] - second[1]) >= reach:
        return 0.0
    overlap = corners(first)
    # Seen from the second box's own frame, the overlap is a clip against an upright rectangle.
    cosine, sine = math.cos(second[4]), math.sin(second[4])
    offset = overlap - np.array([second[0], second[1]])
    local = np.stack([offset[:, 0] * cosine + offset[:, 1] * sine + second[2] / 2,
                      offset[:, 1] * cosine - offset[:, 0] * sine + second[3] / 2], 1)
    clipped = clip_to_frame(local, second[2], second[3])
    if clipped is None:
        return 0.0
    intersection = polygon_area(clipped)
    union = first[2] * first[3] + second[2] * second[3] - intersection
    return intersection / union if union > 0 else 0.0


def suppress(candidates, iou_limit, keep):
    """Greedy suppression within a class (Neubeck and Van Gool 2006).

    `candidates` are Detection objects, the most probable first; returns at most `keep` of them, in
    order. A candidate goes when its IoU with a kept one of its class is above `iou_limit`.
    """
    kept = []
    for candidate in candidates:
        rivals = (other for other in kept if other.class_index == candidate.class_index)
        if all(rotated_iou(other.box, candidate.box) <= iou_limit for other in rivals):
            kept.append(candidate)
            if len(kept) == keep:
                break
    return kept
