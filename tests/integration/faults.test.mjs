// SPDX-License-Identifier: MIT
// A disk that fails at every possible moment of a task's way, and a picture that kills its worker:
// what was accepted is kept, what was not is refused in words, and nothing is half done.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { atEnd, temporaryDirectory } from '../support/ends.mjs';
import { sceneOfShapes } from '../support/pictures.mjs';
import { binary, Server } from '../support/server.mjs';
import { pause, until } from '../support/wait.mjs';
import { buildFaultLibrary, FaultControl } from './support/faults.mjs';

const kWidthThatKills = 777;

/** A server under faults that is started again, with its data kept, whenever it ended. */
class Patient {
  constructor(t, environment) {
    this.data = path.join(temporaryDirectory(t), 'data');
    this.environment = environment(this.data);
    this.starts = 0;
    atEnd(t, () => this.server?.stop('SIGKILL'));
  }

  async revive() {
    if (this.server && this.server.process.exitCode === null && this.server.process.signalCode === null) return;
    this.server = await Server.start({ data: this.data, env: this.environment, args: ['--workers', '1'] });
    this.key ??= this.server.key;
    this.server.key = this.key;
    this.starts += 1;
  }
}

/**
 * What a failure of the disk made of `server`: {ended} when it stops working at once, {full} when it
 * goes on without taking pictures in, {} when it goes on as if nothing was.
 */
async function stateAfterFault(server) {
  const checks = await server.json('/readyz').then(({ body }) => body.checks, () => undefined);
  if (checks?.database === 'ok') return { full: checks.disk !== 'ok' };
  return { ended: await server.exited };
}

/** Sends a picture while the disk fails. Returns {id} if it was accepted, else what the server said. */
async function sendThroughFault(server, picture) {
  try {
    const { status, body } = await server.predict(picture, '?note=under+fault', { Prefer: 'wait=2' });
    if (status < 300) return { id: body.id };
    return { status, code: body.code, detail: body.detail };
  } catch {
    return { cut: true };
  }
}

/** Fails the Nth operation of a task's way with `error`, for every N there is. */
async function failEveryOperation(t, library, error, sticky) {
  const control = new FaultControl(temporaryDirectory(t));
  const patient = new Patient(t, (data) => control.environment(library, data));
  const accepted = new Map();
  const seen = { refused: 0, cut: 0, ended: 0, full: 0, reached: 0 };
  for (let nth = 1; ; nth += 1) {
    await patient.revive();
    const picture = sceneOfShapes(nth, 96, 72);
    control.arm(nth, error, sticky);
    const outcome = await sendThroughFault(patient.server, picture);
    // What follows an answer (telling waiters, checkpoints) belongs to the way as well.
    await pause(40);
    const { ended, full } = await stateAfterFault(patient.server);
    const { failed, operations } = control.disarm();
    if (outcome.id !== undefined) accepted.set(outcome.id, picture);
    if (outcome.cut) seen.cut += 1;
    if (outcome.status !== undefined) {
      seen.refused += 1;
      assert.ok([500, 503, 507].includes(outcome.status), JSON.stringify(outcome));
      assert.ok(outcome.code && outcome.detail && !outcome.detail.includes(patient.data), JSON.stringify(outcome));
    }
    if (ended) {
      seen.ended += 1;
      assert.notEqual(ended.code, 0, `a supervisor must see that the disk failed: ${patient.server.log.slice(-600)}`);
      assert.equal(ended.signal, null, `operation ${nth}: ${patient.server.log.slice(-2000)}`);
    }
    assert.ok(nth < 400, 'a task does not write that often');
    if (!failed) {
      assert.ok(outcome.id !== undefined && !ended, JSON.stringify({ outcome, ended }));
      seen.reached = operations;
      break;
    }
    if (full) {
      seen.full += 1;
      assert.equal((await patient.server.fetch('/api/v1/tasks')).status, 200, 'reading goes on');
      // It looks for room again now and then; a start does so at once.
      assert.equal((await patient.server.stop()).code, 0);
    }
    // What was accepted is done before the next failure: that the disk failed cannot be noted either, where all writes fail.
    if (outcome.id !== undefined) {
      await patient.revive();
      await patient.server.finished(outcome.id);
    }
  }
  assert.ok(seen.reached > 8, `only ${seen.reached} operations were seen`);
  await patient.revive();
  for (const [id, picture] of accepted) {
    const task = await patient.server.finished(id);
    assert.equal(task.status, 'done', JSON.stringify(task.error));
    const input = await patient.server.fetch(`/api/v1/tasks/${id}/input`);
    assert.deepEqual(Buffer.from(await input.arrayBuffer()), picture);
  }
  assert.ok(accepted.size >= 1);
  assert.equal((await patient.server.stop()).code, 0);
  assert.match(execFileSync(binary, ['verify', '--data', patient.data], { encoding: 'utf8' }), /whole/);
  t.diagnostic(`${seen.reached} operations; ${accepted.size} accepted and done, ${seen.refused} refused, `
    + `${seen.cut} cut off, ${seen.ended} ends of the server, ${seen.full} times full, ${patient.starts} starts`);
}

