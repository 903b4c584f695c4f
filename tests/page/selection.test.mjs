// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Selection } from '../../src/web/js/model/selection.js';

const order = [9, 8, 7, 6, 5, 4, 3, 2, 1];
const sorted = (selection) => selection.ids.sort((a, b) => b - a);

const rows = [
  ['a click selects one', [['click', 7]], [7]],
  ['a second click on it takes it away', [['click', 7], ['click', 7]], []],
  ['clicks add up', [['click', 7], ['click', 3]], [7, 3]],
  ['a click with shift selects up to it', [['click', 7], ['click', 4, true]], [7, 6, 5, 4]],
  ['also upwards', [['click', 4], ['click', 7, true]], [7, 6, 5, 4]],
  ['a click with shift alone selects one', [['click', 4, true]], [4]],
  ['shift and an arrow select the row that is left, too', [['range', 7, 6]], [7, 6]],
  ['further arrows go on from where the range began', [['range', 7, 6], ['range', 6, 5]], [7, 6, 5]],
  ['a range that comes back keeps what it had', [['range', 7, 6], ['range', 6, 5], ['range', 5, 6]], [7, 6, 5]],
  ['a range begins at the last click', [['click', 9], ['range', 5, 4]], [9, 8, 7, 6, 5, 4]],
  ['what is not there any more is dropped', [['click', 7], ['click', 3], ['keep', 7]], [3]],
  ['a range does not begin at a row that is not there any more', [['click', 7], ['keep', 7], ['range', 4, 3]], [4, 3]],
  ['nor does one that a click with shift ends', [['click', 7], ['keep', 7], ['click', 4, true]], [4]],
  ['all', [['all']], order],
  ['none', [['all'], ['clear']], []],
  ['after none, a range begins anew', [['click', 9], ['clear'], ['range', 4, 3]], [4, 3]],
];
for (const [name, steps, wanted] of rows) {
  test(name, () => {
    const selection = new Selection();
    let shown = order;
    for (const [step, id, more] of steps) {
      if (step === 'click') selection.click(id, shown, Boolean(more));
      else if (step === 'range') selection.range(id, more, shown);
      else if (step === 'all') selection.all(shown);
      else if (step === 'clear') selection.clear();
      else {
        shown = shown.filter((other) => other !== id);
        selection.keep(new Set(shown));
      }
    }
    assert.deepEqual(sorted(selection), wanted);
    assert.equal(selection.size, wanted.length);
  });
}

test('a row that comes to the list while the anchor has left it is no reason to select from the top', () => {
  const selection = new Selection();
  selection.click(7, order, false);
  // The list is another one; nobody said what left it.
  selection.range(4, 3, [9, 8, 6, 5, 4, 3]);
  assert.deepEqual(sorted(selection), [7, 4, 3]);
});

test('listeners are told of changes only', () => {
  const selection = new Selection();
  let told = 0;
  selection.changed.on(() => { told += 1; });
  selection.clear();
  selection.keep(new Set(order));
  assert.equal(told, 0);
  selection.click(7, order, false);
  selection.keep(new Set(order));
  assert.equal(told, 1);
  selection.keep(new Set());
  assert.equal(told, 2);
});
