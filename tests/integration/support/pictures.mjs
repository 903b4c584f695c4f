// SPDX-License-Identifier: MIT
// Pictures made in the test, so that none has to be stored: small PNGs with plain shapes.
import { deflateSync } from 'node:zlib';

const crcTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; ++bit) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
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

/** A PNG whose pixel at (x, y) is pixel(x, y) = [r, g, b]. */
export function makePng(width, height, pixel) {
  const rows = Buffer.alloc(height * (1 + 3 * width));
  for (let y = 0; y < height; ++y) {
    for (let x = 0; x < width; ++x) rows.set(pixel(x, y), y * (1 + 3 * width) + 1 + 3 * x);
  }
  return Buffer.concat([
    pngSignature, pngHeader(width, height), pngChunk('IDAT', deflateSync(rows)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A grey floor with shaded discs and boxes; `seed` moves them, so that two pictures differ. */
export function sceneOfShapes(seed = 1, width = 320, height = 240) {
  const shapes = [];
  let state = seed >>> 0;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  for (let index = 0; index < 6; ++index) {
    shapes.push({
      x: random() * width, y: height * (0.3 + 0.6 * random()), r: 14 + 30 * random(),
      round: index % 2 === 0, colour: [80 + 170 * random(), 80 + 170 * random(), 90],
    });
  }
  return makePng(width, height, (x, y) => {
    let colour = y > height * 0.4 ? [150, 140, 130] : [200, 205, 210];
    for (const { x: cx, y: cy, r, round, colour: base } of shapes) {
      const dx = (x - cx) / r;
      const dy = (y - cy) / r;
      const inside = round ? dx * dx + dy * dy < 1 : Math.abs(dx) < 1 && Math.abs(dy) < 1;
      if (inside) {
        const light = round
          ? 0.35 + 0.65 * Math.max(0, 1 - Math.hypot(dx + 0.4, dy + 0.4))
          : dx < 0.2 ? 1 : 0.6;
        colour = base.map((channel) => Math.min(255, Math.round(channel * light)));
      }
    }
    return colour;
  });
}