test('a disk that fails', { timeout: 900_000 }, async (t) => {
  const library = buildFaultLibrary(temporaryDirectory(t));
  for (const error of ['EIO', 'ENOSPC']) {
    for (const sticky of [false, true]) {
      await t.test(`${error} at the Nth write${sticky ? ' and all later ones' : ''}, for every N: no false promise, nothing lost`,
        (inner) => failEveryOperation(inner, library, error, sticky));
    }
  }
});

/** Every way to read what `task` holds; each the true answer, or a problem of the server's. */
async function readEverything(server, task, picture) {
  const seen = { right: 0, refused: 0, cut: 0 };
  const look = async (route, check) => {
    const answer = await server.fetch(`/api/v1/tasks${route}`)
      .then(async (response) => ({ status: response.status, body: Buffer.from(await response.arrayBuffer()) }), () => undefined)
      .catch(() => undefined);
    if (answer === undefined) {
      seen.cut += 1;
    } else if (answer.status >= 500) {
      const problem = JSON.parse(answer.body);
      assert.ok(problem.code && problem.detail && !problem.detail.includes(server.data), answer.body.toString());
      seen.refused += 1;
    } else {
      assert.equal(answer.status, 200, `${route}: ${answer.body}`);
      check(answer.body);
      seen.right += 1;
    }
  };
  await look(`/${task.id}`, (body) => assert.equal(JSON.parse(body).id, task.id));
  await look(`/${task.id}/result`, (body) => assert.deepEqual(JSON.parse(body), task.result));
  await look(`/${task.id}/input`, (body) => assert.deepEqual(body, picture));
  await look(`/${task.id}/overlay`, (body) => assert.equal(body.readUInt16BE(0), 0xffd8));
  await look('?limit=5', (body) => assert.ok(JSON.parse(body).tasks.some(({ id }) => id === task.id)));
  return seen;
}

test('EIO at the Nth read, for every N: a true answer or a refusal in words, and nothing lost', { timeout: 900_000 }, async (t) => {
  const control = new FaultControl(temporaryDirectory(t));
  const library = buildFaultLibrary(temporaryDirectory(t));
  const patient = new Patient(t, (data) => control.environment(library, data));
  const total = { right: 0, refused: 0, cut: 0, failed: 0, closed: 0 };
  for (let nth = 1; ; nth += 1) {
    await patient.revive();
    const picture = sceneOfShapes(nth, 96, 72);
    const { body: task } = await patient.server.predict(picture);
    assert.equal(task.status, 'done', JSON.stringify(task));
    control.armReads(nth, 'EIO');
    const outcome = await sendThroughFault(patient.server, sceneOfShapes(1000 + nth, 96, 72));
    const seen = await readEverything(patient.server, task, picture);
    const { failed, operations } = control.disarm();
    for (const key of Object.keys(seen)) total[key] += seen[key];
    if (outcome.id === undefined) assert.ok([500, 503].includes(outcome.status), JSON.stringify(outcome));
    const { body: ready } = await patient.server.json('/readyz');
    if (ready.checks.database !== 'ok') {
      // SQLite may take what it could not read for damage: then nothing is written until somebody has looked.
      total.closed += 1;
      assert.equal((await patient.server.stop()).code, 0);
      await patient.revive();
    }
    if (outcome.id !== undefined) {
      const sent = await patient.server.finished(outcome.id);
      if (sent.status === 'failed') {
        total.failed += 1;
        assert.equal(sent.error.code, 'storage_failed');
        assert.equal((await patient.server.json(`/api/v1/tasks/${outcome.id}/retry`, { method: 'POST' })).status, 202);
      }
      assert.equal((await patient.server.finished(outcome.id)).status, 'done');
    }
    assert.deepEqual(await readEverything(patient.server, task, picture), { right: 5, refused: 0, cut: 0 });
    if (!failed) {
      t.diagnostic(`${operations} reads; ${JSON.stringify(total)}, ${patient.starts} starts`);
      assert.ok(operations > 8, `only ${operations} reads were seen`);
      break;
    }
    assert.ok(nth < 400, 'a task is not read that often');
  }
  assert.equal((await patient.server.stop()).code, 0);
  assert.match(execFileSync(binary, ['verify', '--data', patient.data], { encoding: 'utf8' }), /whole/);
});

