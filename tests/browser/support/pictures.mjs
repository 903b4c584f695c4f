// SPDX-License-Identifier: MIT
// Pictures made in the test: PNGs of shaded balls and boxes on a floor.
import { crc32 as zlibCrc, deflateSync } from 'node:zlib';

const table = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});

function crc32(bytes) {
  if (zlibCrc) return zlibCrc(bytes);
  let crc = 0xffffffff;
  for (const byte of bytes) crc = table[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const head = Buffer.alloc(4);
  const tail = Buffer.alloc(4);
  head.writeUInt32BE(data.length);
  tail.writeUInt32BE(crc32(body) >>> 0);
  return Buffer.concat([head, body, tail]);
}

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function header(width, height) {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data.set([8, 2, 0, 0, 0], 8);
  return chunk('IHDR', data);
}

/** A room of shapes; `seed` moves them, so that two pictures differ. */
export function picture(seed = 1, width = 480, height = 360) {
  let state = seed >>> 0;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const shapes = Array.from({ length: 7 }, (_, index) => ({
    x: random() * width, y: height * (0.35 + 0.55 * random()), r: 20 + 40 * random(), round: index % 2 === 0,
    colour: [80 + 170 * random(), 80 + 170 * random(), 90 + 60 * random()],
  }));
  const rows = Buffer.alloc(height * (1 + 3 * width));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) rows.set(pixel(shapes, x, y, height), y * (1 + 3 * width) + 1 + 3 * x);
  }
  return Buffer.concat([signature, header(width, height), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

function pixel(shapes, x, y, height) {
  let colour = y > height * 0.45 ? [150, 140, 130] : [205, 208, 212];
  for (const shape of shapes) {
    const dx = (x - shape.x) / shape.r;
    const dy = (y - shape.y) / shape.r;
    if (shape.round ? dx * dx + dy * dy >= 1 : Math.max(Math.abs(dx), Math.abs(dy)) >= 1) continue;
    const light = shape.round ? 0.35 + 0.65 * Math.max(0, 1 - Math.hypot(dx + 0.4, dy + 0.4)) : dx < 0.2 ? 1 : 0.6;
    colour = shape.colour.map((channel) => Math.min(255, Math.round(channel * light)));
  }
  return colour;
}

/** A grey PNG of any size: quick to make and to send, slow to work on. */
export function plainPicture(width, height) {
  const rows = Buffer.alloc(height * (1 + 3 * width), 128);
  for (let y = 0; y < height; y += 1) rows[y * (1 + 3 * width)] = 0;
  return Buffer.concat([signature, header(width, height), chunk('IDAT', deflateSync(rows, { level: 1 })), chunk('IEND', Buffer.alloc(0))]);
}

/** A PNG that ends in the middle of its pixels. */
export function brokenPicture() {
  const whole = picture(99);
  return whole.subarray(0, Math.floor(whole.length / 2));
}

/** A PNG that says it has 30000 x 30000 pixels. */
export function hugePicture() {
  return Buffer.concat([signature, header(30000, 30000), chunk('IDAT', deflateSync(Buffer.alloc(100))), chunk('IEND', Buffer.alloc(0))]);
}
