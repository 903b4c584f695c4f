// SPDX-License-Identifier: MIT
// Waiting in tests: for a condition, since no pause is right on every machine.
const kInterval = 20;

/** Does nothing for so many milliseconds. */
export const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

/**
 * Calls `check` until it gives something true, and gives that; what it throws is thrown at once. Fails after
 * `seconds` and tells `what` was waited for (text, or what makes it then).
 */
export async function until(check, { seconds = 60, what = check, interval = kInterval } = {}) {
  for (const end = Date.now() + seconds * 1000; ;) {
    const found = await check();
    if (found) return found;
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${typeof what === 'function' && what !== check ? what() : what}`);
    await pause(interval);
  }
}

/** Calls `check` until it no longer throws, and gives what it gave; after `seconds` throws what it threw last. */
export async function eventually(check, seconds = 60) {
  for (const end = Date.now() + seconds * 1000; ;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await pause(kInterval);
  }
}
