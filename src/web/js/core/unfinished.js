// SPDX-License-Identifier: MIT
/**
 * What the tabs of this browser are in the middle of, told by locks, which end with their tab. Where there are none
 * (plain HTTP from elsewhere), a tab knows nothing of the others.
 */

/** A plain HTTP page from elsewhere has none, nor has Node.js, in which the page's logic is tested. */
const locks = globalThis.navigator?.locks;
const lockOf = (kind) => `geond.unfinished.${kind}`;

/** Tells all tabs of work of a kind until it has settled. @param {Promise<*>} work */
export function tellUnfinished(kind, work) {
  locks?.request(lockOf(kind), {mode: 'shared'}, () => work).catch(() => {});
}

/** Whether any tab has told of work of a kind that has not settled. @returns {Promise<boolean>} */
export async function isUnfinished(kind) {
  const {held = []} = await locks?.query() ?? {};
  return held.some(({name}) => name === lockOf(kind));
}

/** Resolves when no tab has unsettled work of a kind, or after some milliseconds. */
export async function whenFinished(kind, milliseconds) {
  await locks?.request(lockOf(kind), {signal: AbortSignal.timeout(milliseconds)}, () => {}).catch(() => {});
}
