// SPDX-License-Identifier: MIT
import {h} from '../core/dom.js';
import {url} from '../api/client.js';

const kGlance = 120;  // Milliseconds that a row must stay before its picture is asked for.
const kRemembered = 2000;  // Thumbnails that are asked for at once when a row comes back; the oldest are forgotten.
const seen = new Set();

/**
 * A task's small picture; decorative, since its name stands beside it. Rows that fly past while a
 * long list is scrolled ask for none: thousands would fill the browser's memory for nothing.
 */
export function thumbnail(task) {
  const src = url(`tasks/${task.id}/thumbnail`);
  const image = h('img', {class: 'thumb', alt: '', decoding: 'async', width: 56, height: 56, on: {error: (event) => event.target.classList.add('broken')}});
  const load = () => {
    seen.add(src);
    if (seen.size > kRemembered) seen.delete(seen.values().next().value);
    image.src = src;
  };
  if (seen.has(src)) load();
  else setTimeout(() => { if (image.isConnected) load(); }, kGlance);
  return image;
}
