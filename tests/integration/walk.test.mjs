// SPDX-License-Identifier: MIT
// The whole way of one picture, as a user with curl walks it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { makePng, sceneOfShapes } from '../support/pictures.mjs';
import { startServer } from '../support/server.mjs';

function assertIsResult(result) {
  assert.ok(result.image.width > 0 && result.image.height > 0);
  assert.ok(result.scene === null || typeof result.scene === 'string');
  assert.equal(typeof result.threshold, 'number');
  for (const primitive of result.primitives) {
    assert.ok(['cone', 'cube', 'cylinder', 'sphere', 'torus'].includes(primitive.class));
    assert.ok(primitive.probability >= result.threshold && primitive.probability <= 1);
    assert.equal(primitive.corners.length, 4);
    assert.ok(primitive.size[0] >= primitive.size[1], 'width >= height');
    assert.ok(primitive.rotation >= -90 && primitive.rotation < 90);
  }
}

test('the way of one picture', async (t) => {
  const server = await startServer(t);

  await t.test('the first start prints a password, a link and a key that work', async () => {
    assert.ok(server.key, 'an API key is printed');
    assert.ok(server.password, 'a password is printed');
    assert.ok(!server.log.includes(server.password), 'the password is not in the log');
    assert.ok(!server.log.includes(server.key), 'the key is not in the log');
    const me = await server.json('/api/v1/users/me');
    assert.equal(me.status, 200);
    assert.equal(me.body.name, 'admin');
    const login = await server.json('/api/v1/auth/login', {
      method: 'POST', key: null,
      body: JSON.stringify({ username: 'admin', password: server.password }),
      headers: { 'Content-Type': 'application/json' },
    });
    assert.equal(login.status, 200);
    const again = await server.json('/api/v1/users/me', { key: login.body.access_token });
    assert.equal(again.status, 200);
  });

  await t.test('a picture sent with Prefer: wait comes back with its result', async () => {
    const { status, headers, body } = await server.predict(sceneOfShapes(1));
    assert.equal(status, 200);
    assert.equal(body.status, 'done');
    assert.match(headers.get('Preference-Applied') ?? '', /wait/);
    assert.ok(headers.get('X-Request-Id'));
    assertIsResult(body.result);
    assert.deepEqual(body.result.image, { width: 480, height: 360 });
    for (const stage of ['queued', 'decode', 'detect', 'classify', 'total']) {
      assert.ok(body.timings[stage] >= 0, `timing of ${stage}`);
    }
  });

  await t.test('without Prefer the answer is 202 with Location, and the task ends later', async () => {
    const accepted = await server.json('/api/v1/tasks', {
      method: 'POST', body: sceneOfShapes(2), headers: { 'Content-Type': 'image/png' },
    });
    assert.equal(accepted.status, 202);
    assert.equal(accepted.headers.get('Location'), `/api/v1/tasks/${accepted.body.id}`);
    const task = await server.finished(accepted.body.id);
    assert.equal(task.status, 'done');
    assertIsResult(task.result);
  });

  await t.test('several parts of a form become several tasks', async () => {
    const form = new FormData();
    form.append('image_file', new Blob([sceneOfShapes(3)]), 'a.png');
    form.append('image_file', new Blob([sceneOfShapes(4)]), 'b.png');
    const { status, body } = await server.json('/api/v1/tasks', { method: 'POST', body: form });
    assert.equal(status, 202);
    assert.equal(body.length, 2);
    assert.notEqual(body[0].id, body[1].id);
  });

  await t.test('curl --data-binary, which says it is a form, sends a picture all the same', async () => {
    const { status } = await server.predict(sceneOfShapes(5), '',
      { 'Content-Type': 'application/x-www-form-urlencoded' });
    assert.equal(status, 200);
  });

  await t.test('input, overlay, thumbnail and the result at another threshold', async () => {
    const picture = sceneOfShapes(6);
    const { body: task } = await server.predict(picture);
    const input = await server.fetch(`/api/v1/tasks/${task.id}/input`);
    assert.equal(input.headers.get('Content-Type'), 'image/png');
    assert.deepEqual(Buffer.from(await input.arrayBuffer()), picture);
    const etag = input.headers.get('ETag');
    assert.ok(etag);
    const unchanged = await server.fetch(`/api/v1/tasks/${task.id}/input`,
      { headers: { 'If-None-Match': etag } });
    assert.equal(unchanged.status, 304);
    for (const what of ['overlay', 'thumbnail']) {
      const drawn = await server.fetch(`/api/v1/tasks/${task.id}/${what}`);
      assert.equal(drawn.status, 200, what);
      assert.match(drawn.headers.get('Content-Type'), /^image\/(jpeg|png)$/);
      assert.ok((await drawn.arrayBuffer()).byteLength > 100);
    }
    const all = await server.json(`/api/v1/tasks/${task.id}/result?threshold=0.05`);
    const few = await server.json(`/api/v1/tasks/${task.id}/result?threshold=0.9`);
    assert.ok(all.body.primitives.length >= few.body.primitives.length);
    assert.equal(few.body.threshold, 0.9);
    assertIsResult(all.body);
  });

  await t.test('a picture without geons is a valid result: no primitives, scene null', async () => {
    const { status, body } = await server.predict(makePng(64, 64, () => [127, 127, 127]),
      '?threshold=0.99');
    assert.equal(status, 200);
    assert.deepEqual(body.result.primitives, []);
    assert.equal(body.result.scene, null);
    const { body: page } = await server.json('/api/v1/tasks?scene=none');
    assert.ok(page.tasks.some(({ id }) => id === body.id), 'the list without a scene has it');
    assert.ok(page.tasks.every((task) => task.status === 'done' && task.scene === null));
    const geons = await server.json('/api/v1/tasks?scene=none&class=cube');
    assert.ok(geons.body.tasks.every(({ id, scene }) => id !== body.id && scene === null));
  });

  await t.test('the list is newest first and goes on by cursor', async () => {
    const first = await server.json('/api/v1/tasks?limit=3');
    assert.equal(first.status, 200);
    const ids = first.body.tasks.map((task) => task.id);
    assert.deepEqual(ids, [...ids].sort((a, b) => b - a));
    const next = await server.json(
      `/api/v1/tasks?limit=3&cursor=${encodeURIComponent(first.body.next_cursor)}`);
    assert.ok(next.body.tasks.every((task) => task.id < ids.at(-1)));
  });

  await t.test('a removed task is gone with its picture', async () => {
    const { body: task } = await server.predict(sceneOfShapes(7));
    const removed = await server.fetch(`/api/v1/tasks/${task.id}`, { method: 'DELETE' });
    assert.ok([200, 204].includes(removed.status));
    for (const path of ['', '/input', '/result', '/overlay', '/thumbnail']) {
      const gone = await server.json(`/api/v1/tasks/${task.id}${path}`);
      assert.equal(gone.status, 404, path);
      assert.match(gone.headers.get('Content-Type'), /application\/problem\+json/);
    }
  });

  await t.test('models, classes, health and readiness answer', async () => {
    const { body } = await server.json('/api/v1/models');
    const names = body.models.map((model) => model.name);
    assert.ok(names.includes('geon-detector') && names.includes('scene-classifier'));
    assert.equal((await server.json('/healthz', { key: null })).status, 200);
    assert.equal((await server.json('/readyz', { key: null })).status, 200);
    assert.equal((await server.json('/api/v1/classes')).status, 200);
  });
});

test('a second user sees nothing of the first', async (t) => {
  const server = await startServer(t);
  const made = await server.json('/api/v1/users', {
    method: 'POST', headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: 'berta', password: 'correct horse battery' }),
  });
  assert.equal(made.status, 201);
  const login = await server.json('/api/v1/auth/login', {
    method: 'POST', key: null, headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ username: 'berta', password: 'correct horse battery' }),
  });
  const berta = login.body.access_token;
  const { body: task } = await server.predict(sceneOfShapes(1));
  for (const [method, path] of [
    ['GET', ''], ['GET', '/input'], ['GET', '/overlay'], ['GET', '/thumbnail'], ['GET', '/result'],
    ['DELETE', ''], ['POST', '/cancel'], ['POST', '/retry'],
  ]) {
    const answer = await server.json(`/api/v1/tasks/${task.id}${path}`, { method, key: berta });
    assert.equal(answer.status, 404, `${method} ${path}`);
  }
  assert.equal((await server.json('/api/v1/tasks', { key: berta })).body.tasks.length, 0);
  assert.equal((await server.json('/api/v1/users', { key: berta })).status, 403);
  assert.equal((await server.json(`/api/v1/tasks/${task.id}`)).status, 200, 'still there');
});
