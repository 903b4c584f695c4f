// SPDX-License-Identifier: MIT
// Issue points 7 and 8, and the weight of the first view: languages, themes, sizes, axe-core.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { sceneOfShapes } from '../support/pictures.mjs';
import { accessibilityProblems, bounded, setUp, visit } from './support/browser.mjs';
import { within } from './support/measure.mjs';

const stage = await setUp(after);
const tasks = [await stage.server.analysed(sceneOfShapes(51), 'one.png'), await stage.server.analysed(sceneOfShapes(51), 'two.png')];

/** Every view: its name, its place, and what stands there when all has come. */
const places = [
  ['home', '#/', '.card .card-picture'], ['history', '#/history', '.task-row'],
  ['task', `#/tasks/${tasks[0].id}`, '.primitives tbody tr'], ['compare', `#/compare?a=${tasks[0].id}&b=${tasks[1].id}`, '.difference-list, .compare-summary'],
  ['models', '#/models', '.geon-picture'], ['account', '#/account', '.entry-list li'], ['admin', '#/admin', 'table'], ['nothing', '#/nowhere', '.empty'],
];
const taskPlace = places[2][1];

/** Goes to a view and waits until nothing is missing. */
async function settle(page, [, hash, selector]) {
  await visit(page, hash);
  await page.waitForSelector(`main ${selector}`);
  await page.waitForFunction(() => [...document.images].every((image) => image.complete || image.loading === 'lazy'));
  await page.evaluate(() => nextFrame().then(nextFrame));
}

for (const [theme, locale] of [['light', 'en-GB'], ['dark', 'ru-RU']]) {
  test(`axe-core finds nothing on any view (${theme}, ${locale})`, async (t) => {
    const page = await stage.page(t, { locale, colorScheme: theme, reducedMotion: 'reduce' });
    const found = [];
    for (const place of places) {
      const [name] = place;
      await settle(page, place);
      found.push(...await accessibilityProblems(page, name));
      await stage.screenshot(page, `view-${name}-${theme}-${locale.slice(0, 2)}`);
    }
    await visit(page, taskPlace);
    await page.locator('.task-actions .button').first().click();
    await page.getByRole('dialog').waitFor();
    found.push(...await accessibilityProblems(page, 'dialog'));
    assert.deepEqual(found, []);
  });

  test(`axe-core finds nothing on sign-in and documentation (${theme}, ${locale})`, async (t) => {
    const page = await stage.page(t, { signedIn: false, locale, colorScheme: theme, reducedMotion: 'reduce' });
    const found = await accessibilityProblems(page, 'sign-in');
    await page.goto(`${stage.server.url}/docs`);
    await page.waitForSelector('.operation');
    await page.locator('.operation > summary').nth(1).click();
    found.push(...await accessibilityProblems(page, 'docs'));
    assert.deepEqual(found, []);
    await stage.screenshot(page, `docs-${theme}`);
  });
}

for (const [name, viewport] of [['320', { width: 320, height: 640 }], ['phone', { width: 390, height: 844 }], ['desktop', { width: 1440, height: 900 }], ['4k', { width: 3840, height: 2160 }]]) {
  test(`every view fits ${name} without scrolling sideways`, async (t) => {
    const page = await stage.page(t, { viewport, hasTouch: viewport.width < 500, locale: 'ru-RU' });
    for (const place of places) {
      await settle(page, place);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(overflow <= 0, `${place[0]} is ${overflow} px too wide`);
      await stage.screenshot(page, `size-${name}-${place[0]}`);
    }
  });
}

test('a finger has targets of 24 pixels or more', async (t) => {
  const page = await stage.page(t, { viewport: { width: 390, height: 844 }, hasTouch: true, hash: taskPlace });
  await page.waitForSelector('.chip');
  const small = await page.evaluate(() => [...document.querySelectorAll('button, input[type=range], .nav a')].filter((element) => element.checkVisibility())
    .map((element) => ({ text: element.textContent || element.ariaLabel, box: element.getBoundingClientRect() })).filter(({ box }) => box.width < 24 || box.height < 24).map(({ text }) => text));
  assert.deepEqual(small, []);
});

test('the language follows the browser, can be switched, and is remembered', async (t) => {
  const page = await stage.page(t, { locale: 'ru-RU' });
  await page.getByRole('heading', { name: 'Из чего состоит изображение?' }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'ru');
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('heading', { name: 'What is this picture made of?' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'What is this picture made of?' }).waitFor();
});

test('no view has a word of the other language', async (t) => {
  const page = await stage.page(t, { locale: 'ru-RU' });
  for (const place of places) {
    await settle(page, place);
    const text = await page.evaluate(() => [...document.querySelectorAll('button, h1, h2, label, th, .hint')].filter((element) => !element.closest('[lang]:not(html)')).map((element) => element.textContent).join(' '));
    const english = text.match(/\b(the|and|of|with|Search|Status|Delete|Password|Geons|Scene|Threshold|Compare)\b/g);
    assert.equal(english, null, place[0]);
  }
});

