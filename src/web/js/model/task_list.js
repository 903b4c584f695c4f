// SPDX-License-Identifier: MIT
import {Emitter} from '../core/emitter.js';
import {isOlder, newestFirst, oldestOf} from './task_order.js';

/** @typedef {import('./task_order.js').Place} Place */

const kPage = 200;          // Tasks; the server gives no more at once.
const kCatchUpPages = 5;    // Read in search of what is known already before the list begins anew.
const kRest = 600;          // Milliseconds in which what is told is gathered before the server is asked.
const kFaultRest = 3000;    // Milliseconds before a page that could not be read is asked for by scrolling.

/**
 * The ids of the tasks that pass a query, in the order of the server's lists, as far as they were read: pages come at its
 * end when they are asked for, and what is new where it belongs, which is its top unless the server's clock was set back.
 * There is never a hole in it.
 */
export class TaskList {
  /** On every change; told `{read: true}` when a page came or could not be read. */
  changed = new Emitter();
  #read;
  #signal;
  #failed;
  #query = {};
  /** @type {Place[]} */
  #places = [];
  #ids = [];
  #known = new Set();
  #cursor = null;
  #complete = false;
  /** Nothing of this query was read yet: what stands there is the one before. */
  #fresh = true;
  #fault = null;
  #faultAt = 0;
  #reading = null;
  // Kept, since an answer that was on its way may still name them.
  #gone = new Set();
  /** There may be some that were not read; `#told` are those that were heard of. */
  #behind = false;
  /** @type {Map<number, Place>} */
  #told = new Map();
  /** What was read is to be read again. */
  #stale = false;
  #catching = null;
  #timer = 0;

