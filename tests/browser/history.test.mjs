// SPDX-License-Identifier: MIT
// Issue point 3: the list of everything, and its measurement.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { sceneOfShapes, plainPicture } from '../support/pictures.mjs';
import { eventually } from '../support/wait.mjs';
import { bounded, connected, inventEvents, setUp, visit } from './support/browser.mjs';
import { within } from './support/measure.mjs';

const stage = await setUp(after);
const tasks = [];
for (let seed = 20; seed < 28; seed += 1) {
  tasks.push(await stage.server.analysed(sceneOfShapes(seed, 160, 120), `list-${seed}.png`, seed === 22 ? '&note=the+blue+room' : ''));
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
  await page.getByLabel('Search notes').fill('list-22');
  await page.getByText('No note has these words').waitFor();
  await page.getByText('Notes are searched, not the names of files.').waitFor();
  await page.getByRole('button', { name: 'Reset filters' }).first().click();
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

test('what no filter can be is left out of the list and of the address', async (t) => {
  const page = await stage.page(t, { hash: '#/history?status=bogus&since=yesterday&class=&scene=none%27&q=blue' });
  await page.waitForFunction(() => document.querySelectorAll('.task-row').length === 1);
  assert.equal(new URL(page.url()).hash, '#/history?q=blue');
  await page.goto(`${stage.server.url}/#/models`);
  await page.goto(`${stage.server.url}/#/history?status=bogus`);
  await page.waitForFunction((count) => document.querySelectorAll('.task-row').length === count, tasks.length);
  assert.equal(new URL(page.url()).hash, '#/history');
});

test('the address of a result that is no number leads to nothing, without a question to the server', async (t) => {
  const page = await stage.page(t);
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  for (const hash of ['#/tasks/abc', '#/tasks/-1', '#/compare?a=1.5&b=']) {
    await visit(page, hash);
    await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
  }
  assert.deepEqual(asked.filter((url) => /NaN|abc|-1|1\.5/.test(url)), []);
});

test('the back button undoes a change of the filters, and the letters of one search are one step', async (t) => {
  const page = await stage.page(t, { hash: '#/history' });
  const rows = (count) => page.waitForFunction((wanted) => document.querySelectorAll('.task-row').length === wanted, count);
  await rows(tasks.length);
  await page.getByLabel('Status').selectOption('failed');
  await page.getByText('Nothing matches these filters').waitFor();
  await page.getByLabel('Status').selectOption('done');
  await rows(tasks.length);
  for (const text of ['b', 'blue', 'blue room']) {
    await page.getByLabel('Search').fill(text);
    await page.waitForURL((url) => new URLSearchParams(url.hash.split('?')[1]).get('q') === text);
  }
  await rows(1);
  await page.locator('.task-row').click({ position: { x: 500, y: 20 } });
  await page.getByRole('heading', { name: 'list-22.png' }).waitFor();
  await page.goBack();
  await rows(1);
  assert.equal(await page.getByLabel('Search').inputValue(), 'blue room');
  await page.goBack();
  await rows(tasks.length);
  assert.deepEqual([await page.getByLabel('Search').inputValue(), await page.getByLabel('Status').inputValue()], ['', 'done']);
  await page.goBack();
  await page.getByText('Nothing matches these filters').waitFor();
  assert.equal(await page.getByLabel('Status').inputValue(), 'failed');
  await page.goBack();
  await rows(tasks.length);
  assert.equal(await page.getByLabel('Status').inputValue(), '');
  await page.goForward();
  await page.getByText('Nothing matches these filters').waitFor();
  assert.match(page.url(), /#\/history\?status=failed$/);
});

test('a result that is done after younger ones takes its place among them', async (t) => {
  const page = await stage.page(t);
  const late = tasks[3];
  const withoutLate = async (route) => {
    const answer = await (await route.fetch()).json();
    return route.fulfill({ json: { ...answer, tasks: answer.tasks.filter(({ id }) => id !== late.id) } });
  };
  await page.route(/\/api\/v1\/tasks\?/, withoutLate);
  await visit(page, '#/history?status=done');
  await page.waitForFunction((count) => document.querySelectorAll('.task-row').length === count, tasks.length - 1);
  await connected(page);
  await page.unroute(/\/api\/v1\/tasks\?/);
  await stage.server.api('POST', `tasks/${late.id}/retry`);
  tasks[3] = await stage.server.finished(late.id);
  await page.locator('.task-row', { hasText: late.input.file_name }).waitFor();
  assert.deepEqual(await names(page), tasks.map((task) => task.input.file_name).reverse());
});

test('a list that was read before a picture was done does not undo that', async (t) => {
  const page = await stage.page(t, { hash: `#/tasks/${tasks[5].id}` });
  await page.waitForSelector('.scene-verdict');
  await page.route(/\/api\/v1\/tasks\?/, async (route) => {
    const answer = await (await route.fetch()).json();
    return route.fulfill({ json: { ...answer, tasks: answer.tasks.map((task) => ({ ...task, status: 'in progress', stage: 'detect', finished_at: null })) } });
  });
  await visit(page, '#/history');
  await page.locator('.task-row', { hasText: tasks[4].input.file_name }).getByText('In progress').waitFor();
  await page.locator('.task-row', { hasText: tasks[5].input.file_name }).getByText('Done').waitFor();
});

test('who leaves the list does not go on reading it, nor saving from it', async (t) => {
  const page = await stage.page(t);
  const never = () => new Promise(() => {});
  const leave = async (what) => {
    const given = page.waitForEvent('requestfailed', (request) => what.test(request.url()));
    await visit(page, '#/models');
    await given;
    await page.unroute(what);
  };
  await page.route(/\/tasks\?/, never);
  await visit(page, '#/history');
  await leave(/\/tasks\?/);
  await page.route(/\/result$/, never);
  await visit(page, '#/history');
  await page.locator('.task-row input').first().click();
  await page.getByRole('button', { name: 'Save as JSON' }).click();
  await leave(/\/result$/);
  assert.equal(await page.locator('.toast').count(), 0, 'nothing is said of it');
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

test('many are saved as one file', async (t) => {
  const page = await stage.page(t, { hash: '#/history' });
  await page.waitForFunction((count) => document.querySelectorAll('.task-row').length === count, tasks.length);
  await page.locator('.task-row').first().focus();
  await page.keyboard.press('Control+a');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save as JSON' }).click()]);
  assert.equal(download.suggestedFilename(), 'geond-results.json');
  const saved = JSON.parse(readFileSync(await download.path(), 'utf8'));
  const wanted = tasks.map(({ id, input, result }) => ({ task: id, ...result, image: { ...result.image, file: input.file_name } })).reverse();
  assert.deepEqual(saved, wanted, 'every result, as the list has them, with the name of its picture');
  assert.ok(saved.some(({ primitives }) => primitives.length > 0), 'the test has pictures with geons');
});

test('many are tried again', async (t) => {
  const page = await stage.page(t, { hash: '#/history' });
  await page.waitForFunction((count) => document.querySelectorAll('.task-row').length === count, tasks.length);
  await page.locator('.task-row input').nth(1).click();
  await page.locator('.task-row input').nth(2).click();
  assert.equal(await page.getByRole('button', { name: 'Stop' }).isDisabled(), true, 'nothing of it runs');
  await page.getByRole('button', { name: 'Analyse again' }).click();
  await page.getByRole('dialog').getByText('Analyse 2 finished results again?').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  assert.deepEqual(await Promise.all(tasks.map(async ({ id }) => (await stage.server.finished(id)).finished_at)), tasks.map((task) => task.finished_at));
  await page.getByRole('button', { name: 'Analyse again' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Analyse again' }).click();
  await page.getByText('2 queued again.').waitFor();
  const again = await Promise.all(tasks.map(({ id }) => stage.server.finished(id)));
  const changed = again.filter((task, index) => task.finished_at !== tasks[index].finished_at).map(({ id }) => id);
  assert.deepEqual(changed, [tasks.at(-3).id, tasks.at(-2).id]);
  assert.ok(again.every(({ status }) => status === 'done'));
  again.forEach((task, index) => { tasks[index] = task; });
});

test('many that are tried again are told by how many were taken, how many not and why', async (t) => {
  const page = await stage.page(t, { hash: '#/history' });
  await page.waitForFunction((count) => document.querySelectorAll('.task-row').length === count, tasks.length);
  const codes = [null, null, 'queue_share_full', 'queue_share_full', 'queue_share_full', 'model_unavailable', 'task_not_finished', 'task_not_found'];
  await page.route(/tasks\/bulk$/, (route) => route.fulfill({ json: { results: route.request().postDataJSON().ids.map((id, index) => (
    codes[index] ? { id, ok: false, error: { code: codes[index], detail: 'x' } } : { id, ok: true })) } }));
  const selected = () => page.locator('.task-row.selected').evaluateAll((rows) => rows.map((row) => Number(row.dataset.id)));
  for (let row = 0; row < codes.length; row += 1) await page.locator('.task-row input').nth(row).click();
  const order = tasks.map(({ id }) => id).reverse();
  assert.deepEqual(await selected(), order);
  await page.getByRole('button', { name: 'Analyse again' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Analyse again' }).click();
  const told = await page.locator('.toast p').innerText();
  assert.match(told, /^2 queued again\. Not queued: 3, since your share of the queue is full\./);
  assert.match(told, /Not possible for 1: their model is no longer loaded\. Not possible for 1: their state does not allow it\. Already deleted: 1\.$/);
  assert.deepEqual(await selected(), order.slice(2, 5), 'what lacked room can be tried again');
});

test('many are cancelled, and what cannot be cancelled is counted', async (t) => {
  await stage.server.restart(['--workers', '1']);
  // Pictures that keep the one worker busy for seconds, and two that wait behind them.
  const send = (content, name) => stage.server.api('POST', `tasks?file_name=${name}`, { body: content, headers: { 'Content-Type': 'application/octet-stream' } });
  const large = plainPicture(7000, 7000);
  const busy = [];
  for (let count = 0; count < 8; count += 1) busy.push(await send(large, `busy-${count}.png`));
  const waiting = [await send(sceneOfShapes(30, 160, 120), 'waits-1.png'), await send(sceneOfShapes(31, 160, 120), 'waits-2.png')];
  const page = await stage.page(t, { hash: '#/history' });
  // After the page has gone, which would complain that the server is away.
  t.after(async () => {
    for (const { id } of [...busy, ...waiting]) {
      await stage.server.finished(id);
      await stage.server.api('DELETE', `tasks/${id}`);
    }
    await stage.server.restart([]);
  });
  for (const name of ['waits-1.png', 'waits-2.png', tasks.at(-1).input.file_name]) await page.getByLabel(`Select ${name}`, { exact: true }).click();
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByText('2 stopped. Not possible for 1').waitFor();
  for (const { id } of waiting) {
    assert.equal((await stage.server.api('GET', `tasks/${id}`)).status, 'cancelled');
    await page.locator(`.task-row[data-id="${id}"]`).getByText('Stopped', { exact: true }).waitFor();
  }
  assert.equal((await stage.server.api('GET', `tasks/${tasks.at(-1).id}`)).status, 'done');
  await page.locator('.task-row', { hasText: 'waits-1.png' }).getByText('Stopped').first().waitFor();
});

test('many are deleted after a time in which that can be undone', async (t) => {
  const doomed = [await stage.server.analysed(sceneOfShapes(28, 160, 120), 'doomed-1.png'), await stage.server.analysed(sceneOfShapes(29, 160, 120), 'doomed-2.png')];
  const page = await stage.page(t, { hash: '#/history' });
  const rows = (count) => page.waitForFunction((wanted) => document.querySelectorAll('.task-row').length === wanted, count);
  await rows(tasks.length + 2);
  const erase = async () => {
    await page.locator('.task-row input').nth(0).click();
    await page.locator('.task-row input').nth(1).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await rows(tasks.length);
  };
  await erase();
  await page.getByRole('button', { name: 'Undo' }).click();
  await rows(tasks.length + 2);
  assert.equal(await page.evaluate(() => document.activeElement.dataset.id), String(doomed[1].id), 'the first of what came back has the focus');
  assert.equal((await stage.server.api('GET', 'tasks')).tasks.length, tasks.length + 2, 'the server was not told');
  await erase();
  await eventually(async () => assert.equal((await stage.server.api('GET', 'tasks')).tasks.length, tasks.length));
  await rows(tasks.length);
  for (const { id } of doomed) await assert.rejects(stage.server.api('GET', `tasks/${id}`), /404/);
});

test('what somebody else has deleted meanwhile does not come back to the list', async (t) => {
  const doomed = [await stage.server.analysed(sceneOfShapes(36, 160, 120), 'twice-deleted-1.png'), await stage.server.analysed(sceneOfShapes(37, 160, 120), 'twice-deleted-2.png')];
  const page = await stage.page(t, { hash: '#/nowhere' });
  // The page does not hear of it.
  await inventEvents(page);
  await page.reload();
  await visit(page, '#/history');
  await page.locator('.task-row input').nth(0).click();
  await page.locator('.task-row input').nth(1).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.locator('.task-row', { hasText: 'twice-deleted' }).first().waitFor({ state: 'detached' });
  await stage.server.api('DELETE', `tasks/${doomed[0].id}`);
  const answered = page.waitForResponse(/tasks\/bulk$/);
  await page.getByText('2 results deleted.').locator('..').getByRole('button', { name: 'Dismiss' }).click();
  const { results } = await (await answered).json();
  assert.equal(results.find(({ id }) => id === doomed[0].id).error.code, 'task_not_found');
  await page.evaluate(() => nextFrame());
  await page.evaluate(() => nextFrame());
  assert.equal(await page.locator('.task-row', { hasText: 'twice-deleted' }).count(), 0);
});

test('all rows that were read print one under the other', async (t) => {
  const page = await stage.page(t, { hash: '#/history', allowed: /404/ });
  const made = Array.from({ length: 120 }, (_, index) => ({ ...tasks[0], id: 100000 - index, result: undefined, input: { ...tasks[0].input, file_name: `printed-${index}.png` } }));
  await page.route(/\/api\/v1\/tasks\?/, (route) => route.fulfill({ json: { tasks: made, next_cursor: null } }));
  await page.reload();
  await page.locator('.task-row').first().waitFor();
  assert.ok(await page.locator('.task-row').count() < 40);
  await page.evaluate(() => {
    addEventListener('beforeprint', () => { globalThis.onPaper = document.querySelectorAll('.task-row').length; });
  });
  const pdf = await bounded(page.pdf({ path: path.resolve(import.meta.dirname, 'artefacts/print-list.pdf'), format: 'A4', preferCSSPageSize: true }), 'printing');
  assert.equal(await page.evaluate(() => globalThis.onPaper), 120);
  const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g).length;
  assert.ok(pages >= 7 && pages <= 12, `120 rows of 2 cm take ${pages} pages`);
  await page.waitForFunction(() => document.querySelectorAll('.task-row').length < 40);
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  const [first, second] = await page.locator('.task-row').evaluateAll((rows) => rows.slice(0, 2).map((row) => row.getBoundingClientRect().bottom));
  assert.ok(second > first + 20, 'each below the one before');
});

test('10,000 tasks scroll smoothly within 150 MB', async (t) => {
  const page = await stage.page(t);
  await inventTenThousand(page);
  await visit(page, '#/history');
  await page.waitForSelector('.task-row');
  await page.evaluate(scrollToTheEnd);
  assert.equal(await page.locator('.tasks').getAttribute('aria-rowcount'), '10000');
  assert.ok(await page.locator('.task-row').count() < 60, 'only rows in sight exist');
  await page.getByText('many-9999.png').waitFor();
  const memory = await memoryOf(page);
  const told = Object.entries(memory).map(([what, size]) => `${what} ${size.toFixed(0)} MB`).join(', ');
  t.diagnostic(`10,000 tasks: ${told}`);
  assert.ok(memory.private + memory.shared > memory.heap && memory.private + memory.shared < 150, told);
  // The middle one of many steps: fetching thumbnails and collecting garbage now and then is no fault.
  await within(t, 'a step of scrolling', 60, () => page.evaluate(stepOfScrolling));
});

test('the way back from a result leads to the row that was left', async (t) => {
  const page = await stage.page(t, { allowed: /404/ });
  await inventTenThousand(page);
  await visit(page, '#/history');
  await page.waitForSelector('.task-row');
  for (const name of ['many-199.png', 'many-320.png']) {
    await page.evaluate(async (wanted) => {
      while (![...document.querySelectorAll('.row-title')].some((title) => title.textContent === wanted)) {
        scrollBy(0, 400);
        await nextFrame();
      }
    }, name);
  }
  const link = page.getByRole('link', { name: 'many-320.png' });
  await link.scrollIntoViewIfNeeded();
  const before = await page.evaluate(() => scrollY);
  await link.click();
  await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
  await page.goBack();
  await link.waitFor();
  assert.equal(await page.evaluate(() => scrollY), before);
  assert.equal(await page.evaluate(() => document.activeElement.querySelector('.row-title')?.textContent), 'many-320.png');
  await page.getByRole('link', { name: 'History' }).click();
  await page.evaluate(() => { location.hash = '#/models'; });
  await page.waitForSelector('.model');
  await page.getByRole('link', { name: 'History' }).click();
  await page.getByText('many-0.png').waitFor();
  assert.equal(await page.evaluate(() => scrollY), 0, 'who goes there anew begins at the top');
});

/** Has the page see a list of 10,000, whose thumbnails are all one small picture. */
async function inventTenThousand(page) {
  const { result, ...plain } = tasks[0];
  const small = await (await fetch(`${stage.server.url}/api/v1/tasks/${plain.id}/thumbnail`, { headers: { Authorization: `Bearer ${stage.server.key}` } })).arrayBuffer();
  await page.route(/\/thumbnail$/, (route) => route.fulfill({ contentType: 'image/jpeg', body: Buffer.from(small) }));
  await page.route(/\/api\/v1\/tasks\?/, (route) => {
    const query = new URL(route.request().url()).searchParams;
    const from = Number(query.get('cursor') ?? 0);
    const limit = Number(query.get('limit') ?? 50);
    const list = Array.from({ length: limit }, (_, index) => ({ ...plain, id: 20_000 - from - index, input: { ...plain.input, file_name: `many-${from + index}.png` } }));
    return route.fulfill({ json: { tasks: list, next_cursor: from + limit < 10_000 ? String(from + limit) : null } });
  });
}

/** Runs in the page: scrolls on until there is no more, for at most three minutes. */
async function scrollToTheEnd() {
  const end = Date.now() + 180_000;
  while (document.querySelector('.tasks').getAttribute('aria-rowcount') === '-1' && Date.now() < end) {
    scrollTo(0, document.documentElement.scrollHeight);
    await nextFrame();
  }
  scrollTo(0, document.documentElement.scrollHeight);
}

/** Runs in the page: milliseconds that a step of scrolling and two frames take, and two frames alone. */
async function stepOfScrolling() {
  const twoFrames = async () => {
    const begun = performance.now();
    await nextFrame();
    await nextFrame();
    return performance.now() - begun;
  };
  const steps = [];
  const bare = [];
  for (let at = 0; at < 30; at += 1) {
    bare.push(await twoFrames());
    scrollTo(0, 5000 + at * 700);
    steps.push(await twoFrames());
  }
  const middle = (list) => list.sort((a, b) => a - b)[list.length >> 1];
  return { figure: middle(steps), bare: middle(bare) };
}

/**
 * Megabytes of the page's process when its garbage is gone: its heap, all that is private to it (of which the
 * heap is a part; what Chromium's task manager shows), what it shares with the compositor, and the program's
 * own code by the process's share of it.
 */
async function memoryOf(page) {
  const session = await page.context().newCDPSession(page);
  const ask = (method, from = session) => bounded(from.send(method), method);
  await ask('HeapProfiler.collectGarbage');
  await ask('Performance.enable');
  const { metrics } = await ask('Performance.getMetrics');
  const heap = metrics.find(({ name }) => name === 'JSHeapUsedSize').value / 1e6;
  const { processInfo } = await ask('SystemInfo.getProcessInfo', await stage.browser.newBrowserCDPSession());
  const parts = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => {
    const text = readFileSync(`/proc/${id}/smaps_rollup`, 'utf8');
    const size = (name) => (Number(text.match(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm'))[1]) * 1024) / 1e6;
    return { private: size('Pss_Anon'), shared: size('Pss_Shmem'), code: size('Pss_File') };
  });
  // Chromium keeps a spare process beside the page's.
  return { heap, ...parts.reduce((most, part) => (part.private > most.private ? part : most)) };
}

test('a date that is typed is one step for the back button', async (t) => {
  const page = await stage.page(t, { hash: '#/models' });
  await page.waitForSelector('.model');
  await page.getByRole('link', { name: 'History' }).click();
  await page.waitForSelector('.task-row');
  const before = await page.evaluate(() => history.length);
  const from = page.getByLabel('From');
  await from.focus();
  await page.keyboard.type('02022', { delay: 20 });
  // Somebody who is slow has typed the year 2 by now.
  await page.waitForURL(/since=0002-02-02/);
  await page.keyboard.type('026', { delay: 20 });
  await page.waitForURL(/since=2026-02-02/);
  assert.equal(await page.evaluate(() => history.length) - before, 1);
  await from.blur();
  await page.getByLabel('To', { exact: true }).fill('2020-01-01');
  await page.getByText('Nothing matches these filters').waitFor();
  assert.equal(await page.evaluate(() => history.length) - before, 2);
  await page.goBack();
  await page.waitForURL((url) => url.hash === '#/history?since=2026-02-02');
  await page.goBack();
  await page.waitForURL((url) => url.hash === '#/history');
});

test('days that no task can lie between are told of', async (t) => {
  const page = await stage.page(t, { hash: '#/history?since=2026-03-02&until=2026-03-01' });
  await page.getByText('From is later than To').waitFor();
  assert.deepEqual(await page.locator('.filters [aria-invalid=true]').evaluateAll((fields) => fields.map(({ name }) => name)), ['since', 'until']);
  await page.getByLabel('To', { exact: true }).fill('2026-03-02');
  await page.getByText('From is later than To').waitFor({ state: 'detached' });
  assert.equal(await page.locator('.filters [aria-invalid=true]').count(), 0);
});

for (const locale of ['en-GB', 'ru-RU']) {
  test(`what can be done with the selected is one row on the smallest screen, and old tasks have room for their names (${locale})`, async (t) => {
    const page = await stage.page(t, { viewport: { width: 320, height: 640 }, locale, hash: '#/nowhere' });
    await page.route(/\/api\/v1\/tasks\?/, async (route) => {
      const answer = await (await route.fetch()).json();
      // The day is written with the time, where it is not today's.
      await route.fulfill({ json: { ...answer, tasks: answer.tasks.map((task) => ({ ...task, created_at: '2020-11-16T12:58:00.000Z' })) } });
    });
    await visit(page, '#/history');
    await page.locator('.task-row input').first().click();
    const tops = await page.locator('.selection-bar button').evaluateAll((buttons) => buttons.map((button) => Math.round(button.getBoundingClientRect().top)));
    assert.equal(new Set(tops).size, 1, tops.join());
    const width = await page.locator('.row-title').first().evaluate((title) => title.clientWidth);
    assert.ok(width >= 80, `${width} px for a name`);
  });
}

test('a page of the list that could not be read is said to be missing, and comes when it can', async (t) => {
  const page = await stage.page(t, { allowed: /404|ERR_|Failed to load/ });
  await inventTenThousand(page);
  let away = true;
  await page.route(/\/api\/v1\/tasks\?.*cursor/, (route) => (away ? route.abort('connectionreset') : route.fallback()));
  await visit(page, '#/history');
  await page.waitForSelector('.task-row');
  const toTheEnd = () => page.evaluate(async () => {
    for (let turn = 0; turn < 10; turn += 1) {
      scrollTo(0, document.documentElement.scrollHeight);
      await nextFrame();
    }
  });
  await toTheEnd();
  const unread = page.getByRole('alert').filter({ hasText: 'The rest of the list could not be read.' });
  await unread.waitFor();
  await stage.screenshot(page, 'history-unread');
  assert.equal(await page.locator('.page-head p').innerText(), '200 results+');
  assert.equal(await page.locator('.tasks').getAttribute('aria-rowcount'), '-1');
  away = false;
  await unread.getByRole('button', { name: 'Try again' }).click();
  await page.waitForFunction(() => document.querySelector('.page-head p').textContent !== '200 results+');
  await page.waitForFunction(() => document.querySelector('.list-unread').hidden);
});

test('who comes back to the list finds everything that came meanwhile', async (t) => {
  const page = await stage.page(t);
  await visit(page, '#/history');
  await page.waitForFunction((count) => document.querySelectorAll('.task-row').length >= count, 1);
  const before = (await stage.server.api('GET', 'tasks?limit=200')).tasks.length;
  await visit(page, '#/models');
  const { result, ...plain } = tasks[0];
  const known = (await stage.server.api('GET', 'tasks?limit=200')).tasks;
  const invented = [...Array.from({ length: 240 }, (_, index) => ({ ...plain, id: 30_240 - index, input: { ...plain.input, file_name: `meanwhile-${index}.png` } })), ...known];
  await page.route(/\/thumbnail$/, (route) => route.fulfill({ contentType: 'image/png', body: sceneOfShapes(20, 56, 56) }));
  await page.route(/\/api\/v1\/tasks\?/, (route) => {
    const query = new URL(route.request().url()).searchParams;
    const from = Number(query.get('cursor') ?? 0);
    const limit = Number(query.get('limit') ?? 50);
    return route.fulfill({ json: { tasks: invented.slice(from, from + limit), next_cursor: from + limit < invented.length ? String(from + limit) : null } });
  });
  await page.goBack();
  await page.getByText(`${240 + before} results`, { exact: true }).waitFor();
});
