// SPDX-License-Identifier: MIT
// The people at the door, as they meet the real program.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import http from 'node:http';
import path from 'node:path';
import test from 'node:test';
import { temporaryDirectory } from '../support/ends.mjs';
import { makePng, sceneOfShapes } from '../support/pictures.mjs';
import { binary, startServer } from '../support/server.mjs';
import { eventually, pause, until } from '../support/wait.mjs';
import { blobNames } from './support/blobs.mjs';
import { EventReader } from './support/events.mjs';

const kPassword = 'correct horse battery';

/** Calls with JSON bodies, as nobody unless a key is given. */
function caller(server) {
  return (method, target, key = null, body = undefined) => server.json(target, {
    method, key,
    headers: body ? { 'Content-Type': 'application/json' } : {},
    body: body && JSON.stringify(body),
  });
}

async function makeUser(call, server, name) {
  const { status, body } = await call('POST', '/api/v1/users', server.key, { name, password: kPassword });
  assert.equal(status, 201, JSON.stringify(body));
  return body.id;
}

async function signIn(call, username, password = kPassword) {
  const { status, body } = await call('POST', '/api/v1/auth/login', null, { username, password });
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

test('accounts and sessions', async (t) => {
  const server = await startServer(t);
  const call = caller(server);
  const me = async (token) => (await call('GET', '/api/v1/users/me', token)).status;

  await t.test('the printed link signs in once', async () => {
    const [, token] = server.output.match(/#\/link\/(\S+)/);
    assert.equal((await call('POST', '/api/v1/auth/link', null, { token })).status, 200);
    const again = await call('POST', '/api/v1/auth/link', null, { token });
    assert.equal(again.status, 401);
    assert.equal(again.body.code, 'invalid_link');
  });

  await t.test('refresh tokens rotate, and signing out ends all of the session', async () => {
    await makeUser(call, server, 'anna');
    const first = await signIn(call, 'anna');
    const renewed = await call('POST', '/api/v1/auth/refresh', null, { refresh_token: first.refresh_token });
    assert.equal(renewed.status, 200);
    assert.notEqual(renewed.body.refresh_token, first.refresh_token);
    assert.equal(renewed.body.session_id, first.session_id);
    assert.equal(await me(renewed.body.access_token), 200);
    const out = await call('POST', '/api/v1/auth/logout', null, { refresh_token: renewed.body.refresh_token });
    assert.equal(out.status, 204);
    assert.equal(await me(renewed.body.access_token), 401);
    assert.equal(await me(first.access_token), 401);
    for (const { refresh_token } of [first, renewed.body]) {
      assert.equal((await call('POST', '/api/v1/auth/refresh', null, { refresh_token })).status, 401);
    }
  });

  await t.test('a new password ends the other sessions and their streams, and leaves keys', async () => {
    const here = await signIn(call, 'anna');
    const there = await signIn(call, 'anna');
    const { body: { key } } = await call('POST', '/api/v1/keys', here.access_token, { name: 'script' });
    const stream = await EventReader.open(server, there.access_token);
    const changed = await call('PATCH', '/api/v1/users/me', here.access_token,
      { current_password: kPassword, password: `${kPassword} 2` });
    assert.equal(changed.status, 200);
    assert.equal(await me(here.access_token), 200);
    assert.equal(await me(there.access_token), 401);
    assert.equal(await me(key), 200);
    await stream.ended();
    assert.equal((await call('POST', '/api/v1/auth/login', null, { username: 'anna', password: kPassword })).status, 401);
    await signIn(call, 'anna', `${kPassword} 2`);
  });

  await t.test('a disabled user is out at once: tokens, keys and open streams', async () => {
    const id = await makeUser(call, server, 'boris');
    const session = await signIn(call, 'boris');
    const { body: { key } } = await call('POST', '/api/v1/keys', session.access_token, { name: 'script' });
    const streams = await Promise.all([session.access_token, key].map((one) => EventReader.open(server, one)));
    assert.equal((await call('PATCH', `/api/v1/users/${id}`, server.key, { disabled: true })).status, 200);
    await Promise.all(streams.map((stream) => stream.ended()));
    for (const token of [session.access_token, key]) assert.equal(await me(token), 401);
    const told = await call('POST', '/api/v1/auth/login', null, { username: 'boris', password: kPassword });
    assert.equal(told.body.code, 'account_disabled');
    assert.equal((await call('PATCH', `/api/v1/users/${id}`, server.key, { disabled: false })).status, 200);
    assert.equal(await me(key), 200, 'keys work again');
    assert.equal(await me(session.access_token), 401, 'sessions do not');
  });

  await t.test('guessing is refused before any password is compared', async () => {
    await makeUser(call, server, 'carla');
    const times = { 401: [], 429: [] };
    for (let attempt = 0; attempt < 22; ++attempt) {
      const begun = performance.now();
      const { status, headers } = await call('POST', '/api/v1/auth/login', null, { username: 'carla', password: 'guess' });
      times[status].push(performance.now() - begun);
      if (status === 429) assert.ok(Number(headers.get('Retry-After')) >= 1);
    }
    assert.ok(times[429].length >= 8, `${times[429].length} refused`);
    const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];
    assert.ok(median(times[429]) < median(times[401]), 'a refusal costs no hash');
  });

  await t.test('neither passwords nor tokens are in the log', () => {
    for (const secret of [kPassword, server.password, server.key, 'guess']) assert.ok(!server.log.includes(secret));
  });
});

test('a removed user leaves nothing in the queue, and no picture on the disk', async (t) => {
  const server = await startServer(t, { args: ['--workers', '1'] });
  const call = caller(server);
  const id = await makeUser(call, server, 'anna');
  const { access_token: token } = await signIn(call, 'anna');
  const stream = await EventReader.open(server, token);
  // Large ones, so that the worker is at the first when the account goes.
  const sent = await Promise.all(Array.from({ length: 12 }, (_, seed) =>
    server.json('/api/v1/tasks', { method: 'POST', key: token, body: sceneOfShapes(seed, 1200, 900) })));
  assert.ok(sent.every(({ status }) => status === 202));
  assert.equal((await call('DELETE', `/api/v1/users/${id}`, server.key)).status, 204);
  await stream.ended();
  const { body } = await call('GET', '/api/v1/stats', server.key);
  assert.equal(body.queue.depth, 0);
  await eventually(() => assert.deepEqual(blobNames(server.data), []));
  const own = await server.predict(makePng(40, 30, () => [1, 2, 3]));
  assert.equal(own.status, 200, 'the worker goes on');
  const metrics = await call('GET', '/api/v1/stats', server.key);
  assert.equal(metrics.body.queue.running, 0);
  assert.equal(metrics.body.all_tasks.done, 1);
});

test('who signs in at a rush waits for their turn, and keeps nobody from the database', async (t) => {
  const server = await startServer(t, { args: ['--blocking-threads', '2'] });
  const call = caller(server);
  await makeUser(call, server, 'anna');
  const rush = Promise.all(Array.from({ length: 40 }, () => signIn(call, 'anna')));
  let answered = 0;
  let isOver = false;
  const others = (async () => {
    for (; !isOver; ++answered) assert.equal((await call('GET', '/api/v1/tasks', server.key)).status, 200);
  })();
  await rush;
  isOver = true;
  await others;
  assert.ok(answered > 20, `${answered} other requests were answered meanwhile`);
});

/** The status of a sign-in from one of this machine's own addresses. */
function signInFrom(server, localAddress, username) {
  return new Promise((resolve, reject) => {
    const request = http.request(`${server.url}/api/v1/auth/login`, { method: 'POST', localAddress,
      headers: { 'Content-Type': 'application/json' } }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode));
    });
    request.once('error', reject);
    request.end(JSON.stringify({ username, password: kPassword }));
  });
}

