// SPDX-License-Identifier: MIT
import {h} from '../core/dom.js';

/** The little Markdown that descriptions use: `code`. @returns {Node[]} */
export function richText(text) {
  return (text ?? '').split(/(`[^`]+`)/).filter(Boolean).map((part) =>
    (part.startsWith('`') && part.endsWith('`') ? h('code', {}, part.slice(1, -1)) : document.createTextNode(part)));
}

/** Preformatted text that can be scrolled by keyboard. */
export function codeBlock(text) {
  return h('pre', {class: 'code', tabIndex: 0}, text);
}
