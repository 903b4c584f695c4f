// SPDX-License-Identifier: MIT
import {fill, h} from '../core/dom.js';
import {formatNumber, formatSeconds, formatThreshold} from '../core/format.js';
import {currentLanguage, kLanguages, t} from '../core/i18n.js';
import {patch} from '../api/client.js';
import {currentUser} from '../api/session.js';
import {geonPicture} from '../components/geon_pictures.js';
import {classGlyph, icon} from '../components/icons.js';
import {toast, toastError} from '../components/toast.js';
import {loadedModels, vocabularies} from '../model/server.js';

/** What is loaded, and the dictionary of what it can find; an administrator says which are the defaults. */
export async function render() {
  const [models, classes] = await Promise.all([loadedModels({fresh: true}), vocabularies()]);
  return {title: t('nav.models'), element: h('div', {class: 'page models'},
    h('div', {class: 'page-head'}, h('h1', {tabIndex: -1}, t('nav.models'))), modelGroup('detection', models), modelGroup('classification', models),
    h('section', {class: 'panel-group'}, h('h2', {}, t('models.dictionary')), h('p', {class: 'muted'}, t('models.dictionary_text')),
      h('div', {class: 'geon-grid'}, classes.primitives.map(geonCard)), h('h3', {}, t('models.scenes')), h('div', {class: 'panel'}, sceneTable(classes.scenes))))};
}

function modelGroup(kind, models) {
  const grid = h('div', {class: 'model-grid'});
  const draw = (list) => fill(grid, list.filter((model) => model.kind === kind).map((model) => modelCard(model, choose)));
  const choose = async (model) => {
    try {
      await patch(`models/${encodeURIComponent(model.name)}`, {default: true});
      draw(await loadedModels({fresh: true}));
      // Its button is gone: the focus goes to the card that it stood on.
      grid.querySelector(`[data-name="${CSS.escape(model.name)}"] h3`)?.focus();
      toast(t('models.default_set', {name: model.name}), {kind: 'success'});
    } catch (error) {
      toastError(error);
    }
  };
  draw(models);
  return h('section', {class: 'panel-group'}, h('h2', {}, t(`models.${kind}s`)), grid);
}

function modelCard(model, choose) {
  const fact = (label, value) => [h('dt', {}, label), h('dd', {}, value)];
  const input = model.input.width ? `${model.input.width} × ${model.input.height}` : t('models.input_primitives', {count: model.input.primitives ?? 0});
  const mayChoose = !model.default && currentUser()?.role === 'admin';
  return h('article', {class: 'panel model', dataset: {name: model.name}},
    h('div', {class: 'panel-head'}, h('h3', {tabIndex: -1}, model.name, ' ', h('span', {class: 'muted'}, model.version)), model.default && h('span', {class: 'badge badge-done'}, icon('check'), t('models.default')),
      mayChoose && h('button', {type: 'button', class: 'button small', 'aria-label': `${t('models.make_default')}: ${model.name}`, on: {click: () => choose(model)}}, t('models.make_default'))),
    h('p', {}, model.description),
    h('p', {class: 'glyph-row'}, model.classes.map((entry) => h('span', {}, model.kind === 'detection' && classGlyph(entry.name), entry.display[currentLanguage()] ?? entry.name))),
    h('dl', {class: 'facts'}, fact(t('models.average'), model.average_seconds === null ? t('models.not_yet') : formatSeconds(model.average_seconds)), fact(t('models.input'), input),
      model.threshold !== null && fact(t('home.threshold'), formatThreshold(model.threshold)), fact(t('models.licence'), model.licence), fact(t('models.source'), model.source),
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
