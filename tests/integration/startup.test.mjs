// SPDX-License-Identifier: MIT
// What a start makes, what it refuses, and what it leaves out.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import test from 'node:test';
import { atEnd, temporaryDirectory } from '../support/ends.mjs';
import { sceneOfShapes } from '../support/pictures.mjs';
import { binary, startServer } from '../support/server.mjs';
import { until } from '../support/wait.mjs';
import { buildFaultLibrary } from './support/faults.mjs';

const kShipped = path.join(import.meta.dirname, '../../models');

/** Starts the server with a socket that others can reach, as a supervisor hands it over. */
async function startWithPublicSocket(t, args) {
  const listener = net.createServer();
  await new Promise((resolve) => { listener.listen(0, '0.0.0.0', resolve); });
  const { port } = listener.address();
  const child = spawn('/bin/sh', ['-c', 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" "$@"', binary, 'serve',
    '--listen', '127.0.0.1:1', '--data', temporaryDirectory(t), ...args],
  { stdio: ['ignore', 'pipe', 'pipe', listener._handle] });
  atEnd(t, () => child.kill('SIGKILL'));
  child.said = '';
  child.stderr.on('data', (text) => { child.said += text; });
  child.exited = new Promise((resolve) => { child.once('exit', resolve); });
  await new Promise((resolve) => { listener.close(resolve); });
  return { child, port };
}

