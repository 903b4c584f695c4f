// SPDX-License-Identifier: MIT
import {get} from '../api/client.js';
import {noteLimits} from '../api/errors.js';

/** What the server says of itself; asked once and kept. */

let facts = null;
let models = null;
let classes = null;

/** Version, registration, limits, formats; null if it cannot be asked. */
export async function serverFacts() {
  facts ??= get('server', {}, {anonymous: true}).then((answer) => { noteLimits(answer.limits); return answer; }).catch(() => { facts = null; return null; });
  return facts;
}

/** Has what the server says of itself asked again: it may have been restarted with other limits. */
export function forgetFacts() {
  facts = null;
}

/** What is loaded. `fresh` asks again (average times change). @returns {Promise<Object[]>} */
export async function loadedModels({fresh = false} = {}) {
  if (fresh) models = null;
  models ??= get('models').then((answer) => answer.models).catch((error) => { models = null; throw error; });
  return models;
}

/** The vocabularies: `{primitives, scenes}`. */
export async function vocabularies() {
  classes ??= get('classes').catch((error) => { classes = null; throw error; });
  return classes;
}
