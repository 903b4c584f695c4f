// SPDX-License-Identifier: MIT
/** The geometry of rotated boxes, in pixels of the upright picture. */

/** @typedef {[number, number]} Point */

/** A primitive's corners in pixels. @returns {Point[]} */
export function cornersInPixels(primitive, image) {
  return primitive.corners.map(([x, y]) => [x * image.width, y * image.height]);
}

/** Twice the signed area; positive when the corners go clockwise on the screen. */
function doubleArea(polygon) {
  let sum = 0;
  for (let i = 0; i < polygon.length; i += 1) {
    const [ax, ay] = polygon[i];
    const [bx, by] = polygon[(i + 1) % polygon.length];
    sum += ax * by - bx * ay;
  }
  return sum;
}

/** @param {Point[]} polygon */
export function area(polygon) {
  return Math.abs(doubleArea(polygon)) / 2;
}

/** The part of `subject` inside the convex `clip` (Sutherland and Hodgman, 1974); both clockwise. */
function clipPolygon(subject, clip) {
  let result = subject;
  for (let i = 0; i < clip.length && result.length > 0; i += 1) {
    const [ax, ay] = clip[i];
    const [bx, by] = clip[(i + 1) % clip.length];
    const side = ([x, y]) => (bx - ax) * (y - ay) - (by - ay) * (x - ax);
    const kept = [];
    result.forEach((point, index) => {
      const next = result[(index + 1) % result.length];
      const here = side(point);
      const there = side(next);
      if (here >= 0) kept.push(point);
      if ((here >= 0) !== (there >= 0)) {
        const share = here / (here - there);
        kept.push([point[0] + (next[0] - point[0]) * share, point[1] + (next[1] - point[1]) * share]);
      }
    });
    result = kept;
  }
  return result;
}

/** Overlap of two convex polygons: 0 (apart) to 1 (the same). */
export function intersectionOverUnion(one, other) {
  const a = doubleArea(one) < 0 ? [...one].reverse() : one;
  const b = doubleArea(other) < 0 ? [...other].reverse() : other;
  const common = area(clipPolygon(a, b));
  const union = area(a) + area(b) - common;
  return union > 0 ? common / union : 0;
}

/**
 * What two results have in common: pairs of boxes that overlap by at least `overlap`, the best
 * first, whatever their class.
 * @returns {{pairs: {one: number, other: number, sameClass: boolean}[], onlyOne: number[], onlyOther: number[]}}
 *   indices into the two lists
 */
export function matchBoxes(one, other, image, overlap = 0.5) {
  const left = one.map((primitive) => cornersInPixels(primitive, image));
  const right = other.map((primitive) => cornersInPixels(primitive, image));
  const candidates = [];
  left.forEach((a, i) => right.forEach((b, j) => {
    const iou = intersectionOverUnion(a, b);
    if (iou >= overlap) candidates.push({one: i, other: j, iou, sameClass: one[i].class === other[j].class});
  }));
  // A pair of one class goes before a better overlap of two: boxes of several classes may coincide.
  candidates.sort((a, b) => Number(b.sameClass) - Number(a.sameClass) || b.iou - a.iou);
  const usedOne = new Set();
  const usedOther = new Set();
  const pairs = candidates.filter((pair) => {
    if (usedOne.has(pair.one) || usedOther.has(pair.other)) return false;
    usedOne.add(pair.one);
    usedOther.add(pair.other);
    return true;
  });
  const rest = (list, used) => list.map((_, index) => index).filter((index) => !used.has(index));
  return {pairs, onlyOne: rest(one, usedOne), onlyOther: rest(other, usedOther)};
}

/**
 * Finds places for labels that do not cover one another: each tries places around its anchor and
 * is left out if all are taken. Earlier ones have the right of way.
 * @param {{x: number, y: number, width: number, height: number, box: {left: number, top: number, right: number, bottom: number}}[]} labels
 *   x, y: the wanted top-left corner; `box`: the bounds of what it labels
 * @returns {({x: number, y: number}|null)[]}
 */
export function placeLabels(labels, bounds) {
  const cell = 64;
  const grid = new Map();
  const cells = (r) => {
    const keys = [];
    for (let cx = Math.floor(r.x / cell); cx <= Math.floor((r.x + r.width) / cell); cx += 1) {
      for (let cy = Math.floor(r.y / cell); cy <= Math.floor((r.y + r.height) / cell); cy += 1) keys.push(cx * 100003 + cy);
    }
    return keys;
  };
  const free = (r) => cells(r).every((key) => (grid.get(key) ?? []).every((o) =>
    r.x >= o.x + o.width || o.x >= r.x + r.width || r.y >= o.y + o.height || o.y >= r.y + r.height));
  const inside = (r) => r.x >= 0 && r.y >= 0 && r.x + r.width <= bounds.width && r.y + r.height <= bounds.height;
  const take = (rectangle) => {
    for (const key of cells(rectangle)) grid.set(key, [...(grid.get(key) ?? []), rectangle]);
  };
  return labels.map((label) => {
    const {width, height, box} = label;
    const places = [
      {x: label.x, y: label.y}, {x: box.left, y: box.top - height}, {x: box.left, y: box.bottom},
      {x: box.right - width, y: box.top - height}, {x: box.right - width, y: box.bottom},
      {x: box.right, y: box.top}, {x: box.left - width, y: box.top},
      {x: (box.left + box.right - width) / 2, y: (box.top + box.bottom - height) / 2},
    ];
    for (const place of places) {
      const rectangle = {...place, width, height};
      if (!inside(rectangle) || !free(rectangle)) continue;
      take(rectangle);
      return place;
    }
    return null;
  });
}
