// SPDX-License-Identifier: MIT
// Issue point 1: what a person sees between dropping a picture and its result. The server's part is
// invented here, since its own is over before anybody could read it.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sceneOfShapes } from '../support/pictures.mjs';
import { dropFiles, inventEvents, setUp, visit } from './support/browser.mjs';

const stage = await setUp(after);
const pattern = await stage.server.analysed(sceneOfShapes(91), 'pattern.png');

const queued = (id, place, eta) => ({ ...pattern, id, status: 'queued', attempt: 0, stage: null, queue_position: place, eta_seconds: eta, result: undefined, scene: null, error: null, input: { ...pattern.input, file_name: `waiting-${id}.png` } });

test('queue position, time left and stage are told as they change, and a failure in words', async (t) => {
  const page = await stage.page(t, { hash: '#/nowhere', allowed: /404/ });
  const tell = await inventEvents(page);
  let id = 900;
  await page.route(/\/api\/v1\/tasks\?.*file_name/, (route) => { id += 1; return route.fulfill({ status: 202, json: queued(id, id - 900, 30) }); });
  await page.route(/\/thumbnail$/, (route) => route.fulfill({ contentType: 'image/png', body: sceneOfShapes(92, 56, 56) }));
  await page.reload();
  await visit(page, '#/');
  await dropFiles(page, [{ name: 'first.png', content: sceneOfShapes(93) }, { name: 'second.png', content: sceneOfShapes(94) }]);
  const row = page.locator('.upload-row', { hasText: 'second.png' });
  await row.getByText('#2 in the queue, about 30 s').waitFor();
  await stage.screenshot(page, 'progress-queued');
  await tell([['positions', { tasks: [{ id: 902, queue_position: 1, eta_seconds: 12 }] }], ['stage', { task: { ...queued(901, null, null), status: 'in progress', attempt: 1, stage: 'detect' } }]]);
  await row.getByText('#1 in the queue, about 12 s').waitFor();
  await page.locator('.upload-row', { hasText: 'first.png' }).getByText('Looking for geons').waitFor();
  const share = () => page.locator('.upload-row', { hasText: 'first.png' }).getByRole('progressbar').getAttribute('value').then(Number);
  const before = await share();
  await tell([['stage', { task: { ...queued(901, null, null), status: 'in progress', attempt: 1, stage: 'classify' } }], ['failed', { task: { ...queued(902, null, null), status: 'failed', attempt: 1, error: { code: 'quarantined', detail: 'x' } } }]]);
  await page.locator('.upload-row', { hasText: 'first.png' }).getByText('Recognising the scene').waitFor();
  assert.ok(await share() > before, 'the bar moves on');
  await row.getByText('took the server down three times, so it is not tried again. Try another file').waitFor();
  await row.getByRole('button', { name: /Try again: second/ }).waitFor();
  await page.getByText('0 of 2 done').waitFor();
  await page.getByRole('button', { name: '1 failed' }).waitFor();
  await stage.screenshot(page, 'progress-failed');
});

test('what a person types and where their focus is stays while a picture waits and when it is done', async (t) => {
  const page = await stage.page(t, { hash: '#/nowhere', allowed: /404/ });
  const tell = await inventEvents(page);
  let state = { ...queued(950, 2, 30), note: '' };
  await page.route(/\/api\/v1\/tasks\/950$/, (route) => {
    if (route.request().method() === 'PATCH') state = { ...state, note: route.request().postDataJSON().note };
    return route.fulfill({ json: state });
  });
  await page.route(/\/tasks\/950\/result/, (route) => route.fulfill({ json: pattern.result }));
  await page.route(/\/tasks\/950\/input$/, (route) => route.fulfill({ contentType: 'image/png', body: sceneOfShapes(91) }));
  await page.reload();
  await visit(page, '#/tasks/950');
  const focused = () => page.evaluate(() => document.activeElement.textContent);
  await page.getByRole('button', { name: 'Stop' }).focus();
  await tell([['positions', { tasks: [{ id: 950, queue_position: 1, eta_seconds: 12 }] }]]);
  await page.getByText('#1 in the queue, about 12 s').waitFor();
  assert.equal(await focused(), 'Stop', 'another place in the queue');
  state = { ...state, status: 'in progress', attempt: 1, stage: 'detect', queue_position: null, eta_seconds: null };
  await tell([['started', { task: state }]]);
  await page.locator('.task-progress', { hasText: 'Looking for geons' }).waitFor();
  assert.equal(await focused(), 'Stop', 'another status');
  await page.getByLabel('Note').pressSequentially('a red');
  // The server has the result before it tells of it.
  const done = { ...state, status: 'done', stage: null };
  state = { ...pattern, id: 950, note: state.note };
  await tell([['done', { task: done }]]);
  await page.waitForSelector('.scene-verdict');
  await page.keyboard.type(' jar');
  assert.equal(await page.getByLabel('Note').inputValue(), 'a red jar');
  assert.match(page.url(), /#\/tasks\/950$/);
});

test('what is known of a picture stays when the list is read', async (t) => {
  const page = await stage.page(t);
  await dropFiles(page, [{ name: 'known-1.png', content: sceneOfShapes(89) }, { name: 'known-2.png', content: sceneOfShapes(90) }]);
  await page.getByText('2 of 2 done').waitFor();
  const row = page.locator('.upload-row', { hasText: 'known-1.png' });
  const seen = new URL(await row.getByRole('link').getAttribute('href'), page.url()).hash;
  await visit(page, seen);
  await page.waitForSelector('.scene-verdict');
  const read = page.waitForResponse(/\/api\/v1\/tasks\?/);
  await visit(page, '#/');
  await read;
  await page.waitForSelector('.card');
  await visit(page, '#/models');
  await visit(page, '#/');
  await row.getByText(/\d geons? found/).waitFor();
});

test('how much of a large picture has been sent is told', async (t) => {
  const page = await stage.page(t);
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 400_000 });
  const noise = Buffer.alloc(1_200_000, sceneOfShapes(95));
  await dropFiles(page, [{ name: 'large.png', content: Buffer.concat([sceneOfShapes(96), noise]) }]);
  await page.getByText(/Sending, [1-9]\d?%/).waitFor();
  const bar = page.getByRole('progressbar', { name: /large\.png/ });
  assert.ok(Number(await bar.getAttribute('value')) > 0);
});

