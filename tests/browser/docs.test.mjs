// SPDX-License-Identifier: MIT
// Issue point 11: the API's page, made from the server's own document.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sceneOfShapes } from '../support/pictures.mjs';
import { setUp } from './support/browser.mjs';

const stage = await setUp(after);

test('every route of openapi.json stands on the page', async (t) => {
  const page = await stage.page(t);
  await page.goto(`${stage.server.url}/docs`);
  await page.waitForSelector('.operation');
  const document = await (await fetch(`${stage.server.url}/openapi.json`)).json();
  const wanted = Object.entries(document.paths).flatMap(([path, item]) => ['get', 'post', 'put', 'patch', 'delete'].filter((method) => item[method]).map((method) => `${method.toUpperCase()} ${path}`));
  const shown = await page.locator('.operation > summary').evaluateAll((list) => list.map((summary) => `${summary.querySelector('.method').textContent} ${summary.querySelector('.operation-path').textContent}`));
  assert.deepEqual([...shown].sort(), [...wanted].sort());
  await page.getByLabel('Search routes').fill('sessions');
  assert.ok(await page.locator('.docs-contents li li:visible').count() < 5);
});

test('the form tries a route with the session of the page', async (t) => {
  const page = await stage.page(t);
  await page.goto(`${stage.server.url}/docs#get-api-v1-users-me`);
  await page.waitForSelector('#get-api-v1-users-me[open] .try');
  const operation = page.locator('#get-api-v1-users-me');
  await operation.getByRole('button', { name: 'Send' }).click();
  await operation.locator('.try-answer .status-2').waitFor();
  assert.ok((await operation.locator('.try-answer').innerText()).includes(`"name": "${stage.server.name}"`));
  await stage.screenshot(page, 'docs-try');
  await page.getByRole('button', { name: 'Русский' }).click();
  await page.getByRole('heading', { name: /API geond/ }).waitFor();
});

test('a picture that was answered is shown and not kept in memory', async (t) => {
  const { id } = await stage.server.analysed(sceneOfShapes(81), 'answered.png');
  const page = await stage.page(t);
  await page.goto(`${stage.server.url}/docs#get-api-v1-tasks-id-input`);
  const operation = page.locator('#get-api-v1-tasks-id-input');
  await operation.getByLabel('id (path)').fill(String(id));
  await page.evaluate(() => {
    globalThis.released = [];
    const revoke = URL.revokeObjectURL;
    URL.revokeObjectURL = (address) => { globalThis.released.push(address); revoke.call(URL, address); };
  });
  await operation.getByRole('button', { name: 'Send' }).click();
  await page.waitForFunction(() => globalThis.released.includes(document.querySelector('.try-picture')?.src));
  assert.equal(await page.locator('.try-picture').evaluate((image) => image.naturalWidth), 480);
});

test('the classic addresses of pages lead into the page', async (t) => {
  const page = await stage.page(t);
  await page.goto(`${stage.server.url}/ui/tasks`);
  await page.getByRole('heading', { name: 'History' }).waitFor();
});

test('a form that is sent twice in a moment asks once', async (t) => {
  const page = await stage.page(t);
  await page.goto(`${stage.server.url}/docs#get-api-v1-users-me`);
  let asked = 0;
  await page.route(/users\/me$/, (route) => {
    asked += 1;
    return route.continue();
  });
  const operation = page.locator('#get-api-v1-users-me');
  await operation.locator('.try').evaluate((form) => {
    form.requestSubmit();
    form.requestSubmit();
  });
  await operation.locator('.try-answer .status-2').waitFor();
  assert.equal(asked, 1);
});

test('a route that takes pictures and documents can be tried with both', async (t) => {
  const page = await stage.page(t);
  await page.goto(`${stage.server.url}/docs#post-api-v1-models-name-predict`);
  const operation = page.locator('#post-api-v1-models-name-predict');
  const { models } = await stage.server.api('GET', 'models');
  const named = (kind) => models.find((model) => model.kind === kind && model.default).name;
  await operation.getByLabel('name (path)').fill(named('classification'));
  await operation.getByRole('button', { name: 'Send' }).click();
  await operation.locator('.try-answer .status-2').waitFor();
  await operation.locator('.try-answer', { hasText: '"scene"' }).waitFor();
  await operation.getByLabel('name (path)').fill(named('detection'));
  await operation.locator('input[type=file]').setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: sceneOfShapes(82) });
  await operation.getByRole('button', { name: 'Send' }).click();
  await operation.locator('.try-answer', { hasText: '"primitives"' }).waitFor();
});
