// SPDX-License-Identifier: MIT
// SIGTERM ends the server within its limit, whoever holds on to it, and begins no further task.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import test from 'node:test';
import { atEnd } from '../support/ends.mjs';
import { sceneOfShapes } from '../support/pictures.mjs';
import { startServer } from '../support/server.mjs';
import { eventually } from '../support/wait.mjs';

/** A connection that says `text` and nothing more, and reads nothing. */
function holdOn(t, where, text) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(where);
    atEnd(t, () => socket.destroy());
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.on('error', () => {});
      socket.pause();
      socket.write(text, () => resolve(socket));
    });
  });
}

test('a stop ends in time with a backlog, half-sent requests and mute control clients', { timeout: 120_000 }, async (t) => {
  const server = await startServer(t, { args: ['--workers', '1'] });
  const { hostname: host, port } = new URL(server.url);
  await holdOn(t, { host, port }, 'GET /api/v1/tasks HTTP/1.1\r\nHost: localhost\r\nX-Half');
  await holdOn(t, { host, port }, `POST /api/v1/tasks HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${server.key}\r\n`
    + 'Content-Type: application/octet-stream\r\nContent-Length: 1000000\r\n\r\nhalf a picture');
  const control = { path: path.join(server.data, 'control.sock') };
  await holdOn(t, control, '{"do":"user-list"}');
  await holdOn(t, control, '{"do":"verify"}\n');
  const accepted = 40;
  for (let seed = 0; seed < accepted; seed += 1) {
    const { status } = await server.json('/api/v1/tasks', { method: 'POST', body: sceneOfShapes(seed, 96, 72),
      headers: { 'Content-Type': 'application/octet-stream' } });
    assert.equal(status, 202);
  }
  const { code, signal, milliseconds } = await server.stop();
  assert.deepEqual({ code, signal }, { code: 0, signal: null }, server.log.slice(-600));
  assert.ok(milliseconds < 10_000, `${milliseconds} ms`);
  const after = server.log.slice(server.log.indexOf('stopping'));
  const late = after.match(/task done/g)?.length ?? 0;
  assert.ok(late <= 1, `${late} tasks were done after the stop began`);

  // What was left is done after the next start, and no crash was counted.
  const again = await startServer(t, { data: server.data });
  const done = async () => (await again.json('/api/v1/tasks?status=done&limit=200', { key: server.key })).body.tasks.length;
  await eventually(async () => assert.equal(await done(), accepted));
  assert.doesNotMatch(again.log, /left in progress/);
  t.diagnostic(`stopped in ${milliseconds} ms, ${late} tasks ended after the stop began`);
});

/** Has another program hold the server's database until the test ends. */
async function lockDatabase(t, data) {
  const program = 'import sqlite3, sys, time\nother = sqlite3.connect(sys.argv[1], isolation_level=None)\n'
    + 'other.execute("BEGIN IMMEDIATE")\nprint("held", flush=True)\ntime.sleep(60)';
  const other = spawn('python3', ['-c', program, path.join(data, 'geond.db')], { stdio: ['ignore', 'pipe', 'inherit'] });
  atEnd(t, () => other.kill('SIGKILL'));
  await once(other.stdout, 'data');
  return other;
}

// Uploads were hung up on, and the process ended itself by force, with status 1.
test('a stop while another program holds the database ends in time, and leaves tasks to the next start', async (t) => {
  const server = await startServer(t, { args: ['--workers', '1'] });
  const send = (seed) => server.json('/api/v1/tasks', { method: 'POST', body: sceneOfShapes(seed),
    headers: { 'Content-Type': 'application/octet-stream' } });
  for (let seed = 0; seed < 8; seed += 1) assert.equal((await send(seed)).status, 202);
  const other = await lockDatabase(t, server.data);
  const uploads = Promise.all([send(11), send(12), send(13)]);
  await new Promise((resolve) => { setTimeout(resolve, 300); });
  const stopped = server.stop();
  for (const { status, body } of await uploads) {
    assert.equal(status, 503, JSON.stringify(body));
    assert.equal(body.code, 'database_busy');
  }
  const { code, milliseconds } = await stopped;
  assert.equal(code, 0, server.log.slice(-900));
  assert.ok(milliseconds < 8_500, `${milliseconds} ms`);

  other.kill('SIGKILL');
  const again = await startServer(t, { data: server.data });
  const done = async () => (await again.json('/api/v1/tasks?status=done&limit=200', { key: server.key })).body.tasks.length;
  await eventually(async () => assert.equal(await done(), 8));
  t.diagnostic(`stopped in ${milliseconds} ms`);
});
