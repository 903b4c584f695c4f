// SPDX-License-Identifier: MIT
/** Says that what was asked for is on its way, when it takes longer than a moment. */

const kMoment = 200;  // Milliseconds.

let waits = 0;
let timer = 0;
let focused = null;

/**
 * Shows that the view waits for `work`: a bar runs, and what stands there cannot be used meanwhile.
 * @template T
 * @param {Promise<T>} work
 * @param {AbortSignal} signal ends the waiting, too
 * @returns {Promise<T>} `work`
 */
export function showWaiting(work, signal) {
  begin();
  const given = new Promise((resolve) => { signal.addEventListener('abort', resolve, {once: true}); });
  Promise.race([work, given]).catch(() => {}).finally(end);
  return work;
}

function begin() {
  waits += 1;
  if (waits === 1) timer = setTimeout(() => tell(true), kMoment);
}

function end() {
  waits -= 1;
  if (waits > 0) return;
  clearTimeout(timer);
  tell(false);
}

function tell(busy) {
  const main = document.getElementById('main');
  if (busy) focused = main.contains(document.activeElement) ? document.activeElement : null;
  main.ariaBusy = busy ? 'true' : null;
  for (const view of main.children) view.inert = busy;
  // What cannot be used cannot have the focus either: it comes back, if nothing else has taken it.
  if (!busy && focused?.isConnected && document.activeElement === document.body) focused.focus({preventScroll: true});
  if (!busy) focused = null;
}
