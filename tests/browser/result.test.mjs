// SPDX-License-Identifier: MIT
// Issue point 2 and its measurements: the result view.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { sceneOfShapes } from '../support/pictures.mjs';
import { eventually } from '../support/wait.mjs';
import { bounded, inventedResult, setUp, visit } from './support/browser.mjs';
import { closestColours } from './support/colours.mjs';
import { within } from './support/measure.mjs';

const stage = await setUp(after);
const task = await stage.server.analysed(sceneOfShapes(11), 'room.png');

/** A page whose task (`of`) has an invented result of `count` boxes, with the server's picture. */
async function inventedPage(t, count, { of = task, ...options } = {}) {
  const result = inventedResult(count);
  const prepare = async (page) => {
    await page.route(/\/api\/v1\/tasks\/\d+$/, async (route) => {
      if (route.request().method() !== 'GET') return route.continue();
      const answer = await (await route.fetch()).json();
      return route.fulfill({ json: { ...answer, result: { ...result, threshold: answer.threshold, primitives: result.primitives.filter((p) => p.probability >= answer.threshold) } } });
    });
    await page.route(/\/result(\?|$)/, (route) => {
      const threshold = Number(new URL(route.request().url()).searchParams.get('threshold') ?? of.threshold);
      const scene = threshold > 0.8 ? null : 'warehouse';
      return route.fulfill({ json: { ...result, scene, scene_probability: scene && 0.66, threshold, primitives: result.primitives.filter((p) => p.probability >= threshold) } });
    });
  };
  const page = await stage.page(t, options);
  await prepare(page);
  await visit(page, `#/tasks/${of.id}`);
  await page.waitForFunction((wanted) => document.querySelectorAll('.box').length === wanted, count);
  return { page, result };
}

const setSlider = (page, value) => page.locator('input[type=range]').evaluate((input, to) => {
  input.value = to;
  input.dispatchEvent(new Event('input', { bubbles: true }));
}, value);

test('a real result shows what the server found', async (t) => {
  const page = await stage.page(t, { hash: `#/tasks/${task.id}` });
  await page.waitForSelector('.scene-verdict');
  const all = await stage.server.api('GET', `tasks/${task.id}/result?threshold=0.05`);
  await page.waitForFunction((count) => document.querySelectorAll('.box').length === count, all.primitives.length);
  assert.equal(await page.locator('.primitives tbody tr:visible').count(), task.result.primitives.length);
  for (const text of [task.detector.name, task.classifier.name, 'Finding geons', '480 × 360']) await page.getByText(text).first().waitFor();
  await page.waitForFunction(() => document.querySelector('.viewer-image').naturalWidth === 480);
  await stage.screenshot(page, 'result', { fullPage: true });
});

test('the slider filters in the browser at once and asks for the scene again', async (t) => {
  const { page, result } = await inventedPage(t, 60);
  await setSlider(page, 0.6);
  const wanted = result.primitives.filter((p) => p.probability >= 0.6).length;
  await page.waitForFunction((count) => [...document.querySelectorAll('.box')].filter((box) => box.style.visibility !== 'hidden').length === count, wanted);
  await page.waitForFunction((count) => [...document.querySelectorAll('.primitives tbody tr')].filter((row) => !row.hidden).length === count, wanted);
  await page.locator('.scene-verdict', { hasText: 'Warehouse' }).waitFor();
  await setSlider(page, 0.9);
  await page.locator('.scene-verdict', { hasText: 'No scene recognised' }).waitFor();
  await page.waitForFunction(() => location.hash.includes('t=0.9'));
});

