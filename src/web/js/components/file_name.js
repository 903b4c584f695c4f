// SPDX-License-Identifier: MIT
import {h} from '../core/dom.js';

const kShort = 22;  // Characters for which there is always room.
const kEnd = 9;     // Characters that are never left out: what tells names of one series apart, and the ending.

/**
 * A name that leaves alone the direction of what stands around it and, where there is no room for all of it,
 * loses its middle. The element around it is a block.
 * @param {string} name as `readableName` gives it
 */
export function fileName(name) {
  const characters = [...name];
  if (characters.length <= kShort) return h('bdi', {}, name);
  return h('bdi', {title: name}, h('span', {class: 'name-start'}, characters.slice(0, -kEnd).join('')), characters.slice(-kEnd).join(''));
}