// Everybody waited in one line, so that one account's sign-ins kept all others out.
test('who signs in again and again keeps nobody at another address waiting', { timeout: 120_000 }, async (t) => {
  const server = await startServer(t);
  const call = caller(server);
  for (const name of ['anna', 'boris']) await makeUser(call, server, name);
  const many = 60;
  let done = 0;
  const rush = Promise.all(Array.from({ length: many }, async () => {
    const status = await signInFrom(server, '127.0.0.2', 'anna');
    done += 1;
    return status;
  }));
  await until(() => done >= 2);
  assert.equal(await signInFrom(server, '127.0.0.3', 'boris'), 200);
  const before = done;
  assert.deepEqual([...new Set(await rush)], [200]);
  assert.ok(before < many / 2, `${before} of ${many} sign-ins came before`);
});

test('strangers make accounts only where registration is open', async (t) => {
  const stranger = { name: 'eve', password: kPassword };
  const closed = await startServer(t);
  assert.equal((await caller(closed)('POST', '/api/v1/users', null, stranger)).status, 401);
  const open = await startServer(t, { args: ['--registration', 'open'] });
  const call = caller(open);
  assert.equal((await call('POST', '/api/v1/users', null, stranger)).status, 201);
  assert.equal((await call('POST', '/api/v1/users', null, { ...stranger, name: 'mal', role: 'admin' })).status, 403);
  const session = await signIn(call, 'eve');
  assert.equal((await call('GET', '/api/v1/users', session.access_token)).status, 403);
});

