// SPDX-License-Identifier: MIT
// What the suites begin for a test ends in order.
import assert from 'node:assert/strict';
import test from 'node:test';
import { atEnd } from '../support/ends.mjs';
import { pause } from '../support/wait.mjs';

/** A context of node:test that is over when the test says so. */
function context() {
  const hooks = [];
  return { after: (hook) => hooks.push(hook), over: async () => { for (const hook of hooks) await hook(); } };
}

test('what a test began last is over before what it began earlier is taken away', async () => {
  const t = context();
  const seen = [];
  atEnd(t, () => seen.push('directory'));
  atEnd(t, async () => {
    await pause(5);
    seen.push('server');
  });
  await t.over();
  assert.deepEqual(seen, ['server', 'directory']);
});

test('what fails at the end is told, and holds up nothing else', async () => {
  const t = context();
  const seen = [];
  atEnd(t, () => seen.push('directory'));
  atEnd(t, () => { throw new Error('cannot stop'); });
  await assert.rejects(t.over(), /cannot stop/);
  assert.deepEqual(seen, ['directory']);
});
