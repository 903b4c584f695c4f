// SPDX-License-Identifier: MIT
/**
 * Looks at a file before it is sent, so that what the server would refuse is said at once: the
 * format by its first bytes (never by its name), the size, and the picture's dimensions.
 */

const kHead = 512 * 1024;  // Bytes read; a JPEG's frame header lies behind its metadata.

/** @typedef {{upload_bytes: number, pixels: number, side: number}} Limits */

/**
 * @param {File} file
 * @param {Limits|null} limits null while unknown: then only the format is judged
 * @returns {Promise<{ok: true}|{ok: false, reason: string, values: Object}>} reason names a text
 */
export async function checkPicture(file, limits) {
  if (file.size === 0) return refused('check.empty');
  const head = new Uint8Array(await file.slice(0, kHead).arrayBuffer());
  const format = recognise(head);
  if (format !== 'jpeg' && format !== 'png') return refused(`check.format.${format}`);
  if (!limits) return {ok: true};
  if (file.size > limits.upload_bytes) return refused('check.size', {size: file.size, limit: limits.upload_bytes});
  const size = format === 'png' ? pngSize(head) : jpegSize(head);
  if (size && (size.width > limits.side || size.height > limits.side || size.width * size.height > limits.pixels)) {
    return refused('check.pixels', {...size, side: limits.side, megapixels: Math.round(limits.pixels / 1e6)});
  }
  return {ok: true};
}

function refused(reason, values = {}) {
  return {ok: false, reason, values};
}

const kSignatures = [
  ['jpeg', [0xff, 0xd8, 0xff]],
  ['png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['gif', [0x47, 0x49, 0x46, 0x38]],
  ['tiff', [0x49, 0x49, 0x2a, 0x00]],
  ['tiff', [0x4d, 0x4d, 0x00, 0x2a]],
  ['bmp', [0x42, 0x4d]],
  ['pdf', [0x25, 0x50, 0x44, 0x46]],
];

/** The format's name, or `unknown`. @param {Uint8Array} head */
export function recognise(head) {
  const found = kSignatures.find(([, bytes]) => bytes.every((byte, index) => head[index] === byte));
  if (found) return found[0];
  const text = (from, to) => String.fromCharCode(...head.subarray(from, to));
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') return 'webp';
  if (text(4, 8) === 'ftyp') return /^avi[fs]/.test(text(8, 12)) ? 'avif' : /^(hei|hev|mif|msf)/.test(text(8, 12)) ? 'heic' : 'video';
  if (/^\s*(<\?xml|<svg)/.test(text(0, 64))) return 'svg';
  return 'unknown';
}

function pngSize(head) {
  if (head.length < 24) return null;
  const view = new DataView(head.buffer, head.byteOffset);
  return {width: view.getUint32(16), height: view.getUint32(20)};
}

function jpegSize(head) {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  let at = 2;
  while (at + 9 < head.length && head[at] === 0xff) {
    const marker = head[at + 1];
    const frame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (frame) return {height: view.getUint16(at + 5), width: view.getUint16(at + 7)};
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return null;
}
