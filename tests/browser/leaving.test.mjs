// SPDX-License-Identifier: MIT
// Signing out with something unfinished, and who comes to the page next.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sceneOfShapes } from '../support/pictures.mjs';
import { eventually } from '../support/wait.mjs';
import { connected, dropFiles, setUp, visit } from './support/browser.mjs';

const stage = await setUp(after);
await stage.server.api('POST', 'users', { headers: { 'Content-Type': 'application/json' }, body: { name: 'dora', password: 'a good long phrase' } });

async function signOut(page) {
  await page.getByRole('button', { name: /Menu of/ }).click();
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
}

async function signIn(page, name, password) {
  await page.getByLabel('Name').first().fill(name);
  await page.getByLabel('Password').first().fill(password);
  await page.keyboard.press('Enter');
  await page.locator('.sign-in-card').waitFor({ state: 'detached' });
}

test('a sign-out in another tab has deleted what waited there to be deleted, and leaves no message of it', async (t) => {
  const task = await stage.server.analysed(sceneOfShapes(601), 'to-be-deleted.png');
  const page = await stage.page(t, { hash: '#/history', allowed: /404/ });
  await page.locator('.task-row', { hasText: 'to-be-deleted.png' }).focus();
  await page.keyboard.press('Delete');
  await page.getByText('1 result deleted').waitFor();
  const other = await stage.tab(page, '#/models');
  await signOut(other);
  await page.locator('.sign-in-card').waitFor();
  await assert.rejects(stage.server.api('GET', `tasks/${task.id}`), /404/);
  assert.equal(await page.locator('.toast').count(), 0);
  assert.equal(await page.getByRole('dialog').count(), 0);
});

test('a key that is shown once goes from sight when its owner signs out in another tab', async (t) => {
  const page = await stage.page(t, { hash: '#/account' });
  await page.getByLabel('Name of the new key').fill('seen by nobody else');
  await page.getByRole('button', { name: 'Make a key' }).click();
  const key = await page.getByRole('dialog').locator('pre').first().innerText();
  await signOut(await stage.tab(page, '#/'));
  await page.locator('.sign-in-card').waitFor();
  assert.equal(await page.getByRole('dialog').count(), 0);
  assert.ok(!(await page.content()).includes(key));
});

test('who signs out while pictures are on their way is asked first, in whichever tab they are', async (t) => {
  const page = await stage.page(t);
  await connected(page);
  let letGo = () => {};
  const held = new Promise((resolve) => { letGo = resolve; });
  await page.route(/\/api\/v1\/tasks\?/, async (route) => {
    if (route.request().method() === 'POST') await held;
    await route.continue();
  });
  await dropFiles(page, [{ name: 'slow-a.png', content: sceneOfShapes(602) }, { name: 'slow-b.png', content: sceneOfShapes(603) }]);
  await page.getByText('0 of 2 done').waitFor();
  for (const tab of [page, await stage.tab(page, '#/models')]) {
    await signOut(tab);
    const dialog = tab.getByRole('dialog');
    await dialog.getByText('have not reached the server yet').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
  }
  letGo();
  await page.getByText('2 of 2 done').waitFor();
  await signOut(page);
  await page.locator('.sign-in-card').waitFor();
});

test('the next person neither sees nor takes over where the last one was and what they had chosen', async (t) => {
  const page = await stage.page(t, { signedIn: false });
  await signIn(page, stage.server.name, stage.server.password);
  await page.locator('.settings summary').click();
  await page.locator('.settings').getByLabel('Threshold').selectOption('0.8');
  await visit(page, '#/history');
  await page.getByLabel('Search notes').fill('secret project');
  await page.waitForFunction(() => location.hash.includes('secret'));
  await signOut(page);
  await page.locator('.sign-in-card').waitFor();
  assert.ok(!page.url().includes('secret'), page.url());
  await signIn(page, 'dora', 'a good long phrase');
  await page.locator('.drop-zone').waitFor();
  await page.locator('.settings-chosen', { hasText: 'defaults' }).waitFor();
  await signOut(page);
  await page.locator('.sign-in-card').waitFor();
  await signIn(page, stage.server.name, stage.server.password);
  await page.locator('.settings-chosen', { hasText: '80%' }).waitFor();
});

test('who comes back is where they were', async (t) => {
  const page = await stage.page(t, { signedIn: false });
  await signIn(page, stage.server.name, stage.server.password);
  await visit(page, '#/history?q=mine');
  await signOut(page);
  await page.locator('.sign-in-card').waitFor();
  await signIn(page, stage.server.name, stage.server.password);
  await eventually(async () => assert.equal(await page.getByLabel('Search notes').inputValue(), 'mine'));
});

test('two servers on one host do not sign each other out', async (t) => {
  const second = await setUp((task) => t.after(task));
  const page = await stage.page(t);
  const answer = await page.context().request.post(`${second.server.url}/api/v1/auth/login`, {
    headers: { Origin: new URL(second.server.url).origin },
    data: { username: second.server.name, password: second.server.password, cookie: true },
  });
  assert.equal(answer.status(), 200);
  const whoAt = async (url) => (await page.context().request.get(`${url}/api/v1/users/me`)).status();
  assert.equal(await whoAt(stage.server.url), 200);
  assert.equal(await whoAt(second.server.url), 200);
});
