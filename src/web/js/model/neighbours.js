// SPDX-License-Identifier: MIT
import {isHidden} from './deletion.js';
import {fetchTasks} from './tasks.js';

/** The next results in the order of the list: by the moment they were made, then by id. What is being deleted is none. */

/** Reading on goes by the longest pages that the server gives. */
const kPage = 200;

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
 * The next newer task that is done.
 * @param {Object} task
 * @param {AbortSignal} signal
 * @returns {Promise<number|null>} its id
 */
export async function newerTask(task, signal) {
  let nearest = null;
  let cursor = null;
  do {
    const page = await fetchTasks({status: 'done', since: task.created_at, limit: kPage, cursor}, signal);
    nearest = page.tasks.findLast((other) => isOlder(task, other) && !isHidden(other.id))?.id ?? nearest;
    cursor = page.next_cursor;
  } while (cursor);
  return nearest;
}

/** The server writes all times with the same digits, so that they compare as texts. */
function isOlder(one, other) {
  return one.created_at === other.created_at ? one.id < other.id : one.created_at < other.created_at;
}