test('a folder comes in with its pictures, and what is no picture is counted', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'geond-folder-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(path.join(folder, 'one.png'), sceneOfShapes(97));
  writeFileSync(path.join(folder, 'two.png'), sceneOfShapes(98));
  writeFileSync(path.join(folder, 'list.txt'), 'not a picture');
  const page = await stage.page(t);
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Choose a folder' }).click()]);
  await chooser.setFiles(folder);
  await page.getByText('1 file in the folder is not a picture and was left out.').waitFor();
  await page.getByText('2 of 2 done').waitFor();
});

test('a phone offers its camera instead of a folder', async (t) => {
  const page = await stage.page(t, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  assert.equal(await page.getByRole('button', { name: 'Choose a folder' }).count(), 0);
  await page.getByRole('heading', { name: 'Add pictures' }).waitFor();
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Take a photo' }).click()]);
  assert.equal(await chooser.element().getAttribute('capture'), 'environment');
  await chooser.setFiles({ name: 'camera.png', mimeType: 'image/png', buffer: sceneOfShapes(99) });
  await page.getByRole('heading', { name: 'camera.png' }).waitFor();
  await stage.screenshot(page, 'phone-result');
});

test('what was stopped is not counted as done', async (t) => {
  const page = await stage.page(t, { hash: '#/nowhere', allowed: /404/ });
  const tell = await inventEvents(page);
  let id = 970;
  await page.route(/\/api\/v1\/tasks\?.*file_name/, (route) => { id += 1; return route.fulfill({ status: 202, json: queued(id, 1, 30) }); });
  await page.route(/\/thumbnail$/, (route) => route.fulfill({ contentType: 'image/png', body: sceneOfShapes(92, 56, 56) }));
  await page.reload();
  await visit(page, '#/');
  await dropFiles(page, [{ name: 'kept.png', content: sceneOfShapes(93) }, { name: 'stopped.png', content: sceneOfShapes(94) }]);
  await page.getByText('0 of 2 done').waitFor();
  await page.waitForFunction(() => document.querySelectorAll('.upload-row a').length === 2);
  await tell([['cancelled', { task: { ...queued(972, null, null), status: 'cancelled' } }]]);
  await page.getByText('0 of 2 done · 1 cancelled').waitFor();
  await tell([['done', { task: { ...queued(971, null, null), status: 'done', attempt: 1 } }]]);
  await page.getByText('1 done · 1 cancelled').waitFor();
});

test('a folder with a file that cannot be read comes in without it', async (t) => {
  const page = await stage.page(t);
  await page.evaluate((bytes) => {
    const file = (name) => ({ isFile: true, file: (take) => take(new File([Uint8Array.from(bytes)], name, { type: 'image/png' })) });
    const broken = { isFile: true, file: (take, refuse) => refuse(new DOMException('no', 'NotReadableError')) };
    const folder = (...children) => ({ isDirectory: true, createReader: () => ({ readEntries: (take) => take(children.splice(0)) }) });
    const closed = { isDirectory: true, createReader: () => ({ readEntries: (take, refuse) => refuse(new DOMException('no', 'SecurityError')) }) };
    const event = new Event('drop', { bubbles: true, cancelable: true });
    const entry = folder(file('first.png'), broken, folder(file('second.png'), closed));
    Object.defineProperty(event, 'dataTransfer', { value: { types: ['Files'], files: [], items: [{ webkitGetAsEntry: () => entry }] } });
    document.querySelector('.page').dispatchEvent(event);
  }, [...sceneOfShapes(99)]);
  await page.getByText('2 files or folders could not be read and were left out.').waitFor();
  await page.getByText('2 of 2 done').waitFor();
  assert.deepEqual(await page.locator('.upload-row .row-title').allInnerTexts(), ['second.png', 'first.png']);
});
