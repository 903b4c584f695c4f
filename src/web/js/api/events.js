// SPDX-License-Identifier: MIT
import {Emitter} from '../core/emitter.js';
import {send} from './client.js';
import {ApiError} from './errors.js';
import {readEventStream} from './event_stream.js';
import {renew} from './session.js';

/**
 * What happens to the user's tasks, as it happens: one stream a browser. Browsers open six
 * connections to a server, so only one tab holds the stream (the one that has the lock) and tells
 * the others; where there are no locks (plain HTTP from elsewhere), each tab has its own.
 */

/**
 * `replaced`: newer streams of this account took the place of this one; `ended`: the session is over and
 * nobody has signed in again.
 * @typedef {'connecting'|'open'|'lost'|'replaced'|'ended'} ConnectionState
 */

const kFirstWait = 500;   // Milliseconds before the first new attempt; doubles up to kLongestWait.
const kLongestWait = 8000;
const kReplacedWait = 60_000;  // After this account's newer streams took the place of this one.
const kProbe = 3000;      // An answer that takes longer is none.
const kSilence = 40_000;  // The server says something every 15 s: longer silence is a dead line.

/** Every event: `{name, data}`. */
export const serverEvent = new Emitter();
/** Every change of the connection. */
export const connectionChanged = new Emitter();

let state = 'connecting';
let lastId = '';
let boot = null;
let stopper = null;
let wake = () => {};
let probe = () => {};
const relay = 'BroadcastChannel' in globalThis ? new BroadcastChannel('geond.events') : null;

/** @returns {ConnectionState} */
export function connectionState() {
  return state;
}

/** Begins to listen; call it when somebody has signed in. */
export function startEvents() {
  stopEvents();
  stopper = new AbortController();
  const {signal} = stopper;
  setState('connecting');
  if (!relay || !navigator.locks) {
    hold(signal);
    return;
  }
  relay.postMessage({kind: 'state?'});
  navigator.locks.request('geond.events', {signal}, () => hold(signal)).catch(() => {});
}

/** Stops listening. */
export function stopEvents() {
  stopper?.abort();
  stopper = null;
  lastId = '';
  boot = null;
}

/** Tries again now instead of after the wait, in whichever tab holds the stream; listens again if the session had ended. */
export function reconnectNow() {
  wake();
  relay?.postMessage({kind: 'wake'});
  if (state !== 'ended' || !stopper) return;
  startEvents();
  // Nothing was heard meanwhile.
  serverEvent.emit({name: 'resync', data: {}});
}

let holding = false;

/** Holds the stream until the signal ends it; comes back after every loss. */
async function hold(signal) {
  holding = true;
  let wait = kFirstWait;
  while (!signal.aborted) {
    let replaced = false;
    try {
      replaced = await listen(signal, () => { wait = kFirstWait; });
    } catch (error) {
      if (error.status === 401 && !signal.aborted) {
        tell({kind: 'state', state: 'ended'});
        tell({kind: 'ask'});
        break;
      }
    }
    if (signal.aborted) break;
    tell({kind: 'state', state: replaced ? 'replaced' : 'lost'});
    await pause(replaced ? kReplacedWait : wait, signal);
    wait = replaced ? kFirstWait : Math.min(wait * 2, kLongestWait);
  }
  holding = false;
}

/** Resolves with whether a newer stream of the same account took its place. */
async function listen(signal, opened) {
  const attempt = new AbortController();
  const stop = () => attempt.abort();
  // A browser without a network may still reach a server on the same machine: so it is asked.
  probe = () => send('GET', 'server', {anonymous: true, signal: AbortSignal.timeout(kProbe)}).catch((error) => { if (error.status === 0) stop(); });
  signal.addEventListener('abort', stop, {once: true});
  let guard = setTimeout(stop, kSilence);
  try {
    const headers = {Accept: 'text/event-stream', ...(lastId ? {'Last-Event-ID': lastId} : {})};
    const response = await ask({headers, signal: attempt.signal});
    opened();
    tell({kind: 'state', state: 'open'});
    for await (const event of readEventStream(response.body)) {
      clearTimeout(guard);
      guard = setTimeout(stop, kSilence);
      if (event.name === 'replaced') return true;
      if (event.data !== null) tell({kind: 'event', ...event});
    }
    return false;
  } finally {
    clearTimeout(guard);
    signal.removeEventListener('abort', stop);
    attempt.abort();
  }
}

/**
 * Asks for the events, with a renewed session if need be. Who holds the stream may be out of sight: so the person is
 * not asked to sign in here, but in the tabs that are seen.
 * @throws {ApiError} of status 401 when the session is over
 */
async function ask(options) {
  try {
    return await send('GET', 'events', {...options, anonymous: true});
  } catch (error) {
    if (error.status !== 401) throw error;
  }
  await renew({ask: false}).catch((refusal) => { throw refusal.status === 403 ? new ApiError(401) : refusal; });
  return send('GET', 'events', {...options, anonymous: true});
}

function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    wake = () => { clearTimeout(timer); resolve(); };
    signal.addEventListener('abort', wake, {once: true});
  });
}

function tell(message) {
  relay?.postMessage(message);
  receive(message);
}

function receive(message) {
  if (message.kind === 'state') setState(message.state);
  if (message.kind === 'ask' && document.visibilityState === 'visible') renew().catch(() => {});
  if (message.kind !== 'event') return;
  if (message.id) lastId = message.id;
  const data = parse(message.data);
  if (message.name === 'hello') {
    const restarted = boot !== null && data.boot !== boot;
    // Without the id of an event there is nothing from which the server could repeat what was missed.
    const unheard = boot !== null && lastId === '';
    boot = data.boot;
    setState('open');
    if (restarted) serverEvent.emit({name: 'restarted', data});
    else if (unheard) serverEvent.emit({name: 'resync', data: {}});
  }
  serverEvent.emit({name: message.name, data});
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function setState(next) {
  if (next === state) return;
  state = next;
  connectionChanged.emit(state);
}

if (relay) {
  relay.onmessage = ({data}) => {
    if (data.kind === 'wake') {
      wake();
    } else if (data.kind === 'state?' && holding) {
      relay.postMessage({kind: 'state', state});
      if (boot !== null) relay.postMessage({kind: 'event', id: lastId, name: 'hello', data: JSON.stringify({boot})});
    } else if (stopper && !holding) {
      receive(data);
    }
  };
}
addEventListener('online', () => reconnectNow());
addEventListener('offline', () => { if (holding) probe(); });