test('a socket that was handed over and that others can reach needs --insecure-bind as any other', { timeout: 60_000 }, async (t) => {
  const refused = await startWithPublicSocket(t, []);
  assert.equal(await refused.child.exited, 2);
  assert.match(refused.child.said, /0\.0\.0\.0:\d+ can be reached.*--insecure-bind/);
  const { child, port } = await startWithPublicSocket(t, ['--insecure-bind']);
  assert.equal((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200);
  child.kill('SIGTERM');
  assert.equal(await child.exited, 0);
});

test('a first start that fails makes no account: the next one shows its password', async (t) => {
  const data = path.join(temporaryDirectory(t), 'data');
  const inTheWay = path.join(data, 'control.sock');
  mkdirSync(path.join(inTheWay, 'something'), { recursive: true });
  const failed = spawnSync(binary, ['serve', '--listen', '127.0.0.1:0', '--data', data], { encoding: 'utf8' });
  assert.notEqual(failed.status, 0);
  assert.match(failed.stderr, /control socket/);
  rmSync(inTheWay, { recursive: true });
  const server = await startServer(t, { data });
  assert.ok(server.password && server.key, server.output);
  assert.equal((await server.json('/api/v1/tasks')).status, 200);
});

/** Starts a server and stops it as soon as it listens; what it said, and how it ended. */
function startAndStop(data, env) {
  const child = spawn(binary, ['serve', '--listen', '127.0.0.1:0', '--data', data, '--workers', '1'],
    { env: { ...process.env, ...env } });
  const said = { stdout: '', stderr: '' };
  child.stderr.on('data', (text) => { said.stderr += text; });
  child.stdout.on('data', (text) => {
    said.stdout += text;
    if (said.stdout.includes('listens on')) child.kill('SIGTERM');
  });
  return new Promise((resolve) => {
    child.once('close', (code, signal) => resolve({ ...said, code, signal }));
  });
}

test('a start for which threads are lacking ends in words, and the first account\'s password is shown all the same', { timeout: 300_000 }, async (t) => {
  const library = buildFaultLibrary(temporaryDirectory(t));
  const data = path.join(temporaryDirectory(t), 'data');
  let shown = '';
  let lacking = 1;
  for (; ; lacking += 1) {
    const run = await startAndStop(data, { LD_PRELOAD: library, GEOND_FAULT_THREADS: `${lacking}` });
    shown += run.stdout;
    if (run.stdout.includes('listens on')) break;
    assert.equal(run.code, 1, `thread ${lacking}: ${run.signal} ${run.stderr}`);
    assert.match(run.stderr, /no more threads can be started/);
  }
  assert.ok(lacking > 10, `${lacking}`);
  assert.match(shown, /geond_\d+_[A-Za-z0-9_-]+/);
});

test('an imported model with the name of a shipped one is left out, and the server starts', async (t) => {
  const data = path.join(temporaryDirectory(t), 'data');
  const shipped = readdirSync(kShipped).find((name) => existsSync(path.join(kShipped, name, 'model.json')));
  cpSync(path.join(kShipped, shipped), path.join(data, 'models', 'mine'), { recursive: true });
  const server = await startServer(t, { data });
  assert.match(server.log, /a model was left out.*model_name_taken/);
  assert.equal((await server.predict(sceneOfShapes(1, 96, 72))).body.status, 'done');
});

test('a folder of models that cannot be read is left out, and said', async (t) => {
  const data = path.join(temporaryDirectory(t), 'data');
  mkdirSync(data);
  symlinkSync('models', path.join(data, 'models'));
  const server = await startServer(t, { data });
  assert.match(server.log, /a model was left out.*models_unreadable/);
  const { body } = await server.json('/api/v1/models');
  assert.deepEqual(body.left_out.map(({ folder, code }) => [folder, code]), [['models', 'models_unreadable']]);
});

/** Puts a copy of a shipped model into the data directory, under another name. */
function importModel(data, shipped, folder, name) {
  const target = path.join(data, 'models', folder);
  rmSync(target, { recursive: true, force: true });
  cpSync(path.join(kShipped, shipped), target, { recursive: true });
  const manifest = path.join(target, 'model.json');
  writeFileSync(manifest, JSON.stringify({ ...JSON.parse(readFileSync(manifest)), name, default: false }));
  return manifest;
}

test('no folder of models in the data directory keeps the server from starting', { timeout: 120_000 }, async (t) => {
  const data = path.join(temporaryDirectory(t), 'data');
  importModel(data, 'scene-classifier', 'mine', 'mine');
  const before = await startServer(t, { data });
  const { key } = before;
  const list = async (server, as = key) => (await server.json('/api/v1/models', { key: as })).body;
  assert.ok((await list(before)).models.some(({ name }) => name === 'mine'));
  assert.deepEqual((await list(before)).left_out, []);
  assert.equal((await before.json('/readyz')).body.checks.models, 'ok');
  await before.stop();

  const models = path.join(data, 'models');
  const expected = {
    mine: 'model_kind_changed', second: 'model_name_taken', cut: 'manifest_invalid', folder: 'manifest_missing',
    empty: 'model_file_missing', changed: 'model_checksum_mismatch',
  };
  importModel(data, 'geon-detector', 'mine', 'mine');
  importModel(data, 'scene-classifier', 'other', 'other');
  importModel(data, 'scene-classifier', 'second', 'other');
  importModel(data, 'geon-detector', 'empty', 'empty');
  const onnx = (folder) => readdirSync(path.join(models, folder)).find((name) => name.endsWith('.onnx'));
  rmSync(path.join(models, 'empty', onnx('empty')));
  importModel(data, 'geon-detector', 'changed', 'changed');
  writeFileSync(path.join(models, 'changed', onnx('changed')), 'no network');
  writeFileSync(importModel(data, 'geon-detector', 'cut', 'cut'), '{"name": "cut"');
  mkdirSync(path.join(models, 'folder', 'model.json'), { recursive: true });
  mkdirSync(path.join(models, 'nothing in it'));
  writeFileSync(path.join(models, 'a file'), '');

  const server = await startServer(t, { data });
  const { models: served, left_out: leftOut } = await list(server);
  assert.deepEqual(Object.fromEntries(leftOut.map(({ folder, code }) => [folder, code])), expected);
  for (const { folder, code, detail } of leftOut) {
    assert.ok(detail.length > 10, folder);
    assert.ok(server.log.includes(code), `the log tells of ${folder}`);
  }
  assert.ok(!served.some(({ name }) => ['mine', 'cut', 'empty', 'changed'].includes(name)));
  assert.ok(served.some(({ name }) => name === 'other'));
  const ready = await server.json('/readyz', { key: null });
  assert.equal(ready.status, 200);
  assert.match(ready.body.checks.models, /^6 imported models were left out/);
  const headers = { 'Content-Type': 'application/json' };
  const account = { password: 'correct horse battery' };
  await server.json('/api/v1/users', { method: 'POST', key, headers, body: JSON.stringify({ ...account, name: 'anna' }) });
  const { body: signIn } = await server.json('/api/v1/auth/login',
    { method: 'POST', key: null, headers, body: JSON.stringify({ ...account, username: 'anna' }) });
  assert.equal((await list(server, signIn.access_token)).left_out, undefined);
  assert.equal((await server.predict(sceneOfShapes(1, 96, 72), '?classifier=other', { Authorization: `Bearer ${key}` })).body.status, 'done');
});

test('everything in the data directory is for its owner alone, whatever the umask', async (t) => {
  const data = temporaryDirectory(t);
  const wrapper = ['/bin/sh', '-c', 'umask 000; exec "$0" "$@"'];
  const server = await startServer(t, { data, wrapper });
  await server.predict(sceneOfShapes(1, 96, 72));
  const names = readdirSync(data, { recursive: true });
  assert.ok(names.includes('geond.db') && names.includes('geond.db-wal'), names.join(' '));
  for (const name of names) {
    const mode = statSync(path.join(data, name)).mode & 0o077;
    assert.equal(mode, 0, `${name} is open to others: ${mode.toString(8)}`);
  }
});

test('verify and the other offline commands take no other folder for a data directory', (t) => {
  const folder = temporaryDirectory(t);
  for (const args of [['verify'], ['user', 'list'], ['backup', path.join(folder, 'copy')]]) {
    const run = spawnSync(binary, [...args, '--data', folder], { encoding: 'utf8' });
    assert.equal(run.status, 2, run.stderr);
    assert.match(run.stderr, /no geond\.db/);
    assert.deepEqual(readdirSync(folder), [], args.join(' '));
  }
  writeFileSync(path.join(folder, 'geond.db'), 'no database');
  const run = spawnSync(binary, ['verify', '--data', folder], { encoding: 'utf8' });
  assert.equal(run.status, 1, run.stdout);
  assert.match(run.stdout, /damaged/);
  assert.equal(readFileSync(path.join(folder, 'geond.db'), 'utf8'), 'no database');
});

test('health gives up a port where nobody answers', async (t) => {
  const mute = net.createServer(() => {});
  await new Promise((resolve) => { mute.listen(0, '127.0.0.1', resolve); });
  atEnd(t, () => mute.close());
  const child = spawn(binary, ['health', '--timeout', '1', '--url', `http://127.0.0.1:${mute.address().port}`]);
  atEnd(t, () => child.kill('SIGKILL'));
  const ended = new Promise((resolve) => { child.once('exit', resolve); });
  assert.equal(await Promise.race([ended, new Promise((resolve) => { setTimeout(resolve, 30_000, 'hangs').unref(); })]), 1);
});

// The first start's link was refused as soon as NTP had set the clock, and nothing said why.
test('a start before the clock is set says what that does to what is made then', async (t) => {
  const library = buildFaultLibrary(temporaryDirectory(t));
  const server = await startServer(t, { env: { LD_PRELOAD: library, GEOND_FAULT_CLOCK: '60' } });
  const unset = /clock is not set: links and sign-ins .* expire .*name and password clock="1970-01-01T00:01:/;
  await until(() => unset.test(server.log), { what: () => server.log });
  await server.stop();
  const right = await startServer(t);
  await right.stop();
  assert.doesNotMatch(right.log, /clock is not set/);
});
