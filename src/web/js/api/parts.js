// SPDX-License-Identifier: MIT
import {ApiError} from './errors.js';

/**
 * Reads a part of the page's own program, once more if that fails.
 * @template T
 * @param {function(): Promise<T>} load imports it
 * @returns {Promise<T>}
 * @throws {ApiError} of status 0 when the server does not answer; with the code `page_updated` when it
 *   has the files of another version by now, `page_incomplete` when reading them fails nevertheless
 */
export async function loadPart(load) {
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
