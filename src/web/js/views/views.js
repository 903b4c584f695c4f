// SPDX-License-Identifier: MIT
import {ApiError} from '../api/errors.js';

/** Which view shows a place. Each is a module of its own, fetched when it is needed or ahead of that. */

const kViews = {
  '': () => import('./home.js'),
  tasks: () => import('./task.js'),
  history: () => import('./history.js'),
  compare: () => import('./compare.js'),
  models: () => import('./models.js'),
  account: () => import('./account.js'),
  admin: () => import('./admin.js'),
};

/** `#/tasks` without a number is the list; the classic API calls tasks results. */
function loaderOf({segments: [name = '', id]}) {
  if (name === 'tasks' && !id) return kViews.history;
  if (name === 'results' && id) return kViews.tasks;
  return kViews[name];
}

/**
 * The module that shows a place; null if there is no such place.
 * @param {Place} place
 * @returns {Promise<{render: function}|null>}
 * @throws {ApiError} of status 0 when the server does not answer; with the code `page_updated` when it
 *   has the files of another version by now, `page_incomplete` when reading them fails nevertheless
 */
export async function viewOf(place) {
  const load = loaderOf(place);
  if (!load) return null;
  try {
    return await load();
  } catch (fault) {
    // What a module itself does wrong is no matter of the line.
    if (!(fault instanceof TypeError)) throw fault;
    await findFault();
    return load().catch(() => { throw new ApiError(200, {code: 'page_incomplete'}); });
  }
}

/** A failed import says nothing of why: this file lies beside the one that is missing. */
async function findFault() {
  const answer = await fetch(import.meta.url, {cache: 'no-store'}).catch(() => { throw new ApiError(0); });
  if (answer.status === 404) throw new ApiError(404, {code: 'page_updated'});
}

/** Fetches every view once the page has nothing else to do, so that none is missing when the server goes or is upgraded. */
export function fetchViewsAhead() {
  for (const load of Object.values(kViews)) load().catch(() => {});
}
