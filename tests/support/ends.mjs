// SPDX-License-Identifier: MIT
// What a test begins is ended with it, in order.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ends = new WeakMap();

/**
 * Has `step` run when the test ends, before all that were named earlier: a server is gone before its
 * directory is, which node:test's own `after` (first named, first run) would take from under it.
 * `t` is node:test's context, or any one object with an `after(hook)`.
 */
export function atEnd(t, step) {
  if (!ends.has(t)) {
    ends.set(t, []);
    t.after(() => runAll(ends.get(t)));
  }
  ends.get(t).push(step);
}

/** Runs every step, the last one first, also after one that fails; throws what the first failure threw. */
async function runAll(steps) {
  const failures = [];
  for (const step of [...steps].reverse()) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

/** A directory that goes away with the test. `t` is what atEnd() takes. */
export function temporaryDirectory(t) {
  const directory = mkdtempSync(path.join(tmpdir(), 'geond-test-'));
  atEnd(t, () => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
