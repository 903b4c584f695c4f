// SPDX-License-Identifier: MIT
import {h} from '../core/dom.js';
import {formatNumber, formatPercent, formatSeconds} from '../core/format.js';
import {currentLanguage, kLanguages, t} from '../core/i18n.js';
import {geonPicture} from '../components/geon_pictures.js';
import {classGlyph, icon} from '../components/icons.js';
import {loadedModels, vocabularies} from '../model/server.js';

/** What is loaded, and the dictionary of what it can find. */
export async function render() {
  const [models, classes] = await Promise.all([loadedModels({fresh: true}), vocabularies()]);
  const group = (kind) => h('section', {class: 'panel-group'}, h('h2', {}, t(`models.${kind}s`)),
    h('div', {class: 'model-grid'}, models.filter((model) => model.kind === kind).map(modelCard)));
  return {title: t('nav.models'), element: h('div', {class: 'page models'},
    h('div', {class: 'page-head'}, h('h1', {tabIndex: -1}, t('nav.models'))), group('detection'), group('classification'),
    h('section', {class: 'panel-group'}, h('h2', {}, t('models.dictionary')), h('p', {class: 'muted'}, t('models.dictionary_text')),
      h('div', {class: 'geon-grid'}, classes.primitives.map(geonCard)), h('h3', {}, t('models.scenes')), sceneTable(classes.scenes)))};
}

function modelCard(model) {
  const fact = (label, value) => [h('dt', {}, label), h('dd', {}, value)];
  const input = model.input.width ? `${model.input.width} × ${model.input.height}` : t('models.input_primitives', {count: model.input.primitives ?? 0});
  return h('article', {class: 'panel model'},
    h('div', {class: 'panel-head'}, h('h3', {}, model.name, ' ', h('span', {class: 'muted'}, model.version)), model.default && h('span', {class: 'badge badge-done'}, icon('check'), t('models.default'))),
    h('p', {}, model.description),
    h('p', {class: 'glyph-row'}, model.classes.map((entry) => h('span', {}, model.kind === 'detection' && classGlyph(entry.name), entry.display[currentLanguage()] ?? entry.name))),
    h('dl', {class: 'facts'}, fact(t('models.average'), model.average_seconds === null ? t('models.not_yet') : formatSeconds(model.average_seconds)), fact(t('models.input'), input),
      model.threshold !== null && fact(t('home.threshold'), formatPercent(model.threshold)), fact(t('models.licence'), model.licence), fact(t('models.source'), model.source),
      fact('SHA-256', h('code', {class: 'hash', title: model.sha256}, `${model.sha256.slice(0, 16)}…`))));
}

function geonCard(entry) {
  return h('article', {class: 'panel geon'}, geonPicture(entry.name), h('h3', {}, classGlyph(entry.name), entry.display[currentLanguage()] ?? entry.name),
    h('dl', {class: 'facts'}, Object.entries(kLanguages).map(([tag, language]) => [h('dt', {}, language), h('dd', {lang: tag}, entry.display[tag] ?? entry.name)]), h('dt', {}, 'API'), h('dd', {}, h('code', {}, entry.name))));
}

function sceneTable(scenes) {
  return h('div', {class: 'table-scroll', tabIndex: 0, role: 'group', 'aria-label': t('models.scenes')}, h('table', {},
    h('caption', {class: 'visually-hidden'}, `${t('models.scenes')}: ${formatNumber(scenes.length)}`),
    h('thead', {}, h('tr', {}, Object.values(kLanguages).map((name) => h('th', {scope: 'col'}, name)), h('th', {scope: 'col'}, 'API'))),
    h('tbody', {}, scenes.map((scene) => h('tr', {}, Object.keys(kLanguages).map((tag) => h('td', {lang: tag}, scene.display[tag] ?? scene.name)), h('td', {}, h('code', {}, scene.name)))))));
}
