// SPDX-License-Identifier: MIT
// The list of tasks while it changes under whoever uses it.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sceneOfShapes } from '../support/pictures.mjs';
import { eventually } from '../support/wait.mjs';
import { connected, inventEvents, setUp } from './support/browser.mjs';

const stage = await setUp(after);
const tasks = [];
for (const seed of [631, 632, 633, 634]) tasks.push(await stage.server.analysed(sceneOfShapes(seed), `row-${seed}.png`));

/** The rows to which the tabulator key leads. */
const stops = (page) => page.locator('.task-row').evaluateAll((rows) => rows.filter((row) => row.tabIndex === 0).map((row) => Number(row.dataset.id)));

test('the tabulator key leads to one row: the one that had the focus last, or one in sight', async (t) => {
  const page = await stage.page(t, { hash: '#/history', viewport: { width: 900, height: 420 } });
  await connected(page);
  const rows = page.locator('.task-row');
  await eventually(async () => assert.equal((await stops(page)).length, 1));
  await rows.first().focus();
  for (let step = 0; step < 2; step += 1) await page.keyboard.press('ArrowDown');
  assert.deepEqual(await stops(page), [tasks[1].id]);
  await stage.server.analysed(sceneOfShapes(635), 'row-635.png');
  await page.locator('.task-row', { hasText: 'row-635.png' }).waitFor();
  assert.deepEqual(await stops(page), [tasks[1].id]);
});

test('a task that has another status than the one asked for leaves the list, and comes back with it', async (t) => {
  const page = await stage.page(t, { hash: '#/models' });
  const tell = await inventEvents(page);
  await page.goto(`${stage.server.url}/#/history?status=done`);
  await page.reload();
  const row = page.locator('.task-row', { hasText: 'row-632.png' });
  await row.waitFor();
  const { result, ...task } = await stage.server.api('GET', `tasks/${tasks[1].id}`);
  await tell([['queued', { task: { ...task, status: 'queued', result_url: result && null } }]]);
  await row.waitFor({ state: 'detached' });
  await tell([['done', { task: { ...task, attempt: task.attempt + 1 } }]]);
  await row.waitFor();
});

test('what is selected stays selected when the server was restarted', async (t) => {
  const page = await stage.page(t, { hash: '#/history', allowed: /ERR_|50[023]/ });
  await connected(page);
  await page.locator('.task-row', { hasText: 'row-633.png' }).locator('input').click();
  await stage.server.stop();
  await page.getByText('The server does not answer').waitFor();
  await stage.server.again();
  await page.getByText('The server was restarted').waitFor();
  await page.getByText('1 selected').first().waitFor();
});

test('a file of many results goes without one that was deleted meanwhile, and says so', async (t) => {
  const page = await stage.page(t, { hash: '#/history', allowed: /404/ });
  await page.locator('.task-row', { hasText: 'row-631.png' }).locator('input').click();
  await page.locator('.task-row', { hasText: 'row-632.png' }).locator('input').click();
  await page.route(new RegExp(`/tasks/${tasks[0].id}/result`), (route) => route.fulfill({ status: 404, contentType: 'application/problem+json', body: '{"status":404,"code":"task_not_found"}' }));
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save as JSON' }).click()]);
  await page.getByText('1 result was left out').waitFor();
  assert.equal(file.suggestedFilename(), 'geond-results.json');
});
