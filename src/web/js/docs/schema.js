// SPDX-License-Identifier: MIT
import {h} from '../core/dom.js';
import {t} from '../core/i18n.js';
import {richText} from './text.js';

const kDepth = 4;

/** The fields of a schema as a nested list. */
export function schemaView(api, schema, depth = 0) {
  const resolved = api.resolve(schema) ?? {};
  if (resolved.oneOf && !resolved.properties) return h('div', {}, resolved.oneOf.map((option) => schemaView(api, option, depth)));
  if (resolved.type === 'array') return schemaView(api, resolved.items ?? {}, depth);
  if (!resolved.properties || depth >= kDepth) return '';
  const required = new Set(resolved.required ?? []);
  const list = h('dl', {class: 'schema'}, Object.entries(resolved.properties).map(([name, property]) => {
    const inner = api.resolve(property) ?? {};
    return [
      h('dt', {}, h('code', {}, name), ' ', h('span', {class: 'muted'}, api.typeOf(property)), required.has(name) ? h('span', {class: 'badge'}, t('docs.required')) : ''),
      h('dd', {lang: 'en'}, richText(inner.description), limits(inner), inner.properties || inner.items || inner.oneOf ? schemaView(api, property, depth + 1) : ''),
    ];
  }));
  return depth === 0 ? h('details', {}, h('summary', {}, t('docs.schema')), list) : list;
}

const kLimits = {minimum: '≥', maximum: '≤', exclusiveMaximum: '<', minLength: 'length ≥', maxLength: 'length ≤', maxItems: 'items ≤', minItems: 'items ≥', pattern: 'like', default: 'default'};

function limits(schema) {
  const texts = Object.entries(kLimits).filter(([key]) => schema[key] !== undefined).map(([key, sign]) => `${sign} ${schema[key]}`);
  return texts.length > 0 ? h('span', {class: 'muted'}, ` (${texts.join(', ')})`) : '';
}
