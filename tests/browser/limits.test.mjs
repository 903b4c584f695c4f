// SPDX-License-Identifier: MIT
// Issue point 9: what the real server refuses when something is full, and many pictures at once.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sceneOfShapes, plainPicture } from '../support/pictures.mjs';
import { connected, dropFiles, setUp } from './support/browser.mjs';
import { within } from './support/measure.mjs';

const stage = await setUp(after);

test('a page whose place among the event streams was taken says so, and takes it back when asked', async (t) => {
  await stage.server.restart(['--event-streams-per-user', '1']);
  const one = await stage.page(t, { hash: '#/history' });
  await connected(one);
  const two = await stage.page(t, { hash: '#/history' });
  await connected(two);
  await one.getByText('open in so many places').waitFor();
  await stage.screenshot(one, 'replaced');
  await stage.server.analysed(sceneOfShapes(101), 'unheard.png');
  await two.locator('.task-row', { hasText: 'unheard.png' }).waitFor();
  assert.equal(await one.locator('.task-row', { hasText: 'unheard.png' }).count(), 0);
  await one.getByRole('button', { name: 'Listen here' }).click();
  await one.getByText('Connected again').waitFor();
  await one.locator('.task-row', { hasText: 'unheard.png' }).waitFor();
  await two.getByText('open in so many places').waitFor();
  await stage.server.analysed(sceneOfShapes(102), 'told-again.png');
  await one.locator('.task-row', { hasText: 'told-again.png' }).waitFor();
});

test('pictures that do not fit into the person\u2019s share of the queue are told so, and go when there is room', async (t) => {
  await stage.server.restart(['--queue-capacity', '4', '--workers', '1']);
  const page = await stage.page(t, { allowed: /429/ });
  t.after(() => stage.server.restart([]));
  const large = plainPicture(5000, 5000);
  await dropFiles(page, Array.from({ length: 7 }, (_, index) => ({ name: `share-${index}.png`, content: large })));
  await page.getByText('Your share of the queue is full. It goes on by itself').first().waitFor();
  await stage.screenshot(page, 'share-full');
  await page.getByText('7 of 7 done').waitFor({ timeout: 240_000 });
  assert.equal(await page.getByText('failed').count(), 0);
});

test('a full disk is told in words, and what is kept back can be sent when there is room', async (t) => {
  await stage.server.restart(['--disk-watermark', String(2 ** 50)]);
  const page = await stage.page(t, { allowed: /507|ERR_/ });
  t.after(() => stage.server.restart([]));
  await dropFiles(page, [{ name: 'no-room.png', content: sceneOfShapes(103) }]);
  await page.getByText('disk is full, so it takes no more pictures. Delete results').waitFor();
  await stage.screenshot(page, 'disk-full');
  await stage.server.restart([]);
  await page.getByRole('button', { name: 'Try again: no-room.png' }).click();
  await page.locator('.upload-row a', { hasText: 'no-room.png' }).waitFor();
});

test('a picture that is larger than a restarted server takes is refused with the new limit', async (t) => {
  const page = await stage.page(t, { allowed: /413|ERR_|Failed to load/ });
  t.after(() => stage.server.restart([]));
  await page.waitForSelector('.settings-fields select', { state: 'attached' });
  await dropFiles(page, [{ name: 'first.png', content: sceneOfShapes(104, 64, 48) }, { name: 'second.png', content: sceneOfShapes(105, 64, 48) }]);
  await page.getByText('2 of 2 done').waitFor();
  await stage.server.restart(['--max-upload-bytes', '1500']);
  await dropFiles(page, [{ name: 'larger.png', content: sceneOfShapes(106) }]);
  await page.getByText('This is larger than the server takes (1.5 kB). Save the picture smaller').waitFor();
  await dropFiles(page, [{ name: 'larger-too.png', content: sceneOfShapes(107) }]);
  await page.getByText('the server takes up to 1.5 kB').waitFor();
});

test('two hundred pictures are dropped, and more while these are on their way: the page stays quick, none is lost', async (t) => {
  const page = await stage.page(t);
  await connected(page);
  const small = Array.from({ length: 200 }, (_, index) => ({ name: `many-${index}.png`, content: sceneOfShapes(300 + index, 32, 24) }));
  await page.evaluate(watchFrames);
  await dropFiles(page, small.slice(0, 150));
  await page.waitForFunction(() => document.querySelectorAll('.upload-row a').length > 0);
  await dropFiles(page, small.slice(150));
  await page.getByRole('link', { name: 'Models' }).click();
  await page.waitForSelector('.model');
  await page.getByRole('link', { name: 'Analyse' }).click();
  await within(t, 'the middle long pause while pictures are on their way', 100, () => page.evaluate(() => globalThis.longPause()), { rounds: 3 });
  await page.getByText('200 of 200 done').waitFor({ timeout: 240_000 });
  assert.ok(await page.locator('.upload-row').count() < 40, 'only rows in sight exist');
  await stage.screenshot(page, 'two-hundred');
  const { tasks } = await stage.server.api('GET', 'tasks?limit=200');
  assert.equal(new Set(tasks.map(({ input }) => input.file_name).filter((name) => name.startsWith('many-'))).size, 200);
  const heights = await page.locator('.upload-row').evaluateAll((rows) => rows.map((row) => row.getBoundingClientRect()).map(({ top, height }) => [top, height]).sort(([a], [b]) => a - b));
  heights.slice(1).forEach(([top], index) => assert.ok(top >= heights[index][0] + heights[index][1] - 0.5, 'rows do not lie on one another'));
});

/** Runs in the page: `longPause()` is the pause between frames that one in twenty exceeds. */
function watchFrames() {
  const gaps = [];
  let before = performance.now();
  const next = () => requestAnimationFrame((now) => {
    gaps.push(now - before);
    before = now;
    next();
  });
  next();
  globalThis.longPause = async () => {
    while (gaps.length < 60) await nextFrame();
    return gaps.splice(0).sort((a, b) => a - b).at(-Math.ceil(60 / 20));
  };
}
