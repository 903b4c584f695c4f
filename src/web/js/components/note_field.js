// SPDX-License-Identifier: MIT
import {debounce, fill, h, uniqueId} from '../core/dom.js';
import {t} from '../core/i18n.js';
import {connectionChanged} from '../api/events.js';
import {draftOf, keepDraft, saveDraft, wasSent} from '../model/note_drafts.js';
import {fetchTask, tasksChanged} from '../model/tasks.js';
import {toastError} from './toast.js';

const kRest = 900;  // Milliseconds without a key after which a note is saved.

/**
 * The note of a task, saved as it is typed. What cannot be saved is kept, and saved when the server is back.
 * What is written in another window is shown in the field where nothing typed here waits to be saved, else beside it.
 */
export function noteField(task, signal) {
  const id = uniqueId('note');
  const state = h('span', {class: 'muted', role: 'status'});
  const other = h('div', {class: 'note-other', role: 'status', hidden: true});
  let known = task.note;
  const save = async () => {
    if (!draftOf(task.id)) return;
    try {
      await saveDraft(task.id);
      if (!draftOf(task.id)) state.textContent = t('task.saved');
    } catch (error) {
      state.textContent = t('task.not_saved');
      toastError(error);
    }
  };
  const later = debounce(save, kRest);
  const typed = () => {
    keepDraft(task.id, text.value, known);
    state.textContent = '';
    later();
  };
  const text = h('textarea', {id, class: 'input note', rows: 2, maxLength: 2000, placeholder: t('task.note_hint'), on: {input: typed, blur: () => { later.cancel(); save(); }}});
  text.value = draftOf(task.id)?.note ?? task.note;
  if (draftOf(task.id)) later();
  const choose = (note) => {
    other.hidden = true;
    text.focus();
    if (text.value === note) return;
    text.value = note;
    typed();
  };
  const show = ({note}) => {
    const draft = draftOf(task.id);
    if (!draft) known = note;
    if (text.value === note) return;
    if (!draft) {
      text.value = note;
      state.textContent = '';
    } else if (note !== draft.base && !wasSent(task.id, note)) {
      draft.base = note;
      showOther(other, note, (theirs) => choose(theirs ? note : text.value));
    }
  };
  if (draftOf(task.id)) show(task);
  // The event stream may sleep with a page that is not seen, and wakes later than who comes back looks.
  const readAgain = () => { if (document.visibilityState === 'visible') fetchTask(task.id, signal).catch(() => {}); };
  tasksChanged.on((change) => { if (change.task?.id === task.id) show(change.task); }, signal);
  document.addEventListener('visibilitychange', readAgain, {signal});
  connectionChanged.on((now) => { if (now === 'open') save(); }, signal);
  return h('section', {class: 'panel'}, h('div', {class: 'panel-head'}, h('h2', {}, h('label', {htmlFor: id}, t('task.note'))), state), text, other);
}

/**
 * What another window wrote while something else was typed here: both are kept, and the person chooses.
 * @param {function(boolean): void} choose told whether theirs is to be taken
 */
function showOther(element, note, choose) {
  const button = (label, theirs) => h('button', {type: 'button', class: 'button small', on: {click: () => choose(theirs)}}, t(label));
  element.hidden = false;
  fill(element, h('p', {class: 'muted'}, t('task.note_changed')), h('blockquote', {}, note || '–'),
    h('div', {class: 'button-row'}, button('task.note_take', true), button('task.note_keep', false)));
}
