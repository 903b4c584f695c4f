// SPDX-License-Identifier: MIT
// Issue point 6: account, administration, and a session that ends in the middle.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { sceneOfShapes } from '../support/pictures.mjs';
import { eventually } from '../support/wait.mjs';
import { connected, dropFiles, setUp, visit } from './support/browser.mjs';

const stage = await setUp(after, ['--registration', 'open']);

test('an API key is shown once, with a curl line that works when pasted', async (t) => {
  const page = await stage.page(t, { hash: '#/account', permissions: ['clipboard-read', 'clipboard-write'] });
  await page.getByLabel('Name of the new key').fill('my <b>script</b>');
  await page.getByRole('button', { name: 'Make a key' }).click();
  await page.getByRole('dialog').locator('pre').nth(1).waitFor();
  const [key, line] = await page.getByRole('dialog').locator('pre').allInnerTexts();
  assert.match(key, /^geond_\d+_/);
  await stage.screenshot(page, 'key');
  await page.mouse.click(5, 5);
  assert.equal(await page.getByRole('dialog').count(), 1, 'a click beside it does not lose the key');
  const file = path.join(stage.server.data, 'picture.jpg');
  writeFileSync(file, sceneOfShapes(41));
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
  const labels = await page.locator('.entry-list .button').evaluateAll((buttons) => buttons.map((button) => button.ariaLabel));
  assert.match(labels[0], /^End: .+, signed in \d+ \w+ 20\d\d at \d+:\d\d:\d\d$/);
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

test('a dialog is closed by a click beside it, not by one on its edge nor by a selection that is dragged out', async (t) => {
  const page = await stage.page(t, { hash: '#/admin' });
  await page.getByRole('button', { name: 'Add a user' }).click();
  const dialog = page.getByRole('dialog');
  const name = dialog.getByLabel('Name');
  await name.fill('half typed');
  const [outer, inner] = [await dialog.boundingBox(), await name.boundingBox()];
  const drag = async (from, to) => {
    await page.mouse.move(...from);
    await page.mouse.down();
    await page.mouse.move(...to, { steps: 3 });
    await page.mouse.up();
  };
  const field = [inner.x + 40, inner.y + inner.height / 2];
  await page.mouse.click(outer.x + outer.width / 2, outer.y + 6);
  await drag(field, [5, field[1]]);
  await drag([5, field[1]], field);
  assert.equal(await name.inputValue(), 'half typed', 'the dialog stays');
  await page.mouse.click(5, 5);
  await dialog.waitFor({ state: 'detached' });
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
  await dropFiles(page, [{ name: 'kept.png', content: sceneOfShapes(42) }]);
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

test('a session is renewed in time after a reload', async (t) => {
  const page = await stage.page(t);
  await page.clock.install();
  await page.reload();
  await page.waitForSelector('html[data-ready]');
  const renewal = page.waitForRequest(/auth\/refresh$/);
  await page.clock.fastForward('01:00:00');
  await renewal;
});

test('a tab renews the session that was begun in another one', async (t) => {
  const one = await stage.page(t, { signedIn: false, allowed: /401/ });
  await one.clock.install();
  const two = await stage.tab(one, '#/');
  await one.getByLabel('Name').first().fill(stage.server.name);
  await one.getByLabel('Password').first().fill(stage.server.password);
  await one.keyboard.press('Enter');
  await two.waitForSelector('.drop-zone');
  await one.close();
  const renewal = two.waitForRequest(/auth\/refresh$/);
  await two.clock.fastForward('01:00:00');
  await renewal;
});

test('who does not sign in again is told what that means, and hears of everything after doing so', async (t) => {
  const page = await stage.page(t, { hash: '#/history', allowed: /401|ERR_/ });
  await connected(page);
  await page.context().clearCookies();
  await page.getByLabel('Status').selectOption('done');
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  await page.locator('.banner').getByText('You are signed out').waitFor();
  await page.locator('main').getByText('This is shown as soon as you have signed in again').waitFor();
  assert.equal(await page.getByText('You are signed out').count(), 1, 'it is said once');
  await stage.screenshot(page, 'signed-out-banner');
  await page.locator('.banner').getByRole('button', { name: 'Sign in again' }).click();
  await page.getByRole('dialog').getByLabel('Password').fill(stage.server.password);
  await page.keyboard.press('Enter');
  await page.locator('.banner').waitFor({ state: 'detached' });
  await page.locator('main').getByText('This is shown').waitFor({ state: 'hidden' });
  assert.equal(await page.getByText('You are signed out').count(), 0, 'nothing of it stays');
  await page.context().clearCookies();
  // The stream asks for itself, too, when it has to connect again.
  await stage.server.restart(stage.server.args);
  await page.getByRole('dialog').getByText('nothing is lost').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  await page.locator('.banner').getByText('You are signed out').waitFor();
  await stage.server.analysed(sceneOfShapes(43), 'while-signed-out.png');
  await page.locator('.banner').getByRole('button', { name: 'Sign in again' }).click();
  await page.getByRole('dialog').getByLabel('Password').fill(stage.server.password);
  await page.keyboard.press('Enter');
  await page.locator('.task-row', { hasText: 'while-signed-out.png' }).waitFor();
  await page.locator('.banner').waitFor({ state: 'detached' });
  await stage.server.analysed(sceneOfShapes(44), 'after-signing-in.png');
  await page.locator('.task-row', { hasText: 'after-signing-in.png' }).waitFor();
});

test('who signs in after somebody else sees nothing of theirs', async (t) => {
  await stage.server.api('POST', 'users', { headers: { 'Content-Type': 'application/json' }, body: { name: 'next', password: 'a good long phrase' } });
  const page = await stage.page(t, { signedIn: false, allowed: /401/ });
  const signIn = async (name, password) => {
    await page.getByLabel('Name').first().fill(name);
    await page.getByLabel('Password').first().fill(password);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.drop-zone');
  };
  await signIn(stage.server.name, stage.server.password);
  await dropFiles(page, [{ name: 'private-a.png', content: sceneOfShapes(45) }, { name: 'private-b.png', content: sceneOfShapes(46) }]);
  await page.getByText('2 of 2 done').waitFor();
  await visit(page, '#/history');
  await page.locator('.task-row', { hasText: 'private-a.png' }).waitFor();
  await page.getByRole('button', { name: /Menu of/ }).click();
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.locator('.sign-in-card').waitFor();
  await page.evaluate(() => { location.hash = '#/'; });
  await signIn('next', 'a good long phrase');
  await page.getByRole('heading', { name: 'How it works' }).waitFor();
  assert.ok(!(await page.content()).includes('private-'), 'no name of a picture');
});

test('what the end of a session interrupted is not done for somebody else who signs in, here or in another tab', async (t) => {
  await stage.server.api('POST', 'users', { headers: { 'Content-Type': 'application/json' }, body: { name: 'other', password: 'a good long phrase' } });
  const page = await stage.page(t, { hash: '#/account', allowed: /401/ });
  const signIn = async (form) => {
    await form.getByLabel('Name').first().fill('other');
    await form.getByLabel('Password').first().fill('a good long phrase');
    await form.getByLabel('Password').first().press('Enter');
  };
  const interrupt = async () => {
    await page.context().clearCookies();
    await page.getByLabel('Name of the new key').fill('a secret camera');
    await page.getByRole('button', { name: 'Make a key' }).click();
    await page.getByRole('dialog').getByText('nothing is lost').waitFor();
  };
  const nothingMade = async () => {
    await page.locator('.drop-zone').waitFor();
    await visit(page, '#/account');
    await page.getByText('signed in as other').waitFor();
    assert.equal(await page.getByText('a secret camera').count(), 0);
    assert.equal(await page.getByRole('dialog').count(), 0);
    assert.equal(await page.locator('.banner').count(), 0);
  };
  await interrupt();
  await signIn(page.getByRole('dialog'));
  await nothingMade();
  await stage.signIn(page.context());
  await page.reload();
  await page.getByText(`signed in as ${stage.server.name}`).waitFor();
  const tab = await stage.tab(page, '#/');
  await interrupt();
  await tab.evaluate(() => { localStorage.removeItem('geond.signed_in'); });
  await tab.reload();
  await signIn(tab);
  await nothingMade();
});

test('a change of the language in the middle loses nothing', async (t) => {
  const task = await stage.server.analysed(sceneOfShapes(47), 'in-the-middle.png');
  const page = await stage.page(t, { hash: `#/tasks/${task.id}`, allowed: /503/ });
  const switchTo = (name) => page.getByRole('button', { name }).click();
  await page.route(new RegExp(`/tasks/${task.id}$`), (route) => (route.request().method() === 'PATCH'
    ? route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{"status":503,"code":"x","detail":"x","title":"x","type":"about:blank","request_id":"r"}' }) : route.continue()));
  await page.locator('.chip', { hasText: 'Cube' }).click();
  await page.keyboard.press('Tab');
  await page.locator('.viewport').focus();
  await page.keyboard.press('+');
  const zoom = await page.locator('.viewer-zoom').innerText();
  await page.getByLabel('Note').fill('not saved');
  await page.getByText('Not saved yet').waitFor();
  await switchTo('Русский');
  await page.locator('.chip', { hasText: 'Куб' }).waitFor();
  assert.equal(await page.locator('.chip', { hasText: 'Куб' }).getAttribute('aria-pressed'), 'false');
  assert.equal(await page.getByLabel('Заметка').inputValue(), 'not saved');
  await page.waitForFunction((text) => document.querySelector('.viewer-zoom').textContent.replace(/\D/g, '') === text.replace(/\D/g, ''), zoom);
  await visit(page, '#/history');
  await page.locator('.task-row input').first().click();
  await page.getByText('Выбрано: 1').first().waitFor();
  await switchTo('English');
  await page.getByText('1 selected').first().waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.dataset.part), 'language', 'the focus stays on the switch');
  await visit(page, '#/account');
  await page.getByLabel('New password').fill('half typed');
  await switchTo('Русский');
  await page.getByRole('heading', { name: 'Учётная запись' }).waitFor();
  await page.waitForFunction(() => document.querySelector('input[name=next]')?.value === 'half typed');
  await page.unroute(new RegExp(`/tasks/${task.id}$`));
  await visit(page, `#/tasks/${task.id}`);
  await eventually(async () => assert.equal((await stage.server.api('GET', `tasks/${task.id}`)).note, 'not saved'));
});