test('a task\u2019s own threshold is shown and saved as it is, however fine, and the slider leads back to it', async (t) => {
  const own = await stage.server.analysed(sceneOfShapes(16), 'finer.png', '&threshold=0.535');
  // The nearest step of the slider would hide one of these.
  const { page, result } = await inventedPage(t, 400, { of: own });
  const passing = (threshold) => result.primitives.filter((p) => p.probability >= threshold).length;
  assert.ok(passing(0.535) > passing(0.54));
  const shown = (count) => page.waitForFunction((wanted) => [...document.querySelectorAll('.primitives tbody tr')].filter((row) => !row.hidden).length === wanted, count);
  const saved = async (name) => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name, exact: true }).click()]);
    return readFileSync(await download.path(), 'utf8');
  };
  const asked = [];
  page.on('request', (request) => { if (/overlay|annotations/.test(request.url())) asked.push(new URL(request.url()).searchParams.get('threshold')); });
  await shown(passing(0.535));
  const value = page.locator('.slider-value');
  assert.equal(await value.innerText(), '53.5%');
  await setSlider(page, 0.6);
  await shown(passing(0.6));
  await saved('With boxes');
  await page.getByRole('button', { name: 'Back to 53.5%' }).click();
  await shown(passing(0.535));
  assert.equal(await value.innerText(), '53.5%');
  await page.waitForFunction(() => !location.hash.includes('t='));
  const json = JSON.parse(await saved('Result, JSON'));
  assert.equal(json.threshold, 0.535);
  assert.equal(json.primitives.length, passing(0.535));
  assert.equal(await saved('Result, CSV'), await stage.server.api('GET', `tasks/${own.id}/annotations?format=csv&threshold=0.535`));
  await saved('With boxes');
  assert.deepEqual(asked, ['0.6', null, null], 'without a threshold the server answers with the task\u2019s own');
});

test('a threshold of one is not taken for less', async (t) => {
  const own = await stage.server.analysed(sceneOfShapes(17), 'strict.png', '&threshold=1');
  const page = await stage.page(t, { hash: `#/tasks/${own.id}` });
  await page.getByText('No geon passes').waitFor();
  assert.equal(await page.locator('.slider-value').innerText(), '100%');
  assert.equal(await page.locator('input[type=range]').inputValue(), '1');
  assert.equal(await page.getByRole('button', { name: 'Back to 100%' }).count(), 0, 'there is nothing to go back to');
});

test('who leaves with the slider still moving takes no threshold along', async (t) => {
  const { page } = await inventedPage(t, 12);
  await page.locator('input[type=range]').evaluate((input) => {
    input.value = 0.7;
    input.dispatchEvent(new Event('input', { bubbles: true }));
    location.hash = '#/models';
  });
  await page.waitForSelector('.model');
  // Longer than the slider must rest before the scene is asked for.
  await page.waitForTimeout(600);
  assert.match(page.url(), /#\/models$/);
});

test('a picture that cannot be loaded is told so', async (t) => {
  const page = await stage.page(t, { allowed: /404/ });
  await page.route(/\/input$/, (route) => route.fulfill({ status: 404 }));
  await visit(page, `#/tasks/${task.id}`);
  await page.getByRole('alert').getByText('The picture cannot be loaded').waitFor();
  await stage.screenshot(page, 'no-picture');
  await page.unroute(/\/input$/);
  await page.reload();
  await page.waitForFunction(() => document.querySelector('.viewer-image')?.naturalWidth === 480);
  assert.equal(await page.getByText('The picture cannot be loaded').count(), 0);
});

test('classes can be hidden and shown again', async (t) => {
  const { page } = await inventedPage(t, 60);
  const before = await page.locator('.primitives tbody tr:visible').count();
  const chip = page.locator('.chip', { hasText: 'Cube' });
  const cubes = Number(await chip.locator('.count').innerText());
  assert.ok(cubes > 0);
  await chip.click();
  assert.equal(await chip.getAttribute('aria-pressed'), 'false');
  await page.waitForFunction((count) => [...document.querySelectorAll('.primitives tbody tr')].filter((row) => !row.hidden).length === count, before - cubes);
  await chip.click();
  await page.waitForFunction((count) => [...document.querySelectorAll('.primitives tbody tr')].filter((row) => !row.hidden).length === count, before);
});

test('list and boxes are tied by hover, focus and selection both ways', async (t) => {
  const { page } = await inventedPage(t, 12);
  const row = page.locator('.primitives tbody tr:visible').nth(1);
  const index = await row.getAttribute('data-index');
  await row.hover();
  assert.ok(await page.locator(`.box[data-index="${index}"].hot`).count());
  await row.focus();
  await page.keyboard.press('Enter');
  assert.ok(await page.locator(`.box[data-index="${index}"].selected`).count());
  await page.locator('.box[tabindex="0"]').focus();
  const focused = await page.evaluate(() => document.activeElement.dataset.index);
  assert.ok(await page.locator(`tr[data-index="${focused}"].hot`).count());
  await page.keyboard.press('ArrowRight');
  const next = await page.evaluate(() => document.activeElement.dataset.index);
  assert.notEqual(next, focused);
  await page.keyboard.press('Enter');
  assert.ok(await page.locator(`tr[data-index="${next}"].selected`).count());
});

test('labels do not cover one another at any zoom', async (t) => {
  const { page } = await inventedPage(t, 120);
  for (let step = 0; step < 3; step += 1) {
    const { count, overlaps } = await page.evaluate(async () => {
      await nextFrame();
      await nextFrame();
      const boxes = [...document.querySelectorAll('.label')].filter((label) => label.style.visibility !== 'hidden').map((label) => label.querySelector('rect').getBoundingClientRect());
      return { count: boxes.length, overlaps: boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1)).length };
    });
    assert.ok(count > 3, `${count} labels`);
    assert.equal(overlaps, 0);
    const before = await page.locator('.viewer-zoom').innerText();
    await page.locator('.viewport').hover();
    await page.mouse.wheel(0, -300);
    await page.waitForFunction((text) => document.querySelector('.viewer-zoom').textContent !== text, before);
  }
});

