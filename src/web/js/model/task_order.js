// SPDX-License-Identifier: MIT

/**
 * The order of the server's lists: newest first by the moment they were made, then by id. A clock that was set back
 * gives a later task, whose id is higher, an earlier moment: so the id alone tells no order.
 * @typedef {{id: number, created_at: string}} Place where a task stands in it
 */

/** The server writes all times with the same digits, so that they compare as texts. @param {Place} one @param {Place} other */
export function isOlder(one, other) {
  return one.created_at === other.created_at ? one.id < other.id : one.created_at < other.created_at;
}

/** Each of them once, as a list has them. @template {Place} T @param {Iterable<T>} tasks @returns {T[]} */
export function newestFirst(tasks) {
  const each = new Map(Array.from(tasks, (task) => [task.id, task]));
  return [...each.values()].sort((one, other) => (isOlder(one, other) ? 1 : -1));
}

/** @template {Place} T @param {Iterable<T>} tasks @returns {T|undefined} the one that a list has last */
export function oldestOf(tasks) {
  return newestFirst(tasks).at(-1);
}
