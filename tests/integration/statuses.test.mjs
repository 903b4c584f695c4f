// SPDX-License-Identifier: MIT
// Every route under every adversity: whatever status it then answers with is one that the document
// promises, and the document's examples of errors are what the server really says.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import test from 'node:test';
import { atEnd, temporaryDirectory } from '../support/ends.mjs';
import { Server } from '../support/server.mjs';
import { Contract } from './support/contract.mjs';
import { buildFaultLibrary, FaultControl } from './support/faults.mjs';
import { rawRequest } from './support/raw.mjs';
import { requests, World } from './support/world.mjs';

const kBroken = '{"name": ';
/** Problems that were seen, without what differs from one answer to the next. */
const seen = new Set();
const nameOf = ({ type, title, status, code, detail, errors = [] }) => [type, title, status, code, detail,
  ...errors.map(({ field, detail: why }) => `${field} ${why}`)].join(' | ');

/** Holds an answer against the document and remembers it if it is a problem. */
function check(contract, operation, answer, what) {
  contract.check(operation, answer, what);
  const isProblem = answer.headers.get('Content-Type')?.startsWith('application/problem');
  if (isProblem && answer.text !== '') seen.add(nameOf(JSON.parse(answer.text)));
  return answer;
}

/** Sends what each operation accepts, changed by `change`; returns how often each status came. */
async function walk(world, contract, operations, what, change = (request) => request) {
  const statuses = {};
  assert.ok(operations.length > 0, what);
  for (const operation of operations) {
    const request = change(await requests[operation.name](world), operation);
    const { status } = check(contract, operation, await world.send(operation, request), what);
    statuses[status] = (statuses[status] ?? 0) + 1;
  }
  return statuses;
}

/** An upload that never ends: it holds its place in the queue until the test is over. */
async function holdPlace(t, server, key) {
  const { hostname: host, port } = new URL(server.url);
  const socket = net.connect({ host, port });
  atEnd(t, () => socket.destroy());
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write(`POST /api/v1/tasks HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${key}\r\n`
    + 'Expect: 100-continue\r\nContent-Length: 100000\r\n\r\n');
  const [answer] = await once(socket, 'data');
  assert.match(String(answer), /^HTTP\/1.1 100/, 'it has its place');
}

const typeOf = ({ body }) => (body instanceof FormData ? 'multipart/form-data; boundary=b'
  : body instanceof URLSearchParams ? 'application/x-www-form-urlencoded' : body ? 'image/png' : 'application/json');

