// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { promised, serve } from './support/page.mjs';

const { bulk, fetchTask, forgetTasks, isFinished, knownTask, noteTask, readAgain, saveNote, tasksChanged } = await import('../../src/web/js/model/tasks.js');
const { serverEvent } = await import('../../src/web/js/api/events.js');

const task = (status, attempt, more = {}) => ({ id: 1, status, attempt, note: '', finished_at: isFinished({ status }) ? `end ${attempt}` : null, ...more });

/** What is told to `listener`s meanwhile. */
function hear(t) {
  const changes = [];
  t.after(tasksChanged.on((change) => changes.push(change)));
  return changes;
}

beforeEach(() => forgetTasks());

const rows = [
  ['a task begins', task('queued', 0), task('in progress', 1), true],
  ['a task ends', task('in progress', 1), task('done', 1), true],
  ['a task is tried again', task('done', 1), task('queued', 1), true],
  ['and begins again', task('queued', 1), task('in progress', 2), true],
  ['a task waits again after its server was restarted', task('in progress', 1), task('queued', 1), true],
  ['a stopped task is tried again', task('cancelled', 0), task('queued', 0), true],
  ['a note is written on a finished task', task('done', 1), task('done', 1, { note: 'blue' }), true],
  ['an answer from before the end', task('done', 1), task('in progress', 1), false],
  ['an answer from before the beginning', task('done', 1), task('queued', 0), false],
  ['an answer from before the beginning of what runs', task('in progress', 1), task('queued', 0), false],
  ['an answer from before another try', task('queued', 1), task('in progress', 1), false],
  ['an answer that knows no end of another try', task('done', 2), task('queued', 1), false],
  ['an end that is not the last one', task('in progress', 2), task('done', 1), false],
];
for (const [name, before, after, newer] of rows) {
  test(`${name}: ${newer ? 'is taken in' : 'comes too late'}`, () => {
    noteTask(before);
    noteTask(after);
    assert.deepEqual(knownTask(1), newer ? after : before);
  });
}

test('an event of before, told again, does not undo what is known', () => {
  noteTask(task('done', 1));
  serverEvent.emit({ name: 'started', data: { task: task('in progress', 1) } });
  assert.equal(knownTask(1).status, 'done');
});

test('a result stays with its run and goes with the next', () => {
  const result = { primitives: [] };
  noteTask(task('done', 1, { result }));
  noteTask(task('done', 1, { note: 'blue' }));
  assert.equal(knownTask(1).result, result);
  noteTask(task('queued', 1));
  noteTask(task('done', 2));
  assert.equal(knownTask(1).result, undefined);
});

test('an address that is no number is no question to the server', async (t) => {
  const asked = serve(t, () => ({}));
  for (const id of [Number.NaN, 0, -1, 1.5]) await assert.rejects(fetchTask(id), { status: 404 });
  assert.deepEqual(asked, []);
});

test('a task that was read before its note was saved is read again', async (t) => {
  const first = promised();
  let reads = 0;
  serve(t, ({ method, json }) => {
    if (method === 'PATCH') return task('done', 1, { note: json.note });
    reads += 1;
    return reads === 1 ? first.promise : task('done', 1, { note: 'new' });
  });
  const reading = fetchTask(1);
  await saveNote(1, 'new');
  first.resolve(task('done', 1, { note: 'old' }));
  assert.equal((await reading).note, 'new');
});

test('many are sent in parts of a thousand, and what is gone is forgotten', async (t) => {
  const changes = hear(t);
  const asked = serve(t, ({ json }) => ({ results: json.ids.map((id) => (id === 3 ? { id, ok: false, error: { code: 'task_not_found' } } : { id, ok: id !== 4 })) }));
  noteTask(task('done', 1));
  const { results, fault } = await bulk('delete', Array.from({ length: 1500 }, (_, index) => index + 1));
  assert.deepEqual(asked.map(({ json }) => json.ids.length), [1000, 500]);
  assert.deepEqual([results.length, fault], [1500, null]);
  const { ids } = changes.find(({ kind }) => kind === 'removed');
  assert.deepEqual([ids.size, ids.has(3), ids.has(4)], [1499, true, false]);
  assert.equal(knownTask(1), undefined);
});

test('of many that are sent in parts, those before a refusal are told and are gone', async (t) => {
  const changes = hear(t);
  serve(t, ({ json }) => (json.ids[0] === 1 ? { results: json.ids.map((id) => ({ id, ok: true })) } : new Response('{"code": "x"}', { status: 503 })));
  const { results, fault } = await bulk('delete', Array.from({ length: 2500 }, (_, index) => index + 1));
  assert.deepEqual([results.length, fault.status], [1000, 503]);
  assert.equal(changes.find(({ kind }) => kind === 'removed').ids.size, 1000);
  await assert.rejects(bulk('delete', [1001]), /503/);
});

/** As a list has it that was made at this second. */
const madeAt = (second, id, more = task('done', 1)) => ({ ...more, id, created_at: `2026-01-01T00:00:${String(second).padStart(2, '0')}.000000Z` });
const told = (changes) => changes.map(({ kind, task: one, ids }) => [kind, one?.id ?? [...ids]]);

test('tasks are read again as far as they lie in the list, and told; what is not there is gone', async (t) => {
  const wanted = [[30, 300], [25, 250], [3, 3]].map(([second, id]) => noteTask(madeAt(second, id, task('queued', 0))));
  const changes = hear(t);
  const asked = serve(t, ({ query }) => (query.cursor ? { tasks: [madeAt(2, 2)], next_cursor: 'further' }
    : { tasks: [madeAt(30, 300), madeAt(29, 299)], next_cursor: 'next' }));
  await readAgain(wanted);
  assert.equal(asked.length, 2);
  assert.deepEqual(told(changes), [['changed', 300], ['removed', [250, 3]]]);
});

test('tasks of a clock that was set back are read again behind those of before, and are not taken for gone', async (t) => {
  const wanted = [4, 5].map((id) => noteTask(madeAt(id, id, task('queued', 0))));
  const changes = hear(t);
  serve(t, ({ query }) => (query.cursor ? { tasks: [madeAt(5, 5), madeAt(4, 4)], next_cursor: null }
    : { tasks: [madeAt(50, 3), madeAt(49, 2)], next_cursor: 'next' }));
  await readAgain(wanted);
  assert.deepEqual(told(changes), [['changed', 5], ['changed', 4]]);
});

test('places in the queue move what waits, and nothing else', () => {
  noteTask(task('queued', 0, { queue_position: 5, eta_seconds: 9 }));
  noteTask({ ...task('done', 1), id: 2 });
  serverEvent.emit({ name: 'positions', data: { tasks: [{ id: 1, queue_position: 2, eta_seconds: 3 }, { id: 2, queue_position: 1, eta_seconds: 1 }] } });
  assert.equal(knownTask(1).queue_position, 2);
  assert.equal(knownTask(2).queue_position, undefined);
});

test('what the server removed, and that events were missed, is told', (t) => {
  noteTask(task('done', 1));
  const changes = hear(t);
  serverEvent.emit({ name: 'removed', data: { id: 1 } });
  serverEvent.emit({ name: 'resync', data: {} });
  assert.deepEqual(changes.map(({ kind }) => kind), ['removed', 'stale']);
});
