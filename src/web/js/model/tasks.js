// SPDX-License-Identifier: MIT
import {get, patch, post} from '../api/client.js';
import {ApiError} from '../api/errors.js';
import {serverEvent} from '../api/events.js';
import {Emitter} from '../core/emitter.js';
import {isOlder as isMadeBefore, oldestOf} from './task_order.js';

/**
 * The tasks that the page knows, kept as the server last told them. Views subscribe; the event
 * stream keeps them true, so that two tabs agree.
 */

/** @type {Map<number, Object>} */
const tasks = new Map();

/**
 * `{kind: 'changed', task, event?}`, `{kind: 'removed', ids}` (a Set), `{kind: 'stale'}`: read again, or
 * `{kind: 'forgotten'}`: they were another person's.
 */
export const tasksChanged = new Emitter();

const kFinished = new Set(['done', 'failed', 'cancelled']);

/** Whether nothing more will happen to it by itself. */
export function isFinished(task) {
  return kFinished.has(task.status);
}

/** @returns {Object|undefined} */
export function knownTask(id) {
  return tasks.get(id);
}

/**
 * Whether `task` was told before `before` was: an answer may come behind the events that overtook it. A worker that
 * begins a task counts its attempts up; a retry leaves them as they are, so that it waits with those of its last end.
 */
function isOlder(task, before) {
  if (!before || task.attempt !== before.attempt) return before && task.attempt < before.attempt;
  return task.status === 'in progress' && before.status !== 'in progress';
}

/** Keeps what is newer, and the result, which few answers have. */
function merge(task) {
  const before = tasks.get(task.id);
  if (isOlder(task, before)) return before;
  const sameRun = task.status === 'done' && task.finished_at === before?.finished_at;
  const merged = sameRun && before.result && !task.result ? {...task, result: before.result} : task;
  tasks.set(task.id, merged);
  return merged;
}

/** Takes in a task as the server told it. */
export function noteTask(task, event = null) {
  const before = tasks.get(task.id);
  const merged = merge(task);
  if (merged !== before) tasksChanged.emit({kind: 'changed', task: merged, event});
  return merged;
}

/** Forgets all tasks; another person may have signed in. */
export function forgetTasks() {
  tasks.clear();
  tasksChanged.emit({kind: 'forgotten'});
}

/** How many notes were saved here: an answer that was asked for before one does not know it. */
let saves = 0;

/** Reads one task with its result. An address may name what is no number: then there is no such task. */
export async function fetchTask(id, signal) {
  if (!Number.isSafeInteger(id) || id < 1) throw new ApiError(404, {code: 'task_not_found'});
  const before = saves;
  const task = await get(`tasks/${id}`, {}, {signal});
  return before === saves ? noteTask(task) : fetchTask(id, signal);
}

/** Reads a page of the list. @returns {Promise<{tasks: Object[], next_cursor: string|null}>} */
export async function fetchTasks(query, signal) {
  const page = await get('tasks', query, {signal});
  return {...page, tasks: page.tasks.map((task) => merge(task))};
}

/**
 * Reads tasks again that may have changed unheard, and tells of them; those that are not there any more are gone.
 * @param {Object[]} wanted as they were told before
 */
export async function readAgain(wanted) {
  const missing = new Set(wanted.map(({id}) => id));
  const oldest = oldestOf(wanted);
  let cursor = null;
  let passed = false;
  while (missing.size > 0 && !passed) {
    const page = await get('tasks', {limit: kPage, cursor});
    for (const task of page.tasks) if (missing.delete(task.id)) noteTask(task);
    cursor = page.next_cursor;
    passed = !cursor || isMadeBefore(page.tasks.at(-1), oldest);
  }
  dropTasks([...missing]);
}

export const cancelTask = async (id) => noteTask(await post(`tasks/${id}/cancel`));
export const retryTask = async (id) => noteTask(await post(`tasks/${id}/retry`));

/** Saves a task's note. */
export async function saveNote(id, note) {
  const task = await patch(`tasks/${id}`, {note});
  saves += 1;
  return noteTask(task);
}

/** The most tasks that one answer lists. */
const kPage = 200;
/** The most ids that one bulk request takes. */
const kBulk = 1000;

/**
 * Deletes, retries or cancels many.
 * @param {'delete'|'retry'|'cancel'} action
 * @param {number[]} ids
 * @returns {Promise<{results: {id: number, ok: boolean, error?: Object}[], fault: ApiError|null}>} `fault`: why there
 *   are no more results, where a part was done before
 * @throws {ApiError} if nothing was done
 */
export async function bulk(action, ids, options) {
  const results = [];
  let fault = null;
  for (let start = 0; start < ids.length && !fault; start += kBulk) {
    const part = ids.slice(start, start + kBulk);
    try {
      results.push(...(await post('tasks/bulk', {action, ids: part}, options)).results);
    } catch (error) {
      if (start === 0) throw error;
      fault = error;
    }
  }
  dropTasks(results.filter((result) => isGone(result) || (result.ok && action === 'delete')).map(({id}) => id));
  return {results, fault};
}

/** Whether what became of one of many is that somebody had deleted it before. @param {{error?: {code: string}}} result */
export function isGone({error}) {
  return error?.code === 'task_not_found';
}

/** These tasks are gone. */
function dropTasks(ids) {
  for (const id of ids) tasks.delete(id);
  if (ids.length > 0) tasksChanged.emit({kind: 'removed', ids: new Set(ids)});
}

serverEvent.on(({name, data}) => {
  if (data.task) noteTask(data.task, name);
  else if (name === 'removed') dropTasks([data.id]);
  else if (name === 'positions') movePositions(data.tasks ?? []);
  else if (name === 'resync' || name === 'restarted') tasksChanged.emit({kind: 'stale'});
});

function movePositions(places) {
  for (const {id, queue_position, eta_seconds} of places) {
    const task = tasks.get(id);
    if (task?.status === 'queued') noteTask({...task, queue_position, eta_seconds}, 'positions');
  }
}
