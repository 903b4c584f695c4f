// SPDX-License-Identifier: MIT
import {eachFrame, h} from '../core/dom.js';

const kMargin = 6;  // Rows kept above and below what is in sight.

/**
 * A list of any length in the page's own scrolling, of which only the rows in sight exist. Rows
 * are of one height, taken from the CSS property `--row-height` of the list. On paper all rows stand,
 * one under the other.
 */
export class VirtualList {
  #items = [];
  #rows = new Map();
  #render;
  #nearEnd;
  #key;
  #height = 0;  // Of a row; 0 until the list stands in the document and can be measured.
  #top = 0;         // What of the list is above the window, in pixels.
  #printing = false;
  #roving;
  #stopKey = null;  // Of the row that had the focus last.
  #stop = 0;        // Its place, or where it was.
  #update = eachFrame(() => this.refresh());

  /**
   * @param {{render: function(Object, number): HTMLElement, key: function(Object): *, nearEnd: function(): void,
   *   properties: Object, signal: AbortSignal, roving?: boolean}} options `nearEnd` is called when the last rows come
   *   near, any number of times; `roving`: rows can have the focus, and the tabulator key leads to one of them: which
   *   had it last, else the first in sight
   */
  constructor({render, key, nearEnd, properties, signal, roving = false}) {
    this.#roving = roving;
    this.#render = render;
    this.#key = key;
    this.#nearEnd = nearEnd;
    this.element = h('div', {...properties, class: ['virtual-list', properties.class]});
    // Before the rows' own listeners, which ask where the stop is.
    this.element.addEventListener('focusin', ({target}) => this.#focused(target), {capture: true});
    addEventListener('scroll', this.#update, {signal, passive: true});
    addEventListener('beforeprint', () => this.#print(true), {signal});
    addEventListener('afterprint', () => this.#print(false), {signal});
    addEventListener('resize', () => { this.#measure(); this.#update(); }, {signal});
  }

  #measure() {
    if (!this.element.isConnected) return;
    const before = this.#height;
    this.#height = Number.parseFloat(getComputedStyle(this.element).getPropertyValue('--row-height')) || 72;
    if (this.#height === before) return;
    this.element.style.height = `${this.#items.length * this.#height}px`;
    for (const row of this.#rows.values()) row.style.transform = `translateY(${row.index * this.#height}px)`;
  }

  /** @param {Object[]} items */
  set items(items) {
    this.#items = items;
    this.#measure();
    this.element.style.height = `${items.length * this.#height}px`;
    this.#update();
  }

  /** The place of the row that had the focus last; where it went, the place where it was. */
  get stop() {
    const index = this.#items.findIndex((item) => this.#key(item) === this.#stopKey);
    if (index >= 0) this.#stop = index;
    return this.#stop;
  }

  set stop(index) {
    this.#stop = index;
    this.#stopKey = null;
  }

  #focused(target) {
    const row = [...this.#rows].find(([, element]) => element.contains(target));
    if (!row) return;
    this.#stopKey = row[0];
    this.#stop = row[1].index;
    this.#placeStop();
  }

  #placeStop() {
    if (!this.#roving) return;
    const known = this.#items[this.#stop];
    if (this.#stopKey === null && known !== undefined) this.#stopKey = this.#key(known);
    const stop = this.#rows.get(this.#stopKey) ?? this.#firstInSight();
    for (const row of this.#rows.values()) {
      const tabIndex = row === stop ? 0 : -1;
      if (row.tabIndex !== tabIndex) row.tabIndex = tabIndex;
    }
  }

  #firstInSight() {
    const rows = [...this.#rows.values()].sort((one, other) => one.index - other.index);
    return rows.find((row) => row.index * this.#height >= this.#top) ?? rows[0];
  }

  /** Draws rows anew: one, or all that exist. */
  redraw(key = null) {
    for (const [known, row] of key === null ? [...this.#rows] : [[key, this.#rows.get(key)]]) {
      if (!row) continue;
      const index = this.#items.findIndex((item) => this.#key(item) === known);
      if (index < 0) continue;
      const focused = row.contains(document.activeElement) ? document.activeElement : null;
      const again = this.#make(this.#items[index], index);
      row.replaceWith(again);
      this.#placeStop();
      if (focused) (focused === row ? again : again.querySelector(focusSelector(focused)) ?? again).focus({preventScroll: true});
    }
  }

  #make(item, index) {
    const row = this.#render(item, index);
    row.style.transform = `translateY(${index * this.#height}px)`;
    row.index = index;
    this.#rows.set(this.#key(item), row);
    return row;
  }

  #print(printing) {
    this.#printing = printing;
    this.refresh();
  }

  /** Which rows are to exist: from the first to before the last. */
  #span() {
    if (this.#printing) return [0, this.#items.length];
    const top = this.#top = -this.element.getBoundingClientRect().top;
    return [Math.max(0, Math.floor(top / this.#height) - kMargin), Math.min(this.#items.length, Math.ceil((top + innerHeight) / this.#height) + kMargin)];
  }

  /** Brings the rows that exist in line with what is in sight. */
  refresh() {
    if (!this.element.isConnected) return;
    if (this.#height === 0) this.#measure();
    const [first, last] = this.#span();
    const wanted = new Map();
    for (let index = first; index < last; index += 1) wanted.set(this.#key(this.#items[index]), index);
    let lost = null;
    for (const [key, row] of this.#rows) {
      const focused = row.contains(document.activeElement) ? document.activeElement : null;
      if (wanted.has(key) || focused && this.#has(key)) continue;
      if (focused) lost = {index: row.index, part: focused.dataset.part};
      row.remove();
      this.#rows.delete(key);
    }
    let next = null;
    for (const [key, index] of [...wanted].reverse()) {
      const row = this.#rows.get(key) ?? this.#make(this.#items[index], index);
      if (row.index !== index) this.#move(row, index);
      this.#put(row, next);
      next = row;
    }
    this.#placeStop();
    if (lost) this.#takeFocus(lost);
    if (!this.#printing && last > this.#items.length - 20) this.#nearEnd();
  }

  /** The row that had the focus is gone: it goes to the same part of the row in its place. */
  #takeFocus({index, part}) {
    const item = this.#items[Math.min(index, this.#items.length - 1)];
    const row = item && this.#rows.get(this.#key(item));
    if (!row) return;
    const same = part ? row.querySelector(`[data-part="${CSS.escape(part)}"]`) ?? row.querySelector('a, button') : null;
    (same ?? row).focus({preventScroll: true});
  }

  // Rows stand in the document in the order in which they are seen: so they are read aloud.
  #put(row, next) {
    if (row.parentNode && row.nextElementSibling === next) return;
    const focused = row.contains(document.activeElement) ? document.activeElement : null;
    this.element.insertBefore(row, next);
    focused?.focus({preventScroll: true});
  }

  #has(key) {
    return this.#items.some((item) => this.#key(item) === key);
  }

  #move(row, index) {
    row.index = index;
    row.setAttribute('aria-rowindex', String(index + 1));
    row.style.transform = `translateY(${index * this.#height}px)`;
  }

  /** Scrolls a row into sight and focuses it. */
  focus(index) {
    const item = this.#items[index];
    if (!item) return;
    const top = this.element.getBoundingClientRect().top + index * this.#height;
    const head = 150;
    if (top < head) scrollBy(0, top - head);
    else if (top + this.#height > innerHeight - 90) scrollBy(0, top + this.#height - innerHeight + 90);
    this.refresh();
    this.#rows.get(this.#key(item))?.focus({preventScroll: true});
  }
}

function focusSelector(element) {
  return element.dataset.part ? `[data-part="${CSS.escape(element.dataset.part)}"]` : element.tagName.toLowerCase();
}
