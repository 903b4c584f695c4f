// SPDX-License-Identifier: MIT
// Measurements that hold on a busy machine and can still fail: each limit counts as many times as
// the machine is slower than an idle one, which a bare loop tells in the same moment.
import assert from 'node:assert/strict';

const kRounds = 5;
const kSample = 120_000;  // Microseconds of processor time.
const kSlowest = 20;      // A page gets its turn more often than a bare loop does.

/** How many times longer than on an idle machine computing takes just now: 1 (idle) to kSlowest. */
export function slowness() {
  const begun = performance.now();
  const before = process.cpuUsage();
  let spent = 0;
  while (spent < kSample) {
    const { user, system } = process.cpuUsage(before);
    spent = user + system;
  }
  return Math.min(Math.max(1, ((performance.now() - begun) * 1000) / spent), kSlowest);
}

/**
 * Measures until a figure is within `limit`, at most `rounds` times: what else the machine does is
 * not the page's. `measure` gives a number, or `{figure, bare}` where `bare` is the same without
 * the work that is judged: on a machine that cannot do even that within the limit, half as much
 * again is allowed.
 */
export async function within(t, what, limit, measure, { unit = 'ms', rounds = kRounds } = {}) {
  const seen = [];
  while (seen.length < rounds) {
    const before = slowness();
    const measured = await measure();
    const { figure, bare = 0 } = typeof measured === 'number' ? { figure: measured } : measured;
    const slower = Math.max(before, slowness());
    const allowed = Math.max(limit * slower, 1.5 * bare);
    seen.push(`${figure.toFixed(1)} ${unit} of ${allowed.toFixed(0)} (bare ${bare.toFixed(1)}, machine ${slower.toFixed(1)} times slower)`);
    if (figure <= allowed) {
      t.diagnostic(`${what}: ${seen.at(-1)}`);
      return;
    }
  }
  assert.fail(`${what}:\n${seen.join('\n')}`);
}
