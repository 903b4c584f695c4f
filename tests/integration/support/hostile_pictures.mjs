// SPDX-License-Identifier: MIT
// Pictures made to cost as much as one upload can: small files with much to decode.
import { deflateSync } from 'node:zlib';
import { pngChunk, pngHeader, pngSignature } from '../../support/pictures.mjs';

/** Adam7 (PNG specification, section 8.2): x and y of the first pixel and the steps of each pass. */
const adam7 = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]];

/** An interlaced PNG with 16 bits of red, green, blue and alpha: 8 bytes a pixel, all zero. */
export function heavyPng(width, height) {
  let bytes = 0;
  for (const [x, y, stepX, stepY] of adam7) {
    const columns = Math.ceil((width - x) / stepX);
    const rows = Math.ceil((height - y) / stepY);
    if (columns > 0) bytes += rows * (1 + 8 * columns);
  }
  const header = Buffer.from(pngHeader(width, height, 16, 6).subarray(8, 21));
  header[12] = 1;
  return Buffer.concat([pngSignature, pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(Buffer.alloc(bytes), { level: 1 })), pngChunk('IEND', Buffer.alloc(0))]);
}

/** A PNG with `count` compressed texts of `size` bytes each before its pixels. */
export function pngOfTexts(count, size) {
  const text = pngChunk('zTXt', Buffer.concat([Buffer.from('Comment\0\0', 'latin1'), deflateSync(Buffer.alloc(size, 0x20))]));
  const rows = Buffer.alloc(64 * (1 + 3 * 64));
  return Buffer.concat([pngSignature, pngHeader(64, 64), ...Array(count).fill(text),
    pngChunk('IDAT', deflateSync(rows)), pngChunk('IEND', Buffer.alloc(0))]);
}

const segment = (marker, data) => {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([head, Buffer.from(data)]);
};

/** Entropy-coded bytes of a text of bits: filled up with ones, and 0 put behind each 0xff. */
function entropyCoded(bits) {
  const bytes = [];
  for (let at = 0; at < bits.length; at += 8) {
    const byte = Number.parseInt(bits.slice(at, at + 8).padEnd(8, '1'), 2);
    bytes.push(byte);
    if (byte === 0xff) bytes.push(0);
  }
  return Buffer.from(bytes);
}

/** Blocks in the longest run of ends of block that one code can stand for (ITU-T T.81, G.1.2.2). */
const kLongestRun = 32767;

/**
 * A grey picture as a progressive JPEG of three full components and `scans` scans, in which every
 * coefficient is 0: 217 k blocks wide and 151 m high, so that a scan is a few runs and nothing else.
 */
export function heavyJpeg(k, m, scans) {
  const blocks = k * m * kLongestRun;
  const frame = [8, 0, 0, 0, 0, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0];
  const [width, height] = [217 * k * 8, 151 * m * 8];
  frame.splice(1, 4, height >> 8, height & 255, width >> 8, width & 255);
  // One code of one bit a table: for a difference of 0, and for a run of ends of block.
  const table = (kind, symbol) => segment(0xc4, [kind, 1, ...Array(15).fill(0), symbol]);
  const parts = [
    Buffer.from([0xff, 0xd8]), segment(0xdb, [0, ...Array(64).fill(1)]), segment(0xc2, frame),
    table(0x00, 0), table(0x10, 0xe0),
    segment(0xda, [3, 1, 0, 2, 0, 3, 0, 0, 0, 0]), Buffer.alloc(Math.ceil((3 * blocks) / 8)),
  ];
  const runs = entropyCoded(`0${'1'.repeat(14)}`.repeat(k * m));
  for (let scan = 0; scan < scans - 1; scan += 1) {
    const coefficient = 1 + Math.floor(scan / 3);
    parts.push(segment(0xda, [1, 1 + (scan % 3), 0, coefficient, coefficient, 0]), runs);
  }
  return Buffer.concat([...parts, Buffer.from([0xff, 0xd9])]);
}
