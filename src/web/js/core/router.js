// SPDX-License-Identifier: MIT
import {Emitter} from './emitter.js';

/**
 * Where the page is, kept in the address after `#`, so that it works under any prefix and
 * reload, back and a shared address lead to the same view.
 */

/** @typedef {{path: string, segments: string[], query: URLSearchParams}} Place */

export const placeChanged = new Emitter();

/** @returns {Place} */
export function currentPlace() {
  const text = location.hash.startsWith('#/') ? location.hash.slice(1) : '/';
  const [path, query = ''] = text.split('?', 2);
  const segments = path.split('/').filter(Boolean).map(decode);
  return {path, segments, query: new URLSearchParams(query)};
}

/** The address of a place, for links. @param {Object<string, *>} [query] empty values are left out */
export function linkTo(path, query = {}) {
  const text = queryText(query);
  return `#${path}${text ? `?${text}` : ''}`;
}

/** Goes to a place. With `replace` the back button does not see the step. */
export function go(path, query = {}, {replace = false} = {}) {
  const address = linkTo(path, query);
  if (address === location.hash) return;
  if (replace) {
    history.replaceState(null, '', address);
    placeChanged.emit(currentPlace());
  } else {
    location.hash = address;
  }
}

/** Notes a change of the view's own state in the address without telling anyone. */
export function rememberInAddress(query) {
  history.replaceState(history.state, '', linkTo(currentPlace().path, query));
}

/** The same as a step that the back button undoes: then listeners are told of the place before. */
export function stepInAddress(query, state) {
  history.pushState(state, '', linkTo(currentPlace().path, query));
}

function queryText(query) {
  const entries = query instanceof URLSearchParams ? [...query] : Object.entries(query);
  return new URLSearchParams(entries.filter(([, value]) => value !== null && value !== undefined && value !== '')).toString();
}

function decode(segment) {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

addEventListener('hashchange', () => placeChanged.emit(currentPlace()));
