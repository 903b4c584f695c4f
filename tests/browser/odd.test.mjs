// SPDX-License-Identifier: MIT
// What is rare but happens: text on the clipboard with a picture, answers that are not geond's, files that are missing.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sceneOfShapes } from '../support/pictures.mjs';
import { eventually } from '../support/wait.mjs';
import { connected, dropFiles, inventEvents, setUp, visit } from './support/browser.mjs';

const stage = await setUp(after);

/** Pastes what office programs copy: text, its markup and a picture of it. @returns whether the page took it */
const pasteCells = (page, selector, types = ['text/plain', 'text/html']) => page.evaluate(({ place, texts, bytes }) => {
  const data = new DataTransfer();
  for (const type of texts) data.setData(type, 'Cell A1');
  data.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], 'image.png', { type: 'image/png' }));
  return !document.querySelector(place).dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
}, { place: selector, texts: types, bytes: Buffer.from(sceneOfShapes(621)).toString('base64') });

test('text that comes with a picture of it is pasted as text, and sent nowhere', async (t) => {
  const page = await stage.page(t, { hash: '#/history' });
  assert.equal(await pasteCells(page, 'input[name=q]'), false);
  assert.equal(await pasteCells(page, 'h1'), false);
  assert.equal(await pasteCells(page, 'input[name=q]', ['text/plain']), false);
  assert.ok(page.url().endsWith('#/history'), page.url());
  // File managers put a file's name beside it.
  assert.equal(await pasteCells(page, 'h1', ['text/plain']), true);
});

const refusal = (status, code) => ({ status, contentType: 'application/problem+json',
  body: JSON.stringify({ status, code, title: 'x', detail: 'English words', type: 'about:blank', request_id: 'abc' }) });

async function refuseUploads(page, answer) {
  await page.route(/\/api\/v1\/tasks\?/, (route) => (route.request().method() === 'POST' ? route.fulfill(answer) : route.continue()));
}

test('a page in place of an answer is taken for a network that wants a sign-in, and the picture is sent later', async (t) => {
  const page = await stage.page(t);
  await connected(page);
  await refuseUploads(page, { status: 200, contentType: 'text/html', body: '<html>Welcome to our network</html>' });
  await dropFiles(page, [{ name: 'portal-a.png', content: sceneOfShapes(622) }, { name: 'portal-b.png', content: sceneOfShapes(623) }]);
  await page.getByText('sign-in page of your network').first().waitFor();
  await page.unrouteAll();
  await page.getByText('2 of 2 done').waitFor();
});

test('refusals are told in the language of the page', async (t) => {
  const page = await stage.page(t, { locale: 'ru-RU', allowed: /4\d\d/ });
  for (const [status, code, text] of [[400, 'bad_target', 'Сервер не понял'], [409, 'x', 'не согласуется'], [410, 'task_removed', 'тем временем удалили']]) {
    await refuseUploads(page, refusal(status, code));
    await dropFiles(page, [{ name: `${status}-a.png`, content: sceneOfShapes(status) }, { name: `${status}-b.png`, content: sceneOfShapes(status + 1) }]);
    await page.getByText(text).first().waitFor();
    await page.unrouteAll();
  }
  assert.equal(await page.getByText('English words').count(), 0);
  // What the server remembers under a key it would refuse for ever.
  for (const name of ['a', 'b']) await page.getByRole('button', { name: `Повторить: 410-${name}.png` }).click();
  await page.locator('.upload-row', { hasText: '410-a.png' }).getByText('Найден').waitFor();
});

test('a language that another version of the server does not have under this name asks for a reload', async (t) => {
  const page = await stage.page(t, { allowed: /404/ });
  await page.route(/\/js\/(i18n\/ru|api\/parts)\.js$/, (route) => route.fulfill({ status: 404, body: '' }));
  await page.getByRole('button', { name: 'Русский' }).click();
  await page.getByText('geond was updated').waitFor();
});

test('a page of which a script is missing says so', async (t) => {
  const page = await stage.page(t, { allowed: /404|ERR_/ });
  const blank = await page.context().newPage();
  await blank.clock.install();
  await blank.route(/dialogs\.js$/, (route) => route.abort());
  await blank.goto(stage.server.url);
  await blank.getByText('The page is still not here').waitFor({ timeout: 30_000 });
});

test('boxes go while a picture is worked on again', async (t) => {
  const task = await stage.server.analysed(sceneOfShapes(625), 'again.png');
  const page = await stage.page(t, { hash: '#/models' });
  const tell = await inventEvents(page);
  await page.goto(`${stage.server.url}/#/tasks/${task.id}`);
  await page.reload();
  await page.locator('.box').first().waitFor({ state: 'attached' });
  await tell([['queued', { task: { ...task, result: undefined, status: 'queued' } }]]);
  await page.locator('.box').first().waitFor({ state: 'detached' });
});

test('a dialog goes with the view that it was opened over', async (t) => {
  const task = await stage.server.analysed(sceneOfShapes(626), 'left-behind.png');
  const page = await stage.page(t, { hash: '#/history' });
  await visit(page, `#/tasks/${task.id}`);
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.getByRole('dialog').waitFor();
  await page.goBack();
  await page.getByRole('heading', { name: 'History' }).waitFor();
  assert.equal(await page.getByRole('dialog').count(), 0);
});

test('an empty note is not printed', async (t) => {
  const task = await stage.server.analysed(sceneOfShapes(624), 'printed.png');
  const page = await stage.page(t, { hash: `#/tasks/${task.id}` });
  await page.getByLabel('Note').waitFor();
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.locator('.note').isVisible(), false);
  await page.emulateMedia({ media: 'screen' });
  await page.getByLabel('Note').fill('to be printed');
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.locator('.note').isVisible(), true);
  await eventually(async () => assert.equal((await stage.server.api('GET', `tasks/${task.id}`)).note, 'to be printed'));
});
