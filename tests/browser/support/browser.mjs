// SPDX-License-Identifier: MIT
// One Chromium a test file, and pages whose console is watched.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { atEnd } from '../../support/ends.mjs';
import { startServer } from '../../support/server.mjs';

const artefacts = path.resolve(import.meta.dirname, '../artefacts');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync', '--enable-precise-memory-info',
  // Containers often give 64 MB of /dev/shm, where a page with many pictures stops without a word.
  '--disable-dev-shm-usage'];
// A busy machine is slow, not broken: what hangs is found late, but found.
const kPatience = 60_000;
/** A page that is open for longer hangs: closing it makes the call that waits say where. */
const kLongestTest = 420_000;
const kClosing = 30_000;

/** Gives up waiting for what may never come, since neither the debugger's calls nor closing end by themselves. */
export function bounded(promise, what, milliseconds = kPatience) {
  let timer = 0;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(`${what} took more than ${milliseconds} ms`)), milliseconds); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Server and browser for the tests of a file; `after` is node:test's. */
export async function setUp(after, args = []) {
  const stage = new Stage();
  const file = { after };
  stage.server = await startServer(file, { args });
  stage.browser = await chromium.launch({
    executablePath: process.env.GEOND_CHROMIUM ?? '/usr/bin/chromium', args: flags, timeout: 2 * kPatience,
  });
  atEnd(file, () => bounded(stage.browser.close(), 'closing the browser', kClosing).catch((error) => { console.error(error.message); }));
  return stage;
}

class Stage {
  /**
   * A page in a context of its own, signed in unless `signedIn` is false. Ends with the test `t`,
   * and fails it if its console, or that of another tab of the context, had errors that `allowed` does not match.
   */
  async page(t, { signedIn = true, hash = '', allowed = /$^/, ...options } = {}) {
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 860 }, locale: 'en-GB', ...options });
    if (signedIn) await this.signIn(context);
    await context.addInitScript(provideNextFrame);
    const complaints = [];
    // Every tab of the window.
    context.on('page', (tab) => {
      tab.on('console', (message) => {
        if (['error', 'warning'].includes(message.type()) && !allowed.test(message.text())) complaints.push(message.text());
      });
      tab.on('pageerror', (error) => { complaints.push(error.stack); });
      tab.on('crash', () => { complaints.push('the page crashed'); });
    });
    const page = await context.newPage();
    context.setDefaultTimeout(kPatience);
    const watchdog = setTimeout(() => { context.close({ reason: 'the watchdog closed the page' }).catch(() => {}); }, kLongestTest);
    t.after(async () => {
      clearTimeout(watchdog);
      await bounded(context.close(), 'closing the page', kClosing);
      assert.deepEqual(complaints, [], 'the console is free of errors and CSP reports');
    });
    await page.goto(`${this.server.url}/${hash}`);
    await page.waitForSelector('html[data-ready]');
    return page;
  }

  /** Another tab of the same browser window. */
  async tab(page, hash) {
    const other = await page.context().newPage();
    await other.goto(`${this.server.url}/${hash}`);
    await other.waitForSelector('html[data-ready]');
    return other;
  }

  /** Gives a context the first account's session. */
  async signIn(context) {
    const answer = await context.request.post(`${this.server.url}/api/v1/auth/login`, {
      headers: { Origin: new URL(this.server.url).origin },
      data: { username: this.server.name, password: this.server.password, cookie: true },
    });
    assert.equal(answer.status(), 200, await answer.text());
    await context.addInitScript((name) => {
      // The blank document that a tab begins with has no storage.
      if (location.protocol === 'about:') return;
      if (!sessionStorage.prepared) {
        sessionStorage.prepared = '1';
        localStorage.setItem('geond.signed_in', name);
        localStorage.setItem('geond.renew_at', String(Date.now() + 600_000));
      }
    }, this.server.name);
  }

  async screenshot(page, name, options = {}) {
    await page.screenshot({ path: path.join(artefacts, `${name}.png`), ...options });
  }
}

