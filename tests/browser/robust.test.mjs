// SPDX-License-Identifier: MIT
// Issue point 9: two tabs, restarts, a line that breaks, refusals in words.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sceneOfShapes } from '../support/pictures.mjs';
import { connected, dropFiles, setUp, visit } from './support/browser.mjs';

const stage = await setUp(after);

test('two tabs agree, and hold one event stream between them', async (t) => {
  const one = await stage.page(t, { hash: '#/history' });
  let streams = 0;
  one.context().on('request', (request) => { if (request.url().endsWith('/events')) streams += 1; });
  await connected(one);
  const two = await stage.tab(one, '#/history');
  await connected(two);
  const task = await stage.server.analysed(sceneOfShapes(61), 'seen-by-both.png');
  for (const page of [one, two]) await page.locator('.task-row', { hasText: 'seen-by-both.png' }).getByText('Done').waitFor();
  assert.equal(streams, 0, 'the second tab opened none');
  await one.close();
  await stage.server.analysed(sceneOfShapes(62), 'after-the-first-left.png');
  await two.locator('.task-row', { hasText: 'after-the-first-left.png' }).waitFor();
  await stage.server.api('DELETE', `tasks/${task.id}`);
  await two.locator('.task-row', { hasText: 'seen-by-both.png' }).waitFor({ state: 'detached' });
});

test('a server that restarts in the middle: the page says so, reconnects, and shows what happened', async (t) => {
  const page = await stage.page(t, { hash: '#/history', allowed: /ERR_|Failed to load/ });
  await connected(page);
  await stage.server.stop();
  await page.getByText('The server does not answer').waitFor();
  await stage.screenshot(page, 'server-gone');
  await stage.server.again();
  await stage.server.analysed(sceneOfShapes(63), 'meanwhile.png');
  await page.getByText('The server was restarted').waitFor();
  await page.locator('.task-row', { hasText: 'meanwhile.png' }).waitFor();
  await page.locator('.banner').waitFor({ state: 'detached' });
});

test('pictures dropped while the line is broken are sent when it is back', async (t) => {
  const page = await stage.page(t, { allowed: /ERR_|Failed to load/ });
  await connected(page);
  await page.context().setOffline(true);
  await dropFiles(page, [{ name: 'offline-a.png', content: sceneOfShapes(64) }, { name: 'offline-b.png', content: sceneOfShapes(65) }]);
  await page.getByText('The server cannot be reached').first().waitFor();
  await page.context().setOffline(false);
  await page.getByText('2 of 2 done').waitFor();
  assert.deepEqual(await namesBeginningWith('offline-'), ['offline-a.png', 'offline-b.png']);
});

test('a picture whose answer was lost on the way is sent again and is still one task', async (t) => {
  const page = await stage.page(t, { allowed: /ERR_|Failed to load/ });
  const keys = [];
  await page.route(/\/api\/v1\/tasks\?/, async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    keys.push(route.request().headers()['idempotency-key']);
    if (keys.length > 2) return route.continue();
    // The server has taken it, but the page never hears so.
    const answer = await route.fetch();
    assert.equal(answer.status(), 202);
    return route.abort('connectionreset');
  });
  await dropFiles(page, [{ name: 'lost-a.png', content: sceneOfShapes(71) }, { name: 'lost-b.png', content: sceneOfShapes(72) }]);
  await page.getByText('2 of 2 done').waitFor();
  assert.equal(keys.length, 4, 'each was sent twice');
  assert.equal(new Set(keys).size, 2, 'under the same key');
  assert.deepEqual(await namesBeginningWith('lost-'), ['lost-a.png', 'lost-b.png']);
});

async function namesBeginningWith(start) {
  const { tasks } = await stage.server.api('GET', 'tasks');
  return tasks.map((task) => task.input.file_name).filter((name) => name.startsWith(start)).sort();
}

for (const [status, code, words] of [
  [413, 'body_too_large', 'This is larger than the server takes'], [507, 'storage_full', 'disk is full'], [415, 'unsupported_image', 'neither a JPEG nor a PNG'],
]) {
  test(`a ${status} is a sentence`, async (t) => {
    const page = await stage.page(t, { allowed: new RegExp(`${status}`) });
    await page.route(/\/api\/v1\/tasks\?/, (route) => (route.request().method() === 'POST'
      ? route.fulfill({ status, contentType: 'application/problem+json', body: JSON.stringify({ type: 'about:blank', title: 'x', status, detail: 'x', code, request_id: 'r' }) }) : route.continue()));
    await dropFiles(page, [{ name: 'refused-1.png', content: sceneOfShapes(66) }, { name: 'refused-2.png', content: sceneOfShapes(67) }]);
    await page.getByText(words).first().waitFor();
    assert.equal(await page.getByRole('button', { name: /Try again: refused-1/ }).count(), 1);
  });
}

