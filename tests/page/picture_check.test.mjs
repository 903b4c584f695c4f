// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPicture, recognise } from '../../src/web/js/model/picture_check.js';

const text = (value) => new TextEncoder().encode(value);
const heads = [
  ['jpeg', [0xff, 0xd8, 0xff, 0xe0]],
  ['png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['gif', text('GIF89a')],
  ['tiff', [0x49, 0x49, 0x2a, 0x00]],
  ['tiff', [0x4d, 0x4d, 0x00, 0x2a]],
  ['bmp', text('BM....')],
  ['pdf', text('%PDF-1.7')],
  ['webp', text('RIFF....WEBP')],
  ['unknown', text('RIFF....WAVE')],
  ['avif', text('....ftypavif')],
  ['heic', text('....ftypheic')],
  ['heic', text('....ftypmif1')],
  ['video', text('....ftypmp42')],
  ['svg', text('<?xml version="1.0"?><svg/>')],
  ['svg', text('  <svg/>')],
  ['unknown', text('hello')],
  ['unknown', []],
];
for (const [format, bytes] of heads) {
  test(`${format} is told by ${JSON.stringify(String.fromCharCode(...bytes))}`, () => assert.equal(recognise(Uint8Array.from(bytes)), format));
}

const limits = { upload_bytes: 1000, pixels: 600_000, side: 2000 };

function png(width, height, size = 64) {
  const bytes = new Uint8Array(size);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const view = new DataView(bytes.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  return bytes;
}

/** A JPEG's head: `segments` are `[marker, length]`, then the frame. */
function jpeg(width, height, segments = [[0xe0, 16]], frame = 0xc0) {
  const bytes = [0xff, 0xd8];
  for (const [marker, length] of segments) bytes.push(0xff, marker, length >> 8, length & 255, ...new Array(length - 2).fill(0));
  bytes.push(0xff, frame, 0, 17, 8, height >> 8, height & 255, width >> 8, width & 255, 3, 0, 0);
  return Uint8Array.from(bytes);
}

const files = [
  ['an empty file', new Uint8Array(0), limits, 'check.empty'],
  ['a text', text('hello'), limits, 'check.format.unknown'],
  ['a GIF', text('GIF89a....'), limits, 'check.format.gif'],
  ['a PNG', png(800, 600), limits, null],
  ['a PNG of too many bytes', png(800, 600, 1001), limits, 'check.size'],
  ['a PNG that is too wide', png(2001, 2), limits, 'check.pixels'],
  ['a PNG of too many pixels', png(1000, 601), limits, 'check.pixels'],
  ['a PNG of too many pixels before the limits are known', png(1000, 601), null, null],
  ['a PNG that ends before its size', png(1, 1).slice(0, 20), limits, null],
  ['a JPEG', jpeg(800, 600), limits, null],
  ['a JPEG that is too high', jpeg(2, 2001), limits, 'check.pixels'],
  ['a progressive JPEG that is too high', jpeg(2, 2001, [], 0xc2), limits, 'check.pixels'],
  ['a JPEG whose tables of Huffman codes come first', jpeg(2, 2001, [[0xc4, 20], [0xe1, 200]]), limits, 'check.pixels'],
  ['a JPEG that ends before its frame', jpeg(800, 600).slice(0, 12), limits, null],
];
for (const [name, content, given, reason] of files) {
  test(`${name} is ${reason ? `refused: ${reason}` : 'taken'}`, async () => {
    const checked = await checkPicture(new File([content], 'name.png'), given);
    assert.deepEqual([checked.ok, checked.reason ?? null], [reason === null, reason]);
  });
}

test('a refusal says both what there is and what there may be', async () => {
  assert.deepEqual((await checkPicture(new File([png(1, 1, 1001)], 'a'), limits)).values, { size: 1001, limit: 1000 });
  assert.deepEqual((await checkPicture(new File([jpeg(2, 2001)], 'a'), limits)).values, { width: 2, height: 2001, side: 2000, megapixels: 1 });
});