  /**
   * @param {function(Object, AbortSignal): Promise<{tasks: Place[], next_cursor: string|null}>} read a page
   * @param {AbortSignal} signal ends the reading
   * @param {function(Error): void} failed told when what is new could not be read
   */
  constructor(read, signal, failed) {
    this.#read = read;
    this.#signal = signal;
    this.#failed = failed;
    signal.addEventListener('abort', () => this.#stop(), {once: true});
  }

  /** @returns {readonly number[]} as the server lists them */
  get ids() {
    return this.#ids;
  }

  /** Whether the last one was read. */
  get complete() {
    return this.#complete;
  }

  /** Why the page that comes next could not be read. @returns {Error|null} */
  get fault() {
    return this.#fault;
  }

  /** What `takeUp` needs; null before anything was read. */
  get snapshot() {
    return this.#fresh ? null : {places: this.#places, cursor: this.#cursor, complete: this.#complete};
  }

  has(id) {
    return this.#known.has(id);
  }

  /** Begins anew, with another query. What was read before stays until its first page is there. */
  open(query) {
    this.#stop();
    this.#query = query;
    this.#cursor = null;
    this.#complete = false;
    this.#fault = null;
    this.#fresh = true;
    this.#behind = false;
    this.#stale = false;
    this.#told.clear();
    this.more();
  }

  /**
   * Reads again as far as was read, since anything may have changed unheard. What was read before stands until all of
   * it is there: so whoever looks at it, or has selected some of it, loses nothing.
   */
  async reread() {
    if (this.#fresh || (this.#fault && this.#ids.length === 0)) {
      this.open(this.#query);
      return;
    }
    this.#stop();
    this.#stale = true;
    // What is told of meanwhile may not be in what is read.
    this.#behind = true;
    const request = this.#catching = new AbortController();
    try {
      const found = await this.#readDown(request.signal);
      if (!request.signal.aborted) this.#renew(found);
    } catch (error) {
      if (!request.signal.aborted) this.#failed(error);
    }
    if (this.#catching === request) this.#catching = null;
  }

  /**
   * Goes on where a list of the same query was left, and looks for what is new since then.
   * @param {Object} snapshot
   * @param {Place[]} told those that were heard of meanwhile
   */
  takeUp(query, {places, cursor, complete}, told = []) {
    this.#query = query;
    this.#cursor = cursor;
    this.#complete = complete;
    this.#fresh = false;
    this.#behind = true;
    this.#stale = false;
    this.#take(places);
    for (const place of told) if (!this.#known.has(place.id)) this.#told.set(place.id, place);
    this.changed.emit({});
    this.#catchUp();
  }

  /** Reads the next page, if there is one; one that could not be read only after a while. */
  async more() {
    if (this.#reading || this.#complete || this.#signal.aborted) return;
    if (this.#fault && Date.now() - this.#faultAt < kFaultRest) return;
    const request = this.#reading = new AbortController();
    try {
      const page = await this.#read({...this.#query, limit: kPage, cursor: this.#cursor}, request.signal);
      if (!request.signal.aborted) this.#append(page);
    } catch (error) {
      if (!request.signal.aborted) this.#fail(error);
    }
    if (request.signal.aborted) return;
    this.#reading = null;
    this.changed.emit({read: true});
    if (this.#behind && !this.#fresh) this.#catchUpSoon();
  }

  #append({tasks, next_cursor: next}) {
    this.#take([...(this.#fresh ? [] : this.#places), ...tasks.filter(({id}) => this.#fresh || !this.#known.has(id))]);
    this.#fresh = false;
    this.#fault = null;
    this.#cursor = next;
    this.#complete = !next;
  }

  #fail(error) {
    this.#fault = error;
    this.#faultAt = Date.now();
    if (this.#fresh) this.#take([]);
  }

  /** Tries at once what could not be read. */
  resume() {
    if (this.#fault) {
      this.#faultAt = -Infinity;
      this.more();
    } else if (this.#stale) {
      this.reread();
    } else if (this.#behind) {
      this.#catchUpSoon();
    }
  }

  /** A task was told of. The server knows which tasks pass a query; it is not asked for each of many. @param {Place} task */
  note(task) {
    if (this.#known.has(task.id) || this.#gone.has(task.id)) return;
    if (this.#fresh || this.#behind || Object.values(this.#query).some(Boolean)) {
      this.#behind = true;
      this.#told.set(task.id, task);
      if (!this.#fresh) this.#catchUpSoon();
    } else if (this.#complete || !isOlder(task, this.#places.at(-1) ?? task)) {
      this.#take(newestFirst([task, ...this.#places]));
      this.changed.emit({});
    }
  }

  /** These tasks are gone for good. @param {Set<number>} ids */
  drop(ids) {
    for (const id of ids) this.#gone.add(id);
    this.#take(this.#places);
    this.changed.emit({});
  }

  /** These tasks do not pass the query any more; they may again. @param {Set<number>} ids */
  leaveOut(ids) {
    this.#take(this.#places.filter(({id}) => !ids.has(id)));
    this.changed.emit({});
  }

  /** @param {Place[]} places whole tasks as well: what else they tell is not kept */
  #take(places) {
    this.#places = places.filter(({id}) => !this.#gone.has(id)).map(({id, created_at}) => ({id, created_at}));
    this.#ids = this.#places.map(({id}) => id);
    this.#known = new Set(this.#ids);
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#reading?.abort();
    this.#reading = null;
    this.#catching?.abort();
    this.#catching = null;
  }

  #catchUpSoon() {
    if (this.#signal.aborted) return;
    this.#timer ||= setTimeout(() => { this.#timer = 0; if (this.#behind) this.#catchUp(); }, kRest);
  }

  /** Reads from the top until it meets the list, and further where an older one was told of. */
  async #catchUp() {
    if (this.#catching || this.#fresh) return;
    const request = this.#catching = new AbortController();
    const told = this.#told;
    this.#told = new Map();
    try {
      const found = await this.#readNewest(this.#oldestWanted(told), request.signal);
      if (!request.signal.aborted) this.#merge(found);
    } catch (error) {
      for (const [id, place] of told) this.#told.set(id, place);
      if (!request.signal.aborted) this.#failed(error);
    }
    if (request.signal.aborted) return;
    this.#catching = null;
  }

  /** What lies behind the last one that was read comes with its own page. */
  #oldestWanted(told) {
    const oldest = oldestOf(told.values());
    const last = this.#complete ? null : this.#places.at(-1);
    return oldest && last && isOlder(oldest, last) ? last : oldest;
  }

  /** Reads from the top until it meets the list, and at least as far as `oldest`. @param {Place|undefined} oldest */
  async #readNewest(oldest, signal) {
    const known = this.#known;
    const places = [];
    let cursor = null;
    let met = false;
    for (let pages = 0; pages < kCatchUpPages; pages += 1) {
      const page = await this.#read({...this.#query, limit: kPage, cursor}, signal);
      places.push(...page.tasks);
      met ||= page.tasks.some(({id}) => known.has(id));
      cursor = page.next_cursor;
      if (!cursor || (met && !(oldest && isOlder(oldest, places.at(-1))))) break;
    }
    return {places, cursor, met};
  }

  #merge({places, cursor, met}) {
    if (met || !cursor) {
      this.#take(newestFirst([...this.#places, ...places]));
      if (!cursor) {
        this.#cursor = null;
        this.#complete = true;
      }
    } else {
      // Too much is new: what was read before would stand behind a hole.
      this.#begin(places, cursor);
    }
    this.#behind = this.#told.size > 0;
    if (this.#behind) this.#catchUpSoon();
    this.changed.emit({});
  }

  /** Reads from the top as far as was read before. */
  async #readDown(signal) {
    const complete = this.#complete;
    const last = this.#places.at(-1);
    const places = [];
    let cursor = null;
    do {
      const page = await this.#read({...this.#query, limit: kPage, cursor}, signal);
      places.push(...page.tasks);
      cursor = page.next_cursor;
    } while (cursor && (complete || (last && isOlder(last, places.at(-1)))));
    return {places: newestFirst(places), cursor};
  }

  #renew({places, cursor}) {
    this.#stale = false;
    this.#begin(places, cursor);
    this.#behind = this.#told.size > 0;
    if (this.#behind) this.#catchUpSoon();
    this.changed.emit({read: true});
  }

  #begin(places, cursor) {
    this.#reading?.abort();
    this.#reading = null;
    this.#take(places);
    this.#cursor = cursor;
    this.#complete = !cursor;
    this.#fault = null;
  }
}