for (const [status, code, words] of [[429, 'too_many_attempts', 'The server is busy'], [503, 'queue_full', 'The queue of the server is full']]) {
  test(`a ${status} is waited for and then goes through`, async (t) => {
    const page = await stage.page(t, { allowed: new RegExp(`${status}`) });
    let refused = 0;
    await page.route(/\/api\/v1\/tasks\?/, (route) => {
      if (route.request().method() !== 'POST' || refused >= 2) return route.continue();
      refused += 1;
      return route.fulfill({ status, contentType: 'application/problem+json', headers: { 'Retry-After': '1' }, body: JSON.stringify({ type: 'about:blank', title: 'x', status, detail: 'x', code, request_id: 'r' }) });
    });
    await dropFiles(page, [{ name: `busy-${status}-1.png`, content: sceneOfShapes(68) }, { name: `busy-${status}-2.png`, content: sceneOfShapes(69) }]);
    await page.getByText(words).first().waitFor();
    await page.getByText('2 of 2 done').waitFor();
  });
}

test('who is offline is told so, and what happened meanwhile comes when the network is back', async (t) => {
  const page = await stage.page(t, { hash: '#/history', allowed: /ERR_|Failed to load/ });
  await connected(page);
  const switchTo = async (name) => {
    await page.getByRole('button', { name }).click();
    await page.waitForFunction((language) => document.querySelector('[data-part=language]').title === language, name === 'English' ? 'Русский' : 'English');
  };
  await switchTo('Русский');
  await switchTo('English');
  await page.context().setOffline(true);
  await page.getByText('You are offline').waitFor();
  await stage.screenshot(page, 'offline');
  await switchTo('Русский');
  await page.getByText('Нет сети').waitFor();
  await switchTo('English');
  await stage.server.analysed(sceneOfShapes(73), 'while-offline.png');
  await page.context().setOffline(false);
  await page.getByText('Connected again').waitFor();
  await page.locator('.task-row', { hasText: 'while-offline.png' }).waitFor();
});

test('a refusal outside of uploads is a sentence, too', async (t) => {
  const page = await stage.page(t, { allowed: /429|503/ });
  await page.route(/\/api\/v1\/tasks\?/, (route) => route.fulfill({ status: 503, headers: { 'Retry-After': '3' }, contentType: 'application/problem+json', body: '{"status":503,"code":"x","detail":"x","title":"x","type":"about:blank","request_id":"r"}' }));
  await visit(page, '#/history');
  await page.getByText('The server is busy. Try again in 3 seconds.').waitFor();
  assert.equal(await page.getByText('Nothing here yet').count(), 0, 'what could not be read is not said to be empty');
  await stage.server.analysed(sceneOfShapes(74), 'readable-again.png');
  await page.unroute(/\/api\/v1\/tasks\?/);
  await page.locator('main').getByRole('button', { name: 'Try again' }).click();
  await page.waitForSelector('.task-row');
});

test('a session that cannot be restored at the start is not taken for none, and can be tried again', async (t) => {
  const page = await stage.page(t, { allowed: /503/ });
  await page.route(/\/users\/me$/, (route) => route.fulfill({ status: 503, headers: { 'Retry-After': '3' }, contentType: 'application/problem+json', body: '{"status":503,"code":"x","detail":"x","title":"x","type":"about:blank","request_id":"r"}' }));
  await page.reload();
  await page.getByText('The server is busy. Try again in 3 seconds.').waitFor();
  await page.getByRole('button', { name: 'Русский' }).click();
  await page.getByText('Сервер занят.').waitFor();
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.waitForFunction(() => document.activeElement.tagName === 'H1');
  assert.equal(await page.getByLabel('Password').count(), 0);
  await page.unroute(/\/users\/me$/);
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.waitForSelector('.drop-zone');
});

test('file names and notes of markup are shown as text', async (t) => {
  const name = '<img src=x onerror=alert(1)>.png';
  await stage.server.analysed(sceneOfShapes(70), name, `&note=${encodeURIComponent('<script>alert(2)</script>')}`);
  const page = await stage.page(t, { hash: '#/history' });
  page.on('dialog', () => assert.fail('a script ran'));
  await page.locator('.row-title', { hasText: name }).waitFor();
  await page.locator('.row-note', { hasText: '<script>alert(2)</script>' }).waitFor();
  await page.locator('.row-title', { hasText: name }).click();
  await page.getByRole('heading', { name }).waitFor();
});

test('a file name that is written to be misread is shown as it is', async (t) => {
  const name = 'harmless-\u202egnp.exe';
  const { id } = await stage.server.analysed(sceneOfShapes(77), name);
  const page = await stage.page(t, { hash: '#/history' });
  const shown = 'harmless-‹U+202E›gnp.exe';
  assert.equal(await page.locator('.row-title', { hasText: 'harmless' }).innerText(), shown);
  await visit(page, `#/tasks/${id}`);
  await page.getByRole('heading', { name: shown }).waitFor();
  assert.equal(await page.title(), `${shown} · geond`);
  await page.waitForSelector('.scene-verdict');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Result, JSON' }).click()]);
  assert.equal(download.suggestedFilename(), 'harmless-gnp.json');
  await visit(page, '#/');
  await page.locator('.card-title', { hasText: shown }).waitFor();
});

