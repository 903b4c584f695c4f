// SPDX-License-Identifier: MIT
// Bad input is a table: what is sent, and the status and code that must come back.
import assert from 'node:assert/strict';
import test from 'node:test';
import { deflateSync } from 'node:zlib';
import { makePng, pngChunk, pngHeader, pngSignature, sceneOfShapes } from '../support/pictures.mjs';
import { startServer } from '../support/server.mjs';

const picture = sceneOfShapes(1);
const ascii = (text) => Buffer.from(text, 'latin1');
const filled = (head) => Buffer.concat([head, Buffer.alloc(64)]);

const badPictures = [
  ['nothing at all', Buffer.alloc(0), [411, 415, 422], null],
  ['text', ascii('this is no picture, whatever its name says'), [415], 'unsupported_format'],
  ['a GIF', filled(ascii('GIF89a')), [415], 'unsupported_format'],
  ['a WebP', filled(ascii('RIFF\x40\0\0\0WEBPVP8 ')), [415], 'unsupported_format'],
  ['a TIFF', filled(ascii('II*\0')), [415], 'unsupported_format'],
  ['a HEIC', filled(ascii('\0\0\0\x18ftypheic')), [415], 'unsupported_format'],
  ['a PNG cut in its pixels', picture.subarray(0, picture.length >> 1), [422], 'image_broken'],
  ['a PNG that is a header alone', Buffer.concat([pngSignature, pngHeader(64, 64)]), [422],
    'image_broken'],
  ['a PNG with a chunk of 2 GB that is not there',
    Buffer.concat([pngSignature, pngHeader(64, 64), Buffer.from([0x7f, 0xff, 0xff, 0xff]),
      ascii('IDAT')]), [422], 'image_broken'],
  ['a PNG of 30,000 x 30,000', Buffer.concat([pngSignature, pngHeader(30000, 30000),
    pngChunk('IDAT', deflateSync(Buffer.alloc(10))), pngChunk('IEND', Buffer.alloc(0))]), [413],
    'image_too_large'],
  ['a JPEG that is its first two bytes', Buffer.from([0xff, 0xd8]), [415, 422], null],
  ['a JPEG of 32,000 x 32,000', Buffer.from([0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0x7d, 0, 0x7d, 0,
    1, 1, 0x11, 0, 0xff, 0xd9]), [413, 422], null],
];

const badQueries = [
  ['?threshold=2', [422]], ['?threshold=-0.1', [422]], ['?threshold=abc', [422]],
  ['?threshold=nan', [422]], ['?detector=nobody', [422]], ['?classifier=nobody', [422]],
  ['?detector=scene-classifier', [422]], ['?treshold=0.5', [422]], ['?threshold=%zz', [400]],
];

const badRequests = [
  ['GET', '/api/v1/tasks?limit=0', undefined, [422]],
  ['GET', '/api/v1/tasks?limit=100000', undefined, [422]],
  ['GET', '/api/v1/tasks?cursor=nonsense', undefined, [422]],
  ['GET', '/api/v1/tasks?since=yesterday', undefined, [422]],
  ['GET', '/api/v1/tasks?status=finished', undefined, [422]],
  ['POST', '/api/v1/models/geon-detector/predict?threshold=0.01', undefined, [422]],
  ['GET', '/api/v1/tasks/0', undefined, [404]],
  ['GET', '/api/v1/tasks/-1', undefined, [404]],
  ['GET', '/api/v1/tasks/999999999999999999999999', undefined, [404]],
  ['GET', '/api/v1/tasks/1%00', undefined, [400, 404]],
  ['GET', '/api/v1/nothing', undefined, [404]],
  ['PUT', '/api/v1/tasks', '{}', [405]],
  ['POST', '/api/v1/auth/login', '{"username": "admin"', [400, 422]],
  ['POST', '/api/v1/auth/login', '{"username": "admin"}', [422]],
  ['POST', '/api/v1/auth/login', '{"username": 1, "password": []}', [422]],
  ['POST', '/api/v1/auth/login', '['.repeat(100000), [400, 413, 422]],
  ['POST', '/api/v1/auth/login', '{"username": "admin", "password": "wrong wrong"}', [401]],
];

test('bad input gets a clear problem document and is never a 5xx', async (t) => {
  const server = await startServer(t);

  for (const [what, body, statuses, code] of badPictures) {
    await t.test(`picture: ${what}`, async () => {
      const answer = await server.predict(body);
      assert.ok(statuses.includes(answer.status), `${answer.status}: ${JSON.stringify(answer.body)}`);
      assert.match(answer.headers.get('Content-Type'), /application\/problem\+json/);
      if (code) assert.equal(answer.body.code, code);
      assert.ok(answer.body.detail.length > 10, 'a sentence');
      assert.equal(answer.body.request_id, answer.headers.get('X-Request-Id'));
    });
  }

  for (const [query, statuses] of badQueries) {
    await t.test(`query: ${query}`, async () => {
      const answer = await server.predict(picture, query);
      assert.ok(statuses.includes(answer.status), `${answer.status}: ${JSON.stringify(answer.body)}`);
      assert.ok(answer.body.code);
    });
  }

  for (const [method, path, body, statuses] of badRequests) {
    await t.test(`request: ${method} ${path} ${String(body ?? '').slice(0, 50)}`, async () => {
      const answer = await server.json(path,
        { method, body, headers: body ? { 'Content-Type': 'application/json' } : {} });
      assert.ok(statuses.includes(answer.status), `${answer.status}: ${JSON.stringify(answer.body)}`);
      assert.ok(answer.body.code);
      if (answer.status === 405) assert.ok(answer.headers.get('Allow'));
    });
  }

  await t.test('nobody gets in without a token, or with a wrong one', async () => {
    for (const key of [null, 'nonsense', 'geond_1_wrong', 'a.b.c']) {
      const answer = await server.json('/api/v1/tasks', { key });
      assert.equal(answer.status, 401, key);
      assert.match(answer.headers.get('WWW-Authenticate'), /^Bearer/);
    }
  });

  await t.test('what was refused left nothing behind', async () => {
    const { body } = await server.json('/api/v1/tasks');
    assert.equal(body.tasks.length, 0);
  });

  await t.test('a good picture still goes through', async () => {
    const answer = await server.predict(makePng(80, 60, (x, y) => [x, y, 90]));
    assert.equal(answer.status, 200);
  });
});
