// SPDX-License-Identifier: MIT
import {url} from '../api/client.js';
import {Emitter} from '../core/emitter.js';
import {bulk} from './tasks.js';

/**
 * Deleting with a way back: for some seconds the tasks are only hidden; then, or when the page
 * goes away, the server is told.
 */

export const kUndoSeconds = 7;
/** `{ids, hidden}`: hide or show them. */
export const hiddenChanged = new Emitter();

const waiting = new Map();
const hidden = new Set();

/** Whether a task is being deleted. */
export function isHidden(id) {
  return hidden.has(id);
}

/**
 * Hides the tasks and deletes them after kUndoSeconds.
 * @param {number[]} ids
 * @param {function(Error): void} failed told if the server refuses
 * @returns {{undo: function(): void}}
 */
export function deleteLater(ids, failed) {
  const key = Symbol('deletion');
  setHidden(ids, true);
  const run = async () => {
    waiting.delete(key);
    try {
      await bulk('delete', ids);
    } catch (error) {
      setHidden(ids, false);
      failed(error);
    }
  };
  waiting.set(key, {ids, timer: setTimeout(run, kUndoSeconds * 1000)});
  return {
    undo() {
      const entry = waiting.get(key);
      if (!entry) return;
      clearTimeout(entry.timer);
      waiting.delete(key);
      setHidden(ids, false);
    },
  };
}

function setHidden(ids, hide) {
  for (const id of ids) hide ? hidden.add(id) : hidden.delete(id);
  hiddenChanged.emit({ids, hidden: hide});
}

addEventListener('pagehide', () => {
  const ids = [...waiting.values()].flatMap((entry) => { clearTimeout(entry.timer); return entry.ids; });
  waiting.clear();
  for (let start = 0; start < ids.length; start += 1000) {
    fetch(url('tasks/bulk'), {
      method: 'POST', keepalive: true, headers: {'Content-Type': 'application/json'},
      body: JSON.stringify({action: 'delete', ids: ids.slice(start, start + 1000)}),
    }).catch(() => {});
  }
});
