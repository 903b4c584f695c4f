// SPDX-License-Identifier: MIT
import {loadPart} from '../api/parts.js';

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
 * @throws {ApiError} as `loadPart` does
 */
export async function viewOf(place) {
  const load = loaderOf(place);
  return load ? loadPart(load) : null;
}

/** Fetches every view once the page has nothing else to do, so that none is missing when the server goes or is upgraded. */
export function fetchViewsAhead() {
  for (const load of Object.values(kViews)) load().catch(() => {});
}
