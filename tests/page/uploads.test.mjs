// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { until } from '../support/wait.mjs';
import { serve } from './support/page.mjs';

/** Every request of the test, newest last; each is answered by the test with `answer`. */
let sent = [];
globalThis.XMLHttpRequest = class {
  upload = {};
  #headers = {};
  constructor() { sent.push(this); }
  open(method, address) { this.name = new URL(address).searchParams.get('file_name'); }
  setRequestHeader(name, value) { (this.asked ??= {})[name] = value; }
  getResponseHeader(name) { return this.#headers[name] ?? null; }
  send() {}
  abort() { this.onabort(); }
  answer(status, response, headers = {}) {
    Object.assign(this, { status, response });
    this.#headers = headers;
    this.onload();
  }
};

const { addUploads, currentUploads, dismissUpload, forgetUploads, pendingUploads, resend } = await import('../../src/web/js/model/uploads.js');

const { knownTask } = await import('../../src/web/js/model/tasks.js');
const { serverEvent } = await import('../../src/web/js/api/events.js');

const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const files = (...names) => names.map((name) => new File([png], name));
const names = () => sent.map(({ name }) => name);
const limits = { upload_bytes: 1000, pixels: 100, side: 100 };

beforeEach((t) => {
  forgetUploads();
  sent = [];
  serve(t, () => ({ limits }));
});

test('three are sent at a time, under a key each', async () => {
  addUploads(files('a', 'b', 'c', 'd'));
  await until(() => sent.length === 3);
  assert.deepEqual(names(), ['a', 'b', 'c']);
  assert.equal(new Set(sent.map(({ asked }) => asked['Idempotency-Key'])).size, 3);
  sent[1].answer(202, { id: 7, status: 'queued', attempt: 0 });
  await until(() => sent.length === 4);
  assert.deepEqual([names()[3], currentUploads()[1].state, currentUploads()[1].task.id, pendingUploads()], ['d', 'accepted', 7, 3]);
});

test('a busy server is waited for under the same key, for as long as it says', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const settle = async () => { for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate); };
  const [upload] = addUploads(files('a'));
  await settle();
  sent[0].answer(503, { code: 'queue_full' }, { 'Retry-After': '5' });
  await settle();
  assert.deepEqual([upload.state, upload.error.retryAfter], ['pausing', 5]);
  t.mock.timers.tick(4999);
  await settle();
  assert.equal(sent.length, 1);
  t.mock.timers.tick(1);
  await settle();
  assert.equal(sent[1].asked['Idempotency-Key'], sent[0].asked['Idempotency-Key']);
});

test('what is dismissed while it waits for a busy server makes room for others at once', async () => {
  const waiting = addUploads(files('a', 'b', 'c'));
  await until(() => sent.length === 3);
  for (const request of sent) request.answer(503, {}, { 'Retry-After': '60' });
  await until(() => waiting.every(({ state }) => state === 'pausing'));
  waiting.forEach(dismissUpload);
  addUploads(files('d', 'e', 'f'));
  await until(() => sent.length === 6);
  assert.deepEqual(names().slice(3), ['d', 'e', 'f']);
});

test('what is dismissed while it is sent makes room, too', async () => {
  addUploads(files('a', 'b', 'c', 'd')).slice(0, 1).forEach(dismissUpload);
  await until(() => names().includes('d'));
  dismissUpload(currentUploads()[0]);
  addUploads(files('e'));
  await until(() => names().includes('e'));
});

test('what was accepted and is deleted goes from the list', async () => {
  const [upload] = addUploads(files('a'));
  await until(() => sent.length === 1);
  sent[0].answer(202, { id: 71, status: 'queued', attempt: 0 });
  await until(() => upload.state === 'accepted');
  serverEvent.emit({ name: 'removed', data: { id: 71 } });
  assert.deepEqual(currentUploads(), []);
});

test('what became of accepted pictures is read where it was not told', async (t) => {
  const [upload] = addUploads(files('a'));
  await until(() => sent.length === 1);
  sent[0].answer(202, { id: 72, status: 'queued', attempt: 0 });
  await until(() => upload.state === 'accepted');
  serve(t, () => ({ tasks: [{ id: 72, status: 'done', attempt: 1 }], next_cursor: null }));
  serverEvent.emit({ name: 'restarted', data: {} });
  await until(() => knownTask(72).status === 'done');
});

test('a page in place of an answer is waited out', async () => {
  const [upload] = addUploads(files('a'));
  await until(() => sent.length === 1);
  sent[0].answer(200, null);
  await until(() => upload.state === 'pausing');
  assert.equal(upload.error.code, 'foreign_answer');
});

test('a key under which the server remembers something else is not used again', async () => {
  const [upload] = addUploads(files('a'));
  await until(() => sent.length === 1);
  sent[0].answer(410, { code: 'task_removed' });
  await until(() => upload.state === 'refused');
  resend(upload);
  await until(() => sent.length === 2);
  assert.notEqual(sent[1].asked['Idempotency-Key'], sent[0].asked['Idempotency-Key']);
});

test('a refusal is told, and can be sent again', async () => {
  const [upload] = addUploads(files('a'));
  await until(() => sent.length === 1);
  sent[0].answer(400, { code: 'image_broken' });
  await until(() => upload.state === 'refused');
  assert.equal(upload.error.code, 'image_broken');
  resend(upload);
  await until(() => sent.length === 2);
});

test('what the server would refuse is not sent', async () => {
  const [upload] = addUploads([new File(['hello'], 'a.txt')]);
  await until(() => upload.state === 'refused');
  assert.deepEqual([upload.check.reason, sent.length], ['check.format.unknown', 0]);
});
