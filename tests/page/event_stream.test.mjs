// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEventStream } from '../../src/web/js/api/event_stream.js';
import { pause } from '../support/wait.mjs';

async function read(parts) {
  const body = new ReadableStream({ start(controller) {
    for (const part of parts) controller.enqueue(typeof part === 'string' ? new TextEncoder().encode(part) : part);
    controller.close();
  } });
  const events = [];
  for await (const event of readEventStream(body)) events.push(event);
  return events;
}

const event = (id, name, data) => ({ id, name, data });
const rows = [
  ['an event', ['id: 1\nevent: done\ndata: {"id":2}\n\n'], [event('1', 'done', '{"id":2}')]],
  ['an event without a name or an id', ['data: x\n\n'], [event('', 'message', 'x')]],
  ['two events', ['data: a\n\ndata: b\n\n'], [event('', 'message', 'a'), event('', 'message', 'b')]],
  ['several lines of data', ['data: a\ndata: b\ndata:\n\n'], [event('', 'message', 'a\nb\n')]],
  ['one space after the colon is no part of the value', ['data:  a\n\n'], [event('', 'message', ' a')]],
  ['no space is needed', ['data:a\n\n'], [event('', 'message', 'a')]],
  ['lines that end as in Windows', ['id: 1\r\ndata: a\r\n\r\n'], [event('1', 'message', 'a')]],
  ['lines that end as in old times', ['id: 1\rdata: a\r\rdata: b\n\n'], [event('1', 'message', 'a'), event('', 'message', 'b')]],
  ['a line that ends between two parts', ['data: a\r', '\n\r', '\ndata: b\n\n'], [event('', 'message', 'a'), event('', 'message', 'b')]],
  ['an event in many parts', [...'event: done\ndata: abc\n\n'], [event('', 'done', 'abc')]],
  ['a letter that is cut in two', [Uint8Array.from([...Buffer.from('data: '), 0xd1]), Uint8Array.from([0x8f, 10, 10])], [event('', 'message', '\u044f')]],
  ['a heartbeat', [': still here\n\n'], [event('', '', null)]],
  ['a heartbeat within an event', ['data: a\n: still here\n\n'], [event('', '', null), event('', 'message', 'a')]],
  ['an event without data is none', ['id: 1\nevent: done\n\n'], []],
  ['fields that nobody knows', ['colour: red\nretry: 5\ndata: a\n\n'], [event('', 'message', 'a')]],
  ['a field without a colon', ['data\n\n'], [event('', 'message', '')]],
  ['an event that is cut off is none', ['data: a\n\ndata: b\n'], [event('', 'message', 'a')]],
];
for (const [name, parts, wanted] of rows) {
  test(name, async () => assert.deepEqual(await read(parts), wanted));
}

test('who reads no further closes the stream', async () => {
  let cancelled = false;
  const body = new ReadableStream({
    pull(controller) { controller.enqueue(new TextEncoder().encode('data: a\n\n')); },
    cancel() { cancelled = true; },
  });
  for await (const one of readEventStream(body)) {
    assert.equal(one.data, 'a');
    break;
  }
  await pause(10);
  assert.ok(cancelled);
});
