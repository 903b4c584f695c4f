// SPDX-License-Identifier: MIT
// A task as a whole, beside its result: its neighbours, its note, its end.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sceneOfShapes } from '../support/pictures.mjs';
import { eventually } from '../support/wait.mjs';
import { connected, inventEvents, setUp, visit } from './support/browser.mjs';

const stage = await setUp(after);
const task = await stage.server.analysed(sceneOfShapes(11), 'room.png');

test('keys lead through the results, in any keyboard layout', async (t) => {
  const older = await stage.server.analysed(sceneOfShapes(13), 'older.png');
  const newer = await stage.server.analysed(sceneOfShapes(14), 'newer.png');
  const page = await stage.page(t, { hash: `#/tasks/${newer.id}` });
  await page.waitForSelector('.scene-verdict');
  await page.keyboard.press('j');
  await page.waitForURL(new RegExp(`#/tasks/${older.id}$`));
  await page.getByRole('heading', { name: 'older.png' }).waitFor();
  // The same key while Russian is typed.
  await page.evaluate(() => document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'л', code: 'KeyK', bubbles: true })));
  await page.getByRole('heading', { name: 'newer.png' }).waitFor();
});

test('keys lead through all pictures of one form, which were made in the same moment', async (t) => {
  const before = await stage.server.analysed(sceneOfShapes(18), 'before-form.png');
  const form = new FormData();
  for (let index = 0; index < 8; index += 1) form.append('image_file', new Blob([sceneOfShapes(400 + index, 64, 48)]), `form-${index}.png`);
  const answer = await fetch(`${stage.server.url}/api/v1/tasks`, { method: 'POST', body: form, headers: { Authorization: `Bearer ${stage.server.key}` } });
  const together = await answer.json();
  for (const { id } of together) await stage.server.finished(id);
  assert.equal(new Set(together.map((one) => one.created_at)).size, 1);
  const order = [before, ...together].map(({ id }) => id).sort((a, b) => a - b);
  const page = await stage.page(t, { hash: `#/tasks/${order.at(-1)}` });
  for (const [key, ids] of [['j', order.slice(0, -1).reverse()], ['k', order.slice(1)]]) {
    for (const id of ids) {
      await page.waitForSelector('.scene-verdict');
      await page.keyboard.press(key);
      await page.waitForFunction((path) => document.querySelector('main').dataset.path === path, `/tasks/${id}`);
    }
  }
});

test('a note is saved as it is typed and shown as text, whatever it says', async (t) => {
  const page = await stage.page(t, { hash: `#/tasks/${task.id}` });
  const hostile = '<img src=x onerror="document.title=1"> my note';
  await page.getByLabel('Note').fill(hostile);
  await page.getByText('Saved', { exact: true }).waitFor();
  assert.equal((await stage.server.api('GET', `tasks/${task.id}`)).note, hostile);
  await page.goto(`${stage.server.url}/#/history`);
  await page.locator('.row-note', { hasText: hostile }).waitFor();
  assert.equal(await page.locator('.row-note img').count(), 0);
});

const changeNote = (id, note) => stage.server.api('PATCH', `tasks/${id}`, { headers: { 'Content-Type': 'application/json' }, body: { note } });
const showsNote = (page, note) => page.waitForFunction((wanted) => document.querySelector('.note').value === wanted, note);
const seeAgain = (page) => page.evaluate(() => { document.dispatchEvent(new Event('visibilitychange')); });

test('a note that was changed elsewhere is shown, but not over what is being typed', async (t) => {
  const noted = await stage.server.analysed(sceneOfShapes(19), 'noted.png');
  const page = await stage.page(t, { hash: `#/tasks/${noted.id}` });
  await connected(page);
  const other = await stage.tab(page, `#/tasks/${noted.id}`);
  const field = page.getByLabel('Note');
  // Who leaves a tab with the cursor in the note comes back to it there.
  await field.focus();
  await changeNote(noted.id, 'from another tab');
  await showsNote(page, 'from another tab');
  // What is typed here is saved when both tabs have heard of the other's words.
  let meanwhile = '';
  await page.route(new RegExp(`/tasks/${noted.id}$`), async (route) => {
    if (route.request().method() === 'PATCH') {
      await changeNote(noted.id, 'written meanwhile');
      await showsNote(other, 'written meanwhile');
      meanwhile = await field.inputValue();
    }
    return route.continue();
  });
  await field.fill('my own words');
  await page.getByText('Saved', { exact: true }).waitFor();
  assert.equal(meanwhile, 'my own words');
  await showsNote(other, 'my own words');
  assert.equal((await stage.server.api('GET', `tasks/${noted.id}`)).note, 'my own words');
  // The other's words are not lost.
  await page.getByText('Changed in another window meanwhile').waitFor();
  assert.equal(await page.locator('.note-other blockquote').innerText(), 'written meanwhile');
  await stage.screenshot(page, 'note-changed');
  await page.unroute(new RegExp(`/tasks/${noted.id}$`));
  await page.getByRole('button', { name: 'Take that' }).click();
  await showsNote(other, 'written meanwhile');
  await page.locator('.note-other').waitFor({ state: 'hidden' });
  assert.equal(await field.evaluate((element) => element === document.activeElement), true);
});

