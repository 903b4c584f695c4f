// SPDX-License-Identifier: MIT
import {fill, h, uniqueId} from '../core/dom.js';
import {formatSeconds} from '../core/format.js';
import {t} from '../core/i18n.js';
import {kBase} from '../api/client.js';
import {field} from '../components/dialogs.js';
import {codeBlock} from './text.js';

const kStreamFor = 20_000;  // Milliseconds after which an endless answer is cut.
const kShown = 20_000;      // Characters of an answer.

/** A form that sends the request with the page's session and shows the answer. */
export function tryForm(api, operation) {
  const request = api.resolve(operation.data.requestBody);
  const types = Object.keys(request?.content ?? {});
  const inputs = operation.parameters.filter((parameter) => parameter.in !== 'cookie').map((parameter) => ({parameter, element: parameterField(api, parameter)}));
  const body = bodyField(request, types);
  const answer = h('div', {class: 'try-answer', 'aria-live': 'polite'});
  const changes = operation.method !== 'get';
  const button = h('button', {type: 'submit', class: 'button primary'}, t('docs.send'));
  const form = h('form', {class: 'form try', on: {submit: async (event) => {
    event.preventDefault();
    if (button.getAttribute('aria-busy')) return;
    button.setAttribute('aria-busy', 'true');
    fill(answer, await perform(operation, inputs, body));
    button.removeAttribute('aria-busy');
  }}}, inputs.map((input) => input.element), body?.element, changes && h('p', {class: 'hint'}, t('docs.danger')), h('div', {class: 'form-actions'}, button), answer);
  return h('section', {class: 'try-section'}, h('h3', {}, t('docs.try')), form);
}

function parameterField(api, parameter) {
  const schema = api.resolve(parameter.schema) ?? {};
  const number = schema.type === 'integer' || schema.type === 'number';
  return field(`${parameter.name} (${parameter.in})`, {
    name: parameter.name, required: Boolean(parameter.required), type: number ? 'number' : 'text', step: schema.type === 'number' ? 'any' : null,
    min: schema.minimum, max: schema.maximum, placeholder: schema.default !== undefined ? String(schema.default) : '', autocomplete: 'off',
  });
}

/** A field for what is sent, or null. Where both a picture and a document are taken, a picture that is chosen goes first. */
function bodyField(request, types) {
  const picture = types.includes('application/octet-stream') || types.includes('image/jpeg') ? pictureField() : null;
  const type = picture ? types.find((name) => name.includes('json')) : types[0];
  const text = type ? textField(type, request.content[type].example) : null;
  if (!picture || !text) return picture ?? text;
  const chosen = () => (picture.read() ? picture : text);
  return {element: [picture.element, text.element], read: () => chosen().read(), type: () => chosen().type()};
}

function pictureField() {
  const element = field(t('docs.file'), {type: 'file', accept: 'image/jpeg,image/png'});
  return {element, read: () => element.querySelector('input').files[0] ?? null, type: () => 'application/octet-stream'};
}

function textField(type, example) {
  const id = uniqueId('body');
  const area = h('textarea', {id, class: 'input body-input', rows: 6, spellcheck: false});
  area.value = type.includes('json') ? JSON.stringify(example ?? {}, null, 2) : new URLSearchParams(example ?? {}).toString();
  const form = type.includes('form');
  return {element: h('div', {class: 'field'}, h('label', {htmlFor: id}, type), area), read: () => area.value, type: () => (form ? 'application/x-www-form-urlencoded' : type)};
}

async function perform(operation, inputs, body) {
  const headers = {};
  let path = operation.path;
  const query = new URLSearchParams();
  for (const {parameter, element} of inputs) {
    const {value} = element.querySelector('input');
    if (value === '') continue;
    if (parameter.in === 'path') path = path.replace(`{${parameter.name}}`, encodeURIComponent(value));
    else if (parameter.in === 'query') query.append(parameter.name, value);
    else headers[parameter.name] = value;
  }
  const content = body?.read() ?? undefined;
  if (content) headers['Content-Type'] = body.type();
  const address = new URL(path.replace(/^\//, '') + (query.size > 0 ? `?${query}` : ''), kBase);
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), kStreamFor);
  const begun = performance.now();
  try {
    const response = await fetch(address, {method: operation.method.toUpperCase(), headers, body: content || undefined, signal: stop.signal});
    const shown = await showBody(response);
    return [h('p', {}, h('span', {class: `status status-${String(response.status)[0]}`}, `${response.status} ${response.statusText}`), ' ', h('span', {class: 'muted'}, formatSeconds((performance.now() - begun) / 1000))),
      codeBlock([...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n')), shown];
  } catch (error) {
    return h('p', {class: 'form-error'}, error.name === 'AbortError' ? t('docs.stream') : t('error.status.0'));
  } finally {
    clearTimeout(timer);
  }
}

async function showBody(response) {
  const type = response.headers.get('Content-Type') ?? '';
  if (type.startsWith('image/')) return pictureView(await response.blob());
  if (type.startsWith('text/event-stream')) return codeBlock(await readSome(response));
  const text = await response.text();
  if (!text) return '';
  let pretty = text;
  if (type.includes('json')) {
    try {
      pretty = JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      // Shown as it came.
    }
  }
  return codeBlock(pretty.length > kShown ? `${pretty.slice(0, kShown)}\n…` : pretty);
}

function pictureView(blob) {
  const src = URL.createObjectURL(blob);
  const release = () => URL.revokeObjectURL(src);
  return h('img', {src, alt: t('docs.answer'), class: 'try-picture', on: {load: release, error: release}});
}

async function readSome(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  try {
    while (text.length < kShown) {
      const {value, done} = await reader.read();
      if (done) break;
      text += value;
    }
  } catch {
    text += `\n${t('docs.stream')}`;
  }
  return text;
}
