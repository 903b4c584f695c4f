// SPDX-License-Identifier: MIT
// What HTTP asks of every route: one row a rule, walked over every operation of the document.
import assert from 'node:assert/strict';
import test from 'node:test';
import { atEnd, temporaryDirectory } from '../support/ends.mjs';
import { Contract } from './support/contract.mjs';
import { rawRequest } from './support/raw.mjs';
import { classification, requests, World } from './support/world.mjs';

/** Answers that tell of the moment, so that two of them need not be alike. */
const kMoving = new Set(['stats', 'metrics', 'readyz', 'listSessions', 'listTasks', 'getTask', 'listKeys',
  'classicList', 'listModels', 'getModel']);

function problem(answer, status, code, about) {
  assert.equal(answer.status, status, `${about}: ${answer.text}`);
  assert.equal(answer.headers.get('Content-Type'), 'application/problem+json', about);
  if (code) assert.equal(JSON.parse(answer.text).code, code, about);
}

test('the rules of HTTP on every route', async (t) => {
  const world = await World.make(temporaryDirectory(t), ['--max-upload-bytes', '100000']);
  atEnd(t, () => world.server.stop('SIGKILL'));
  const contract = await Contract.of(world.server);
  const { operations } = contract;
  const paths = Map.groupBy ? Map.groupBy(operations, ({ path }) => path)
    : operations.reduce((map, one) => map.set(one.path, [...(map.get(one.path) ?? []), one]), new Map());
  const isClassic = ({ path }) => !path.startsWith('/api/v1') && !/^\/(healthz|readyz|metrics|openapi)/.test(path);
  const about = ({ method, path }) => `${method} ${path}`;
  const target = ({ path }, { params = {} } = {}) => path.replace(/\{(\w+)\}/g, (_, name) => params[name]);
  const prepared = new Map();
  /** Asks each operation. A request that is refused uses nothing up, so it may serve again. */
  const each = async (chosen, check, isRefused = true) => {
    assert.ok(chosen.length > 0, 'no operation is asked');
    for (const operation of chosen) {
      const { name } = operation;
      if (!isRefused || !prepared.has(name)) prepared.set(name, await requests[name](world));
      await check(operation, prepared.get(name), about(operation));
      if (!isRefused) prepared.delete(name);
    }
  };
  /** Sends the request's headers over a raw connection, with others beside them. */
  const raw = (operation, request, headers, body) => {
    const { key = world.key } = request;
    return rawRequest(world.server, operation.method, target(operation, request) + (request.query ?? ''),
      { ...(key ? world.authorization(key) : {}), ...headers }, body);
  };
  const gets = operations.filter(({ method }) => method === 'GET');

  await t.test('HEAD has the headers of GET and no body', () =>
    each(gets, async (operation, request, what) => {
      const got = await world.send(operation, request);
      const head = await world.send({ ...operation, method: 'HEAD' }, request);
      assert.equal(head.status, got.status, what);
      assert.equal(head.text, '', what);
      const headers = ({ headers: all }) => Object.fromEntries([...all].filter(([name]) =>
        !['date', 'x-request-id', 'connection', 'keep-alive'].includes(name) &&
        !(kMoving.has(operation.name) && ['content-length', 'etag'].includes(name))));
      assert.deepEqual(headers(head), headers(got), what);
    }));

  await t.test('OPTIONS names the methods of the path, to anybody', async () => {
    for (const [path, all] of paths) {
      const names = new Set(['OPTIONS', ...all.map(({ method }) => method)]);
      if (names.has('GET')) names.add('HEAD');
      const response = await world.server.fetch(path.replace(/\{\w+\}/, '1'), { method: 'OPTIONS', key: null });
      assert.equal(response.status, 204, path);
      assert.deepEqual(response.headers.get('Allow').split(', ').sort(), [...names].sort(), path);
      assert.equal(response.headers.get('Access-Control-Allow-Origin'), null, 'no CORS');
    }
  });

  await t.test('a method that the path does not have is 405 with Allow, one that nobody has is 501', async () => {
    for (const [path, all] of paths) {
      const own = new Set(all.map(({ method }) => method));
      const real = path.replace(/\{\w+\}/, '1');
      for (const method of ['GET', 'PUT', 'POST', 'PATCH', 'DELETE']) {
        if (own.has(method)) continue;
        const answer = await world.send({ method, path: real });
        problem(answer, 405, 'method_not_allowed', `${method} ${path}`);
        for (const name of own) assert.ok(answer.headers.get('Allow').split(', ').includes(name), path);
      }
      problem(await rawRequest(world.server, 'BREW', real), 501, 'method_not_implemented', `BREW ${path}`);
    }
  });

  await t.test('an Accept that rules the answer out is 406, and nothing has been done', () =>
    each(operations.filter(({ operation }) => operation.responses[406]), async (operation, request, what) => {
      const answer = await world.send(operation,
        { ...request, headers: { ...request.headers, Accept: 'application/x-nothing, audio/*;q=0.5' } });
      problem(answer, 406, 'not_acceptable', what);
      contract.check(operation, answer);
    }));

  await t.test('every JSON of /api/v1 can be refused by Accept', () => {
    for (const { operation, path, method } of operations.filter((one) => one.path.startsWith('/api/v1'))) {
      const answers = Object.entries(operation.responses).some(([status, { content }]) => status < 300 && content);
      assert.equal(answers, operation.responses[406] !== undefined, `${method} ${path}`);
    }
  });

  await t.test('a body that is needed and has no length is 411', () =>
    each(operations.filter(({ operation }) => operation.responses[411] && operation.requestBody?.required),
      async (operation, request, what) => {
        const answer = await raw(operation, request, { 'Content-Type': 'application/json' });
        problem(answer, 411, 'length_required', what);
        contract.check(operation, answer);
      }));

  await t.test('a body that is too large is 413, before it has been sent if the client asks', () =>
    each(operations.filter(({ operation }) => operation.requestBody), async (operation, request, what) => {
      const type = request.body instanceof FormData ? 'multipart/form-data; boundary=b'
        : request.body instanceof URLSearchParams ? 'application/x-www-form-urlencoded'
          : request.body ? 'image/png' : 'application/json';
      const large = { 'Content-Type': type, 'Content-Length': 2 ** 30 };
      const asked = await raw(operation, request, { ...large, Expect: '100-continue' });
      problem(asked, 413, 'body_too_large', what);
      contract.check(operation, asked);
      const body = Buffer.alloc(2 ** 20, ' ');
      if (type === 'image/png') return; // refused by its first bytes already
      const sent = await raw(operation, request, { ...large, 'Content-Length': body.length }, body);
      assert.ok([413, 400].includes(sent.status), `${what}: ${sent.status}`);
    }));

  await t.test('a picture over the limit is 413', async () => {
    const operation = operations.find(({ name }) => name === 'createTask');
    const { body } = await requests.createTask(world);
    const answer = await world.send(operation, { body: Buffer.concat([body, Buffer.alloc(100_000)]) });
    problem(answer, 413, 'body_too_large', 'a picture');
  });

  await t.test('a content type that is not read is 415', async () => {
    const strange = { 'Content-Type': 'application/x-nothing' };
    await each(operations.filter((one) => contract.bodySchema(one)), async (operation, usual, what) => {
      const request = operation.name === 'predict' ? classification
        : usual.body || usual.json ? usual : { ...usual, json: {} };
      const answer = await world.send(operation, { ...request, headers: strange });
      problem(answer, 415, 'unsupported_content_type', what);
      contract.check(operation, answer);
    });
    for (const name of ['createTask', 'classicLogin']) {
      const operation = operations.find((one) => one.name === name);
      problem(await world.send(operation, { json: {} }), 415, 'unsupported_content_type', name);
    }
  });

  await t.test('an Expect that nobody can meet is 417', () =>
    each(operations, async (operation, request, what) => {
      const answer = await raw(operation, request, { Expect: 'tea', 'Content-Length': 0 });
      problem(answer, 417, 'expectation_failed', what);
      contract.check(operation, answer);
    }));

  await t.test('an unknown query parameter is named in a 422; the classic routes pass it over', async () => {
    await each(operations.filter((one) => !isClassic(one)), async (operation, request, what) => {
      const answer = await world.send(operation, { ...request, query: '?colour=red' });
      problem(answer, 422, 'unknown_parameter', what);
      assert.deepEqual(JSON.parse(answer.text).errors.map(({ field }) => field), ['colour'], what);
    });
    await each(operations.filter(isClassic), async (operation, request, what) => {
      const answer = await world.send(operation,
        { ...request, query: `${request.query ? `${request.query}&` : '?'}colour=red` });
      assert.ok(answer.status < 400, `${what}: ${answer.text}`);
    }, false);
  });

  await t.test('what has an ETag is not sent to who has it', async () => {
    await each(gets, async (operation, request, what) => {
      const got = await world.send(operation, request);
      const etag = got.headers.get('ETag');
      assert.equal(etag !== null, operation.operation.responses[304] !== undefined, what);
      if (!etag) return;
      assert.match(etag, /^"[^"]+"$/, what);
      for (const method of ['GET', 'HEAD']) {
        for (const known of [etag, `"other", W/${etag}`, '*']) {
          const answer = await world.send({ ...operation, method },
            { ...request, headers: { 'If-None-Match': known } });
          assert.equal(answer.status, 304, `${method} ${what} ${known}`);
          assert.equal(answer.text, '', what);
          if (!kMoving.has(operation.name)) assert.equal(answer.headers.get('ETag'), etag, what);
          assert.equal(answer.headers.get('Cache-Control'), got.headers.get('Cache-Control'), what);
          contract.check(operation, answer);
        }
      }
      const other = await world.send(operation, { ...request, headers: { 'If-None-Match': '"other"' } });
      assert.equal(other.status, 200, what);
    });
  });

  await t.test('nobody gets in without a token or with a bad one, and no user where administrators only are', () =>
    each(operations, async (operation, request, what) => {
      const security = operation.operation.security ?? contract.document.security;
      if (security.length === 0 || security.some((one) => Object.keys(one).length === 0)) return;
      for (const key of [null, 'nonsense', 'geond_1_nonsense']) {
        const answer = await world.send(operation, { ...request, key });
        problem(answer, 401, key ? 'invalid_token' : 'not_authenticated', what);
        assert.equal(answer.headers.get('WWW-Authenticate'), 'Bearer', what);
        contract.check(operation, answer);
      }
      if (!operation.operation.summary.includes('administrators')) return;
      problem(await world.send(operation, { ...request, key: world.key }), 403, 'forbidden', what);
    }));

  await t.test('a slash at the end is another path, but for the classic routes', async () => {
    await each(operations.filter((one) => !isClassic(one)), async (operation, request, what) => {
      problem(await world.send({ ...operation, path: `${operation.path}/` }, request), 404, 'not_found', what);
    });
    await each(operations.filter(isClassic), async (operation, request, what) => {
      const answer = await world.send({ ...operation, path: `${operation.path}/` }, request);
      assert.ok(answer.status < 400, `${what}: ${answer.text}`);
    }, false);
  });

  await t.test('every answer says that its type is not to be guessed and carries a request id', () =>
    each(operations, async (operation, request, what) => {
      const answer = await world.send(operation, { ...request, headers: { ...request.headers, 'X-Request-Id': 'mine-1' } });
      assert.equal(answer.headers.get('X-Request-Id'), 'mine-1', what);
      assert.equal(answer.headers.get('X-Content-Type-Options'), 'nosniff', what);
      assert.ok(answer.headers.get('Cache-Control'), what);
    }, false));
});
