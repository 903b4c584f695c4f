// SPDX-License-Identifier: MIT
// Issue point 6: account, administration, and a session that ends in the middle.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { picture } from './support/pictures.mjs';
import { dropFiles, setUp } from './support/browser.mjs';

const stage = await setUp(after, ['--registration', 'open']);

test('an API key is shown once, with a curl line that works when pasted', async (t) => {
  const page = await stage.page(t, { hash: '#/account', permissions: ['clipboard-read', 'clipboard-write'] });
  await page.getByLabel('Name of the new key').fill('my <b>script</b>');
  await page.getByRole('button', { name: 'Make a key' }).click();
  await page.getByRole('dialog').locator('pre').nth(1).waitFor();
  const [key, line] = await page.getByRole('dialog').locator('pre').allInnerTexts();
  assert.match(key, /^geond_\d+_/);
  await stage.screenshot(page, 'key');
  const file = path.join(stage.server.data, 'picture.jpg');
  writeFileSync(file, picture(41));
  await page.getByRole('dialog').getByRole('button', { name: 'Copy' }).nth(1).click();
  await page.getByText('Copied').waitFor();
  const pasted = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(pasted, line);
  const answer = JSON.parse(execFileSync('sh', ['-c', pasted], { cwd: stage.server.data, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 60_000 }));
  assert.ok(['done', 'queued', 'in progress'].includes(answer.status), JSON.stringify(answer));
  assert.equal((await stage.server.finished(answer.id)).status, 'done');
  await page.getByRole('button', { name: 'Close' }).click();
  const row = page.locator('.entry-list li', { hasText: 'my <b>script</b>' });
  await row.waitFor();
  assert.ok(!(await page.content()).includes(key), 'nowhere any more');
  await row.getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await row.waitFor({ state: 'detached' });
});

test('sign-ins are listed, and another one can be ended', async (t) => {
  const login = await fetch(`${stage.server.url}/api/v1/auth/login`, {
    method: 'POST', headers: { 'Content-Type': 'application/json', 'User-Agent': 'curl/8.0' },
    body: JSON.stringify({ username: stage.server.name, password: stage.server.password }),
  });
  const { access_token: token } = await login.json();
  const page = await stage.page(t, { hash: '#/account' });
  await page.getByText('this one').waitFor();
  await page.locator('.entry-list li', { hasText: 'curl' }).getByRole('button', { name: 'End' }).first().click();
  await page.locator('.entry-list li', { hasText: 'curl' }).waitFor({ state: 'detached' });
  const refused = await fetch(`${stage.server.url}/api/v1/users/me`, { headers: { Authorization: `Bearer ${token}` } });
  assert.equal(refused.status, 401);
});

test('an administrator adds, disables and removes people and sees the queue', async (t) => {
  const page = await stage.page(t, { hash: '#/admin' });
  await page.getByText('Workers busy').waitFor();
  await page.getByRole('button', { name: 'Add a user' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('boris');
  await dialog.getByLabel('Password').fill('correct horse battery');
  await page.getByRole('dialog').getByRole('button', { name: 'Add a user' }).click();
  const row = page.getByRole('row', { name: /boris/ });
  await row.waitFor();
  await stage.screenshot(page, 'admin');
  await row.getByRole('button', { name: 'Disable' }).click();
  await row.getByText('disabled').waitFor();
  await row.getByRole('button', { name: 'Enable' }).click();
  await row.getByText('active').waitFor();
  await row.getByRole('button', { name: 'Set password' }).click();
  await dialog.getByLabel('New password').fill('another good phrase');
  await page.getByRole('dialog').getByRole('button', { name: 'Set password' }).click();
  await page.getByText('The password of boris is set').waitFor();
  await row.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await row.waitFor({ state: 'detached' });
});

test('who registers is signed in, sees nothing of others, and can change the password', async (t) => {
  const page = await stage.page(t, { signedIn: false, allowed: /40[134]/ });
  await page.getByText('Make an account').first().click();
  const form = page.locator('.register');
  await form.getByLabel('Name').fill('vera');
  await form.getByLabel('Password').fill('first good phrase');
  await form.getByRole('button', { name: 'Make the account' }).click();
  await page.getByRole('heading', { name: 'How it works' }).waitFor();
  assert.equal(await page.getByRole('link', { name: 'Admin' }).count(), 0);
  await page.goto(`${stage.server.url}/#/tasks/1`);
  await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
  await page.goto(`${stage.server.url}/#/account`);
  await page.getByLabel('Current password').fill('first good phrase');
  await page.getByLabel('New password').fill('second good phrase');
  await page.getByRole('button', { name: 'Change the password' }).click();
  await page.getByText('The password is changed').waitFor();
  await page.getByRole('button', { name: 'Menu of vera' }).click();
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.locator('.sign-in-card').waitFor();
  await page.getByLabel('Name').first().fill('vera');
  await page.getByLabel('Password').first().fill('second good phrase');
  await page.keyboard.press('Enter');
  // Where the person was.
  await page.getByRole('heading', { name: 'Account' }).waitFor();
});

test('a session that ends asks to sign in again and loses nothing dropped or typed', async (t) => {
  const page = await stage.page(t, { allowed: /401/ });
  await page.getByRole('heading', { name: 'What is this picture made of?' }).waitFor();
  await page.context().clearCookies();
  await dropFiles(page, [{ name: 'kept.png', content: picture(42) }]);
  const dialog = page.getByRole('dialog');
  await dialog.getByText('nothing is lost').waitFor();
  await stage.screenshot(page, 'session-over');
  await dialog.getByLabel('Password').fill(stage.server.password);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'kept.png' }).waitFor();
  await page.waitForSelector('.scene-verdict');
  await page.context().clearCookies();
  await page.getByLabel('Note').fill('typed while signed out');
  await dialog.getByLabel('Password').fill(stage.server.password);
  await page.keyboard.press('Enter');
  await page.getByText('Saved', { exact: true }).waitFor();
  assert.equal(await page.getByLabel('Note').inputValue(), 'typed while signed out');
});
