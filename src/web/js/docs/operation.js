// SPDX-License-Identifier: MIT
import {h} from '../core/dom.js';
import {t} from '../core/i18n.js';
import {schemaView} from './schema.js';
import {codeBlock, richText} from './text.js';
import {tryForm} from './try_it.js';

/** One route and method: what it takes, what it answers, and a form to try it. */
export function operationView(api, operation) {
  const {data} = operation;
  const body = h('div', {class: 'operation-body'});
  const element = h('details', {class: 'operation', id: operation.anchor},
    h('summary', {}, h('span', {class: `method method-${operation.method}`}, operation.method.toUpperCase()), h('code', {class: 'operation-path'}, operation.path),
      h('span', {class: 'operation-summary', lang: 'en'}, data.summary ?? ''), data.deprecated && h('span', {class: 'badge'}, t('docs.deprecated'))), body);
  // There are many: each is built when it is first opened.
  element.addEventListener('toggle', () => {
    if (element.open && !body.firstChild) body.append(...details(api, operation));
  });
  return element;
}

function details(api, operation) {
  const {data, parameters} = operation;
  const request = api.resolve(data.requestBody);
  return [
    data.description && h('p', {lang: 'en'}, richText(data.description)),
    parameters.length > 0 && h('section', {}, h('h3', {}, t('docs.parameters')), parameterTable(api, parameters)),
    request && h('section', {}, h('h3', {}, t('docs.body')), request.description && h('p', {lang: 'en'}, richText(request.description)), contentViews(api, request.content)),
    h('section', {}, h('h3', {}, t('docs.responses')), Object.entries(data.responses).map(([status, answer]) => answerView(api, status, api.resolve(answer)))),
    tryForm(api, operation),
  ].filter(Boolean);
}

function parameterTable(api, parameters) {
  return h('div', {class: 'table-scroll', tabIndex: 0, role: 'group', 'aria-label': t('docs.parameters')}, h('table', {}, h('tbody', {}, parameters.map((parameter) => h('tr', {},
    h('th', {scope: 'row'}, h('code', {}, parameter.name), parameter.required && h('span', {class: 'badge'}, t('docs.required'))),
    h('td', {}, parameter.in), h('td', {}, h('code', {}, api.typeOf(parameter.schema))), h('td', {lang: 'en'}, richText(parameter.description)))))));
}

function contentViews(api, content = {}) {
  return Object.entries(content).map(([type, media]) => h('div', {class: 'content'}, h('p', {}, h('code', {}, type)),
    media.schema && schemaView(api, media.schema),
    media.example !== undefined && h('details', {}, h('summary', {}, t('docs.example')), codeBlock(JSON.stringify(media.example, null, 2)))));
}

function answerView(api, status, answer) {
  return h('details', {class: 'answer', open: status.startsWith('2')}, h('summary', {}, h('span', {class: `status status-${status[0]}`}, status), ' ', h('span', {lang: 'en'}, richText(answer.description))), contentViews(api, answer.content));
}
