// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { pause, until } from '../support/wait.mjs';
import { promised, serve } from './support/page.mjs';

const { draftOf, keepDraft, saveDraft, wasSent } = await import('../../src/web/js/model/note_drafts.js');
const { forgetTasks } = await import('../../src/web/js/model/tasks.js');

beforeEach(() => forgetTasks());

const saved = ({ route, json }) => ({ id: Number(route.split('/')[1]), status: 'done', attempt: 1, finished_at: 'then', note: json.note });

test('what is typed while a save is on its way is sent after it, and only the newest of it', async (t) => {
  const first = promised();
  const asked = serve(t, async (request) => {
    if (asked.length === 1) await first.promise;
    return saved(request);
  });
  keepDraft(1, 'one', '');
  const one = saveDraft(1);
  for (const note of ['one two', 'one two three']) {
    keepDraft(1, note, 'one');
    saveDraft(1);
  }
  await pause(5);
  assert.equal(asked.length, 1, 'nothing overtakes the first');
  first.resolve();
  await one;
  assert.deepEqual(asked.map(({ json }) => json.note), ['one', 'one two three']);
  assert.equal(draftOf(1), undefined);
  assert.deepEqual(['one', 'one two', 'one two three'].map((note) => wasSent(1, note)), [true, false, true]);
});

test('notes of several tasks do not wait for one another', async (t) => {
  const asked = serve(t, async (request) => (request.route === 'tasks/8' ? new Promise(() => {}) : saved(request)));
  keepDraft(8, 'held', '');
  keepDraft(2, 'free', '');
  saveDraft(8);
  await saveDraft(2);
  assert.deepEqual([asked.length, draftOf(8).note, draftOf(2)], [2, 'held', undefined]);
});

test('what is typed on, and not to be saved yet, waits', async (t) => {
  const asked = serve(t, (request) => {
    keepDraft(1, 'one t', 'one');
    return saved(request);
  });
  keepDraft(1, 'one', '');
  await saveDraft(1);
  assert.equal(asked.length, 1);
  assert.deepEqual(draftOf(1), { note: 'one t', base: '' });
});

test('what could not be saved is kept, and saved when asked again', async (t) => {
  let broken = true;
  const asked = serve(t, (request) => {
    if (broken) throw new TypeError('no line');
    return saved(request);
  });
  keepDraft(3, 'kept', '');
  await assert.rejects(saveDraft(3), { status: 0 });
  assert.equal(draftOf(3).note, 'kept');
  broken = false;
  await saveDraft(3);
  assert.deepEqual([asked.length, draftOf(3)], [2, undefined]);
});

test('another person\u2019s page keeps nothing of it', async (t) => {
  const held = promised();
  const asked = serve(t, async (request) => {
    await held.promise;
    return saved(request);
  });
  keepDraft(4, 'one', '');
  const end = saveDraft(4);
  keepDraft(4, 'two', '');
  saveDraft(4);
  await until(() => asked.length === 1);
  forgetTasks();
  held.resolve();
  await end;
  assert.deepEqual([asked.length, draftOf(4), wasSent(4, 'one')], [1, undefined, false]);
});
