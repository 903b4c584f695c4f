// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { area, cornersInPixels, intersectionOverUnion, matchBoxes, placeLabels } from '../../src/web/js/model/boxes.js';

const square = (x, y, side) => [[x, y], [x + side, y], [x + side, y + side], [x, y + side]];
const turned = (polygon, degrees, [cx, cy]) => {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return polygon.map(([x, y]) => [cx + (x - cx) * c - (y - cy) * s, cy + (x - cx) * s + (y - cy) * c]);
};

test('corners are shares of the picture\u2019s sides', () => {
  assert.deepEqual(cornersInPixels({ corners: [[0, 0], [0.5, 1]] }, { width: 200, height: 30 }), [[0, 0], [100, 30]]);
});

test('the area does not depend on the direction of the corners', () => {
  assert.equal(area(square(3, 4, 5)), 25);
  assert.equal(area(square(3, 4, 5).reverse()), 25);
});

const overlaps = [
  ['the same', square(0, 0, 10), square(0, 0, 10), 1],
  ['the same the other way round', square(0, 0, 10), square(0, 0, 10).reverse(), 1],
  ['apart', square(0, 0, 10), square(20, 0, 10), 0],
  ['edge to edge', square(0, 0, 10), square(10, 0, 10), 0],
  ['half over', square(0, 0, 10), square(5, 0, 10), 50 / 150],
  ['one inside the other', square(0, 0, 10), square(2, 2, 5), 0.25],
  ['turned by 90 degrees', square(0, 0, 10), turned(square(0, 0, 10), 90, [5, 5]), 1],
  // Their common part is a regular octagon.
  ['turned by 45 degrees', square(0, 0, 10), turned(square(0, 0, 10), 45, [5, 5]), 200 * (Math.SQRT2 - 1) / (200 - 200 * (Math.SQRT2 - 1))],
  ['without an area', square(0, 0, 0), square(0, 0, 0), 0],
];
for (const [name, one, other, wanted] of overlaps) {
  test(`overlap: ${name}`, () => {
    assert.ok(Math.abs(intersectionOverUnion(one, other) - wanted) < 1e-9, String(intersectionOverUnion(one, other)));
    assert.ok(Math.abs(intersectionOverUnion(other, one) - wanted) < 1e-9);
  });
}

const box = (name, x, y, side) => ({ class: name, corners: square(x, y, side).map(([a, b]) => [a / 100, b / 100]) });
const image = { width: 100, height: 100 };

test('boxes that overlap are pairs, whatever their class; the rest stands alone', () => {
  const match = matchBoxes([box('cube', 0, 0, 10), box('cone', 50, 50, 10)], [box('torus', 80, 0, 10), box('sphere', 1, 0, 10)], image);
  assert.deepEqual(match.pairs.map(({ one, other, sameClass }) => [one, other, sameClass]), [[0, 1, false]]);
  assert.deepEqual([match.onlyOne, match.onlyOther], [[1], [0]]);
});

test('a partner of the same class goes before one that overlaps more', () => {
  const match = matchBoxes([box('cube', 0, 0, 10)], [box('cone', 0, 0, 10), box('cube', 2, 0, 10)], image);
  assert.deepEqual(match.pairs.map(({ one, other }) => [one, other]), [[0, 1]]);
  assert.deepEqual(match.onlyOther, [0]);
});

test('no box has two partners', () => {
  const match = matchBoxes([box('cube', 0, 0, 10), box('cube', 1, 0, 10)], [box('cube', 0, 0, 10)], image);
  assert.deepEqual([match.pairs.length, match.onlyOne, match.onlyOther], [1, [1], []]);
});

test('labels give way to earlier ones, stay inside, and are left out where there is no room', () => {
  const bounds = { width: 200, height: 100 };
  const label = (left, top) => ({ x: left, y: top - 20, width: 50, height: 20, box: { left, top, right: left + 60, bottom: top + 30 } });
  const places = placeLabels([label(20, 40), label(20, 40), label(20, 10)], bounds);
  assert.deepEqual(places[0], { x: 20, y: 20 });
  assert.notDeepEqual(places[1], places[0]);
  for (const place of places) assert.ok(place && place.x >= 0 && place.y >= 0 && place.x + 50 <= 200 && place.y + 20 <= 100);
  const crowd = placeLabels(Array.from({ length: 60 }, () => label(20, 40)), bounds);
  const taken = crowd.filter(Boolean);
  assert.ok(taken.length < 60);
  taken.forEach((a, i) => taken.slice(i + 1).forEach((b) => assert.ok(a.x >= b.x + 50 || b.x >= a.x + 50 || a.y >= b.y + 20 || b.y >= a.y + 20)));
});
