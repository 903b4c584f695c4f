// SPDX-License-Identifier: MIT
// Reads a server-sent event stream over a connection of its own.
import { request } from 'node:http';

/** An open event stream. `events` grows as they come: { id, event, data } with data parsed. */
export class EventReader {
  events = [];
  comments = 0;
  isOver = false;
  #text = '';
  #listeners = new Set();

  /** Opens the stream and waits for its greeting. */
  static async open(server, key = server.key, { query = '', lastEventId } = {}) {
    const reader = new EventReader();
    await new Promise((resolve, reject) => {
      reader.request = request(`${server.url}/api/v1/events${query}`, {
        agent: false,
        headers: { Authorization: `Bearer ${key}`, ...(lastEventId ? { 'Last-Event-ID': lastEventId } : {}) },
      }, (response) => {
        if (response.statusCode !== 200) return reject(new Error(`status ${response.statusCode}`));
        response.setEncoding('utf8').on('data', (text) => reader.#take(text));
        for (const end of ['end', 'close', 'error']) response.on(end, () => reader.#end());
        return resolve();
      });
      reader.request.on('error', (error) => { reader.#end(); reject(error); });
      reader.request.end();
    });
    await reader.until(() => reader.events.some(({ event }) => event === 'hello'));
    return reader;
  }

  close() { this.request.destroy(); }

  #end() {
    this.isOver = true;
    this.#wake();
  }

  #wake() { for (const listener of this.#listeners) listener(); }

  #take(text) {
    this.#text += text;
    for (let end = this.#text.indexOf('\n\n'); end >= 0; end = this.#text.indexOf('\n\n')) {
      const block = this.#text.slice(0, end);
      this.#text = this.#text.slice(end + 2);
      if (block.startsWith(':')) {
        ++this.comments;
        continue;
      }
      const fields = Object.fromEntries(block.split('\n').map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon), line.slice(colon + 2)];
      }));
      this.events.push({ ...fields, data: JSON.parse(fields.data) });
    }
    this.#wake();
  }

  /** Resolves when the condition holds; fails after `seconds`. */
  until(condition, seconds = 30) {
    if (condition()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const finish = (settle, value) => {
        clearTimeout(timer);
        this.#listeners.delete(look);
        settle(value);
      };
      const look = () => {
        if (condition()) finish(resolve);
        else if (this.isOver) finish(reject, new Error('the stream has ended'));
      };
      const timer = setTimeout(() => finish(reject, new Error(
        `not after ${seconds} s: ${JSON.stringify(this.events.slice(-5))}`)), seconds * 1000);
      this.#listeners.add(look);
    });
  }

  /** Resolves when the server has hung up; fails after ten seconds. */
  ended() { return this.until(() => this.isOver, 10); }
}
