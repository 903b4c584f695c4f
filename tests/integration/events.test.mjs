// SPDX-License-Identifier: MIT
// The event stream of the real program: what moves, what is told again, what ends, how many it holds.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { atEnd, temporaryDirectory } from '../support/ends.mjs';
import { makePng, sceneOfShapes } from '../support/pictures.mjs';
import { Server, startServer } from '../support/server.mjs';
import { Contract } from './support/contract.mjs';
import { EventReader } from './support/events.mjs';

/** Streams that are held at once; each costs a descriptor here and there. */
const kStreams = Number(process.env.GEOND_STREAMS ?? 1000);
const small = (seed) => makePng(40, 30, (x, y) => [x, y, seed]);

async function submit(server, picture) {
  const { status, body } = await server.json('/api/v1/tasks', { method: 'POST', body: picture });
  assert.equal(status, 202, JSON.stringify(body));
  return body.id;
}

test('what happens to a task is told in order, as the document describes it', async (t) => {
  const server = await startServer(t);
  const contract = await Contract.of(server);
  const stream = await EventReader.open(server);
  atEnd(t, () => stream.close());
  const id = await submit(server, small(1));
  await stream.until(() => stream.events.some(({ event }) => event === 'done'));
  await server.json(`/api/v1/tasks/${id}`, {
    method: 'PATCH', headers: { 'Content-Type': 'application/json' }, body: '{"note": "mine"}',
  });
  await server.fetch(`/api/v1/tasks/${id}`, { method: 'DELETE' });
  await stream.until(() => stream.events.some(({ event }) => event === 'removed'));
  const own = stream.events.filter(({ data }) => data.id === id);
  assert.deepEqual(own.map(({ event, data }) => (event === 'stage' ? data.task.stage : event)),
    ['queued', 'started', 'decode', 'detect', 'classify', 'done', 'changed', 'removed']);
  assert.ok(own.find(({ event }) => event === 'done').data.task.result, 'done comes with its result');
  const { schemas } = contract.document.components;
  for (const { id: eventId, event, data } of stream.events) {
    const schema = { removed: 'RemovedEvent', positions: 'PositionsEvent' }[event] ?? 'TaskEvent';
    if (event === 'hello') continue;
    assert.equal(contract.faults(schemas[schema], data), '', event);
    if (event !== 'positions') assert.match(eventId, /^[0-9a-f]+-\d+$/);
  }
});

test('position and ETA of a waiting task move until it starts', async (t) => {
  const server = await startServer(t, { args: ['--workers', '1'] });
  const stream = await EventReader.open(server);
  atEnd(t, () => stream.close());
  // Positions are told once a second: enough pictures for some seconds, however fast this machine is.
  let fastest = Infinity;
  for (let round = 0; round < 4; ++round) {
    const begun = performance.now();
    await server.predict(sceneOfShapes(200 + round));
    fastest = Math.min(fastest, performance.now() - begun);
  }
  const wait = async (count) => {
    let last;
    for (let seed = 2; seed < 2 + count; ++seed) last = await submit(server, sceneOfShapes(seed));
    await stream.until(() => stream.events.some(({ event, data }) => event === 'done' && data.id === last), 120);
    return stream.events.filter(({ event }) => event === 'positions')
      .map(({ data }) => data.tasks.find(({ id }) => id === last)).filter(Boolean);
  };
  let enough = Math.min(100, Math.max(5, Math.ceil(5000 / fastest)));
  let moves = await wait(enough);
  // The machine may have been busy with something else while it was measured.
  for (let more = 0; more < 2 && moves.length < 3; ++more) moves = await wait(enough *= 2);
  const positions = moves.map(({ queue_position: position }) => position);
  assert.ok(new Set(positions).size >= 2, `it moves: ${positions}`);
  assert.deepEqual(positions, [...positions].sort((a, b) => b - a), 'never back');
  assert.ok(moves[0].eta_seconds > moves.at(-1).eta_seconds, 'the estimate shrinks');
  assert.ok(moves.every(({ eta_seconds: eta }) => eta > 0));
});

test('who comes back with Last-Event-ID hears each missed event once; after a restart, to read again', async (t) => {
  const data = temporaryDirectory(t);
  let server = await Server.start({ data });
  atEnd(t, () => server.stop('SIGKILL'));
  const { key } = server;
  const whole = await EventReader.open(server);
  const cut = await EventReader.open(server);
  await submit(server, small(1));
  await cut.until(() => cut.events.some(({ event }) => event === 'started'));
  const known = cut.events.findLast(({ id }) => id);
  cut.close();
  for (let seed = 2; seed < 6; ++seed) await submit(server, small(seed));
  const ends = (reader) => reader.events.filter(({ event }) => event === 'done').length;
  await whole.until(() => ends(whole) === 5);
  const back = await EventReader.open(server, key, { lastEventId: known.id });
  const ids = (reader) => reader.events.map(({ id }) => id).filter(Boolean);
  const missed = ids(whole).slice(ids(whole).indexOf(known.id) + 1);
  await back.until(() => ids(back).length >= missed.length);
  assert.deepEqual(ids(back), missed);
  assert.ok(!back.events.some(({ event }) => event === 'resync'));
  await server.stop();
  for (const reader of [whole, back]) await reader.ended();
  server = await Server.start({ data });
  server.key = key;
  const later = await EventReader.open(server, key, { lastEventId: known.id });
  await later.until(() => later.events.some(({ event }) => event === 'resync'));
  later.close();
});

test(`${kStreams} idle streams are held, each with its heartbeat, and nobody else is kept waiting`, async (t) => {
  const server = await startServer(t, {
    args: ['--max-connections', String(kStreams + 200), '--event-streams-per-user', String(kStreams)] });
  const memory = () => Number(readFileSync(`/proc/${server.process.pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]) * 1024;
  await server.predict(small(1)); // the networks are loaded
  const before = memory();
  const streams = [];
  while (streams.length < kStreams) {
    streams.push(...await Promise.all(Array.from({ length: 50 }, () => EventReader.open(server))));
  }
  const each = (memory() - before) / kStreams;
  assert.ok(each < 100_000, `${Math.round(each)} bytes a stream`);
  const begun = performance.now();
  assert.equal((await server.predict(small(2))).status, 200);
  const took = performance.now() - begun;
  await Promise.all(streams.map((stream) =>
    stream.until(() => stream.events.some(({ event }) => event === 'done'), 60)));
  await Promise.all(streams.map((stream) => stream.until(() => stream.comments > 0, 60)));
  assert.ok(streams.every(({ isOver }) => !isOver));
  t.diagnostic(`${Math.round(each / 1024)} KiB a stream; a picture meanwhile in ${Math.round(took)} ms`);
  for (const stream of streams) stream.close();
});
