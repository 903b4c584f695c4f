// SPDX-License-Identifier: MIT
import {get} from '../api/client.js';
import {noteLimits} from '../api/errors.js';
import {sessionChanged} from '../api/session.js';
import {Emitter} from '../core/emitter.js';

/** What the server says of itself; asked once and kept. */

/** The models, each time that the server has told them. */
export const modelsRead = new Emitter();

let facts = null;
let models = null;
let classes = null;

// What is on its way ends with who has asked for it.
sessionChanged.on(() => { models = null; classes = null; });

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
  models ??= get('models').then((answer) => { modelsRead.emit(answer.models); return answer.models; }).catch((error) => { models = null; throw error; });
  return models;
}

const kKinds = {detector: 'detection', classifier: 'classification'};

/**
 * The settings without models that are not loaded: the server's defaults take their place.
 * @param {{detector?: string, classifier?: string}} settings and others, which stay
 * @param {Object[]} loaded
 */
export function withoutGone(settings, loaded) {
  const isThere = ([name, value]) => !kKinds[name] || loaded.some((model) => model.kind === kKinds[name] && model.name === value);
  return Object.fromEntries(Object.entries(settings).filter(isThere));
}

/** The vocabularies: `{primitives, scenes}`. */
export async function vocabularies() {
  classes ??= get('classes').catch((error) => { classes = null; throw error; });
  return classes;
}
