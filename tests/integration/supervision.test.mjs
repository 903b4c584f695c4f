// SPDX-License-Identifier: MIT
// What a supervisor does with the server: hands it a socket, makes it read its configuration again.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import test from 'node:test';
import tls from 'node:tls';
import { atEnd, temporaryDirectory } from '../support/ends.mjs';
import { binary, startServer } from '../support/server.mjs';
import { selfSigned } from './support/certificates.mjs';
import { logged, reload } from './support/supervisor.mjs';

/** The name in the certificate that the server shows. */
function certificateName(url) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const connection = tls.connect({ host: hostname, port, rejectUnauthorized: false }, () => {
      resolve(connection.getPeerCertificate().subject.CN);
      connection.end();
    });
    connection.on('error', reject);
  });
}

test('SIGHUP takes over what can change, names what cannot, and keeps serving', async (t) => {
  const file = path.join(temporaryDirectory(t), 'geond.conf');
  writeFileSync(file, 'log-level = "info"\nregistration = "closed"\nworkers = 1\n');
  const server = await startServer(t, { args: ['--config', file] });
  const stranger = { method: 'POST', key: '', headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: 'stranger', password: 'a long enough password' }) };
  assert.equal((await server.json('/api/v1/users', stranger)).status, 401);

  writeFileSync(file, 'log-level = "debug"\nregistration = "open"\nworkers = 3\n');
  const said = await reload(server, 'restart only');
  assert.match(said, /reloaded.*log-level registration/);
  assert.match(said, /restart only.*workers/);
  assert.equal((await server.json('/api/v1/users', stranger)).status, 201);

  writeFileSync(file, 'log-level = "loud"\n');
  assert.match(await reload(server, 'not reloaded'), /log-level.*loud/);
  const another = { ...stranger, body: stranger.body.replace('stranger', 'another') };
  assert.equal((await server.json('/api/v1/users', another)).status, 201, 'as before');

  // What is no longer in the file is the default again.
  writeFileSync(file, 'workers = 1\n');
  await reload(server, 'reloaded');
  assert.equal((await server.json('/api/v1/users', stranger)).status, 401);
  assert.equal((await server.stop()).code, 0);
});

// It ended the server that was not yet one.
test('a SIGHUP that comes before the server has read its configuration does not end it', async (t) => {
  const file = path.join(temporaryDirectory(t), 'geond.conf');
  writeFileSync(file, 'workers = 1\n');
  const early = (...command) => ['-f', '-qq', '-o', '/dev/null', '-P', file, '-e', 'trace=openat,newfstatat',
    '-e', 'inject=openat:signal=HUP:when=1', ...command];
  const probe = spawnSync('strace', early('cat', file));
  if (probe.error || probe.signal !== 'SIGHUP') return t.skip('strace cannot send signals here');
  const server = await startServer(t, { wrapper: ['strace', '-D', ...early()], args: ['--config', file] });
  assert.equal((await server.json('/healthz')).status, 200);
  // Of a command that is no server, it is still the end.
  const other = spawnSync('strace', early(binary, 'doctor', '--config', file));
  assert.equal(other.signal ?? other.status, 'SIGHUP');
});

test('SIGHUP loads renewed TLS files, and keeps the old ones when the new are broken', async (t) => {
  const folder = temporaryDirectory(t);
  const { cert, key } = selfSigned(folder, 'first');
  const server = await startServer(t, { args: ['--tls-cert', cert, '--tls-key', key] });
  assert.equal(await certificateName(server.url), 'first');
  selfSigned(folder, 'second');
  await reload(server, 'reloaded');
  assert.equal(await certificateName(server.url), 'second');
  writeFileSync(cert, 'no certificate');
  assert.match(await reload(server, 'not reloaded'), /invalid_tls_files/);
  assert.equal(await certificateName(server.url), 'second');
});

test('a certificate that clients refuse or soon will is named at the start and at a reload, with its date', async (t) => {
  const folder = temporaryDirectory(t);
  const { cert, key } = selfSigned(folder, 'localhost', { from: -30, until: -1 });
  const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  const server = await startServer(t, { args: ['--tls-cert', cert, '--tls-key', key] });
  await logged(server, 'certificate has expired', 0);
  assert.ok(server.log.includes(`file="${cert}" not_after="${day(-1)}T`), server.log);

  const becomes = async (times) => {
    selfSigned(folder, 'localhost', times);
    return reload(server, 'app: reloaded');
  };
  const future = await becomes({ from: 2, until: 90 });
  assert.match(future, /certificate is not valid yet.*clock/);
  assert.ok(future.includes(`not_before="${day(2)}T`), future);
  const late = await becomes({ from: -80, until: 10 });
  assert.match(late, /certificate ends soon/);
  assert.ok(late.includes(`file="${cert}" not_after="${day(10)}T`), late);
  const renewed = await becomes({ from: -1, until: 89 });
  assert.doesNotMatch(renewed, /WARN|warning/i);
  assert.ok(renewed.includes(`certificate_until="${day(89)}T`), renewed);
  // A certificate for a week is renewed when fewer than fourteen days have passed.
  assert.doesNotMatch(await becomes({ from: -1, until: 6 }), /ends soon/);
});

