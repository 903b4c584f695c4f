// SPDX-License-Identifier: MIT
// The page behind a prefix, as a proxy gives it one: nothing may ask for what lies outside of it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { sceneOfShapes } from '../support/pictures.mjs';
import { connected, dropFiles, setUp, visit } from './support/browser.mjs';

const stage = await setUp(after, ['--base-path', '/geond']);
const origin = new URL(stage.server.url).origin;
const task = await stage.server.analysed(sceneOfShapes(81), 'prefixed.png');
const second = await stage.server.analysed(sceneOfShapes(81), 'prefixed.png');

/** Notes every request of a page that leads out of the prefix. */
function watchRequests(page) {
  const outside = [];
  let seen = 0;
  page.on('request', (request) => {
    seen += 1;
    if (!new URL(request.url()).pathname.startsWith('/geond/') && !request.url().startsWith('data:') && !request.url().startsWith('blob:')) outside.push(request.url());
  });
  return () => { assert.ok(seen > 0); assert.deepEqual(outside, []); };
}

test('the program says its address with the prefix, and the printed link signs in there', async (t) => {
  assert.ok(stage.server.url.endsWith('/geond'), stage.server.url);
  assert.ok(stage.server.link.startsWith(`${stage.server.url}/#`), stage.server.link);
  const page = await stage.page(t, { signedIn: false, hash: stage.server.link.split('/geond/')[1] });
  const judge = watchRequests(page);
  await connected(page);
  await dropFiles(page, [{ name: 'dropped.png', content: sceneOfShapes(82) }]);
  await page.waitForURL(/\/geond\/#\/tasks\/\d+$/);
  await page.waitForSelector('.scene-verdict');
  await page.waitForFunction(() => document.querySelector('.viewer-image').naturalWidth > 0);
  await page.reload();
  await page.waitForSelector('.scene-verdict');
  judge();
});

test('every view finds its files, pictures and answers under the prefix', async (t) => {
  const page = await stage.page(t, { hash: '#/nowhere' });
  const judge = watchRequests(page);
  for (const [hash, selector] of [['#/', '.card-picture'], ['#/history', '.task-row .thumb'], [`#/tasks/${task.id}`, '.scene-verdict'],
    [`#/compare?a=${task.id}&b=${second.id}`, '.compare-summary'], ['#/models', '.geon-picture'], ['#/account', '.entry-list li'], ['#/admin', 'table']]) {
    await visit(page, hash);
    await page.waitForSelector(`main ${selector}`);
    await page.waitForFunction(() => [...document.images].every((image) => image.complete && image.naturalWidth > 0 || image.loading === 'lazy'));
  }
  for (const link of await page.locator('a').evaluateAll((list) => list.map((anchor) => anchor.href))) assert.ok(link.startsWith(`${stage.server.url}/`), link);
  judge();
});

test('the line of curl names the prefix and works when pasted', async (t) => {
  const page = await stage.page(t, { hash: '#/account' });
  await page.getByLabel('Name of the new key').fill('prefixed');
  await page.getByRole('button', { name: 'Make a key' }).click();
  const line = await page.getByRole('dialog').locator('pre').nth(1).innerText();
  assert.ok(line.includes(`${stage.server.url}/api/v1/tasks`), line);
  writeFileSync(path.join(stage.server.data, 'picture.jpg'), sceneOfShapes(83));
  const answer = JSON.parse(execFileSync('sh', ['-c', line], { cwd: stage.server.data, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 90_000 }));
  assert.ok(answer.id > second.id, JSON.stringify(answer));
});

test('signing out and in again stays under the prefix', async (t) => {
  const page = await stage.page(t);
  const judge = watchRequests(page);
  await page.getByRole('button', { name: /Menu of/ }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Name').first().fill(stage.server.name);
  await page.getByLabel('Password').first().fill(stage.server.password);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.drop-zone');
  await page.reload();
  await page.waitForSelector('.drop-zone');
  judge();
});

test('the documentation, the classic addresses and the bare prefix lead to the right place', async (t) => {
  const page = await stage.page(t);
  const judge = watchRequests(page);
  await page.goto(`${stage.server.url}/docs#get-api-v1-users-me`);
  const operation = page.locator('#get-api-v1-users-me');
  await operation.getByRole('button', { name: 'Send' }).click();
  await operation.locator('.try-answer .status-2').waitFor();
  await page.goto(`${stage.server.url}/ui/results/${task.id}`);
  await page.getByRole('heading', { name: 'prefixed.png' }).waitFor();
  judge();
  await page.goto(`${origin}/geond`);
  await page.waitForSelector('.drop-zone');
  assert.equal(page.url(), `${origin}/geond/`);
});
