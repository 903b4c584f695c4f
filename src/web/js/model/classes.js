// SPDX-License-Identifier: MIT
import {currentLanguage} from '../core/i18n.js';
import {vocabularies} from './server.js';

/**
 * How classes look and are called. A class differs from the others in colour (css/tokens.css: so that
 * colour-blind people tell them apart), in the dash of its outline, and in its glyph, which stands in
 * its labels, too.
 */

/** @typedef {{name: string, index: number, dash: string, glyph: string}} ClassStyle */

const kKnown = ['cone', 'cube', 'cylinder', 'sphere', 'torus'];
const kDashes = ['', '10 4', '2 4', '12 4 2 4', '6 3'];

const kGlyphs = {
  cone: 'M8 1.5 14 12a6 2.4 0 0 1-12 0Z',
  cube: 'M2 4.5 8 1.5l6 3v7l-6 3-6-3ZM2 4.5l6 3 6-3M8 7.5v7',
  cylinder: 'M2.5 4a5.5 2.3 0 0 1 11 0v8a5.5 2.3 0 0 1-11 0ZM2.5 4a5.5 2.3 0 0 0 11 0',
  sphere: 'M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 1 1 0-13ZM1.5 8a6.5 2.2 0 0 0 13 0',
  torus: 'M8 3.200c3.9 0 7 2.1 7 4.800s-3.1 4.8-7 4.800S1 10.7 1 8s3.1-4.8 7-4.800ZM8 6.5c1.7 0 3 .6 3 1.300S9.7 9.2 8 9.2 5 8.6 5 7.800s1.3-1.3 3-1.300Z',
};
const kOther = ['M8 1.5 14.5 8 8 14.5 1.5 8Z', 'M5 2h6l4 6-4 6H5L1 8Z', 'M8 2l7 12H1Z'];

let display = {primitives: new Map(), scenes: new Map()};
const others = new Map();

/** Reads the names for people. */
export async function loadClassNames() {
  const {primitives, scenes} = await vocabularies();
  display = {
    primitives: new Map(primitives.map((entry) => [entry.name, entry.display])),
    scenes: new Map(scenes.map((entry) => [entry.name, entry.display])),
  };
}

/** Names of the primitives' classes, in the server's order. */
export function primitiveClasses() {
  return display.primitives.size > 0 ? [...display.primitives.keys()] : kKnown;
}

/** Names of the scenes, in the server's order. */
export function sceneClasses() {
  return [...display.scenes.keys()];
}

/** A class's name for people. */
export function className(name) {
  return display.primitives.get(name)?.[currentLanguage()] ?? name;
}

/** A scene's name for people. */
export function sceneName(name) {
  return display.scenes.get(name)?.[currentLanguage()] ?? name;
}

/** @returns {ClassStyle} the colour is the custom property `--class-{index}` (css/tokens.css) */
export function classStyle(name) {
  let index = kKnown.indexOf(name);
  if (index < 0) {
    if (!others.has(name)) others.set(name, others.size);
    index = kKnown.length + (others.get(name) % 3);
  }
  return {name, index, dash: kDashes[index % kDashes.length], glyph: kGlyphs[name] ?? kOther[index % kOther.length]};
}
