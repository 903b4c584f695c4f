// SPDX-License-Identifier: MIT
// Issue point 3: the list of everything, and its measurement.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { picture } from './support/pictures.mjs';
import { setUp } from './support/browser.mjs';

const stage = await setUp(after);
const tasks = [];
for (let seed = 20; seed < 28; seed += 1) {
  tasks.push(await stage.server.predict(picture(seed, 160, 120), `list-${seed}.png`, seed === 22 ? '&note=the+blue+room' : ''));
}

const names = (page) => page.locator('.task-row .row-title').allInnerTexts();

test('the list shows thumbnails, newest first, and leads to results', async (t) => {
  const page = await stage.page(t, { hash: '#/history' });
  await page.waitForFunction((count) => document.querySelectorAll('.task-row').length === count, tasks.length);
  assert.deepEqual(await names(page), tasks.map((task) => task.input.file_name).reverse());
  await page.waitForFunction(() => [...document.querySelectorAll('.task-row .thumb')].every((image) => image.naturalWidth > 0));
  await stage.screenshot(page, 'history');
  await page.locator('.task-row').nth(2).click({ position: { x: 500, y: 20 } });
  await page.waitForURL(new RegExp(`#/tasks/${tasks.at(-3).id}$`));
  await page.goBack();
  await page.waitForSelector('.task-row');
});

test('filters stand in the address: reload, back and a shared address lead to the same list', async (t) => {
  const page = await stage.page(t, { hash: '#/history' });
  await page.getByLabel('Search').fill('blue room');
  await page.waitForFunction(() => document.querySelectorAll('.task-row').length === 1);
  assert.match(page.url(), /q=blue(\+|%20)room/);
  await page.reload();
  await page.waitForFunction(() => document.querySelectorAll('.task-row').length === 1);
  assert.equal(await page.getByLabel('Search').inputValue(), 'blue room');
  await page.getByRole('button', { name: 'Reset filters' }).click();
  await page.waitForFunction((count) => document.querySelectorAll('.task-row').length === count, tasks.length);
  await page.getByLabel('Status').selectOption('failed');
  await page.getByText('Nothing matches these filters').waitFor();
  await page.goto(`${stage.server.url}/#/history?status=done&since=2020-01-01`);
  await page.waitForFunction((count) => document.querySelectorAll('.task-row').length === count, tasks.length);
  assert.equal(await page.getByLabel('Status').inputValue(), 'done');
  assert.equal(await page.getByLabel('From').inputValue(), '2020-01-01');
  const found = tasks.flatMap((task) => task.result.primitives.map((primitive) => primitive.class))[0] ?? 'cube';
  await page.getByLabel('Contains').selectOption(found);
  const wanted = tasks.filter((task) => task.result.primitives.some((primitive) => primitive.class === found)).length;
  await page.waitForFunction((count) => document.querySelectorAll('.task-row').length === count, wanted);
});

test('rows are selected with shift and by keyboard', async (t) => {
  const page = await stage.page(t, { hash: '#/history' });
  await page.waitForFunction((count) => document.querySelectorAll('.task-row').length === count, tasks.length);
  const boxes = page.locator('.task-row input');
  await boxes.nth(1).click();
  await boxes.nth(4).click({ modifiers: ['Shift'] });
  await page.getByText('4 selected').first().waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.task-row').first().focus();
  await page.keyboard.press('Escape');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press(' ');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  assert.equal(await page.locator('.task-row[aria-selected=true]').count(), 3);
  await page.keyboard.press('Control+a');
  assert.equal(await page.locator('.task-row[aria-selected=true]').count(), tasks.length);
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('.task-row[aria-selected=true]').count(), 0);
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await page.waitForURL(new RegExp(`#/tasks/${tasks.at(-1).id}$`));
});

test('many are saved as one file, tried again, and deleted with undo', async (t) => {
  const page = await stage.page(t, { hash: '#/history' });
  await page.waitForFunction((count) => document.querySelectorAll('.task-row').length === count, tasks.length);
  await page.locator('.task-row').first().focus();
  await page.keyboard.press('Control+a');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save as JSON' }).click()]);
  const saved = JSON.parse(readFileSync(await download.path(), 'utf8'));
  assert.equal(saved.length, tasks.length);
  assert.ok(saved.every((result) => result.image.file && Array.isArray(result.primitives)));
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText(/queued again/).waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.task-row').first().focus();
  await page.keyboard.press('Escape');
  await page.keyboard.press(' ');
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.waitForFunction((count) => document.querySelectorAll('.task-row').length === count, tasks.length - 1);
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.waitForFunction((count) => document.querySelectorAll('.task-row').length === count, tasks.length);
});

test('10,000 tasks scroll smoothly within 150 MB', async (t) => {
  // Their thumbnails do not exist.
  const page = await stage.page(t, { allowed: /404|Failed to load/ });
  const pattern = tasks[0];
  await page.route(/\/api\/v1\/tasks\?/, (route) => {
    const query = new URL(route.request().url()).searchParams;
    const from = Number(query.get('cursor') ?? 0);
    const limit = Number(query.get('limit') ?? 50);
    const { result, ...plain } = pattern;
    const list = Array.from({ length: limit }, (_, index) => ({ ...plain, id: 20_000 - from - index, input: { ...plain.input, file_name: `many-${from + index}.png` } }));
    return route.fulfill({ json: { tasks: list, next_cursor: from + limit < 10_000 ? String(from + limit) : null } });
  });
  await page.evaluate(() => { location.hash = '#/history'; });
  await page.waitForSelector('.task-row');
  await page.waitForFunction(() => {
    scrollTo(0, document.documentElement.scrollHeight);
    return document.querySelector('.tasks').getAttribute('aria-rowcount') === '10000';
  }, null, { timeout: 60_000, polling: 30 });
  assert.ok(await page.locator('.task-row').count() < 60, 'only rows in sight exist');
  await page.getByText('many-9999.png').waitFor();
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await (await session.send('Performance.enable'), session.send('Performance.getMetrics'));
  const heap = metrics.find((metric) => metric.name === 'JSHeapUsedSize').value / 1e6;
  t.diagnostic(`10,000 tasks: ${heap.toFixed(0)} MB of heap`);
  assert.ok(heap < 150, `${heap} MB`);
  const browser = await stage.browser.newBrowserCDPSession();
  const spent = async () => (await browser.send('SystemInfo.getProcessInfo')).processInfo
    .filter(({ type }) => type === 'renderer').reduce((sum, { cpuTime }) => sum + cpuTime * 1000, 0);
  const before = await spent();
  const step = await page.evaluate(async () => {
    const times = [];
    for (let at = 0; at < 40; at += 1) {
      scrollTo(0, 5000 + at * 700);
      const begun = performance.now();
      await nextFrame();
      await nextFrame();
      times.push(performance.now() - begun);
    }
    return times.sort((a, b) => a - b)[20];
  });
  // On a machine too busy to show frames, the processor time that a step of two frames takes.
  const cost = (await spent() - before) / 40;
  t.diagnostic(`a step of scrolling: ${step.toFixed(0)} ms, ${cost.toFixed(0)} ms of processor time`);
  assert.ok(step < 60 || cost < 40, `${step} ms, ${cost} ms of processor time`);
});
