// SPDX-License-Identifier: MIT
import {Emitter} from '../core/emitter.js';
import {preference, setPreference} from '../core/preferences.js';
import {whenFinished} from '../core/unfinished.js';
import {call, endRequests, get, post, setRenewal} from './client.js';
import {ApiError} from './errors.js';

/**
 * Who is signed in. The tokens are in cookies that no script can read; this remembers only that
 * there is a session (a hint, so that a stranger's first view asks the server nothing in vain) and
 * when it was last renewed, for all tabs.
 */

/** @typedef {{id: number, name: string, role: string}} User */

const kRenewBefore = 180;  // Seconds before the access cookie ends.
const kLastWords = 3000;   // Milliseconds that other tabs have to finish before a sign-out.

/** Another person is signed in, or nobody. */
export const sessionChanged = new Emitter();
/** The same person has signed in again after their session had ended, here or in another tab. */
export const sessionResumed = new Emitter();
/** The session is over, and the person has not signed in again. */
export const sessionEnded = new Emitter();
/** The person signs out in another tab: what waits for nothing but time is to be done now. */
export const sessionEnding = new Emitter();
const tabs = 'BroadcastChannel' in globalThis ? new BroadcastChannel('geond.session') : null;

let user = null;
let askPerson = () => Promise.reject(new ApiError(401));
let renewing = null;
let timer = 0;

/** @returns {User|null} */
export function currentUser() {
  return user;
}

/** `task` shows the sign-in dialog and resolves when the person has signed in again. */
export function setSignInDialog(task) {
  askPerson = task;
}

/** At the start of the page: the user of the session that this browser has, or null. */
export async function restoreSession() {
  if (!preference('signed_in')) return null;
  try {
    if (isOld()) await refresh();
    become(await get('users/me', {}, {anonymous: true}).catch(async (error) => {
      if (error.status !== 401) throw error;
      await refresh();
      return get('users/me', {}, {anonymous: true});
    }));
  } catch (error) {
    if (error.status !== 401 && error.status !== 403) throw error;
    setPreference('signed_in', null);
  }
  return user;
}

/** Signs in. @throws {ApiError} */
export async function signIn(username, password) {
  accept(await post('auth/login', {username, password, cookie: true}, {anonymous: true}));
}

/** Signs in with the token of a printed link, which is good once. @throws {ApiError} */
export async function signInByLink(token) {
  accept(await post('auth/link', {token, cookie: true}, {anonymous: true}));
}

/** Makes an account where registration is open, and signs in with it. @throws {ApiError} */
export async function register(name, password) {
  await post('users', {name, password}, {anonymous: true});
  await signIn(name, password);
}

/** Ends the session, in every tab, when each has deleted what it was told to. */
export async function signOut() {
  tabs?.postMessage('signing out');
  await whenFinished('deletions', kLastWords);
  await call('POST', 'auth/logout', {json: {}, anonymous: true}).catch((error) => {
    if (error.status !== 401) throw error;
  });
  leave();
  tabs?.postMessage('signed out');
}

function accept(answer) {
  noteRenewal(answer.expires_in);
  become(answer.user);
  tabs?.postMessage('signed in');
}

function become(someone) {
  const other = user?.id !== someone.id;
  if (user && other) endRequests();
  user = someone;
  setPreference('signed_in', someone.name);
  schedule();
  if (other) sessionChanged.emit(user);
  else sessionResumed.emit(user);
}

function leave() {
  clearTimeout(timer);
  endRequests();
  user = null;
  setPreference('signed_in', null);
  sessionChanged.emit(null);
}

async function refresh() {
  const answer = await post('auth/refresh', {}, {anonymous: true});
  noteRenewal(answer.expires_in);
  // The cookie may be of who has signed in elsewhere, which this tab has not heard yet.
  if (user && user.id !== answer.user.id) become(answer.user);
}

function noteRenewal(lifetime) {
  setPreference('renew_at', String(Date.now() + Math.max(30, lifetime - kRenewBefore) * 1000));
  schedule();
}

function isOld() {
  return Date.now() >= Number(preference('renew_at') ?? 0);
}

// Pictures are asked for by the browser itself, which cannot renew: so the cookie never gets old.
function schedule() {
  clearTimeout(timer);
  const wait = Number(preference('renew_at') ?? 0) - Date.now();
  timer = setTimeout(keepFresh, Math.min(Math.max(wait, 5000), 2 ** 31 - 1));
}

async function keepFresh() {
  if (user && isOld()) await renew({ask: false}).catch(() => {});
  if (user) schedule();
}

document.addEventListener('visibilitychange', () => {
  if (!document.hidden && user) keepFresh();
});

/**
 * Renews the session; several callers share one attempt. If the session is over, the person is
 * asked to sign in (unless `ask` is false).
 */
export function renew({ask = true} = {}) {
  renewing ??= refresh().finally(() => { renewing = null; });
  return renewing.catch((error) => {
    if (!ask || (error.status !== 401 && error.status !== 403)) throw error;
    const asked = user?.id;
    return askPerson().catch((refusal) => {
      if (user?.id === asked) sessionEnded.emit(user);
      throw refusal;
    });
  });
}
setRenewal(renew);

if (tabs) {
  tabs.onmessage = async ({data}) => {
    if (data === 'signing out' && user) sessionEnding.emit(user);
    if (data === 'signed out' && user) leave();
    if (data === 'signed in') {
      const now = await get('users/me', {}, {anonymous: true}).catch(() => null);
      if (now) become(now);
    }
  };
}
