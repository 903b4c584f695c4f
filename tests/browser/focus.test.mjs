// SPDX-License-Identifier: MIT
// Where the focus is after something that takes its element away.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sceneOfShapes } from '../support/pictures.mjs';
import { eventually } from '../support/wait.mjs';
import { dropFiles, setUp } from './support/browser.mjs';

const stage = await setUp(after);
const json = { 'Content-Type': 'application/json' };
for (const name of ['anna', 'boris']) await stage.server.api('POST', 'users', { headers: json, body: { name, password: 'a good long phrase' } });

/** Waits until what has the focus is called so. */
const focusIsOn = (page, name) => eventually(async () => assert.match(
  await page.evaluate(() => document.activeElement.ariaLabel ?? document.activeElement.textContent), name));

test('a form in a dialog begins at its first field', async (t) => {
  const page = await stage.page(t, { hash: '#/admin' });
  await page.getByRole('button', { name: 'Add a user' }).click();
  await page.keyboard.type('carla');
  assert.equal(await page.getByRole('dialog').getByLabel('Name').inputValue(), 'carla');
});

test('buttons in a table that is read anew keep the focus, or hand it on', async (t) => {
  const page = await stage.page(t, { hash: '#/admin' });
  await page.getByRole('button', { name: 'Disable: anna' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Enable: anna' }).waitFor();
  await focusIsOn(page, /^Enable: anna$/);
  await page.getByRole('button', { name: 'Delete: anna' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('row', { name: /anna/ }).waitFor({ state: 'detached' });
  await focusIsOn(page, /^Delete: boris$/);
});

test('a revoked key hands the focus on', async (t) => {
  for (const name of ['one', 'two']) await stage.server.api('POST', 'keys', { headers: json, body: { name } });
  const page = await stage.page(t, { hash: '#/account' });
  await page.getByRole('button', { name: 'Revoke: one' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('button', { name: 'Revoke: one' }).waitFor({ state: 'detached' });
  await focusIsOn(page, /^Revoke: /);
});

test('a dismissed picture hands the focus to the next, and the last one to where pictures come in', async (t) => {
  const page = await stage.page(t);
  await dropFiles(page, [611, 612, 613].map((seed) => ({ name: `${seed}.png`, content: sceneOfShapes(seed) })));
  await page.getByText('3 of 3 done').waitFor();
  const dismiss = page.getByRole('button', { name: /^Dismiss: 61/ });
  await dismiss.first().focus();
  await page.keyboard.press('Enter');
  await eventually(async () => assert.equal(await dismiss.count(), 2));
  await focusIsOn(page, /^Dismiss: 61/);
  await page.getByRole('button', { name: 'Clear finished' }).focus();
  await page.keyboard.press('Enter');
  await focusIsOn(page, /^Choose pictures$/);
});