test('the log tells who made, changed and removed an account', async (t) => {
  const server = await startServer(t, { args: ['--registration', 'open', '--log-format', 'json'] });
  const call = caller(server);
  const anna = await makeUser(call, server, 'anna');
  const admin = await signIn(call, 'admin', server.password);
  const token = admin.access_token;
  assert.equal((await call('PATCH', `/api/v1/users/${anna}`, token, { role: 'admin' })).status, 200);
  const own = { current_password: kPassword, password: `${kPassword}, another` };
  const annas = (await signIn(call, 'anna')).access_token;
  assert.equal((await call('PATCH', '/api/v1/users/me', annas, own)).status, 200);
  assert.equal((await call('DELETE', `/api/v1/users/${anna}`, token)).status, 204);
  const eve = await call('POST', '/api/v1/users', null, { name: 'eve', password: kPassword });
  assert.equal(eve.status, 201);
  await server.stop();
  const lines = server.log.trim().split('\n').map((line) => JSON.parse(line));
  const told = (message, user) => lines.find((line) => line.message === message && line.user === user);
  const session = `session ${admin.session_id} of user 1`;
  assert.equal(told('an account was made', 1).made_by, 'the first start');
  assert.equal(told('an account was made', anna).made_by, 'key 1 of user 1');
  const changed = told('an account was changed', anna);
  assert.deepEqual([changed.role, changed.disabled, changed.changed_by], ['admin', false, session]);
  assert.equal(told('a password was changed', anna).changed_by, 'its owner');
  assert.equal(told('an account was removed', anna).removed_by, session);
  const made = told('an account was made', eve.body.id);
  assert.deepEqual([made.role, made.made_by, made.address], ['user', 'its owner', '127.0.0.1']);
  assert.ok(!server.log.includes(kPassword));
});

// It waited for the end of the backup, for an hour if that took one.
test('accounts are managed while a backup runs', async (t) => {
  const slow = ['strace', '-D', '-f', '-qq', '-o', '/dev/null', '-e', 'trace=link', '-e', 'inject=link:delay_enter=5000000:when=1'];
  const probe = spawnSync(slow[0], [...slow.slice(1), 'true']);
  if (probe.error || probe.status !== 0) return t.skip('strace cannot delay calls here');
  const server = await startServer(t, { wrapper: slow });
  await server.predict(sceneOfShapes(1));
  const call = caller(server);
  await makeUser(call, server, 'anna');
  const { access_token: token } = await signIn(call, 'anna');
  const sent = await server.fetch('/api/v1/tasks', { method: 'POST', key: token, body: sceneOfShapes(2) });
  assert.equal(sent.status, 202);
  const pictures = () => blobNames(server.data).length;
  assert.equal(pictures(), 2);
  const ends = [];
  const run = (...command) => new Promise((resolve) => {
    const child = spawn(binary, [...command, '--data', server.data], { stdio: 'ignore' });
    child.once('exit', (status) => { ends.push([command[0], status]); resolve(); });
  });
  const backup = run('backup', path.join(temporaryDirectory(t), 'copy'));
  await pause(500);
  await run('user', 'list');
  await run('user', 'remove', 'anna');
  await backup;
  assert.deepEqual(ends, [['user', 0], ['user', 0], ['backup', 0]]);
  // The backup held them; they do not wait for the next hour.
  await until(() => pictures() === 1);
});
