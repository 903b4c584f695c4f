// SPDX-License-Identifier: MIT
// Issue point 1: from the printed link to the first result; many files; refusals in words.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { brokenPicture, hugePicture, sceneOfShapes } from '../support/pictures.mjs';
import { dropFiles, setUp, visit } from './support/browser.mjs';
import { within } from './support/measure.mjs';

const stage = await setUp(after, ['--max-upload-bytes', '2000000']);

test('the printed link signs in and a dropped picture shows its result within ten seconds', async (t) => {
  const page = await stage.page(t, { signedIn: false, hash: stage.server.link.split('/').slice(3).join('/') });
  await within(t, 'first result', 10_000, async () => {
    const begun = Date.now();
    await page.waitForSelector('.drop-zone');
    assert.ok(!page.url().includes('link'), 'the token has left the address');
    await dropFiles(page, [{ name: 'room.png', content: sceneOfShapes(1) }]);
    await page.waitForURL(/#\/tasks\/\d+/);
    await page.waitForSelector('.scene-verdict');
    return Date.now() - begun;
  }, { rounds: 1 });
  await stage.screenshot(page, 'first-result');
});

/** Uses the printed link, if nobody has. */
async function useLink() {
  const [, token] = stage.server.link.match(/#\/link\/(\S+)/);
  const answer = await fetch(`${stage.server.url}/api/v1/auth/link`,
    { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ token }) });
  assert.ok([200, 401].includes(answer.status), `status ${answer.status}`);
}

test('a link that was used signs nobody in and says so', async (t) => {
  await useLink();
  const page = await stage.page(t, { signedIn: false, hash: stage.server.link.split('/').slice(3).join('/'), allowed: /401/ });
  await page.getByText('used already or is too old').first().waitFor();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
});

test('a link that was used says to who is signed in that they are', async (t) => {
  await useLink();
  const hash = stage.server.link.split('/').slice(3).join('/');
  const page = await stage.page(t, { hash, allowed: /401/ });
  await page.getByText(`You are signed in as ${stage.server.name}.`).waitFor();
  await visit(page, '#/models');
  await page.evaluate((to) => { location.hash = to; }, hash.slice(hash.indexOf('#')));
  await page.getByRole('heading', { name: 'What is this picture made of?' }).waitFor();
  assert.ok(!page.url().includes('link'));
});

test('a wrong password is told in words, the right one signs in', async (t) => {
  const page = await stage.page(t, { signedIn: false, allowed: /401/ });
  await page.getByLabel('Name').first().fill(stage.server.name);
  await page.getByLabel('Password').first().fill('not this one');
  await page.keyboard.press('Enter');
  await page.getByText('Name or password is wrong.').waitFor();
  await page.getByLabel('Password').first().fill(stage.server.password);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'What is this picture made of?' }).waitFor();
});

test('several dropped pictures become tasks, whose progress ends in results', async (t) => {
  const page = await stage.page(t);
  await dropFiles(page, [2, 3, 4, 5].map((seed) => ({ name: `room-${seed}.png`, content: sceneOfShapes(seed) })));
  await page.waitForSelector('.upload-row');
  await stage.screenshot(page, 'uploads');
  await page.getByText('4 of 4 done').waitFor();
  assert.equal(await page.locator('.upload-row').count(), 4);
  assert.equal(await page.locator('.upload-row a').count(), 4, 'each leads to its result');
});

test('pictures come in by paste and by the file chooser', async (t) => {
  const page = await stage.page(t);
  await page.evaluate((bytes) => {
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], 'pasted.png', { type: 'image/png' }));
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }, sceneOfShapes(6).toString('base64'));
  await page.waitForURL(/#\/tasks\/\d+/);
  await page.getByRole('heading', { name: 'pasted.png' }).waitFor();
  await page.goto(`${stage.server.url}/#/`);
  assert.equal(await page.locator('#choose-folder').evaluate((input) => input.webkitdirectory), true);
  assert.equal(await page.locator('#choose-camera').getAttribute('capture'), 'environment');
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Choose pictures' }).click()]);
  await chooser.setFiles({ name: 'chosen.png', mimeType: 'image/png', buffer: sceneOfShapes(7) });
  await page.getByRole('heading', { name: 'chosen.png' }).waitFor();
});