test('what is typed on while it is being saved is not taken for another window\u2019s', async (t) => {
  const noted = await stage.server.analysed(sceneOfShapes(22), 'typed-slowly.png');
  const page = await stage.page(t, { hash: `#/tasks/${noted.id}` });
  await connected(page);
  await page.route(new RegExp(`/tasks/${noted.id}$`), async (route) => {
    const answer = await route.fetch();
    if (route.request().method() === 'PATCH') await page.getByLabel('Note').press('End').then(() => page.keyboard.type(' and more'));
    return route.fulfill({ response: answer });
  }, { times: 1 });
  await page.getByLabel('Note').fill('half');
  await eventually(async () => assert.equal((await stage.server.api('GET', `tasks/${noted.id}`)).note, 'half and more'));
  assert.equal(await page.getByText('Changed in another window').count(), 0);
});

test('a result that is deleted elsewhere is said to be gone', async (t) => {
  const doomed = await stage.server.analysed(sceneOfShapes(23), 'gone-elsewhere.png');
  const page = await stage.page(t, { hash: `#/tasks/${doomed.id}` });
  await connected(page);
  const other = await stage.tab(page, `#/tasks/${doomed.id}`);
  await other.getByRole('button', { name: 'Delete' }).click();
  await page.getByText('This result has been deleted.').waitFor();
  await page.waitForURL(/#\/history$/);
});

test('who comes back to a page that heard nothing meanwhile sees the note as it is', async (t) => {
  const noted = await stage.server.analysed(sceneOfShapes(21), 'asleep.png');
  const page = await stage.page(t, { hash: '#/nowhere' });
  await inventEvents(page);
  await page.reload();
  await visit(page, `#/tasks/${noted.id}`);
  await changeNote(noted.id, 'written meanwhile');
  await seeAgain(page);
  await showsNote(page, 'written meanwhile');
});

test('a task that was read before its note was saved does not bring the old note back', async (t) => {
  const noted = await stage.server.analysed(sceneOfShapes(20), 'overtaken.png', '&note=old');
  const page = await stage.page(t, { hash: `#/tasks/${noted.id}` });
  await page.waitForSelector('.scene-verdict');
  let answers = 0;
  let release = () => {};
  const held = new Promise((resolve) => { release = resolve; });
  await page.route(new RegExp(`/tasks/${noted.id}$`), async (route) => {
    if (route.request().method() !== 'GET') return route.continue();
    const answer = await route.fetch();
    answers += 1;
    if (answers === 1) await held;
    return route.fulfill({ response: answer });
  });
  await seeAgain(page);
  await eventually(() => assert.equal(answers, 1), 15);
  await page.getByLabel('Note').fill('new');
  await page.getByText('Saved', { exact: true }).waitFor();
  release();
  await eventually(() => assert.equal(answers, 2, 'it is read again'), 15);
  assert.equal(await page.getByLabel('Note').inputValue(), 'new');
});

test('deleting can be undone for some seconds, then the task is gone', async (t) => {
  const doomed = await stage.server.analysed(sceneOfShapes(12), '<img onerror=x>.png');
  // The list may be read before the deletion that the reload hurries.
  const page = await stage.page(t, { hash: `#/tasks/${doomed.id}`, allowed: /404/ });
  const { tasks: [, next] } = await stage.server.api('GET', 'tasks?status=done');
  await page.getByRole('heading', { name: '<img onerror=x>.png' }).waitFor();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.waitForURL(new RegExp(`#/tasks/${next.id}$`));
  await page.getByRole('button', { name: 'Newer result' }).click();
  await page.getByText('There is no further result in this direction.').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('heading', { name: '<img onerror=x>.png' }).waitFor();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByText('1 result deleted.').waitFor();
  // Going away is no undo: the server is told at once.
  await page.reload();
  await eventually(() => assert.rejects(stage.server.api('GET', `tasks/${doomed.id}`), /404/), 5);
});

test('a deletion waits for as long as its undo is reached for', async (t) => {
  const spared = await stage.server.analysed(sceneOfShapes(15), 'spared.png');
  const page = await stage.page(t, { hash: `#/tasks/${spared.id}` });
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Undo' }).hover();
  await page.waitForTimeout(8500);
  assert.equal((await stage.server.api('GET', `tasks/${spared.id}`)).id, spared.id);
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('heading', { name: 'spared.png' }).waitFor();
});

test('a note whose first save is slow ends as it was typed last', async (t) => {
  const { id } = await stage.server.analysed(sceneOfShapes(31), 'slowly-noted.png');
  const page = await stage.page(t, { hash: `#/tasks/${id}` });
  const note = page.getByLabel('Note');
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  const sent = [];
  await page.route(new RegExp(`/tasks/${id}$`), async (route) => {
    if (route.request().method() !== 'PATCH') return route.continue();
    sent.push(route.request().postDataJSON().note);
    if (sent.length === 1) await held;
    return route.continue();
  });
  await note.fill('one');
  await note.blur();
  await eventually(() => assert.equal(sent.length, 1));
  await note.fill('one two');
  await note.blur();
  await page.evaluate(async () => { for (let turn = 0; turn < 3; turn += 1) await nextFrame(); });
  assert.equal(sent.length, 1, 'the second waits for the first');
  release();
  await page.getByText('Saved', { exact: true }).waitFor();
  assert.deepEqual(sent, ['one', 'one two']);
  assert.equal((await stage.server.api('GET', `tasks/${id}`)).note, 'one two');
  assert.equal(await note.inputValue(), 'one two');
});
