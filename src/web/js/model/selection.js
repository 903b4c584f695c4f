// SPDX-License-Identifier: MIT
import {Emitter} from '../core/emitter.js';

/** Which tasks of a list are selected, with ranges: they begin where the last single one was selected, and only ever add. */
export class Selection {
  #ids = new Set();
  #anchor = null;
  /** On every change. */
  changed = new Emitter();

  get size() {
    return this.#ids.size;
  }

  /** @returns {number[]} */
  get ids() {
    return [...this.#ids];
  }

  has(id) {
    return this.#ids.has(id);
  }

  /** A click or the space key: toggles one, or with Shift selects up to it. @param {number[]} order */
  click(id, order, toHere) {
    if (toHere && order.includes(this.#anchor)) {
      this.#add(this.#anchor, id, order);
    } else {
      if (!this.#ids.delete(id)) this.#ids.add(id);
      this.#anchor = id;
    }
    this.changed.emit();
  }

  /** Selects from `from` (or where a range began, if that is still on the list) to `to`. */
  range(from, to, order) {
    if (!order.includes(this.#anchor)) this.#anchor = from;
    this.#add(this.#anchor, to, order);
    this.changed.emit();
  }

  #add(from, to, order) {
    const [first, last] = [order.indexOf(from), order.indexOf(to)].sort((a, b) => a - b);
    for (const id of order.slice(first, last + 1)) this.#ids.add(id);
  }

  all(order) {
    this.#ids = new Set(order);
    this.changed.emit();
  }

  clear() {
    this.#anchor = null;
    if (this.#ids.size === 0) return;
    this.#ids.clear();
    this.changed.emit();
  }

  /** Drops what is no longer there. @param {Set<number>} present */
  keep(present) {
    const gone = [...this.#ids].filter((id) => !present.has(id));
    for (const id of gone) this.#ids.delete(id);
    if (!present.has(this.#anchor)) this.#anchor = null;
    if (gone.length > 0) this.changed.emit();
  }
}
