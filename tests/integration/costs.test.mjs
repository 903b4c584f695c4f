// SPDX-License-Identifier: MIT
// What one upload may cost at most: 1 GB of memory and 5 seconds of processor time, whatever it is.
import assert from 'node:assert/strict';
import test from 'node:test';
import { heavyJpeg, heavyPng, pngOfTexts } from './support/hostile_pictures.mjs';
import { forgetPeak, memoryOf, processorTimeOf } from './support/process.mjs';
import { startServer } from './support/server.mjs';

const kMostMemory = 1000;  // MiB, the server's own included.
const kMostSeconds = 5;

const pictures = [
  ['a PNG of 50 megapixels, 16 bit with alpha, interlaced', () => heavyPng(7070, 7070), [200]],
  ['a PNG 20,000 wide', () => heavyPng(20_000, 2_500), [200]],
  ['a PNG of one row', () => heavyPng(20_000, 1), [200, 422]],
  ['a PNG with 200 texts of 50 MB', () => pngOfTexts(200, 50_000_000), [200]],
  ['a progressive JPEG of 42 megapixels in one scan', () => heavyJpeg(4, 5, 1), [200]],
  ['a progressive JPEG of 42 megapixels in 100 scans', () => heavyJpeg(4, 5, 100), [200, 422]],
  ['a progressive JPEG of 180 scans', () => heavyJpeg(1, 1, 180), [422]],
];

test('no single upload costs more than 1 GB of memory and 5 s of processor time', { timeout: 300_000 }, async (t) => {
  const server = await startServer(t, { args: ['--workers', '1'] });
  const { pid } = server.process;
  for (const [name, make, statuses] of pictures) {
    const picture = make();
    forgetPeak(pid);
    const before = processorTimeOf(pid);
    const { status, body } = await server.predict(picture);
    const seconds = processorTimeOf(pid) - before;
    const memory = memoryOf(pid, 'VmHWM');
    const outcome = body.error?.code ?? body.code ?? body.status;
    t.diagnostic(`${name} (${(picture.length / 1000).toFixed(0)} kB): ${status} ${outcome}, ${seconds.toFixed(2)} s, ${memory.toFixed(0)} MiB`);
    assert.ok(statuses.includes(status), `${name}: ${status} ${JSON.stringify(body).slice(0, 300)}`);
    if (status === 200) assert.notEqual(body.status, 'in progress');
    assert.ok(seconds <= kMostSeconds, `${name}: ${seconds} s`);
    assert.ok(memory <= kMostMemory, `${name}: ${memory} MiB`);
  }
});
