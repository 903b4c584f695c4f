// SPDX-License-Identifier: MIT
import {isHidden} from './deletion.js';
import {isOlder} from './task_order.js';
import {fetchTasks} from './tasks.js';

/** The next results in the order of the list: by the moment they were made, then by id. What is being deleted is none. */

/** Reading on goes by the longest pages that the server gives. */
const kPage = 200;
const kFirstSpan = 1000;  // Milliseconds in which the next newer one is looked for at first,
const kWider = 8;          // and how many times wider each further one is.

/**
 * The next older task that is done.
 * @param {Object} task
 * @param {AbortSignal} signal
 * @returns {Promise<number|null>} its id
 */
export async function olderTask(task, signal) {
  // Pictures that were handed in together were made in one moment, and `until` leaves out its own moment.
  const until = new Date(Date.parse(task.created_at) + 1).toISOString();
  let cursor = null;
  do {
    // Nearly always one of the first is the one: only what came in together lies between.
    const page = await fetchTasks({status: 'done', until, limit: cursor ? kPage : 5, cursor}, signal);
    const older = page.tasks.find((other) => isOlder(other, task) && !isHidden(other.id));
    if (older) return older.id;
    cursor = page.next_cursor;
  } while (cursor);
  return null;
}

/**
 * The next newer task that is done. The list is given newest first: so the span between is narrowed down until
 * a page holds all of it, instead of reading everything that is newer.
 * @param {Object} task
 * @param {AbortSignal} signal
 * @returns {Promise<number|null>} its id
 */
export async function newerTask(task, signal) {
  const nearest = (tasks) => tasks.findLast((other) => isOlder(task, other) && !isHidden(other.id))?.id ?? null;
  const read = (query) => fetchTasks({status: 'done', limit: kPage, ...query}, signal);
  const page = await read({since: task.created_at});
  if (!page.next_cursor) return nearest(page.tasks);
  let from = Date.parse(task.created_at);
  const end = Date.parse(page.tasks.at(-1).created_at) + 1;
  let until = end;
  for (let span = kFirstSpan; from < end;) {
    // Never beyond what is known to hold more than a page.
    const middle = from + Math.max(1, Math.min(span, Math.floor((until - from) / 2)));
    const moments = {since: new Date(from).toISOString(), until: new Date(middle).toISOString()};
    const part = await read(moments);
    const all = part.next_cursor && middle - from === 1 ? await readOn(part, (cursor) => read({...moments, cursor})) : part.tasks;
    if (part.next_cursor && middle - from > 1) {
      until = middle;
      continue;
    }
    const found = nearest(all);
    if (found) return found;
    from = middle;
    if (from === until) until = end;
    span *= kWider;
  }
  return nearest(page.tasks);
}

/** All of what begins with a page. @param {function(string): Promise<Object>} read what lies behind a cursor */
async function readOn(page, read) {
  const tasks = [...page.tasks];
  for (let cursor = page.next_cursor; cursor;) {
    const next = await read(cursor);
    tasks.push(...next.tasks);
    cursor = next.next_cursor;
  }
  return tasks;
}
