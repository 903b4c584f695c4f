// SPDX-License-Identifier: MIT
/**
 * Building elements. Text only ever becomes text nodes, so that what a user or a file name says
 * is shown and never run.
 */

const kSvg = 'http://www.w3.org/2000/svg';

/** @typedef {Node|string|number|null|undefined|false|Child[]} Child */

/**
 * Makes an HTML element.
 * @param {string} tag
 * @param {Object<string, *>} [properties] `class`, `on` (listeners by event), `style` (set through
 *   the CSSOM, which a strict CSP allows), `dataset`; what the element has as a property is set as
 *   one, the rest as attributes. `null`, `undefined` and `false` attributes are left out.
 * @param {...Child} children
 * @returns {HTMLElement}
 */
export function h(tag, properties = {}, ...children) {
  return build(document.createElement(tag), properties, children, true);
}

/** Makes an SVG element; all properties are attributes. @returns {SVGElement} */
export function s(tag, properties = {}, ...children) {
  return build(document.createElementNS(kSvg, tag), properties, children, false);
}

function build(element, properties, children, html) {
  for (const [name, value] of Object.entries(properties ?? {})) set(element, name, value, html);
  append(element, children);
  return element;
}

function set(element, name, value, html) {
  if (name === 'class') element.setAttribute('class', [value].flat().filter(Boolean).join(' '));
  else if (name === 'on') for (const [type, listener] of Object.entries(value)) element.addEventListener(type, listener);
  else if (name === 'style') for (const [key, text] of Object.entries(value)) element.style.setProperty(key, text);
  else if (name === 'dataset') Object.assign(element.dataset, value);
  else if (value === null || value === undefined) return;
  else if (html && name in element && !name.includes('-') && !kAttributes.has(name)) element[name] = value;
  else if (value !== false) element.setAttribute(name, value === true ? '' : String(value));
}

// Properties of these names are read-only or mean something else than the attribute.
const kAttributes = new Set(['list', 'form', 'width', 'height', 'role', 'href', 'src', 'popovertarget']);

/** Appends children, skipping what is empty and flattening lists. */
export function append(element, children) {
  for (const child of [children].flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === '') continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return element;
}

/** Replaces all children. */
export function fill(element, ...children) {
  element.replaceChildren();
  return append(element, children);
}

/**
 * Replaces all children. The focus stays at the part (`data-part`) that had it; where that is gone it goes to the one
 * in its place, at last to `element`, which can take it (tabIndex -1).
 */
export function refill(element, ...children) {
  const parts = () => [...element.querySelectorAll('[data-part]')];
  const place = parts().indexOf(document.activeElement);
  const part = document.activeElement?.dataset.part;
  fill(element, ...children);
  if (place < 0) return element;
  const now = parts();
  (now.find((one) => one.dataset.part === part) ?? now[Math.min(place, now.length - 1)] ?? element).focus();
  return element;
}

/**
 * Notes what a person has typed into the named inputs under `root`.
 * @returns {function(): void} puts it into the inputs that stand in their places then
 */
export function keepTyped(root) {
  const inputs = () => [...root.querySelectorAll('input[name]')];
  const typed = inputs().map(({name, value}) => ({name, value}));
  return () => inputs().forEach((input, index) => {
    if (typed[index]?.name === input.name && input.value === '') input.value = typed[index].value;
  });
}

/**
 * Calls `task` once, `milliseconds` after the last call.
 * @returns {Function & {cancel: function(): void}}
 */
export function debounce(task, milliseconds) {
  let timer = 0;
  const later = (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => task(...values), milliseconds);
  };
  later.cancel = () => clearTimeout(timer);
  return later;
}

/** Calls `task` at most once a frame, with the latest arguments. */
export function eachFrame(task) {
  let scheduled = 0;
  let latest = [];
  return (...values) => {
    latest = values;
    scheduled ||= requestAnimationFrame(() => {
      scheduled = 0;
      task(...latest);
    });
  };
}

/** A unique id for wiring labels. */
export function uniqueId(prefix = 'g') {
  counter += 1;
  return `${prefix}${counter}`;
}
let counter = 0;