test('many labels are short, and the one that is looked at is not', async (t) => {
  const { page } = await inventedPage(t, 60);
  const written = () => page.locator('.label').evaluateAll((labels) => labels.filter(({ style }) => style.visibility !== 'hidden').map((label) => label.textContent));
  const isShort = (text) => /^\d+%$/.test(text);
  await eventually(async () => assert.ok((await written()).length > 10 && (await written()).every(isShort), await written()));
  await stage.screenshot(page, 'many-labels');
  await page.locator('.primitives tbody tr').first().hover();
  await eventually(async () => assert.deepEqual((await written()).filter((text) => !isShort(text)).length, 1));
  await setSlider(page, 0.9);
  await page.mouse.move(0, 0);
  await eventually(async () => assert.ok((await written()).length > 0 && !(await written()).some(isShort), await written()));
});

test('the whole picture is in sight above its tools', async (t) => {
  const page = await stage.page(t, { hash: `#/tasks/${task.id}` });
  await page.waitForSelector('.scene-verdict');
  for (const viewport of [{ width: 1280, height: 860 }, { width: 700, height: 700 }, { width: 320, height: 640 }]) {
    await page.setViewportSize(viewport);
    await eventually(async () => {
      const [image, tools] = await Promise.all(['.viewer-image', '.viewer-tools'].map((name) => page.locator(name).boundingBox()));
      assert.ok(image.y + image.height <= tools.y + 1, `${image.y + image.height} ${tools.y}`);
    });
  }
});

test('the scale that a person chose stays in a window of another size, and what is in the middle, too', async (t) => {
  const page = await stage.page(t, { hash: `#/tasks/${task.id}` });
  await page.waitForSelector('.scene-verdict');
  const zoom = () => page.locator('.viewer-zoom').innerText();
  const fitted = await zoom();
  await page.getByRole('button', { name: '1:1' }).click();
  const middle = () => page.evaluate(() => {
    const [image, port] = ['.viewer-image', '.viewport'].map((name) => document.querySelector(name).getBoundingClientRect());
    return [Math.round(port.x + port.width / 2 - image.x), Math.round(port.y + port.height / 2 - image.y)];
  });
  const before = await middle();
  await page.setViewportSize({ width: 500, height: 640 });
  await page.waitForFunction(() => document.querySelector('.viewport').clientWidth < 500);
  await page.evaluate(() => nextFrame().then(nextFrame));
  assert.equal(await zoom(), '100%');
  (await middle()).forEach((place, index) => assert.ok(Math.abs(place - before[index]) <= 1, `${place} ${before[index]}`));
  await page.getByRole('button', { name: 'Show the whole' }).click();
  const small = await zoom();
  await page.setViewportSize({ width: 1280, height: 860 });
  await page.waitForFunction((text) => document.querySelector('.viewer-zoom').textContent === text, fitted);
  assert.notEqual(small, fitted);
});

