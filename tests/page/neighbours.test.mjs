// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { serve } from './support/page.mjs';

const { newerTask, olderTask } = await import('../../src/web/js/model/neighbours.js');
const { deleteLater } = await import('../../src/web/js/model/deletion.js');
const { forgetTasks } = await import('../../src/web/js/model/tasks.js');

beforeEach(() => forgetTasks());

const begin = Date.parse('2026-01-01T00:00:00.000Z');
// The server writes six digits.
const at = (milliseconds) => new Date(begin + milliseconds).toISOString().replace('Z', '000Z');

/** A server with a task done at each of `moments`, in milliseconds; their ids begin with 1. */
function serveTasks(t, moments) {
  const tasks = moments.map((moment, index) => ({ id: index + 1, status: 'done', attempt: 1, finished_at: 'then', created_at: at(moment), moment }));
  const newestFirst = [...tasks].reverse();
  const asked = serve(t, ({ query }) => {
    const from = query.since ? Date.parse(query.since) - begin : -Infinity;
    const until = query.until ? Date.parse(query.until) - begin : Infinity;
    const passing = newestFirst.filter(({ moment }) => moment >= from && moment < until);
    const start = Number(query.cursor ?? 0);
    const limit = Number(query.limit);
    return { tasks: passing.slice(start, start + limit), next_cursor: start + limit < passing.length ? String(start + limit) : null };
  });
  return { tasks, asked };
}

const every = (count, milliseconds, from = 0) => Array.from({ length: count }, (_, index) => from + index * milliseconds);
const signal = new AbortController().signal;

/** Moments, the id to begin at, the id of the next newer, the most questions. */
const rows = [
  ['the newest has none', every(5, 1000), 5, null, 1],
  ['few are newer', every(5, 1000), 2, 3, 1],
  ['thousands are newer, the next within a second', every(5000, 100), 10, 11, 8],
  ['thousands are newer, the next after a month', [0, ...every(3000, 50, 30 * 86_400_000)], 1, 2, 40],
  ['thousands are newer, a minute apart', every(3000, 60_000), 1500, 1501, 8],
  ['hundreds of one moment', [0, ...new Array(450).fill(7000), ...every(450, 10, 8000)], 1, 2, 30],
  ['within hundreds of one moment', [0, ...new Array(450).fill(7000), ...every(450, 10, 8000)], 300, 301, 30],
  ['the last of hundreds of one moment', [0, ...new Array(450).fill(7000), ...every(450, 1, 8000)], 451, 452, 30],
];
for (const [name, moments, id, wanted, most] of rows) {
  test(`newer: ${name}`, async (t) => {
    const { tasks, asked } = serveTasks(t, moments);
    assert.equal(await newerTask(tasks[id - 1], signal), wanted);
    assert.ok(asked.length <= most, `${asked.length} questions`);
  });
  if (wanted) {
    test(`older, back from there: ${name}`, async (t) => {
      const { tasks } = serveTasks(t, moments);
      assert.equal(await olderTask(tasks[wanted - 1], signal), id);
    });
  }
}

test('the oldest has no older one', async (t) => {
  const { tasks, asked } = serveTasks(t, every(500, 10));
  assert.equal(await olderTask(tasks[0], signal), null);
  assert.equal(asked.length, 1);
});

test('what is being deleted is nobody\u2019s neighbour', async (t) => {
  const { tasks } = serveTasks(t, every(500, 100));
  const { undo } = deleteLater([11, 12, 9], () => {});
  t.after(undo);
  assert.equal(await newerTask(tasks[9], signal), 13);
  assert.equal(await olderTask(tasks[9], signal), 8);
});