test('the theme follows the system and can be switched', async (t) => {
  const page = await stage.page(t, { colorScheme: 'dark' });
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
  assert.equal(await theme(), 'dark');
  await page.getByRole('button', { name: /Colours/ }).click();
  assert.equal(await theme(), 'light');
  await page.reload();
  await page.waitForSelector('html[data-ready]');
  assert.equal(await theme(), 'light');
});

test('both tables have every text that the code asks for', () => {
  const web = path.resolve(import.meta.dirname, '../../src/web/js');
  const keys = (name) => new Set([...readFileSync(path.join(web, `i18n/${name}.js`), 'utf8').matchAll(/^ {2}'([^']+)':/gm)].map((match) => match[1]));
  const en = keys('en');
  assert.deepEqual([...keys('ru')], [...en]);
  const missing = readdirSync(web, { recursive: true }).filter((file) => file.endsWith('.js') && !file.startsWith('i18n'))
    .flatMap((file) => [...readFileSync(path.join(web, file), 'utf8').matchAll(/\bt\('([^']+)'/g)].map((match) => match[1])).filter((key) => !en.has(key));
  assert.deepEqual(missing, []);
});

test('everything can be reached by keyboard, with the focus visible and kept', async (t) => {
  const page = await stage.page(t);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
  const seen = new Set();
  for (let step = 0; step < 30; step += 1) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === document.body) return null;
      const style = getComputedStyle(element);
      return { name: element.ariaLabel || element.textContent.trim(), visible: style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2 };
    });
    if (!at) break;
    assert.ok(at.visible, `focus is visible on ${at.name}`);
    seen.add(at.name);
  }
  for (const name of ['History', 'Models', 'Choose pictures', 'Choose a folder', 'All results']) assert.ok(seen.has(name), name);
  await page.getByRole('link', { name: 'History' }).focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement.tagName === 'H1' && document.activeElement.textContent === 'History');
  await page.getByRole('button', { name: 'Русский' }).focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement.dataset.part === 'language');
});

test('a result prints on paper without controls', async (t) => {
  const page = await stage.page(t, { hash: taskPlace });
  await page.waitForSelector('.scene-verdict');
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.locator('.bar').isVisible(), false);
  assert.equal(await page.locator('.viewer-image').isVisible(), true);
  assert.equal(await page.locator('.scene-verdict').isVisible(), true);
  await page.emulateMedia({ media: null });
  await page.evaluate(() => nextFrame().then(nextFrame).then(nextFrame));
  const zoom = await page.locator('.viewer-zoom').textContent();
  await page.evaluate(() => {
    addEventListener('beforeprint', () => {
      const { a, e, f } = new DOMMatrix(document.querySelector('.viewer-image').style.transform);
      const { width, height } = document.querySelector('geond-viewer').picture;
      const paper = getComputedStyle(document.querySelector('.viewport'));
      globalThis.onPaper = { left: e, top: f, width: a * width - Number.parseFloat(paper.getPropertyValue('--print-width')), height: a * height - Number.parseFloat(paper.getPropertyValue('--print-height')) };
    });
  });
  const pdf = await bounded(page.pdf({ path: path.resolve(import.meta.dirname, 'artefacts/print.pdf'), format: 'A4', preferCSSPageSize: true }), 'printing');
  const { left, top, width, height } = await page.evaluate(() => globalThis.onPaper);
  for (const [name, value] of Object.entries({ left, top, width, height })) assert.ok(Math.abs(value) < 0.5, `the picture fills its place: ${name} ${value}`);
  // On the screen it is as before.
  await page.waitForFunction((text) => document.querySelector('.viewer-zoom').textContent === text, zoom);
  assert.ok(pdf.length > 5000);
});

test('a long name keeps its end where there is little room, and takes two lines as a heading', async (t) => {
  const name = 'photograph-of-the-third-floor-seen-from-the-eastern-stairs-0017.png';
  const { id } = await stage.server.analysed(sceneOfShapes(56), name);
  const page = await stage.page(t, { viewport: { width: 320, height: 640 } });
  for (const [hash, selector] of [['#/', '.card-title'], ['#/history', '.row-title']]) {
    await visit(page, hash);
    const title = page.locator(selector, { hasText: name }).first();
    await title.waitFor();
    const box = await title.boundingBox();
    const end = await title.evaluate((element) => {
      const range = document.createRange();
      range.selectNodeContents(element.querySelector('bdi').lastChild);
      const { left, right, bottom } = range.getBoundingClientRect();
      return { left, right, bottom };
    });
    assert.ok(end.left >= box.x - 1 && end.right <= box.x + box.width + 1 && end.bottom <= box.y + box.height + 1, `${selector}: the end is in sight`);
    await stage.screenshot(page, `long-name-${selector.slice(1)}`);
  }
  await visit(page, `#/tasks/${id}`);
  const heading = page.getByRole('heading', { name });
  assert.equal(await heading.getAttribute('title'), name);
  const { height, line } = await heading.evaluate((element) => ({ height: element.clientHeight, line: Number.parseFloat(getComputedStyle(element).lineHeight) }));
  assert.ok(height < 2.3 * line, `${height} ${line}`);
  await page.waitForSelector('.primitives');
  await page.locator('.table-scroll').scrollIntoViewIfNeeded();
  await stage.screenshot(page, 'narrow-table');
});

