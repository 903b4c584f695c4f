// SPDX-License-Identifier: MIT
// Issue points 4 and 5: comparing, and what is loaded.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sceneOfShapes } from '../support/pictures.mjs';
import { inventedResult, inventEvents, setUp, visit } from './support/browser.mjs';

const stage = await setUp(after);
const task = await stage.server.analysed(sceneOfShapes(31), 'compared.png');

test('a task is compared with another model from its own view', async (t) => {
  const page = await stage.page(t, { hash: `#/tasks/${task.id}` });
  await page.getByRole('button', { name: 'Compare' }).click();
  const { models } = await stage.server.api('GET', 'models');
  const another = (kind, mine) => models.find((model) => model.kind === kind && model.name !== mine)?.name;
  const detector = another('detection', task.detector.name);
  const classifier = detector ? task.classifier.name : another('classification', task.classifier.name) ?? task.classifier.name;
  const chosen = () => Promise.all(['Detector', 'Classifier'].map((label) => page.getByRole('dialog').getByLabel(label).inputValue()));
  assert.deepEqual(await chosen(), [detector ?? task.detector.name, classifier], 'one other model is proposed, not two');
  await page.getByRole('dialog').getByRole('button', { name: 'Compare' }).click();
  await page.waitForURL(/#\/compare\?a=\d+&b=\d+/);
  await page.waitForFunction(() => document.querySelectorAll('geond-viewer').length === 2);
  await page.getByText(detector ?? classifier).first().waitFor();
  await page.getByRole('heading', { name: 'Differences' }).waitFor();
  await stage.screenshot(page, 'compare', { fullPage: true });
  await page.reload();
  await page.waitForFunction(() => document.querySelectorAll('geond-viewer').length === 2);
});

test('a comparison takes the note along, however long', async (t) => {
  const note = 'ж'.repeat(1500);
  const noted = await stage.server.analysed(sceneOfShapes(34), 'long-note.png');
  await stage.server.api('PATCH', `tasks/${noted.id}`, { headers: { 'Content-Type': 'application/json' }, body: { note } });
  const page = await stage.page(t, { hash: `#/tasks/${noted.id}` });
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Compare' }).click();
  await page.waitForURL(/#\/compare\?a=\d+&b=\d+/);
  const second = new URLSearchParams(page.url().split('?')[1]).get('b');
  assert.equal((await stage.server.api('GET', `tasks/${second}`)).note, note);
});

test('both sides share one view, and differences are marked', async (t) => {
  const second = await stage.server.analysed(sceneOfShapes(31), 'compared.png');
  const page = await stage.page(t);
  const one = inventedResult(10);
  const other = structuredClone(one);
  other.scene = 'warehouse';
  other.primitives.pop();
  other.primitives[0].class = other.primitives[0].class === 'cube' ? 'cone' : 'cube';
  await page.route(/\/api\/v1\/tasks\/\d+$/, async (route) => {
    const answer = await (await route.fetch()).json();
    return route.fulfill({ json: { ...answer, scene: answer.id === second.id ? other.scene : one.scene, result: answer.id === second.id ? other : one } });
  });
  await page.evaluate(([a, b]) => { location.hash = `#/compare?a=${a}&b=${b}`; }, [task.id, second.id]);
  await page.waitForSelector('.compare-summary');
  const names = [task.id, second.id].map((id) => `Task ${id}`);
  assert.match((await page.locator('.figures').innerText()).replace(/\s+/g, ' '), new RegExp(`8 found by both 1 only ${names[0]} \\(-\\) 0 only ${names[1]} 1 of another class`));
  await page.getByText(`The scene differs: Office (${names[0]}), Warehouse (${names[1]}).`).waitFor();
  assert.equal(await page.locator('.box.mark-one').count(), 1);
  assert.equal(await page.locator('.box.mark-changed').count(), 2);
  // Told by signs, too, not by colour alone.
  await page.evaluate(() => nextFrame().then(nextFrame));
  assert.match(await page.locator('.figures').innerText(), /of another class \(≠\)/);
  const signs = await page.locator('.label text').evaluateAll((list) => list.map((text) => text.textContent.split(' ')[0]).filter((sign) => ['-', '+', '≠'].includes(sign)));
  assert.deepEqual(signs.sort(), ['-', '≠', '≠']);
  await page.locator('.viewport').first().hover();
  await page.mouse.wheel(0, -500);
  await page.waitForFunction(() => {
    const [a, b] = [...document.querySelectorAll('.viewer-image')].map((image) => image.style.transform);
    return a === b && !document.querySelector('.viewport').classList.contains('fitted');
  });
  await stage.screenshot(page, 'compare-differences');
});

test('the two are called by what tells them apart, and each has a sign of its own', async (t) => {
  const second = await stage.server.analysed(sceneOfShapes(31), 'compared.png');
  const page = await stage.page(t, { viewport: { width: 320, height: 640 } });
  const result = inventedResult(4);
  let change = (answer) => answer;
  await page.route(/\/api\/v1\/tasks\/\d+$/, async (route) => {
    const answer = await (await route.fetch()).json();
    const primitives = result.primitives.slice(...(answer.id === task.id ? [0, 3] : [1, 4]));
    const told = { ...answer, result: { ...result, primitives } };
    return route.fulfill({ json: answer.id === second.id ? change(told) : told });
  });
  for (const [changed, name] of [
    [(answer) => ({ ...answer, detector: { name: 'own-detector', version: '2' } }), 'own-detector'],
    [(answer) => ({ ...answer, detector: { ...answer.detector, version: '99' } }), `${task.detector.name} 99`],
    [(answer) => ({ ...answer, classifier: { name: 'own-scenes', version: '1' } }), 'own-scenes'],
    [(answer) => ({ ...answer, threshold: 0.6 }), 'threshold 60%'],
  ]) {
    change = changed;
    await visit(page, '#/models');
    await page.evaluate(([a, b]) => { location.hash = `#/compare?a=${a}&b=${b}`; }, [task.id, second.id]);
    await page.locator('.figures').getByText(`1 only ${name} (+)`).waitFor();
    await page.locator('.difference-list').getByText(`only ${name}`).waitFor();
    assert.doesNotMatch(await page.locator('main').innerText(), /\b(left|right)\b/);
  }
  await stage.screenshot(page, 'compare-phone', { fullPage: true });
});

test('a comparison that waits goes on after events were missed, and ends when a result is deleted', async (t) => {
  const second = await stage.server.analysed(sceneOfShapes(33), 'awaited.png');
  const page = await stage.page(t, { hash: '#/nowhere', allowed: /404/ });
  const tell = await inventEvents(page);
  let answer = { ...second, status: 'in progress', stage: 'detect', finished_at: null, result: undefined };
  await page.route(new RegExp(`/tasks/${second.id}$`), (route) => route.fulfill({ json: answer }));
  await page.reload();
  await page.evaluate(([a, b]) => { location.hash = `#/compare?a=${a}&b=${b}`; }, [task.id, second.id]);
  await page.getByText('Looking for geons').waitFor();
  answer = second;
  await tell([['resync', {}]]);
  await page.waitForSelector('.compare-summary');
  await tell([['removed', { id: second.id }]]);
  await page.getByText('This result has been deleted.').waitFor();
  await page.waitForURL(/#\/history$/);
});

test('models and the dictionary are shown with licence, default and both languages', async (t) => {
  const page = await stage.page(t, { hash: '#/models' });
  const { models } = await stage.server.api('GET', 'models');
  await page.waitForSelector('.geon-picture');
  assert.equal(await page.locator('.model').count(), models.length);
  assert.equal(await page.locator('.model .badge', { hasText: 'default' }).count(), 2);
  for (const model of models) {
    const card = page.locator('.model', { hasText: model.sha256.slice(0, 16) }).first();
    assert.ok((await card.innerText()).includes(model.licence));
  }
  const words = await page.locator('.geon-grid').innerText();
  for (const word of ['Cone', 'Конус', 'Cube', 'Куб', 'Cylinder', 'Цилиндр', 'Sphere', 'Сфера', 'Torus', 'Тор']) assert.ok(words.includes(word), word);
  assert.equal(await page.locator('.geon .geon-picture').count(), 5);
  await stage.screenshot(page, 'models', { fullPage: true });
});

test('an administrator chooses the default model, and others see which it is', async (t) => {
  const { models } = await stage.server.api('GET', 'models');
  const before = models.find((model) => model.kind === 'detection' && model.default).name;
  const other = models.find((model) => model.kind === 'detection' && !model.default).name;
  const page = await stage.page(t, { hash: '#/models' });
  const card = (name) => page.locator(`.model[data-name="${name}"]`);
  await card(before).getByText('default', { exact: true }).waitFor();
  await page.getByRole('button', { name: `Make default: ${other}` }).click();
  await card(other).getByText('default', { exact: true }).waitFor();
  await page.getByText(`${other} is the default now.`).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.closest('.model')?.dataset.name), other, 'the focus is kept');
  assert.equal(await card(before).getByText('default', { exact: true }).count(), 0);
  assert.equal((await stage.server.api('GET', `models/${other}`)).default, true);
  assert.equal((await stage.server.analysed(sceneOfShapes(32), 'by-default.png')).detector.name, other);
  await page.getByRole('button', { name: `Make default: ${before}` }).click();
  await card(before).getByText('default', { exact: true }).waitFor();
  assert.equal((await stage.server.api('GET', `models/${before}`)).default, true);
});

test('who is no administrator sees the defaults and cannot change them', async (t) => {
  await stage.server.api('POST', 'users', { headers: { 'Content-Type': 'application/json' }, body: { name: 'reader', password: 'a good long phrase' } });
  const page = await stage.page(t, { signedIn: false });
  await page.getByLabel('Name').first().fill('reader');
  await page.getByLabel('Password').first().fill('a good long phrase');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.drop-zone');
  await visit(page, '#/models');
  assert.equal(await page.locator('.model .badge', { hasText: 'default' }).count(), 2);
  assert.equal(await page.getByRole('button', { name: /Make default/ }).count(), 0);
});

test('a comparison whose dialog is closed meanwhile is not made, and leads nowhere', async (t) => {
  const page = await stage.page(t, { hash: `#/tasks/${task.id}` });
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  const before = (await stage.server.api('GET', 'tasks?limit=200')).tasks.length;
  const asked = page.waitForRequest((request) => request.method() === 'POST' && request.url().includes('file_name=compared.png'));
  await page.route(/\/api\/v1\/tasks\?.*file_name/, async (route) => {
    await held;
    return route.continue();
  });
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Compare' }).click();
  await asked;
  const deleted = page.waitForResponse(/tasks\/bulk$/);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  release();
  assert.equal((await (await deleted).json()).results[0].ok, true);
  assert.match(page.url(), new RegExp(`#/tasks/${task.id}$`));
  assert.equal((await stage.server.api('GET', 'tasks?limit=200')).tasks.length, before);
});

test('results of two different pictures are said to be that', async (t) => {
  const other = await stage.server.analysed(sceneOfShapes(32), 'another.png');
  const page = await stage.page(t, { hash: `#/compare?a=${task.id}&b=${other.id}` });
  await page.getByText('These are two different pictures.').waitFor();
  await stage.screenshot(page, 'compare-other-picture');
  const same = await stage.server.analysed(sceneOfShapes(31), 'the-same.png');
  await visit(page, '#/models');
  await visit(page, `#/compare?a=${task.id}&b=${same.id}`);
  await page.waitForSelector('.compare-summary');
  assert.equal(await page.getByText('These are two different pictures.').count(), 0);
});
