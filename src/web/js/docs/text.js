// SPDX-License-Identifier: MIT
import {h} from '../core/dom.js';

/** The little Markdown that descriptions use: `code`. @returns {Node[]} */
export function richText(text) {
  return (text ?? '').split(/(`[^`]+`)/).filter(Boolean).map((part) =>
    (part.startsWith('`') && part.endsWith('`') ? h('code', {}, part.slice(1, -1)) : document.createTextNode(part)));
}