test('what the server would refuse is said before anything is sent', async (t) => {
  const page = await stage.page(t);
  let sent = 0;
  page.on('request', (request) => { if (request.method() === 'POST' && request.url().includes('/tasks')) sent += 1; });
  await dropFiles(page, [
    { name: 'moving.gif', type: 'image/gif', content: Buffer.from('GIF89a..........') },
    { name: 'photo.heic', content: Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypheic........')]) },
    { name: 'web.webp', content: Buffer.from('RIFF....WEBPVP8 ') },
    { name: 'empty.png', content: Buffer.alloc(0) },
    { name: 'text.png', content: Buffer.from('this is no picture') },
    { name: 'wide.png', content: hugePicture() },
    { name: 'heavy.png', content: Buffer.concat([sceneOfShapes(8), Buffer.alloc(2_100_000)]) },
  ]);
  for (const text of ['GIF is not read here', 'HEIC is not read here', 'WebP is not read here', 'This file is empty', 'neither a JPEG nor a PNG', '30,000 × 30,000', 'the server takes up to 2.0 MB']) {
    await page.getByText(text).waitFor();
  }
  assert.equal(sent, 0);
  await stage.screenshot(page, 'refusals');
});

test('a model that was chosen once and is gone since is forgotten, and pictures go to the default one', async (t) => {
  const page = await stage.page(t);
  await page.evaluate(() => {
    localStorage.setItem('geond.intake.1.detector', 'gone-model');
    localStorage.setItem('geond.intake.1.threshold', '0.4');
  });
  await page.goto(`${stage.server.url}/#/history`);
  await page.reload();
  await page.waitForSelector('html[data-ready]');
  // Dropped where nothing has asked for the models yet.
  await dropFiles(page, [{ name: 'default-1.png', content: sceneOfShapes(81) }, { name: 'default-2.png', content: sceneOfShapes(82) }]);
  await page.getByText('2 of 2 done').waitFor();
  assert.equal(await page.getByText('failed').count(), 0);
  assert.equal(await page.locator('.settings-chosen').innerText(), '40%', 'what is still there stays chosen');
  assert.equal(await page.evaluate(() => localStorage.getItem('geond.intake.1.detector')), null);
  await page.locator('.settings summary').click();
  assert.equal(await page.getByLabel('Detector').inputValue(), '');
});

test('a model that goes while the page is open is told, and trying again takes the default one', async (t) => {
  const page = await stage.page(t, { allowed: /422/ });
  const { models } = await stage.server.api('GET', 'models');
  const invented = { ...models.find(({ kind }) => kind === 'detection'), name: 'fleeting', default: false };
  let there = true;
  await page.route(/\/api\/v1\/models$/, (route) => route.fulfill({ json: { models: there ? [...models, invented] : models } }));
  await page.reload();
  await page.locator('.settings summary').click();
  await page.getByLabel('Detector').selectOption('fleeting');
  there = false;
  await dropFiles(page, [{ name: 'fleeting-1.png', content: sceneOfShapes(83) }, { name: 'fleeting-2.png', content: sceneOfShapes(84) }]);
  await page.getByText('The chosen model is no longer on the server').first().waitFor();
  await page.waitForFunction(() => ![...document.querySelectorAll('.settings option')].some((option) => option.value === 'fleeting'));
  assert.equal(await page.getByLabel('Detector').inputValue(), '');
  for (const name of ['fleeting-1.png', 'fleeting-2.png']) await page.getByRole('button', { name: `Try again: ${name}` }).click();
  for (const name of ['fleeting-1.png', 'fleeting-2.png']) await page.locator('.upload-row a', { hasText: name }).waitFor();
  assert.equal(await page.getByText('no longer on the server').count(), 0);
});

test('the count of what failed leads to it, and what is over is not said to be on its way', async (t) => {
  const page = await stage.page(t);
  const good = [81, 82].map((seed) => ({ name: `good-${seed}.png`, content: sceneOfShapes(seed) }));
  await dropFiles(page, [{ name: 'empty.png', content: Buffer.alloc(0) }, ...good]);
  await page.getByText('2 done', { exact: true }).waitFor();
  await page.getByRole('heading', { name: 'Finished pictures' }).waitFor();
  const failures = page.getByRole('button', { name: '1 failed' });
  await failures.click();
  await page.waitForFunction(() => document.querySelectorAll('.upload-row').length === 1);
  await page.locator('.upload-row', { hasText: 'empty.png' }).waitFor();
  assert.equal(await failures.getAttribute('aria-pressed'), 'true');
  await stage.screenshot(page, 'only-failed');
  await page.getByRole('button', { name: 'Dismiss: empty.png' }).click();
  await page.waitForFunction(() => document.querySelectorAll('.upload-row').length === 2);
  assert.equal(await failures.count(), 0);
});

test('a damaged picture fails with a reason and what to do', async (t) => {
  const page = await stage.page(t, { allowed: /4\d\d/ });
  await dropFiles(page, [{ name: 'broken.png', content: brokenPicture() }, { name: 'good.png', content: sceneOfShapes(9) }]);
  const row = page.locator('.upload-row.bad', { hasText: 'broken.png' });
  await row.waitFor();
  assert.match(await row.innerText(), /[a-z]{3,}.*\./, 'a sentence');
  await page.getByText('1 done', { exact: true }).waitFor();
});