test('the picture zooms and moves by wheel, drag, keys and buttons, and strokes stay thin', async (t) => {
  const { page } = await inventedPage(t, 20);
  const zoom = async () => Number.parseInt(await page.locator('.viewer-zoom').innerText(), 10);
  const viewport = page.locator('.viewport');
  const fit = await zoom();
  await viewport.hover();
  await page.mouse.wheel(0, -400);
  await page.waitForFunction((before) => Number.parseInt(document.querySelector('.viewer-zoom').textContent, 10) > before, fit);
  const transform = () => page.locator('.viewer-image').evaluate((image) => image.style.transform);
  const before = await transform();
  await page.mouse.down();
  await page.mouse.move(500, 500, { steps: 4 });
  await page.mouse.up();
  assert.notEqual(await transform(), before);
  await viewport.focus();
  await page.keyboard.press('1');
  assert.equal(await zoom(), 100);
  await page.keyboard.press('+');
  assert.equal(await zoom(), 140);
  const still = await transform();
  await page.keyboard.press('ArrowLeft');
  assert.notEqual(await transform(), still);
  await page.keyboard.press('0');
  assert.equal(await zoom(), fit);
  assert.equal(await page.locator('.box polygon').first().evaluate((line) => getComputedStyle(line).vectorEffect), 'non-scaling-stroke');
  await page.getByRole('button', { name: 'Actual size' }).click();
  assert.equal(await zoom(), 100);
});

test('two fingers zoom about the point between them, one finger moves the picture', async (t) => {
  const { page } = await inventedPage(t, 20, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  const session = await page.context().newCDPSession(page);
  const touch = (type, ...points) => bounded(session.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) }), type);
  const frame = await page.locator('.viewport').boundingBox();
  const [x, y] = [frame.x + frame.width / 2, frame.y + frame.height / 2];
  const view = () => page.locator('.viewer-image').evaluate((image) => {
    const { a: scale, e, f } = new DOMMatrix(getComputedStyle(image).transform);
    return { scale, x: e, y: f };
  });
  const before = await view();
  await touch('touchStart', [x - 30, y], [x + 30, y]);
  for (let spread = 40; spread <= 90; spread += 10) await touch('touchMove', [x - spread, y], [x + spread, y]);
  await touch('touchEnd');
  const pinched = await view();
  assert.ok(Math.abs(pinched.scale / before.scale - 3) < 0.15, `three times as large: ${pinched.scale / before.scale}`);
  const middle = (at) => ({ x: (frame.width / 2 - at.x) / at.scale, y: (frame.height / 2 - at.y) / at.scale });
  assert.ok(Math.hypot(middle(pinched).x - middle(before).x, middle(pinched).y - middle(before).y) < 6, 'the middle stays where it is');
  await touch('touchStart', [x, y]);
  for (let step = 1; step <= 5; step += 1) await touch('touchMove', [x + 12 * step, y + 8 * step]);
  await touch('touchEnd');
  const moved = await view();
  assert.equal(moved.scale, pinched.scale);
  assert.ok(Math.abs(moved.x - pinched.x - 60) < 12 && Math.abs(moved.y - pinched.y - 40) < 12, JSON.stringify({ pinched, moved }));
  await page.locator('.viewport').click({ position: { x: 20, y: 20 } });
  assert.equal(await page.evaluate(() => scrollY), 0, 'the page stays where it is');
  await page.getByRole('button', { name: 'Show the whole picture' }).click();
  assert.ok(Math.abs((await view()).scale - before.scale) < 1e-6);
});

test('two fingers zoom no further than the buttons do', async (t) => {
  const { page } = await inventedPage(t, 20, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  const session = await page.context().newCDPSession(page);
  const touch = (type, ...points) => bounded(session.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) }), type);
  const frame = await page.locator('.viewport').boundingBox();
  const [x, y] = [frame.x + frame.width / 2, frame.y + frame.height / 2];
  const pinch = async (from, to) => {
    await touch('touchStart', [x - from, y], [x + from, y]);
    for (let step = 1; step <= 6; step += 1) {
      const spread = from + ((to - from) * step) / 6;
      await touch('touchMove', [x - spread, y], [x + spread, y]);
    }
    await touch('touchEnd');
  };
  const scale = () => page.locator('.viewer-image').evaluate((image) => new DOMMatrix(getComputedStyle(image).transform).a);
  const limitOf = async (button, pinching) => {
    const press = page.getByRole('button', { name: button });
    for (let step = 0; step < 16; step += 1) await press.click();
    const limit = await scale();
    await pinching();
    assert.ok(Math.abs((await scale()) / limit - 1) < 1e-6, `${button}: ${await scale()} instead of ${limit}`);
  };
  await limitOf('Zoom in', () => pinch(15, 150));
  await limitOf('Zoom out', () => pinch(150, 15));
});