test('signing out in one tab signs out the other', async (t) => {
  const one = await stage.page(t, { signedIn: false, allowed: /401/ });
  await one.getByLabel('Name').first().fill(stage.server.name);
  await one.getByLabel('Password').first().fill(stage.server.password);
  await one.keyboard.press('Enter');
  await one.waitForSelector('.drop-zone');
  const two = await stage.tab(one, '#/history');
  await two.getByRole('heading', { name: 'History' }).waitFor();
  await one.getByRole('button', { name: /Menu of/ }).click();
  await one.getByRole('button', { name: 'Sign out' }).click();
  await two.getByRole('heading', { name: 'Sign in' }).waitFor();
});

test('a view that was never opened is there when the server is away', async (t) => {
  await stage.server.analysed(sceneOfShapes(76), 'there-before.png');
  const page = await stage.page(t, { allowed: /ERR_|Failed to load/ });
  await connected(page);
  await page.waitForFunction(() => ['history', 'virtual_list', 'selection'].every((module) => performance.getEntriesByType('resource').some(({ name, responseEnd }) => responseEnd > 0 && name.endsWith(`/${module}.js`))));
  await stage.server.stop();
  await page.getByText('The server does not answer').waitFor();
  await visit(page, '#/history');
  await page.getByText('This is shown as soon as it is back').waitFor();
  assert.equal(await page.locator('.toast').count(), 0, 'what the banner says is said once');
  await stage.server.again();
  await page.locator('.task-row').first().waitFor();
});

test('the first view, opened offline, fills itself when the network is back', async (t) => {
  await stage.server.analysed(sceneOfShapes(78), 'recent.png');
  const page = await stage.page(t, { hash: '#/account', allowed: /ERR_|Failed to load/ });
  await connected(page);
  await page.context().setOffline(true);
  await page.getByText('You are offline').waitFor();
  await visit(page, '#/');
  await page.waitForSelector('.drop-zone');
  await page.context().setOffline(false);
  await page.locator('.card', { hasText: 'recent.png' }).waitFor();
  await page.locator('.settings summary').click();
  await page.getByLabel('Detector').waitFor();
  assert.equal(await page.locator('.toast-error').count(), 0);
});

test('a view that cannot be fetched waits for the server, and says so without addresses', async (t) => {
  const page = await stage.page(t, { signedIn: false, allowed: /ERR_|Failed to load/ });
  // Nothing is fetched ahead here.
  await page.addInitScript(() => { globalThis.requestIdleCallback = () => {}; });
  await stage.signIn(page.context());
  await page.reload();
  await page.waitForSelector('.drop-zone');
  await connected(page);
  await stage.server.stop();
  await page.getByText('The server does not answer').waitFor();
  await visit(page, '#/models');
  await page.locator('main').getByText('This is shown as soon as it is back').waitFor();
  assert.doesNotMatch(await page.locator('body').innerText(), /\.js|http:/);
  await stage.server.again();
  await page.getByRole('heading', { name: 'Dictionary of geons' }).waitFor();
});

test('a page whose server was upgraded asks to be read anew', async (t) => {
  const page = await stage.page(t, { signedIn: false, allowed: /404|Failed to load/ });
  await page.addInitScript(() => { globalThis.requestIdleCallback = () => {}; });
  await stage.signIn(page.context());
  await page.reload();
  await page.waitForSelector('.drop-zone');
  await page.route(/\/v\/[^/]+\/js\//, (route) => route.fulfill({ status: 404, body: '' }));
  await visit(page, '#/models');
  await page.getByText('geond was updated. Reload the page to go on.').waitFor();
  await page.unroute(/\/v\/[^/]+\/js\//);
  await page.getByRole('button', { name: 'Reload' }).click();
  await page.getByRole('heading', { name: 'Dictionary of geons' }).waitFor();
});

test('a click on a slow line is heard: a bar runs, and the old view cannot be used', async (t) => {
  const { id } = await stage.server.analysed(sceneOfShapes(75), 'slow-line.png');
  const page = await stage.page(t, { hash: '#/history' });
  await page.locator('.task-row').first().waitFor();
  let go = () => {};
  const told = new Promise((resolve) => { go = resolve; });
  await page.route(new RegExp(`/api/v1/tasks/${id}$`), async (route) => { await told; await route.continue(); });
  await page.getByRole('link', { name: 'slow-line.png' }).click();
  await page.waitForSelector('main[aria-busy=true] > [inert]');
  await stage.screenshot(page, 'slow-line');
  go();
  await page.getByRole('heading', { name: 'slow-line.png' }).waitFor();
  assert.equal(await page.locator('main[aria-busy=true], main > [inert]').count(), 0);
  assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H1');
});
