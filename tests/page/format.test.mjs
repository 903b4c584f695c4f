// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import './support/page.mjs';

const { formatFullTime, formatNumber, formatPercent, formatThreshold } = await import('../../src/web/js/core/format.js');

test('numbers and shares are written as people do', () => {
  assert.deepEqual([formatNumber(1234.5, 1), formatNumber(-0.4), formatPercent(0.914), formatThreshold(0.535), formatThreshold(0.5)],
    ['1,234.5', '0', '91%', '53.5%', '50%']);
});

// A long list made one for each number and date of each row: printing it took seconds.
test('a thousand rows take one format for each way of writing', (t) => {
  const numbers = t.mock.method(Intl, 'NumberFormat');
  const times = t.mock.method(Intl, 'DateTimeFormat');
  for (let row = 0; row < 1000; row += 1) {
    formatNumber(row, 3);
    formatPercent(row / 1000, 3);
    formatFullTime(new Date(row * 1e9).toISOString());
  }
  assert.deepEqual([numbers.mock.callCount(), times.mock.callCount()], [2, 1]);
});