test('dates are written as the browser is set for the page\u2019s language', async (t) => {
  const { id, created_at: made } = await stage.server.analysed(sceneOfShapes(57), 'dated.png');
  const options = { dateStyle: 'long', timeStyle: 'medium' };
  for (const [locale, expected] of [['en-GB', 'en-GB'], ['en-US', 'en-US'], ['ru-RU', 'ru-RU'], ['de-DE', 'en']]) {
    const page = await stage.page(t, { locale, hash: `#/tasks/${id}` });
    await page.locator('.task-state').getByText(await page.evaluate(([tag, at, form]) => new Date(at).toLocaleString(tag, form), [expected, made, options]), { exact: true }).waitFor();
    await page.context().close();
  }
});

test('forced colours take nothing away: the current view, what is pressed and selected, timings', async (t) => {
  const page = await stage.page(t, { hash: taskPlace, forcedColors: 'active' });
  await page.waitForSelector('.scene-verdict');
  await page.evaluate(() => document.fonts.ready.then(nextFrame));
  const background = (selector) => page.locator(selector).first().evaluate((element) => getComputedStyle(element).backgroundColor);
  assert.notEqual(await background('.nav a[aria-current]'), await background('.nav a:not([aria-current])'));
  const labels = page.getByRole('button', { name: 'Labels' });
  const on = await background('[aria-label=Labels]');
  await labels.click();
  await page.mouse.move(0, 0);
  assert.notEqual(await background('[aria-label=Labels]'), on);
  const stages = await Promise.all(['decode', 'detect', 'classify'].map((name) => background(`.stack-${name}`)));
  assert.equal(new Set(stages).size, 3, stages.join());
  await stage.screenshot(page, 'forced-colours', { fullPage: true });
});

test('who wants less motion sees none', async (t) => {
  const page = await stage.page(t, { hash: taskPlace, reducedMotion: 'reduce' });
  await page.waitForSelector('.bar-fill');
  const moving = await page.evaluate(() => [...document.querySelectorAll('*')].filter((element) => {
    const { transitionDuration, animationName } = getComputedStyle(element);
    return transitionDuration.split(', ').some((text) => Number.parseFloat(text) > 0) || animationName !== 'none';
  }).map((element) => element.className));
  assert.deepEqual(moving, []);
});

test('the first view weighs under 150 kB over the wire and is interactive within a second', async (t) => {
  const page = await stage.page(t);
  const weights = [];
  await within(t, 'interactive', 1000, async () => {
    const { bytes, took } = await firstView();
    weights.push(bytes);
    return took;
  });
  t.diagnostic(`first view: ${(weights[0] / 1000).toFixed(0)} kB`);
  assert.ok(weights[0] > 20_000 && weights[0] < 150_000, `${weights[0]} bytes`);
  const script = await page.locator('script[type=module]').getAttribute('src');
  const { headers } = await fetch(new URL(script, `${stage.server.url}/`), { headers: { 'Accept-Encoding': 'gzip' } });
  assert.equal(headers.get('content-encoding'), 'gzip', 'compressed');
  assert.match(headers.get('cache-control'), /immutable/, 'kept under the hash of its version');
});

/** Opens the page in a browser that has never seen it: bytes of its files, milliseconds until it can be used. */
async function firstView() {
  const context = await stage.browser.newContext();
  context.setDefaultTimeout(60_000);
  await stage.signIn(context);
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await bounded(session.send('Network.enable'), 'Network.enable');
  let bytes = 0;
  const coming = new Set();
  session.on('Network.requestWillBeSent', ({ requestId, request }) => { if (!request.url.includes('/api/')) coming.add(requestId); });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => { if (coming.delete(requestId)) bytes += encodedDataLength; });
  const begun = Date.now();
  await page.goto(stage.server.url, { waitUntil: 'commit' });
  await page.waitForSelector('.drop-zone');
  const took = Date.now() - begun;
  await page.waitForSelector('html[data-ready]');
  for (let quiet = 0; quiet < 5; quiet = coming.size > 0 ? 0 : quiet + 1) await page.waitForTimeout(100);
  await bounded(context.close(), 'closing the first view');
  return { bytes, took };
}

test('who cannot be given the texts of their language has the page in English, and is told so', async (t) => {
  const page = await stage.page(t, { locale: 'ru-RU', allowed: /ERR_|Failed to load/ });
  await page.route(/i18n\/ru\.js/, (route) => route.abort('connectionreset'));
  for (const address of ['/', '/docs']) {
    await page.goto(stage.server.url + address);
    await page.getByText('The texts in Русский could not be loaded').waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'en');
  }
});
