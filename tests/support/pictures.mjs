// SPDX-License-Identifier: MIT
// Pictures made in the test, so that none has to be stored: PNGs of shaded balls and boxes on a floor.
import { deflateSync } from 'node:zlib';

const crcTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});

function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = crcTable[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** One PNG chunk (PNG specification, section 5.3). */
export function pngChunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(data.length, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return chunk;
}

export const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** The header chunk of a PNG: 8 bit RGB unless said otherwise. */
export function pngHeader(width, height, depth = 8, colour = 2) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colour, 0, 0, 0], 8);
  return pngChunk('IHDR', header);
}

/** A PNG of 8 bit RGB with these rows, each behind its byte of the filter, compressed. */
const pngOf = (width, height, compressed) => Buffer.concat([
  pngSignature, pngHeader(width, height), pngChunk('IDAT', compressed), pngChunk('IEND', Buffer.alloc(0))]);

/** A PNG whose pixel at (x, y) is pixel(x, y) = [r, g, b]. */
export function makePng(width, height, pixel) {
  const rows = Buffer.alloc(height * (1 + 3 * width));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) rows.set(pixel(x, y), y * (1 + 3 * width) + 1 + 3 * x);
  }
  return pngOf(width, height, deflateSync(rows));
}

/** A floor before a wall with shaded balls and boxes, whatever its size; `seed` moves them, so that two pictures differ. */
export function sceneOfShapes(seed = 1, width = 480, height = 360) {
  let state = seed >>> 0;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const shapes = Array.from({ length: 7 }, (_, index) => ({
    x: random() * width, y: height * (0.35 + 0.55 * random()), r: (20 + 40 * random()) * width / 480, round: index % 2 === 0,
    colour: [80 + 170 * random(), 80 + 170 * random(), 90 + 60 * random()],
  }));
  return makePng(width, height, (x, y) => shapes.reduce((behind, shape) => shaded(shape, x, y) ?? behind,
    y > height * 0.45 ? [150, 140, 130] : [205, 208, 212]));
}

/** The colour of a shape where it stands, lit from above on the left. */
function shaded({ x: left, y: top, r, round, colour }, x, y) {
  const dx = (x - left) / r;
  const dy = (y - top) / r;
  if (round ? dx * dx + dy * dy >= 1 : Math.max(Math.abs(dx), Math.abs(dy)) >= 1) return undefined;
  const light = round ? 0.35 + 0.65 * Math.max(0, 1 - Math.hypot(dx + 0.4, dy + 0.4)) : dx < 0.2 ? 1 : 0.6;
  return colour.map((channel) => Math.min(255, Math.round(channel * light)));
}

/** A grey PNG of any size: quick to make and to send, slow to work on. */
export function plainPicture(width, height) {
  const rows = Buffer.alloc(height * (1 + 3 * width), 128);
  for (let y = 0; y < height; y += 1) rows[y * (1 + 3 * width)] = 0;
  return pngOf(width, height, deflateSync(rows, { level: 1 }));
}

/** A PNG that ends in the middle of its pixels. */
export function brokenPicture() {
  const whole = sceneOfShapes(99);
  return whole.subarray(0, Math.floor(whole.length / 2));
}

/** A PNG that says it has 30000 x 30000 pixels. */
export function hugePicture() {
  return pngOf(30000, 30000, deflateSync(Buffer.alloc(100)));
}
