// SPDX-License-Identifier: MIT
// What one upload may cost at most: 1 GB of memory and 5 seconds of processor time, whatever it is.
import assert from 'node:assert/strict';
import net from 'node:net';
import test from 'node:test';
import { sceneOfShapes } from '../support/pictures.mjs';
import { startServer } from '../support/server.mjs';
import { pause } from '../support/wait.mjs';
import { heavyJpeg, heavyPng, pngOfTexts } from './support/hostile_pictures.mjs';
import { forgetPeak, memoryOf, processorTimeOf } from './support/process.mjs';

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

test('slow readers of classic results cost next to no memory, however large the pictures are', { timeout: 120_000 }, async (t) => {
  const server = await startServer(t, { args: ['--workers', '1'] });
  const { pid } = server.process;
  const picture = Buffer.concat([sceneOfShapes(7, 64, 64), Buffer.alloc(40 << 20, 0x20)]);
  const { status, body: task } = await server.predict(picture);
  assert.equal(status, 200);
  forgetPeak(pid);
  const before = memoryOf(pid);
  const { hostname, port } = new URL(server.url);
  const readers = await Promise.all(Array.from({ length: 8 }, () => new Promise((resolve, reject) => {
    const socket = net.connect({ host: hostname, port: Number(port) });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.write(`GET /tasks/${task.id}/result HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${server.key}\r\n\r\n`);
    });
    // The beginning of the answer, and nothing more for now.
    socket.once('data', (bytes) => { socket.pause(); resolve({ socket, bytes }); });
  })));
  // What the server would read ahead for them, it has read by now.
  await pause(1000);
  const grown = memoryOf(pid, 'VmHWM') - before;
  t.diagnostic(`${grown.toFixed(0)} MiB more for 8 readers of a picture of 40 MiB`);
  for (const { socket, bytes } of readers) {
    assert.match(bytes.toString('latin1'), /^HTTP\/1.1 200 /);
    socket.destroy();
  }
  assert.ok(grown < 60, `${grown} MiB`);
  const whole = await server.json(`/tasks/${task.id}/result`);
  assert.ok(Buffer.from(whole.body.img, 'base64').equals(picture));
});
