// SPDX-License-Identifier: MIT
import {s, uniqueId} from '../core/dom.js';
import {classStyle} from '../model/classes.js';

/** Shaded drawings of the geons, for the dictionary. Shapes are [path, shade], back to front. */
const kShapes = {
  cone: [['M60 14 104 92a44 15 0 0 1-88 0Z', 'side'], ['M60 14 28 100a44 15 0 0 1-12-8Z', 'dark']],
  cube: [['M60 16 102 36 60 56 18 36Z', 'light'], ['M18 36 60 56V108L18 88Z', 'side'], ['M102 36 60 56V108L102 88Z', 'dark']],
  cylinder: [['M22 30v62a38 13 0 0 0 76 0V30Z', 'side'], ['M98 30v62a38 13 0 0 1-22 11V41Z', 'dark'], ['M60 17a38 13 0 1 1 0 26 38 13 0 1 1 0-26Z', 'light']],
  sphere: [['M60 16a44 44 0 1 1 0 88 44 44 0 1 1 0-88Z', 'ball']],
  torus: [['M60 30c30 0 50 14 50 32S90 96 60 96 10 80 10 62s20-32 50-32Zm0 24c-13 0-22 4-22 9s9 10 22 10 22-5 22-10-9-9-22-9Z', 'ball'], ['M38 63c0-5 9-9 22-9s22 4 22 9c-4-4-12-6-22-6s-18 2-22 6Z', 'dark']],
};

/** A drawing of a geon, decorative: its name stands beside it. */
export function geonPicture(name) {
  const style = classStyle(name);
  const id = uniqueId('ball');
  const shapes = kShapes[name] ?? [['M60 14 106 60 60 106 14 60Z', 'side']];
  return s('svg', {viewBox: '0 0 120 120', class: `geon-picture class-${style.index}`, 'aria-hidden': 'true', focusable: 'false'},
    s('radialGradient', {id, cx: '35%', cy: '30%', r: '80%'}, s('stop', {offset: '0', class: 'ball-light'}), s('stop', {offset: '1', class: 'ball-dark'})),
    shapes.map(([d, shade]) => s('path', {d, class: `shade-${shade}`, 'fill-rule': 'evenodd', ...(shade === 'ball' ? {fill: `url(#${id})`} : {})})));
}
