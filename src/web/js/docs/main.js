// SPDX-License-Identifier: MIT
import {fill, h} from '../core/dom.js';
import {beginLanguage, currentLanguage, kLanguages, languageChanged, t, useLanguage} from '../core/i18n.js';
import {applyTheme, preference} from '../core/preferences.js';
import {kBase} from '../api/client.js';
import {ApiError, explain} from '../api/errors.js';
import {icon, logo} from '../components/icons.js';
import {messageRegions, toast, toastError} from '../components/toast.js';
import {Document, groupOperations} from './document.js';
import {operationView} from './operation.js';
import {richText} from './text.js';

/** A readable page of the API, made from the document that the server itself keeps to. */

let api = null;

async function start() {
  applyTheme();
  const missing = await beginLanguage();
  languageChanged.on(draw);
  const root = document.getElementById('app');
  try {
    const response = await fetch(new URL('openapi.json', kBase), {headers: {Accept: 'application/json'}});
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    api = new Document(await response.json());
    draw();
    revealPlace();
    if (missing) toast(t('error.language', {language: missing}), {kind: 'error'});
  } catch (error) {
    fill(root, h('main', {class: 'page empty'}, icon('warning'), h('h1', {}, t('error.title')), h('p', {role: 'alert'}, explain(error))));
  }
  document.documentElement.dataset.ready = 'true';
}

function draw() {
  document.title = t('docs.title');
  const next = currentLanguage() === 'en' ? 'ru' : 'en';
  const groups = groupOperations(api);
  fill(document.getElementById('app'),
    h('header', {class: 'bar'}, h('a', {class: 'brand', href: kBase.href, 'aria-label': t('nav.brand')}, logo(), h('span', {}, 'geond')),
      h('div', {class: 'switches'}, h('a', {class: 'button quiet', href: new URL('openapi.json', kBase).href}, icon('download'), t('docs.download')),
        h('button', {type: 'button', class: 'icon-button text', lang: next, 'aria-label': `${next.toUpperCase()}, ${kLanguages[next]}`, on: {click: () => useLanguage(next, {remember: true}).catch(() => toastError(new ApiError(0)))}}, next.toUpperCase()))),
    h('div', {class: 'page docs'}, contents(groups), h('main', {id: 'main', class: 'docs-main', tabIndex: -1},
      h('h1', {}, t('docs.title'), ' ', h('span', {class: 'muted docs-version'}, api.version)),
      h('p', {class: 'lead'}, t('docs.lead')), h('p', {lang: 'en'}, richText(api.description)),
      h('p', {class: 'muted'}, t(preference('signed_in') ? 'docs.session' : 'docs.no_session')),
      groups.map((group) => h('section', {class: 'docs-group', 'aria-labelledby': `group-${group.name}`},
        h('h2', {id: `group-${group.name}`}, group.name), group.description && h('p', {class: 'muted', lang: 'en'}, richText(group.description)),
        group.operations.map((operation) => operationView(api, operation)))))),
    ...messageRegions());
}

function contents(groups) {
  const search = h('input', {type: 'search', class: 'input', 'aria-label': t('docs.filter'), placeholder: t('docs.filter'), on: {input: () => {
    const wanted = search.value.trim().toLowerCase();
    for (const item of list.querySelectorAll('li li')) item.hidden = !item.textContent.toLowerCase().includes(wanted);
  }}});
  const list = h('ul', {}, groups.map((group) => h('li', {}, h('span', {class: 'contents-group'}, group.name), h('ul', {}, group.operations.map((operation) =>
    h('li', {}, h('a', {href: `#${operation.anchor}`, on: {click: () => open(operation.anchor)}}, h('span', {class: `method method-${operation.method}`}, operation.method.toUpperCase()), ' ', h('span', {}, operation.path))))))));
  return h('nav', {class: 'docs-contents', 'aria-label': t('docs.contents')}, search, list);
}

function open(anchor) {
  const element = document.getElementById(anchor);
  if (element) element.open = true;
}

function revealPlace() {
  const anchor = decodeURIComponent(location.hash.slice(1));
  if (!anchor) return;
  open(anchor);
  document.getElementById(anchor)?.scrollIntoView();
}

start();
