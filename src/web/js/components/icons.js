// SPDX-License-Identifier: MIT
import {s} from '../core/dom.js';
import {classStyle} from '../model/classes.js';

/** Icons as SVG paths on a grid of 24, drawn with strokes in the text's colour. */
const kPaths = {
  upload: 'M12 16V4m0 0L7 9m5-5 5 5M4 16v3a1.5 1.5 0 0 0 1.5 1.5h13A1.5 1.5 0 0 0 20 19v-3',
  folder: 'M3 7.5A1.5 1.5 0 0 1 4.5 6H9l2 2.5h8.5A1.5 1.5 0 0 1 21 10v7.5a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 17.5Z',
  camera: 'M4 8h3l1.5-2.5h7L17 8h3a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V9a1 1 0 0 1 1-1Zm8 2a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7Z',
  home: 'M4 11.5 12 4l8 7.5M6 10v9.5h4.5V14h3v5.5H18V10',
  history: 'M4 12a8 8 0 1 0 2.5-5.800M4 4v4.5h4.5M12 8v4.5l3 2',
  models: 'M12 3l8 4.5v9L12 21l-8-4.5v-9ZM4 7.5l8 4.5 8-4.5M12 12v9',
  admin: 'M12 3l7.5 3v5.5c0 4.5-3 8-7.5 9.5-4.5-1.5-7.5-5-7.5-9.5V6ZM9 12l2.2 2.2L15.5 10',
  user: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20.5c.5-4 3.5-6 7.5-6s7 2 7.5 6',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.400 1.400M17.3 17.3l1.400 1.400M5.3 18.7l1.400-1.400M17.3 6.7l1.400-1.400',
  moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z',
  contrast: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm0 0v18M12 8h7M12 12h9M12 16h7',
  trash: 'M4.5 6.5h15M9.5 6.5V4h5v2.5M6.5 6.5l1 14h9l1-14M10 10.5v6M14 10.5v6',
  retry: 'M20 12a8 8 0 1 1-2.5-5.800M20 4v4.5h-4.5',
  stop: 'M6.5 6.5h11v11h-11Z',
  close: 'M6 6l12 12M18 6 6 18',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  warning: 'M12 4 2.5 20h19ZM12 10v4.5M12 17.2v.3',
  info: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 11v5.5M12 7.7v.3',
  download: 'M12 4v11m0 0 5-5m-5 5-5-5M4 19.5h16',
  copy: 'M8.5 8.5h11v11h-11ZM15.5 8.5v-4h-11v11h4',
  compare: 'M12 3v18M4 6h5v12H4ZM15 6h5v12h-5Z',
  fit: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
  zoomin: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM16 16l4.5 4.5M8 11h6M11 8v6',
  zoomout: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM16 16l4.5 4.5M8 11h6',
  tag: 'M4 4h7l9 9-7 7-9-9ZM8 7.7v.3',
  left: 'M14.5 5.5 8 12l6.5 6.5',
  right: 'M9.5 5.5 16 12l-6.5 6.5',
  key: 'M8 11a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9ZM11.3 12.3 20 3.5M16 7.5l3 3',
  out: 'M14 4H5.5v16H14M10 12h10.5m0 0-4-4m4 4-4 4',
  search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM16 16l4.5 4.5',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 7v5.5l3.5 2',
  book: 'M5 4.5h6a1 1 0 0 1 1 1v14a2 2 0 0 0-2-2H5ZM19 4.5h-6a1 1 0 0 0-1 1v14a2 2 0 0 1 2-2h5Z',
  sliders: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4',
  print: 'M7 9V4h10v5M7 17H4.5v-7h15v7H17M7 14h10v6H7Z',
};

/** A decorative icon, hidden from assistive technology: what it means is said by its button. */
export function icon(name) {
  return s('svg', {viewBox: '0 0 24 24', class: 'icon', 'aria-hidden': 'true', focusable: 'false'}, s('path', {d: kPaths[name]}));
}

/** The glyph of a class, in its colour. */
export function classGlyph(name) {
  const style = classStyle(name);
  return s('svg', {viewBox: '0 0 16 16', class: `glyph class-${style.index}`, 'aria-hidden': 'true', focusable: 'false'}, s('path', {d: style.glyph}));
}

/** The line that a class is outlined with, as it lies over a picture. */
export function classLine(name) {
  const style = classStyle(name);
  const line = (extra) => s('path', {d: 'M2 6h32', ...extra});
  return s('svg', {viewBox: '0 0 36 12', class: `class-line class-${style.index}`, 'aria-hidden': 'true', focusable: 'false'},
    line({class: 'box-halo'}), line({class: 'box-line', 'stroke-dasharray': style.dash || null}));
}

/** The program's sign: three geons. */
export function logo() {
  return s('svg', {viewBox: '0 0 32 32', class: 'logo', 'aria-hidden': 'true', focusable: 'false'},
    s('path', {class: 'logo-a', d: 'M3 21.5 11 17l8 4.5v7.5H3Z'}),
    s('path', {class: 'logo-b', d: 'M22 4.5 30 21a8 3 0 0 1-16 0Z'}),
    s('circle', {class: 'logo-c', cx: '10', cy: '10', r: '6.5'}));
}
