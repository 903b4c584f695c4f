// SPDX-License-Identifier: MIT
import {Emitter} from '../core/emitter.js';

const kPage = 200;          // Tasks; the server gives no more at once.
const kCatchUpPages = 5;    // Read in search of what is known already before the list begins anew.
const kRest = 600;          // Milliseconds in which what is told is gathered before the server is asked.
const kFaultRest = 3000;    // Milliseconds before a page that could not be read is asked for by scrolling.

/**
 * The ids of the tasks that pass a query, newest first, as far as they were read: pages come at its end when they
 * are asked for, and at its top what is new. There is never a hole in it.
 */
export class TaskList {
  /** On every change; told `{read: true}` when a page came or could not be read. */
  changed = new Emitter();
  #read;
  #signal;
  #failed;
  #query = {};
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
  /** There may be newer ones than the first; `#told` are those that were heard of. */
  #behind = false;
  #told = new Set();
  /** What was read is to be read again. */
  #stale = false;
  #catching = null;
  #timer = 0;

  /**
   * @param {function(Object, AbortSignal): Promise<{tasks: {id: number}[], next_cursor: string|null}>} read a page
   * @param {AbortSignal} signal ends the reading
   * @param {function(Error): void} failed told when what is new could not be read
   */
  constructor(read, signal, failed) {
    this.#read = read;
    this.#signal = signal;
    this.#failed = failed;
    signal.addEventListener('abort', () => this.#stop(), {once: true});
  }

  /** @returns {readonly number[]} newest first */
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
    return this.#fresh ? null : {ids: this.#ids, cursor: this.#cursor, complete: this.#complete};
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
      const found = await this.#readDown(this.#complete ? -Infinity : this.#ids.at(-1) ?? Infinity, request.signal);
      if (!request.signal.aborted) this.#renew(found);
    } catch (error) {
      if (!request.signal.aborted) this.#failed(error);
    }
    if (this.#catching === request) this.#catching = null;
  }

  /** Goes on where a list of the same query was left, and looks for what is new since then. */
  takeUp(query, {ids, cursor, complete}) {
    this.#query = query;
    this.#cursor = cursor;
    this.#complete = complete;
    this.#fresh = false;
    this.#behind = true;
    this.#stale = false;
    this.#take(ids);
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
    this.#take([...(this.#fresh ? [] : this.#ids), ...tasks.map(({id}) => id).filter((id) => this.#fresh || !this.#known.has(id))]);
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

  /** A task was told of. The server knows which tasks pass a query; it is not asked for each of many. */
  note(id) {
    if (this.#known.has(id) || this.#gone.has(id)) return;
    if (this.#fresh || this.#behind || Object.values(this.#query).some(Boolean)) {
      this.#behind = true;
      this.#told.add(id);
      if (!this.#fresh) this.#catchUpSoon();
    } else if (id > (this.#ids[0] ?? 0)) {
      this.#take([id, ...this.#ids]);
      this.changed.emit({});
    }
  }

  /** These tasks are gone for good. @param {Set<number>} ids */
  drop(ids) {
    for (const id of ids) this.#gone.add(id);
    this.#take(this.#ids);
    this.changed.emit({});
  }

  /** These tasks do not pass the query any more; they may again. @param {Set<number>} ids */
  leaveOut(ids) {
    this.#take(this.#ids.filter((id) => !ids.has(id)));
    this.changed.emit({});
  }

  #take(ids) {
    this.#ids = ids.filter((id) => !this.#gone.has(id));
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
    this.#told = new Set();
    try {
      const found = await this.#readNewest(this.#lowestWanted(told), request.signal);
      if (!request.signal.aborted) this.#merge(found);
    } catch (error) {
      for (const id of told) this.#told.add(id);
      if (!request.signal.aborted) this.#failed(error);
    }
    if (request.signal.aborted) return;
    this.#catching = null;
  }

  /** What lies behind the last one that was read comes with its own page. */
  #lowestWanted(told) {
    let lowest = Infinity;
    for (const id of told) lowest = Math.min(lowest, id);
    return this.#complete ? lowest : Math.max(lowest, this.#ids.at(-1) ?? 0);
  }

  async #readNewest(lowest, signal) {
    const known = this.#known;
    const ids = [];
    let cursor = null;
    let met = false;
    for (let pages = 0; pages < kCatchUpPages; pages += 1) {
      const page = await this.#read({...this.#query, limit: kPage, cursor}, signal);
      for (const {id} of page.tasks) {
        ids.push(id);
        met ||= known.has(id);
      }
      cursor = page.next_cursor;
      if (!cursor || (met && ids.at(-1) <= lowest)) break;
    }
    return {ids, cursor, met};
  }

  #merge({ids, cursor, met}) {
    if (met || !cursor) {
      this.#take([...new Set([...this.#ids, ...ids])].sort((one, other) => other - one));
      if (!cursor) {
        this.#cursor = null;
        this.#complete = true;
      }
    } else {
      // Too much is new: what was read before would stand behind a hole.
      this.#begin(ids, cursor);
    }
    this.#behind = this.#told.size > 0;
    if (this.#behind) this.#catchUpSoon();
    this.changed.emit({});
  }
  /** Reads from the top until what is below `last`. */
  async #readDown(last, signal) {
    const ids = [];
    let cursor = null;
    do {
      const page = await this.#read({...this.#query, limit: kPage, cursor}, signal);
      ids.push(...page.tasks.map(({id}) => id));
      cursor = page.next_cursor;
    } while (cursor && ids.at(-1) > last);
    return {ids: [...new Set(ids)], cursor};
  }

  #renew({ids, cursor}) {
    this.#stale = false;
    this.#begin(ids, cursor);
    this.#behind = this.#told.size > 0;
    if (this.#behind) this.#catchUpSoon();
    this.changed.emit({read: true});
  }

  #begin(ids, cursor) {
    this.#reading?.abort();
    this.#reading = null;
    this.#take(ids);
    this.#cursor = cursor;
    this.#complete = !cursor;
    this.#fault = null;
  }
}
