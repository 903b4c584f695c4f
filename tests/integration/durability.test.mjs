// SPDX-License-Identifier: MIT
// What was accepted is not lost: restarts, kills and orderly stops in the middle of work.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, rmSync, utimesSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import test from 'node:test';
import { atEnd, temporaryDirectory } from '../support/ends.mjs';
import { sceneOfShapes } from '../support/pictures.mjs';
import { binary, Server, startServer } from '../support/server.mjs';
import { eventually, pause, until } from '../support/wait.mjs';
import { blobNames } from './support/blobs.mjs';

/** Kills in `make test`; the long run sets GEOND_KILL_CYCLES=200. */
const killCycles = Number(process.env.GEOND_KILL_CYCLES ?? 20);

/** Sends the first half of an upload; finish() sends the rest and resolves with the whole answer. */
async function beginUpload(server, picture) {
  const { hostname, port } = new URL(server.url);
  const socket = net.connect({ host: hostname, port: Number(port) });
  let answer = '';
  socket.on('data', (bytes) => { answer += bytes.toString('latin1'); });
  const ended = new Promise((resolve) => { socket.on('close', resolve); });
  socket.on('error', () => {});
  await new Promise((resolve) => { socket.once('connect', resolve); });
  socket.write(`POST /api/v1/tasks HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${server.key}\r\n`
    + `Content-Type: image/png\r\nContent-Length: ${picture.length}\r\nExpect: 100-continue\r\n\r\n`);
  // The server has the request in hand from here on.
  await until(() => answer.includes('100 Continue'), { interval: 5 });
  socket.write(picture.subarray(0, picture.length / 2));
  return {
    async finish() {
      socket.write(picture.subarray(picture.length / 2));
      await ended;
      const [head, body] = answer.slice(answer.indexOf('\r\n\r\n') + 4).split('\r\n\r\n');
      assert.match(head, /^HTTP\/1.1 202 /, answer);
      const length = Number(/^content-length: *(\d+)/mi.exec(head)[1]);
      assert.equal(body.length, length, 'the answer is whole');
      return JSON.parse(body);
    },
  };
}

async function send(server, seed) {
  const { status, body } = await server.json('/api/v1/tasks', {
    method: 'POST', body: sceneOfShapes(seed, 160, 120),
    headers: { 'Content-Type': 'image/png' },
  });
  return status === 202 ? body.id : undefined;
}

