// SPDX-License-Identifier: MIT
// What geond doctor finds with the settings that geond serve would get.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { temporaryDirectory } from '../support/ends.mjs';
import { binary, startServer } from '../support/server.mjs';
import { selfSigned } from './support/certificates.mjs';

function doctor(args, env = {}) {
  return spawnSync(binary, ['doctor', ...args],
    { encoding: 'utf8', env: { ...process.env, ...env }, timeout: 60_000 });
}

/** The line about `what`, with its mark. */
function finding(run, what) {
  const line = run.stdout.split('\n').find((one) => one.slice(3).startsWith(what));
  assert.ok(line, `${what}: ${run.stdout}${run.stderr}`);
  return line;
}

const address = (server) => new URL(server.url).host;

test('doctor asks where file, environment and flags say that the server listens', async (t) => {
  const server = await startServer(t);
  const file = path.join(temporaryDirectory(t), 'geond.conf');
  writeFileSync(file, `listen = "${address(server)}"\ndata = "${server.data}"\nworkers = 2\n`);
  for (const [args, env] of [
    [['--config', file], {}],
    [[], { GEOND_CONFIG: file }],
    [[], { GEOND_LISTEN: address(server), GEOND_DATA: server.data }],
    [['--listen', address(server), '--data', server.data], { GEOND_LISTEN: '127.0.0.1:1' }],
    [['--url', server.url, '--data', server.data], {}],
  ]) {
    const run = doctor(args, env);
    assert.match(finding(run, 'server'), /^ok .*ready at/, args.join(' '));
    assert.match(finding(run, 'database'), /^ok .*whole/, args.join(' '));
  }
});

test('doctor refuses settings as serve does', (t) => {
  const file = path.join(temporaryDirectory(t), 'geond.conf');
  writeFileSync(file, 'wokers = 3\n');
  const unknown = doctor(['--config', file]);
  assert.equal(unknown.status, 2);
  assert.match(unknown.stderr, /wokers/);
  const open = doctor(['--listen', '0.0.0.0:0', '--data', path.join(temporaryDirectory(t), 'data')]);
  assert.equal(open.status, 1);
  assert.match(finding(open, 'settings'), /^!!/);
  assert.match(open.stdout, /insecure-bind/);
});

test('a database that serve refuses is found, with what to do', (t) => {
  const data = path.join(temporaryDirectory(t), 'data');
  mkdirSync(data, { mode: 0o700 });
  writeFileSync(path.join(data, 'geond.db'), 'x'.repeat(5000));
  const run = doctor(['--data', data, '--listen', '127.0.0.1:0']);
  assert.equal(run.status, 1);
  assert.match(finding(run, 'database'), /^!! .*damaged/);
  assert.match(run.stdout, /last backup/);
});

test('a TLS key that everybody may read is named by doctor and in the log', async (t) => {
  const { cert, key } = selfSigned(temporaryDirectory(t), 'localhost');
  const files = ['--tls-cert', cert, '--tls-key', key];
  const look = (server) => doctor(['--data', server.data, '--listen', address(server), ...files]);
  chmodSync(key, 0o640);
  const closed = await startServer(t, { args: files });
  assert.match(finding(look(closed), 'TLS key'), /^ok/);
  await closed.stop();
  assert.doesNotMatch(closed.log, /TLS key/);
  chmodSync(key, 0o644);
  const open = await startServer(t, { args: files });
  const run = look(open);
  await open.stop();
  assert.match(open.log, /TLS key's file is open/);
  assert.match(finding(run, 'TLS key'), /^!!/);
  assert.ok(run.stdout.includes(`chmod o= ${key}`));
  assert.doesNotMatch(doctor(['--data', open.data, '--listen', '127.0.0.1:0']).stdout, /TLS key/);
});

test('a certificate that clients refuse or soon will is found, with its date', (t) => {
  const look = (times) => {
    const { cert, key } = selfSigned(temporaryDirectory(t), 'localhost', times);
    const data = path.join(temporaryDirectory(t), 'data');
    return doctor(['--data', data, '--listen', '127.0.0.1:0', '--tls-cert', cert, '--tls-key', key]);
  };
  const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  assert.match(finding(look({ from: -1, until: 89 }), 'TLS certificate'), new RegExp(`^ok .*until ${day(89)}`));
  // For what should hold until it breaks (IEEE 802.1AR), beyond what a count of nanoseconds reaches.
  const ages = (Date.UTC(9999, 11, 31) - Date.now()) / 86_400_000;
  assert.match(finding(look({ from: -1, until: ages }), 'TLS certificate'), /^ok .*until 9999-12-3/);
  for (const [times, state, date] of [
    [{ from: -30, until: -1 }, 'expired', day(-1)],
    [{ from: -80, until: 10 }, 'ends soon', day(10)],
    [{ from: 2, until: 90 }, 'valid only from', day(2)],
  ]) {
    assert.match(finding(look(times), 'TLS certificate'), new RegExp(`^!! .*cert\\.pem .*${state}.* ${date}`));
  }
});

test('a server with a certificate of its own is known by it, or by --ca-file', async (t) => {
  const { cert, key } = selfSigned(temporaryDirectory(t), 'localhost');
  const server = await startServer(t, { args: ['--tls-cert', cert, '--tls-key', key] });
  const place = ['--data', server.data, '--listen', address(server)];
  const own = doctor([...place, '--tls-cert', cert, '--tls-key', key]);
  assert.match(finding(own, 'server'), /^ok .*ready at https/);
  const url = ['--url', `https://localhost:${new URL(server.url).port}`, '--data', server.data];
  assert.match(finding(doctor([...url, '--ca-file', cert]), 'server'), /^ok .*ready at https/);
  const stranger = doctor(url);
  assert.match(finding(stranger, 'port'), /^!! .*taken.*certificate/);
  assert.match(stranger.stdout, /--ca-file/);
  assert.match(finding(doctor(place), 'port'), /^!! .*taken/);
});