test('the table sorts, and copies and saves as JSON and CSV', async (t) => {
  const { page, result } = await inventedPage(t, 30, { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.getByRole('button', { name: 'Size', exact: true }).click();
  assert.equal(await page.locator('th[aria-sort=descending]').innerText().then((text) => text.trim().startsWith('Size')), true);
  // What is copied is there a little after the click: the server writes the CSV.
  const copiedAs = async (form, start) => {
    await page.getByRole('button', { name: `Copy as ${form}` }).click();
    return eventually(async () => {
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      assert.ok(copied.startsWith(start), `${form}: ${copied.slice(0, 80)}`);
      return copied;
    }, 15);
  };
  assert.deepEqual(JSON.parse(await copiedAs('JSON', '[')), result.primitives.filter((p) => p.probability >= task.threshold));
  const csv = await copiedAs('CSV', 'file,');
  const served = await stage.server.api('GET', `tasks/${task.id}/annotations?format=csv&threshold=${task.threshold}`);
  assert.equal(csv, served, 'the columns and digits that the API gives');
  assert.match(csv, /^file,image_width,image_height,scene,class,probability,center_x/);
  for (const [name, ending] of [['Original', '.png'], ['With boxes', '-geons.jpg'], ['Result, JSON', '.json'], ['Result, CSV', '.csv']]) {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name, exact: true }).click()]);
    assert.equal(download.suggestedFilename(), `room${ending}`);
    const content = readFileSync(await download.path());
    if (ending === '.csv') assert.equal(content.toString(), served);
    else assert.ok(content.length > 100);
    if (name === 'Original') assert.deepEqual(content, sceneOfShapes(11));
    if (name === 'With boxes') assert.deepEqual([...content.subarray(0, 2)], [0xff, 0xd8]);
  }
});

test('classes differ in colour for the colour-blind, in the dash of their lines, and in their glyphs', async (t) => {
  const { page } = await inventedPage(t, 60);
  const lines = await page.locator('.chip .class-line .box-line').evaluateAll((list) => list.map((line) => line.getAttribute('stroke-dasharray')));
  assert.equal(lines.length, 5);
  assert.equal(new Set(lines).size, 5, 'the legend shows five kinds of line');
  const used = await page.locator('.box').evaluateAll((list) => list.map((box) => `${box.className.baseVal.match(/class-\d/)[0]} ${box.querySelector('.box-line').getAttribute('stroke-dasharray')}`));
  assert.deepEqual([...new Set(used)].sort(), lines.map((dash, index) => `class-${index} ${dash}`), 'the boxes have the lines of the legend');
  const glyphs = (selector) => page.locator(selector).evaluateAll((list) => [...new Set(list.map((path) => path.getAttribute('d')))].sort());
  assert.deepEqual(await glyphs('.label .label-glyph'), await glyphs('.chip .glyph path'), 'the labels have the glyphs of the legend');
  for (const [name, least] of [['--over', 30], ['--class', 20]]) {
    for (const theme of ['light', 'dark']) {
      const colours = await page.evaluate(([property, chosen]) => {
        document.documentElement.dataset.theme = chosen;
        return [...document.querySelectorAll('.chip .class-line')].map((line) => getComputedStyle(line).getPropertyValue(property));
      }, [name, theme]);
      const { distance, who, pair } = closestColours(colours);
      assert.ok(distance >= least, `${name}, ${theme}: ${pair} are ${distance.toFixed(1)} apart for ${who} vision`);
    }
  }
  const session = await page.context().newCDPSession(page);
  for (const type of ['deuteranopia', 'achromatopsia']) {
    await bounded(session.send('Emulation.setEmulatedVisionDeficiency', { type }), type);
    await stage.screenshot(page, `vision-${type}`);
  }
});

/** Counts, from now on, the outlines that are made: two for a box. */
const countOutlines = (page) => page.evaluate(() => {
  const make = document.createElementNS.bind(document);
  globalThis.outlines = 0;
  document.createElementNS = (space, name) => {
    if (name === 'polygon') globalThis.outlines += 1;
    return make(space, name);
  };
});

