// SPDX-License-Identifier: MIT
import {post} from '../api/client.js';
import {sessionEnding} from '../api/session.js';
import {Emitter} from '../core/emitter.js';
import {tellUnfinished} from '../core/unfinished.js';
import {bulk, isGone, tasksChanged} from './tasks.js';

/**
 * Deleting with a way back: at first the tasks are only hidden; when the time for second thoughts
 * is over, or when the page goes away, the server is told.
 */

/** `{ids, hidden}`: hide or show them. */
export const hiddenChanged = new Emitter();

/** What is not deleted yet: `{ids, finish, end}` by a key of its own. */
const waiting = new Map();
const hidden = new Set();

/** Whether a task is being deleted. */
export function isHidden(id) {
  return hidden.has(id);
}

/**
 * Hides the tasks until they are deleted by `finish`, or shown again by `undo`; whichever comes
 * first counts.
 * @param {number[]} ids
 * @param {function(Error, number): void} failed told if the server refuses, with how many were deleted before
 * @returns {{undo: function(): void, finish: function(): Promise<void>}}
 */
export function deleteLater(ids, failed) {
  const key = Symbol('deletion');
  let end = () => {};
  tellUnfinished('deletions', new Promise((resolve) => { end = resolve; }));
  setHidden(ids, true);
  const finish = async () => {
    if (!waiting.delete(key)) return;
    try {
      const {results, fault} = await bulk('delete', ids);
      const gone = new Set(results.filter((result) => result.ok || isGone(result)).map(({id}) => id));
      const kept = ids.filter((id) => !gone.has(id));
      if (kept.length > 0) setHidden(kept, false);
      if (fault) failed(fault, gone.size);
    } catch (error) {
      setHidden(ids, false);
      failed(error, 0);
    }
    end();
  };
  waiting.set(key, {ids, finish, end});
  return {
    finish,
    undo() {
      if (waiting.delete(key)) setHidden(ids, false);
      end();
    },
  };
}

/** Deletes what waits now: who signs out, here or in another tab, does not come back to it. */
export async function finishDeletions() {
  await Promise.all([...waiting.values()].map(({finish}) => finish()));
}
sessionEnding.on(finishDeletions);

tasksChanged.on(({kind}) => {
  if (kind !== 'forgotten') return;
  for (const {end} of waiting.values()) end();
  waiting.clear();
  hidden.clear();
});

function setHidden(ids, hide) {
  for (const id of ids) {
    if (hide) hidden.add(id);
    else hidden.delete(id);
  }
  hiddenChanged.emit({ids, hidden: hide});
}

addEventListener('pagehide', () => {
  const ids = [...waiting.values()].flatMap((entry) => entry.ids);
  waiting.clear();
  for (let start = 0; start < ids.length; start += 1000) {
    post('tasks/bulk', {action: 'delete', ids: ids.slice(start, start + 1000)}, {keepalive: true, anonymous: true}).catch(() => {});
  }
});