// A container became unhealthy by the renewal of its certificate, before anybody could reload it.
test('a certificate that was renewed on disk leaves the server healthy, and is told of until a reload', async (t) => {
  const folder = temporaryDirectory(t);
  const { cert, key } = selfSigned(folder, 'geond.example');
  const server = await startServer(t, { args: ['--tls-cert', cert, '--tls-key', key] });
  const ask = (command, file = cert) => spawnSync(binary, [command], { encoding: 'utf8', env: { ...process.env,
    GEOND_DATA: server.data, GEOND_LISTEN: new URL(server.url).host, GEOND_TLS_CERT: file, GEOND_TLS_KEY: key } });
  selfSigned(folder, 'geond.example');
  const renewed = ask('health');
  assert.equal(renewed.status, 0, renewed.stderr);
  assert.match(renewed.stdout, /"status":"ok"/);
  assert.match(renewed.stderr, /another certificate than the one in .*cert\.pem: reload it/);
  const found = ask('doctor');
  assert.match(found.stdout, /!! server +ready at https.*\n +The server .* another certificate .* reload/);
  assert.equal(found.status, 1);
  const away = ask('health', path.join(folder, 'away.pem'));
  assert.equal(away.status, 0, away.stderr);
  assert.match(away.stderr, /away\.pem/);

  await reload(server, 'app: reloaded');
  const same = ask('health');
  assert.equal(same.status, 0, same.stderr);
  assert.equal(same.stderr, '');
  assert.match(ask('doctor').stdout, /ok server +ready at https/);
});

test('the health check of the same environment needs no name in the certificate', async (t) => {
  const { cert, key } = selfSigned(temporaryDirectory(t), 'geond.example');
  const server = await startServer(t, { args: ['--tls-cert', cert, '--tls-key', key] });
  const health = (args, environment) => spawnSync(binary, ['health', ...args],
    { encoding: 'utf8', env: { ...process.env, ...environment } });
  const inside = { GEOND_LISTEN: new URL(server.url).host, GEOND_TLS_CERT: cert };
  const well = health([], inside);
  assert.equal(well.status, 0, well.stderr);
  const file = path.join(temporaryDirectory(t), 'geond.conf');
  writeFileSync(file, `listen = "${inside.GEOND_LISTEN}"\ntls-cert = "${cert}"\ntls-key = "${key}"\n`);
  const configured = health([], { GEOND_CONFIG: file, GEOND_LISTEN: '', GEOND_TLS_CERT: '' });
  assert.equal(configured.status, 0, `by its file, and an empty variable is none: ${configured.stderr}`);
  assert.equal(configured.stderr, '');
  assert.equal(health(['--url', server.url], inside).status, 1, 'who names a URL wants its name checked');
});

test('a socket that the supervisor opened is served, whatever --listen says', async (t) => {
  const listener = net.createServer();
  await new Promise((resolve) => { listener.listen(0, '127.0.0.1', resolve); });
  const { port } = listener.address();
  const child = spawn('/bin/sh', ['-c', 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" "$@"', binary, 'serve',
    '--listen', '127.0.0.1:1', '--data', temporaryDirectory(t)],
  { stdio: ['ignore', 'pipe', 'ignore', listener._handle] });
  atEnd(t, () => child.kill('SIGKILL'));
  const exited = new Promise((resolve) => { child.once('exit', resolve); });
  // This process has handed it over; the connection below is the child's to accept.
  await new Promise((resolve) => { listener.close(resolve); });
  const answer = await fetch(`http://127.0.0.1:${port}/healthz`);
  assert.equal(answer.status, 200);
  child.kill('SIGTERM');
  assert.equal(await exited, 0);
});

test('of several sockets that are handed over each one is told and answers', async (t) => {
  const listeners = [net.createServer(), net.createServer()];
  await Promise.all(listeners.map((one) => new Promise((resolve) => { one.listen(0, '127.0.0.1', resolve); })));
  const ports = listeners.map((one) => one.address().port);
  const child = spawn('/bin/sh', ['-c', 'LISTEN_PID=$$ LISTEN_FDS=2 exec "$0" "$@"', binary, 'serve', '--data', temporaryDirectory(t)],
    { stdio: ['ignore', 'pipe', 'pipe', listeners[0]._handle, listeners[1]._handle] });
  atEnd(t, () => child.kill('SIGKILL'));
  let log = '';
  let told = '';
  child.stdout.on('data', (piece) => { told += piece; });
  const started = new Promise((resolve) => {
    child.stderr.on('data', (piece) => { log += piece; if (/app: started/.test(log)) resolve(); });
  });
  await Promise.all(listeners.map((one) => new Promise((resolve) => { one.close(resolve); })));
  await started;
  for (const port of ports) {
    assert.ok(log.includes(`127.0.0.1:${port}`), log);
    assert.equal((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200);
    assert.match(told, new RegExp(`^geond listens on http://127\\.0\\.0\\.1:${port}/?$`, 'm'));
  }
});