test('boxes are drawn once where those below the threshold come soon, and not kept waiting where they come late', async (t) => {
  const { page } = await inventedPage(t, 300);
  await countOutlines(page);
  // On a busy machine an answer may come late.
  await eventually(async () => {
    await visit(page, '#/nowhere');
    await page.evaluate(() => { globalThis.outlines = 0; });
    await visit(page, `#/tasks/${task.id}`);
    await page.waitForFunction(() => document.querySelectorAll('.box').length === 300);
    assert.equal(await page.evaluate(() => globalThis.outlines), 600);
  }, 30);

  await visit(page, '#/nowhere');
  let answer;
  const late = new Promise((resolve) => { answer = resolve; });
  await page.route(/\/result\?threshold=0\.05$/, async (route) => { await late; await route.fallback(); });
  await visit(page, `#/tasks/${task.id}`);
  await page.waitForFunction(() => document.querySelectorAll('.box').length > 0);
  assert.ok(await page.locator('.box').count() < 300, 'those above the threshold stand first');
  answer();
  await page.waitForFunction(() => document.querySelectorAll('.box').length === 300);
});

test('300 boxes are drawn within 100 ms and the slider keeps more than 50 frames a second', async (t) => {
  const { page } = await inventedPage(t, 300);
  await within(t, 'drawing 300 boxes', 100, () => page.evaluate(() => {
    const viewer = document.querySelector('geond-viewer');
    const begun = performance.now();
    viewer.primitives = viewer.primitives;
    viewer.getBoundingClientRect();
    document.querySelector('.viewer-boxes').getBBox();
    return performance.now() - begun;
  }));
  await within(t, 'a frame while the slider moves', 1000 / 50, () => page.evaluate(frameOfSlider));
});

/** Runs in the page: milliseconds of the middle frame while the slider is dragged, and while nothing is done. */
async function frameOfSlider() {
  const slider = document.querySelector('input[type=range]');
  const middleFrame = async (work) => {
    const gaps = [];
    let before = await nextFrame();
    for (let step = 0; step < 60; step += 1) {
      work(step);
      const now = await nextFrame();
      gaps.push(now - before);
      before = now;
    }
    return gaps.sort((a, b) => a - b)[30];
  };
  const bare = await middleFrame(() => {});
  const figure = await middleFrame((step) => {
    slider.value = 0.1 + (step % 30) / 40;
    slider.dispatchEvent(new Event('input', { bubbles: true }));
  });
  return { figure, bare };
}

test('what is saved while the slider moves has the boxes and the scene of one threshold', async (t) => {
  const { page, result } = await inventedPage(t, 60);
  const saved = async () => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Result, JSON', exact: true }).click()]);
    return JSON.parse(readFileSync(await download.path(), 'utf8'));
  };
  const passing = (threshold) => result.primitives.filter((p) => p.probability >= threshold);
  // In one go, before the slider has rested long enough for the scene to be asked for.
  const download = page.waitForEvent('download');
  await page.evaluate(() => {
    const input = document.querySelector('input[type=range]');
    input.value = 0.9;
    input.dispatchEvent(new Event('input', { bubbles: true }));
    [...document.querySelectorAll('.downloads button')].find((button) => button.textContent === 'Result, JSON').click();
  });
  const early = JSON.parse(readFileSync(await (await download).path(), 'utf8'));
  assert.deepEqual([early.threshold, early.scene, early.primitives], [0.9, null, passing(0.9)]);
  await page.locator('.scene-verdict', { hasText: 'No scene recognised' }).waitFor();
  assert.deepEqual((await saved()).primitives, passing(0.9));
});

test('the scene is marked as being asked for until the newest answer is there', async (t) => {
  const { page } = await inventedPage(t, 12);
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  let asked = 0;
  await page.route(/\/result\?threshold=0\.[79]/, async (route) => {
    asked += 1;
    await held;
    return route.fallback();
  });
  await setSlider(page, 0.7);
  await eventually(() => assert.equal(asked, 1));
  await setSlider(page, 0.9);
  await eventually(() => assert.equal(asked, 2));
  await page.evaluate(async () => { for (let turn = 0; turn < 3; turn += 1) await nextFrame(); });
  assert.equal(await page.locator('.scene').getAttribute('aria-busy'), 'true');
  release();
  await page.locator('.scene:not([aria-busy])', { hasText: 'No scene recognised' }).waitFor();
});