async function allTasks(server) {
  const tasks = [];
  let cursor = '';
  do {
    const { body } = await server.json(
      `/api/v1/tasks?limit=200${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
    tasks.push(...body.tasks);
    cursor = body.next_cursor;
  } while (cursor);
  return tasks;
}

const untilTasks = (server, count) => until(async () => (await allTasks(server)).length >= count);

/** All tasks once nothing more will happen to any. */
function allFinished(server) {
  return until(async () => {
    const tasks = await allTasks(server);
    return tasks.every((task) => !['queued', 'in progress'].includes(task.status)) && tasks;
  }, { seconds: 120 });
}

test(`kill -9 at random moments, ${killCycles} times: nothing accepted is lost`, async (t) => {
  const data = temporaryDirectory(t);
  const accepted = new Set();
  let server = await Server.start({ data });
  atEnd(t, () => server.stop('SIGKILL'));
  const key = server.key;
  let seed = 0;
  const starts = [];
  for (let cycle = 0; cycle < killCycles; ++cycle) {
    const senders = Array.from({ length: 3 }, async () => {
      try {
        for (let index = 0; index < 4; ++index) {
          const id = await send(server, ++seed);
          if (id) accepted.add(id);
        }
      } catch {
        // The server was killed under the request: nothing was promised.
      }
    });
    // At a random moment; in every other round not before something was accepted that can be lost.
    const before = accepted.size;
    await pause(20 + Math.random() * 250);
    if (cycle % 2 === 1) await until(() => accepted.size > before, { interval: 5 });
    await server.stop('SIGKILL');
    await Promise.all(senders);
    const started = Date.now();
    server = await Server.start({ data });
    starts.push(Date.now() - started);
    server.key = key;
  }
  const tasks = await allFinished(server);
  const known = new Map(tasks.map((task) => [task.id, task]));
  for (const id of accepted) assert.ok(known.has(id), `task ${id} was accepted and is lost`);
  const unfinished = tasks.filter((task) => !['done', 'failed'].includes(task.status));
  assert.deepEqual(unfinished, []);
  for (const task of tasks) {
    if (task.status === 'failed') assert.equal(task.error.code, 'quarantined', `task ${task.id}`);
  }
  const median = starts.sort((a, b) => a - b)[starts.length >> 1];
  t.diagnostic(`${accepted.size} accepted, ${tasks.length} found; ready after ${median} ms (median), ${starts.at(-1)} ms at most`);
  assert.ok(median < 2000, `ready after ${median} ms`);
  assert.ok(accepted.size >= Math.floor(killCycles / 2),
    `only ${accepted.size} tasks were accepted: the ${killCycles} kills came before there was anything to lose`);
  await server.stop();
  const verdict = execFileSync(binary, ['verify', '--data', data], { encoding: 'utf8' });
  assert.match(verdict, /whole/);

  // What was uploaded and never promised goes with the sweep of the next start, once it is old.
  const longAgo = new Date(Date.now() - 2 * 3600 * 1000);
  for (const name of blobNames(data)) {
    utimesSync(path.join(data, 'blobs', name.slice(0, 2), name.slice(2)), longAgo, longAgo);
  }
  const wanted = [...new Set(tasks.map((task) => task.input.sha256))].sort();
  server = await Server.start({ data });
  await eventually(() => assert.deepEqual(blobNames(data).sort(), wanted));
});

test('SIGTERM under load: exit status 0 in time, and the rest is done after the restart', async (t) => {
  const data = temporaryDirectory(t);
  const server = await Server.start({ data });
  const key = server.key;
  const ids = [];
  for (let seed = 0; seed < 30; ++seed) ids.push(await send(server, seed + 1000));
  const upload = await beginUpload(server, sceneOfShapes(2000));
  const waiting = server.predict(sceneOfShapes(2001));
  // Accepted, so that what is waited for is its end.
  await untilTasks(server, ids.length + 1);
  const stopping = server.stop('SIGTERM');
  await pause(300);
  const uploaded = await upload.finish();
  const waited = await waiting;
  const stopped = await stopping;
  // Neither was cut: one was still being sent, the other was kept waiting for a task far back.
  assert.ok([200, 202].includes(waited.status), `${waited.status}`);
  ids.push(uploaded.id, waited.body.id);
  assert.equal(stopped.code, 0);
  assert.ok(stopped.milliseconds < 10_000, `${stopped.milliseconds} ms`);
  const again = await Server.start({ data });
  atEnd(t, () => again.stop('SIGKILL'));
  again.key = key;
  const tasks = await allFinished(again);
  assert.deepEqual(tasks.map((task) => task.id).sort((a, b) => a - b), ids.sort((a, b) => a - b));
  assert.ok(tasks.every((task) => task.status === 'done'),
    JSON.stringify(tasks.filter((task) => task.status !== 'done')));
});

test('a second server on the same data directory is refused with a clear line', async (t) => {
  const server = await startServer(t);
  await assert.rejects(Server.start({ data: server.data }), /another|in use|using/i);
  assert.equal((await server.json('/healthz')).status, 200);
});

test('a backup of the running server starts as a server of its own', async (t) => {
  const server = await startServer(t);
  const { body: task } = await server.predict(sceneOfShapes(42));
  const copy = path.join(temporaryDirectory(t), 'copy');
  execFileSync(binary, ['backup', copy, '--data', server.data]);
  const restored = await Server.start({ data: copy });
  atEnd(t, () => restored.stop('SIGKILL'));
  restored.key = server.key;
  const again = await restored.json(`/api/v1/tasks/${task.id}`);
  assert.equal(again.status, 200);
  assert.deepEqual(again.body.result, task.result);
  const input = await restored.fetch(`/api/v1/tasks/${task.id}/input`);
  assert.deepEqual(Buffer.from(await input.arrayBuffer()), sceneOfShapes(42));
});

test('a backup without a picture that is lost is made, and is no success', async (t) => {
  const server = await startServer(t);
  await server.predict(sceneOfShapes(42));
  const [sha256] = blobNames(server.data);
  rmSync(path.join(server.data, 'blobs', sha256.slice(0, 2), sha256.slice(2)));
  const copy = path.join(temporaryDirectory(t), 'copy');
  const run = spawnSync(binary, ['backup', copy, '--data', server.data], { encoding: 'utf8' });
  assert.equal(run.status, 1, run.stdout);
  assert.match(run.stderr, /lacks 1 of the pictures/);
  assert.deepEqual(readdirSync(copy).filter((name) => name.startsWith('geond.db')), ['geond.db']);
});

// It was refused, as from within a folder of such a name.
test('a backup takes a name that is no UTF-8, of a running server and of a stopped one', async (t) => {
  const folder = temporaryDirectory(t);
  const server = await startServer(t);
  const backup = (name) => spawnSync('sh', ['-c',
    'exec "$0" backup "$1/$(printf "$2")" --data "$3"', binary, folder, name, server.data], { encoding: 'utf8' });
  const running = backup('run\\351');
  assert.equal(running.status, 0, running.stderr);
  await server.stop();
  const stopped = backup('stop\\351');
  assert.equal(stopped.status, 0, stopped.stderr);
  const made = readdirSync(folder, { encoding: 'buffer' }).map((name) => name.toString('latin1'));
  assert.deepEqual(made.sort(), ['run\xe9', 'stop\xe9']);
});

test('a data directory that has lost its database does not start, and keeps its pictures', async (t) => {
  const server = await startServer(t);
  await server.predict(sceneOfShapes(42));
  await server.stop();
  for (const name of readdirSync(server.data).filter((file) => file.startsWith('geond.db'))) {
    rmSync(path.join(server.data, name));
  }
  // Status 2, so that systemd does not try again and again.
  await assert.rejects(Server.start({ data: server.data }), /ended \(2\)[^]*has lost its database.*geond backup/);
  assert.equal(blobNames(server.data).length, 1);
});

test('a backup that lies in the sandbox of the server is no success', async (t) => {
  const folder = temporaryDirectory(t);
  const inSandbox = ['unshare', '--mount', '--propagation', 'private', '--', 'sh', '-c',
    `mount -t tmpfs none '${folder}' && exec "$@"`, 'sh'];
  const [program, ...args] = inSandbox;
  if (spawnSync(program, [...args, 'true']).status !== 0) return t.skip('needs a mount namespace');
  const server = await startServer(t, { wrapper: inSandbox });
  const run = spawnSync(binary, ['backup', path.join(folder, 'copy'), '--data', server.data], { encoding: 'utf8' });
  assert.equal(run.status, 1, run.stdout);
  assert.match(run.stderr, /sandbox.*name a folder that both see/);
});

test('an account that is removed while no server runs takes its pictures along', async (t) => {
  const server = await startServer(t);
  const sent = await server.json('/api/v1/tasks', { method: 'POST', body: sceneOfShapes(7) });
  assert.equal(sent.status, 202);
  const geond = (...args) => execFileSync(binary, [...args, '--data', server.data],
    { encoding: 'utf8', input: 'correct horse battery\n' });
  geond('user', 'add', 'root', '--admin', '--password-stdin');
  await server.stop();
  assert.equal(blobNames(server.data).length, 1);
  geond('user', 'remove', 'admin');
  assert.deepEqual(blobNames(server.data), []);
});

test('accounts can be managed while the server runs', async (t) => {
  const server = await startServer(t);
  const geond = (...args) => execFileSync(binary, [...args, '--data', server.data],
    { encoding: 'utf8', input: 'correct horse battery\n' });
  geond('user', 'add', 'carla', '--password-stdin');
  assert.match(geond('user', 'list'), /carla/);
  const login = await server.json('/api/v1/auth/login', {
    method: 'POST', key: null, headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ username: 'carla', password: 'correct horse battery' }),
  });
  assert.equal(login.status, 200);
  geond('user', 'remove', 'carla');
  const after = await server.json('/api/v1/users/me', { key: login.body.access_token });
  assert.equal(after.status, 401);
});