test('outcomes wait for room on a full disk, and everything is done once there is some', { timeout: 120_000 }, async (t) => {
  const library = buildFaultLibrary(temporaryDirectory(t));
  const control = new FaultControl(temporaryDirectory(t));
  const patient = new Patient(t, (data) => control.environment(library, data));
  await patient.revive();
  const ids = [];
  for (let seed = 0; seed < 3; seed += 1) ids.push((await patient.server.api('POST', 'tasks', { body: sceneOfShapes(seed + 90, 640, 480) })).id);
  control.arm(1, 'ENOSPC', true);
  await until(() => control.operations > 0);
  const unfinished = await Promise.all(ids.map(async (id) => (await patient.server.api('GET', `tasks/${id}`)).status));
  assert.ok(unfinished.some((status) => status !== 'done'), `all was done before the disk was full: ${unfinished}`);
  assert.ok(control.disarm().failed);
  for (const id of ids) {
    const task = await patient.server.finished(id);
    assert.deepEqual([task.status, task.attempt], ['done', 1], JSON.stringify(task.error));
  }
  assert.equal(patient.starts, 1);
});

/** How often the task that was begun the most often was begun, by the database of a server that does not run. */
function mostAttempts(data) {
  const program = 'import sqlite3, sys\nprint(sqlite3.connect(sys.argv[1]).execute("SELECT max(attempt) FROM tasks").fetchone()[0])';
  return Number(execFileSync('python3', ['-c', program, path.join(data, 'geond.db')], { encoding: 'utf8' }));
}

test('what a failing disk interrupts again and again is never quarantined', { timeout: 180_000 }, async (t) => {
  const library = buildFaultLibrary(temporaryDirectory(t));
  const control = new FaultControl(temporaryDirectory(t));
  const patient = new Patient(t, (data) => control.environment(library, data));
  await patient.revive();
  const send = async (seed) => (await patient.server.api('POST', 'tasks', { body: sceneOfShapes(seed + 200, 640, 480) })).id;
  // Each start does some of them before it is interrupted: enough for all.
  const ids = await Promise.all(Array.from({ length: 64 }, (_, seed) => send(seed)));
  assert.equal((await patient.server.stop()).code, 0);

  // Each start writes alike, so that the write after a claim is found once, and then fails at every start.
  for (let nth = 1, most = mostAttempts(patient.data); most < 4;) {
    assert.ok(nth < 300, `no task was interrupted four times: ${most}`);
    control.arm(nth, 'EIO');
    const started = await patient.revive().then(() => true, () => false);
    if (started) await Promise.race([patient.server.exited, until(() => control.failed).then(() => pause(300))]);
    assert.ok(control.disarm().failed);
    // Some failures it can do without: of a note for the next start, say.
    if (started) assert.ok((await patient.server.stop()).code < 2, patient.server.log.slice(-2000));
    const now = mostAttempts(patient.data);
    if (now === most) nth += 1;
    most = now;
  }
  await patient.revive();
  for (const id of ids) assert.equal((await patient.server.finished(id)).status, 'done');
});

/** A JPEG that says it is `width` wide: the documents' photograph with another number in its frame header. */
function pictureOfWidth(width) {
  const picture = Buffer.from(readFileSync(path.join(import.meta.dirname, '../../docs/images/photo.jpg')));
  for (let at = 2; at < picture.length;) {
    const marker = picture[at + 1];
    if (marker >= 0xc0 && marker <= 0xc2) {
      picture.writeUInt16BE(width, at + 7);
      return picture;
    }
    at += 2 + picture.readUInt16BE(at + 2);
  }
  throw new Error('the photograph has no frame header');
}

test('a picture that kills its worker is quarantined after three attempts, and its neighbours are done', { timeout: 120_000 }, async (t) => {
  const library = buildFaultLibrary(temporaryDirectory(t));
  const patient = new Patient(t, () => ({ LD_PRELOAD: library, GEOND_FAULT_WIDTH: String(kWidthThatKills) }));
  await patient.revive();
  const send = async (picture) => {
    const { status, body } = await patient.server.json('/api/v1/tasks', {
      method: 'POST', body: picture, headers: { 'Content-Type': 'application/octet-stream' } });
    assert.equal(status, 202, JSON.stringify(body));
    return body.id;
  };
  const neighbours = [];
  for (let seed = 0; seed < 3; seed += 1) neighbours.push(await send(sceneOfShapes(seed + 50, 96, 72)));
  const poison = await send(pictureOfWidth(kWidthThatKills));
  let deaths = 0;
  for (;;) {
    const end = await Promise.race([patient.server.exited, patient.server.finished(poison).then(() => undefined, () => patient.server.exited)]);
    if (!end) break;
    assert.equal(end.signal, 'SIGABRT');
    deaths += 1;
    assert.ok(deaths <= 3, 'the picture is tried again and again');
    await patient.revive();
    // Those that come in between two deaths are not held up for good, either.
    if (deaths < 3) neighbours.push(await send(sceneOfShapes(deaths + 60, 96, 72)).catch(() => undefined));
  }
  assert.equal(deaths, 3);
  const task = await patient.server.finished(poison);
  assert.deepEqual([task.status, task.error.code], ['failed', 'quarantined']);
  for (const id of neighbours.filter((one) => one !== undefined)) assert.equal((await patient.server.finished(id)).status, 'done');
});