/** Goes to a place of the page, and waits until its view stands there. */
export async function visit(page, hash) {
  await page.evaluate((to) => { location.hash = to; }, hash);
  await page.waitForFunction((place) => document.querySelector('main').dataset.path === place, hash.slice(1).split('?')[0]);
}

/** Waits until the page hears what happens on the server. */
export function connected(page) {
  return page.waitForSelector('html[data-connection=open]');
}

/** What axe-core finds by the rules of WCAG 2.2 AA and best practices, as lines of text. */
export async function accessibilityProblems(page, where) {
  // The page's policy forbids inline scripts; the debugger's evaluation is not bound by it.
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => (await globalThis.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'],
  })).violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.slice(0, 4).map((node) => `${node.html.slice(0, 200)} (${node.any[0]?.message ?? node.all[0]?.message ?? ''})`) })));
  return violations.map(({ id, help, nodes }) => `${where}: ${id}, ${help}: ${nodes.join('; ')}`);
}

/** Runs in the page, as its first script: `nextFrame()` waits for a frame, but not on a machine that shows none. */
function provideNextFrame() {
  const kLongestFrame = 500;
  globalThis.nextFrame = () => new Promise((resolve) => {
    requestAnimationFrame(resolve);
    setTimeout(() => resolve(performance.now()), kLongestFrame);
  });
}

/** Drops files on the page as a person would. */
export async function dropFiles(page, files) {
  const transfer = await page.evaluateHandle((list) => {
    const data = new DataTransfer();
    for (const { name, type, bytes } of list) data.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name, { type }));
    return data;
  }, files.map(({ name, type = 'image/png', content }) => ({ name, type, bytes: Buffer.from(content).toString('base64') })));
  for (const event of ['dragenter', 'dragover', 'drop']) await page.dispatchEvent('.page', event, { dataTransfer: transfer });
}

/** Has the page, from its next load on, be told lists of events by one stream: each when the test says so. */
export async function inventEvents(page) {
  await page.addInitScript(provideEvents);
  return async (events) => {
    await page.waitForFunction(() => globalThis.tellEvents);
    await page.evaluate((list) => globalThis.tellEvents(list), events);
  };
}

/** Runs in the page, as its first script: answers its question for events, and only that. */
function provideEvents() {
  const ask = globalThis.fetch;
  let told = 0;
  globalThis.fetch = (address, options) => {
    if (!/\/api\/v1\/events$/.test(String(address))) return ask(address, options);
    const stream = new ReadableStream({ start(controller) {
      const write = ([name, data]) => {
        told += 1;
        controller.enqueue(new TextEncoder().encode(`id: ${told}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`));
      };
      globalThis.tellEvents = (events) => [...(told === 0 ? [['hello', { boot: 'one' }]] : []), ...events].forEach(write);
    } });
    return Promise.resolve(new Response(stream, { headers: { 'Content-Type': 'text/event-stream' } }));
  };
}

/** A result of `count` boxes that is the same every time. */
export function inventedResult(count, { width = 480, height = 360, seed = 5, threshold = 0.3 } = {}) {
  const classes = ['cone', 'cube', 'cylinder', 'sphere', 'torus'];
  let state = seed;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const primitives = Array.from({ length: count }, (_, index) => {
    const size = [12 + 60 * random(), 8 + 4 * random()];
    const center = [width * random(), height * random()];
    const rotation = random() * 180 - 90;
    const [c, s] = [Math.cos((rotation * Math.PI) / 180), Math.sin((rotation * Math.PI) / 180)];
    const corners = [[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([a, b]) => [
      (center[0] + (a * size[0] * c - b * size[1] * s) / 2) / width, (center[1] + (a * size[0] * s + b * size[1] * c) / 2) / height]);
    return { class: classes[index % 5], probability: 0.06 + 0.93 * random(), corners, center, size, rotation };
  }).sort((a, b) => b.probability - a.probability);
  return {
    image: { width, height }, scene: 'office', scene_probability: 0.7, scenes: { office: 0.7, livingroom: 0.2, warehouse: 0.06, greenhouse: 0.04 },
    threshold, primitives,
  };
}
