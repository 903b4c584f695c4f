// SPDX-License-Identifier: MIT
import {h} from '../core/dom.js';
import {t} from '../core/i18n.js';
import {go} from '../core/router.js';
import {formatThreshold} from '../core/format.js';
import {call, send} from '../api/client.js';
import {loadedModels} from '../model/server.js';
import {bulk, noteTask, saveNote} from '../model/tasks.js';
import {actionForm, choice, openDialog} from './dialogs.js';
import {thresholdOptions} from './threshold_options.js';
import {toastError} from './toast.js';

/** Asks with what to compare a task, and has the same picture looked at again. */
export async function compareDialog(task) {
  let models;
  try {
    models = await loadedModels();
  } catch (error) {
    toastError(error);
    return;
  }
  const options = (kind) => models.filter((model) => model.kind === kind).map((model) => ({value: model.name, label: `${model.name} ${model.version}${model.default ? ` (${t('models.default')})` : ''}`}));
  const another = (kind, mine) => models.find((model) => model.kind === kind && model.name !== mine)?.name;
  // One thing is changed at a time: with two, nobody could say which made the difference.
  const detector = another('detection', task.detector.name);
  const classifier = detector ? null : another('classification', task.classifier.name);
  const same = (kind, mine) => (models.some((model) => model.kind === kind && model.name === mine) ? mine : models.find((model) => model.kind === kind && model.default)?.name);
  const left = new AbortController();
  const {element, closed} = openDialog({title: t('compare.with'), body: [
    h('p', {class: 'muted'}, t('compare.with_text')),
    actionForm({
      fields: [
        choice(t('models.detection'), options('detection'), {name: 'detector', value: detector ?? same('detection', task.detector.name)}),
        choice(t('models.classification'), options('classification'), {name: 'classifier', value: classifier ?? same('classification', task.classifier.name)}),
        choice(t('home.threshold'), [{value: String(task.threshold), label: t('compare.same_threshold', {percent: formatThreshold(task.threshold)})}, {value: '', label: t('home.default_threshold')}, ...thresholdOptions()], {name: 'threshold'}),
      ],
      action: t('compare.start'),
      submit: async (data) => {
        const second = await runAgain(task, Object.fromEntries(data), left.signal);
        if (!second) return;
        element.close('');
        go('/compare', {a: task.id, b: second.id});
      },
    }),
  ]});
  closed.then(() => left.abort());
}

/**
 * Has the picture analysed again.
 * @param {AbortSignal} signal ends it
 * @returns {Promise<Object|null>} the new task; null if it was made in vain, and is deleted
 */
async function runAgain(task, settings, signal) {
  const picture = await (await send('GET', `tasks/${task.id}/input`, {signal})).blob();
  // Not given up in the middle: whether there is a task now would not be known.
  const second = await call('POST', 'tasks', {body: picture, query: {...settings, file_name: task.input.file_name}, headers: {'Content-Type': 'application/octet-stream'}});
  if (signal.aborted) {
    await bulk('delete', [second.id]).catch(toastError);
    return null;
  }
  noteTask(second);
  // An address has no room for a long note. Without its note the second result can still be compared.
  if (task.note) await saveNote(second.id, task.note).catch(toastError);
  return second;
}
