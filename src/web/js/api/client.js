// SPDX-License-Identifier: MIT
import {ApiError, foreignAnswer} from './errors.js';

/**
 * Talks to the API. The session's cookies do the signing in; an answer 401 renews the session
 * once and, if that is over, asks the person (see session.js) and repeats the request: what was
 * typed or dropped is not lost. A request belongs to who was signed in when it was made: for
 * anybody else it is neither repeated nor answered.
 */

/**
 * Where the page is served, whatever prefix a proxy puts before it. Taken from the document, since
 * scripts may lie under a path with the hash of their version.
 */
export const kBase = new URL('.', document.baseURI);

/** The address of a route, e.g. `url('tasks/12/input')`. @param {Object<string, *>} [query] */
export function url(route, query = {}) {
  const address = new URL(`api/v1/${route}`, kBase);
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') address.searchParams.set(name, String(value));
  }
  return address.href;
}

/** @type {function(): Promise<void>} set by session.js; rejects if the person gives up. */
let renew = () => Promise.reject(new ApiError(401));
export function setRenewal(task) {
  renew = task;
}

/** How many have left: a request of one who has is nobody's. */
let left = 0;

/** Ends what was asked for the person who leaves, as requests of a session that is over. */
export function endRequests() {
  left += 1;
}

/** @returns {function(Promise<T>): Promise<T>} gives what becomes of work, unless who asks now has left by then */
function forWhoAsks() {
  const before = left;
  return async (work) => {
    const [{value, reason}] = await Promise.allSettled([work]);
    if (before !== left) throw new ApiError(401, {code: 'session_over'});
    if (reason) throw reason;
    return value;
  };
}

const forAnybody = (work) => work;

/**
 * @typedef {Object} RequestOptions
 * @property {Object<string, *>} [query]
 * @property {*} [json] the body, as JSON
 * @property {BodyInit} [body] the body, as it is
 * @property {Object<string, string>} [headers]
 * @property {AbortSignal} [signal]
 * @property {boolean} [keepalive] the request outlives the page
 * @property {boolean} [anonymous] a 401 is the answer, not a reason to sign in; whoever is signed in gets it
 */

/**
 * Sends a request and gives the response if it is a success (or 304).
 * @param {string} method
 * @param {string} route under /api/v1
 * @param {RequestOptions} [options]
 * @returns {Promise<Response>}
 * @throws {ApiError} of the code `session_over`, too, where who asked has left meanwhile
 */
export async function send(method, route, options = {}) {
  if (options.anonymous) return checked(await attempt(method, route, options));
  const ours = forWhoAsks();
  const response = await ours(attempt(method, route, options));
  if (response.status !== 401) return ours(checked(response));
  await ours(renew());
  return ours(attempt(method, route, options).then(checked));
}

async function attempt(method, route, {query, json, body, headers = {}, signal, keepalive}) {
  const head = {Accept: 'application/json, */*;q=0.5', ...headers};
  if (json !== undefined) head['Content-Type'] = 'application/json';
  try {
    return await fetch(url(route, query), {
      method, headers: head, body: json === undefined ? body : JSON.stringify(json), signal, keepalive, credentials: 'same-origin',
    });
  } catch (fault) {
    if (fault.name === 'AbortError') throw fault;
    throw new ApiError(0);
  }
}

async function checked(response) {
  if (!response.ok && response.status !== 304) throw await ApiError.from(response);
  // No route answers with a page: a network that wants to be signed in to does.
  if (response.headers.get('Content-Type')?.startsWith('text/html')) throw foreignAnswer();
  return response;
}

/** Sends a request and gives the JSON of its answer (null for 204). @param {RequestOptions} [options] @throws {ApiError} */
export async function call(method, route, options) {
  const ours = options?.anonymous ? forAnybody : forWhoAsks();
  const response = await send(method, route, options);
  return response.status === 204 ? null : ours(readJson(response));
}

async function readJson(response) {
  try {
    return await response.json();
  } catch (fault) {
    if (fault.name === 'AbortError') throw fault;
    throw fault instanceof SyntaxError ? foreignAnswer() : new ApiError(0);
  }
}

export const get = (route, query, options) => call('GET', route, {...options, query});
export const post = (route, json, options) => call('POST', route, {...options, json});
export const patch = (route, json, options) => call('PATCH', route, {...options, json});
export const remove = (route, options) => call('DELETE', route, options);