test('no route answers with a status that the document does not have', { timeout: 240_000 }, async (t) => {
  const world = await World.make(temporaryDirectory(t));
  atEnd(t, () => world.server.stop('SIGKILL'));
  const contract = await Contract.of(world.server);
  const { operations } = contract;
  const named = (...names) => names.map((name) => operations.find((one) => one.name === name));
  const withBody = operations.filter(({ operation }) => operation.requestBody);
  const plain = (server) => Object.assign(new World(), world, { server });

  await t.test('a body that stops coming is 408 on every route that takes one', async () => {
    await Promise.all(withBody.map(async (operation) => {
      const request = await requests[operation.name](world);
      const target = operation.path.replace(/\{(\w+)\}/g, (_, name) => request.params[name]) + (request.query ?? '');
      const answer = await rawRequest(world.server, operation.method, target, {
        ...(request.key === null ? {} : world.authorization(request.key)),
        'Content-Type': typeOf(request), 'Content-Length': 1000,
      }, '{');
      check(contract, operation, answer, 'half a body');
      assert.equal(answer.status, 408, `${operation.name}: ${answer.text}`);
      assert.equal(JSON.parse(answer.text).code, 'body_timeout');
    }));
  });

  await t.test('a cookie from another origin is 403 wherever something would change', async () => {
    const { access_token: token } = await world.signIn('anna');
    const headers = { Cookie: `geond_access=${token}`, Origin: 'http://elsewhere.example' };
    const changing = operations.filter(({ method }) => method !== 'GET');
    const statuses = await walk(world, contract, changing, 'another origin',
      (request) => ({ ...request, key: null, headers: { ...request.headers, ...headers } }));
    assert.ok(statuses[403] >= changing.length - 6, JSON.stringify(statuses));
  });

  await t.test('an account that is disabled', async () => {
    const name = world.name();
    const id = await world.makeUser(name);
    const { refresh_token: refresh } = await world.signIn(name);
    await world.server.json(`/api/v1/users/${id}`, { method: 'PATCH', key: world.admin,
      headers: { 'Content-Type': 'application/json' }, body: '{"disabled": true}' });
    const password = (await requests.login(world)).json.password;
    await walk(world, contract, named('login', 'refresh', 'classicLogin'), 'disabled', (_, { name: route }) => ({
      key: null,
      ...(route === 'login' ? { json: { username: name, password } }
        : route === 'refresh' ? { json: { refresh_token: refresh } }
          : { body: new URLSearchParams({ username: name, password }) }),
    }));
  });

  await t.test('pictures that are gone from the disk', async () => {
    const id = await world.finished();
    rmSync(path.join(world.server.data, 'blobs'), { recursive: true });
    mkdirSync(path.join(world.server.data, 'blobs'), { mode: 0o700 });
    const about = operations.filter((one) => one.path.includes('/tasks/{id}') && one.method !== 'DELETE');
    const statuses = await walk(world, contract, about, 'no file', (request) => ({ ...request, params: { id } }));
    assert.ok(statuses[410] >= 3, JSON.stringify(statuses));
  });

  await t.test('wrong guesses until the door stays shut', async () => {
    const wrong = {
      login: { json: { username: 'anna', password: 'wrong horse' } },
      classicLogin: { body: new URLSearchParams({ username: 'anna', password: 'wrong horse' }) },
      link: { json: { token: 'x'.repeat(43) } },
      refresh: { json: { refresh_token: 'x'.repeat(43) } },
      changeMe: { key: world.key, json: { current_password: 'wrong horse', password: 'another horse' } },
    };
    for (const operation of named(...Object.keys(wrong))) {
      let status = 0;
      for (let guess = 0; guess < 200 && status !== 429; ++guess) {
        ({ status } = check(contract, operation, await world.send(operation, { key: null, ...wrong[operation.name] }), 'guess'));
      }
      assert.equal(status, 429, operation.name);
    }
  });

  await t.test('what else the examples of errors tell', async () => {
    const send = async (name, request) => {
      const [operation] = named(name);
      return check(contract, operation, await world.send(operation, { key: world.admin, ...request }), 'example');
    };
    const json = { 'Content-Type': 'application/json' };
    await send('createUser', { body: kBroken, headers: json });
    await send('createUser', { body: ' '.repeat(70_000), headers: json });
    await send('createUser', { body: 'x', headers: { 'Content-Type': 'text/plain' } });
    await send('createUser', { json: { name: 'anna', password: 'correct horse battery' } });
    await send('getTask', { params: { id: 999_999 } });
    await send('listUsers', { key: world.key });
    await send('listTasks', { key: null });
    await send('listTasks', { headers: { Accept: 'text/html' } });
    await send('listTasks', { query: '?limt=5' });
    const [tasks, keys] = named('listTasks', 'createKey');
    check(contract, tasks, await world.send({ ...tasks, method: 'PUT' }), 'example');
    check(contract, tasks, await world.send(tasks, { query: `?q=${'x'.repeat(9000)}` }), 'example');
    const raw = (operation, headers) => rawRequest(world.server, operation.method, operation.path,
      { ...world.authorization(), ...headers });
    check(contract, tasks, await raw(tasks, { Expect: 'tea' }), 'example');
    check(contract, keys, await raw(keys, json), 'example');
  });

  await t.test('a queue that is full, and a user whose half of it is', async (inner) => {
    const narrow = await World.make(temporaryDirectory(t), ['--workers', '1', '--queue-capacity', '2']);
    atEnd(t, () => narrow.server.stop('SIGKILL'));
    const done = await narrow.finished();
    const asks = named('createTask', 'retryTask', 'bulk', 'classicCreate');
    const change = (request, { name }) => (name === 'bulk' ? { json: { action: 'retry', ids: [done] } }
      : name === 'retryTask' ? { params: { id: done } } : request);
    await holdPlace(inner, narrow.server, narrow.key);
    const crowded = { ...requests, retryTask: () => ({}), bulk: () => ({}) };
    const ask = async (key) => {
      const statuses = [];
      for (const operation of asks) {
        const request = { ...change(await crowded[operation.name](narrow), operation), key };
        statuses.push(check(contract, operation, await narrow.send(operation, request), 'full').status);
      }
      return statuses;
    };
    const [created, , , classic] = await ask(narrow.key);
    assert.deepEqual([created, classic], [429, 429]);
    await holdPlace(inner, narrow.server, narrow.admin);
    await narrow.makeUser('berta');
    const [full, , , classicFull] = await ask(await narrow.keyOf('berta'));
    assert.deepEqual([full, classicFull], [503, 503]);
  });

  await t.test('a disk below the watermark refuses pictures, and nothing else', async () => {
    await world.finished();
    await world.server.stop();
    const server = await Server.start({ data: world.server.data, args: ['--metrics', '--disk-watermark', '1000000000000000'] });
    atEnd(t, () => server.stop('SIGKILL'));
    const statuses = await walk(plain(server), contract, named('createTask', 'predict', 'classicCreate', 'getTask',
      'changeTask', 'createKey', 'listTasks', 'deleteTask'), 'watermark',
    (request, { name }) => (name === 'deleteTask' ? { params: { id: world.done } } : request)).catch((error) => {
      throw new Error(`${error.message}\n${server.log.slice(-1000)}`);
    });
    assert.equal(statuses[507], 3, JSON.stringify(statuses));
    await server.stop();
  });

  await t.test('a disk without any room', async () => {
    const library = buildFaultLibrary(temporaryDirectory(t));
    const control = new FaultControl(temporaryDirectory(t));
    const data = path.join(temporaryDirectory(t), 'data');
    const full = new World();
    full.server = await Server.start({ data, args: ['--metrics'], env: control.environment(library, data) });
    atEnd(t, () => full.server.stop('SIGKILL'));
    full.admin = full.server.key;
    full.user = await full.makeUser('anna');
    full.key = await full.keyOf('anna');
    full.done = await full.finished();
    const prepared = new Map();
    for (const { name } of operations) prepared.set(name, await requests[name](full));
    control.arm(1, 'ENOSPC', true);
    const statuses = {};
    for (const operation of operations) {
      const answer = await full.send(operation, prepared.get(operation.name));
      const { status } = check(contract, operation, answer, 'no room');
      (statuses[status] ??= []).push(operation.name);
    }
    control.disarm();
    assert.ok(statuses[507]?.length >= 10, JSON.stringify(statuses));
    assert.deepEqual(statuses[503], ['readyz'], JSON.stringify(statuses));
    assert.equal(statuses[500], undefined, JSON.stringify(statuses));
    t.diagnostic(`507 from ${statuses[507].join(', ')}`);
  });

  await t.test('the examples of errors are answers that were given', () => {
    const { responses } = contract.document.components;
    const unheard = Object.entries(responses).filter(([name, response]) => {
      const { example } = response.content['application/problem+json'];
      assert.ok(example, name);
      // A fault of the server's cannot be asked for; a unit test holds its example.
      return name !== 'Internal' && !seen.has(nameOf(example));
    }).map(([name]) => name);
    assert.deepEqual(unheard, [], [...seen].join('\n'));
  });
});
