// SPDX-License-Identifier: MIT
// What somebody who looks after the server can follow in its log.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import test from 'node:test';
import { sceneOfShapes } from '../support/pictures.mjs';
import { binary, startServer } from '../support/server.mjs';

test('one request id leads from the request to the worker that did its task', async (t) => {
  const server = await startServer(t, { args: ['--log-format', 'json'] });
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
  const { headers, body } = await server.predict(sceneOfShapes(1), '', {
    'X-Request-Id': 'picture-of-today.1', traceparent: `00-${trace}-00f067aa0ba902b7-01`,
  });
  assert.equal(body.status, 'done');
  assert.equal(headers.get('x-request-id'), 'picture-of-today.1');
  const request = await server.logLine((entry) => entry.request_id === 'picture-of-today.1' && entry.message === 'request');
  assert.equal(request.trace_id, trace);
  assert.equal(request.module, 'http');
  assert.match(request.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  const done = await server.logLine((entry) => entry.message === 'task done');
  assert.equal(done.task, body.id);
  assert.equal(done.request_id, 'picture-of-today.1');
});

test('a request without an id gets one of its own, and what is no id or trace is not taken over', async (t) => {
  const server = await startServer(t, { args: ['--log-format', 'json'] });
  const seen = new Set();
  for (const id of [undefined, 'has a space', 'x'.repeat(65), '"},{"']) {
    const headers = { traceparent: '00-nonsense-01', ...(id ? { 'X-Request-Id': id } : {}) };
    const answer = await server.fetch('/healthz', { headers });
    const given = answer.headers.get('x-request-id');
    assert.match(given, /^[0-9a-f]{16}$/);
    seen.add(given);
    const request = await server.logLine((entry) => entry.request_id === given);
    assert.equal(request.trace_id, '');
  }
  assert.equal(seen.size, 4);
});

test('the running server logs more or less when it is told to', async (t) => {
  const server = await startServer(t, { args: ['--log-format', 'json', '--log-level', 'error'] });
  const level = (name) =>
    spawnSync(binary, ['log-level', name, '--data', server.data], { encoding: 'utf8', timeout: 60_000 });
  await server.fetch('/healthz', { headers: { 'X-Request-Id': 'unheard' } });
  assert.equal(level('info').status, 0);
  await server.fetch('/healthz', { headers: { 'X-Request-Id': 'heard' } });
  await server.logLine((entry) => entry.request_id === 'heard');
  assert.ok(!server.log.includes('"unheard"'));
  const wrong = level('loud');
  assert.equal(wrong.status, 2);
  assert.match(wrong.stderr, /loud/);
});
