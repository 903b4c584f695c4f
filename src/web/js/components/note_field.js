// SPDX-License-Identifier: MIT
import {debounce, h, uniqueId} from '../core/dom.js';
import {t} from '../core/i18n.js';
import {url} from '../api/client.js';
import {connectionChanged} from '../api/events.js';
import {fetchTask, saveNote, tasksChanged} from '../model/tasks.js';
import {toastError} from './toast.js';

const kRest = 900;  // Milliseconds without a key after which a note is saved.

/** What is typed and not yet saved, by task: a view that is drawn anew, or seen again later, goes on with it. */
const drafts = new Map();
tasksChanged.on(({kind}) => { if (kind === 'forgotten') drafts.clear(); });

addEventListener('pagehide', () => {
  for (const [id, note] of drafts) {
    fetch(url(`tasks/${id}`), {method: 'PATCH', keepalive: true, headers: {'Content-Type': 'application/json'}, body: JSON.stringify({note})}).catch(() => {});
  }
});

/**
 * The note of a task, saved as it is typed. What cannot be saved is kept, and saved when the server is back.
 * What somebody else writes is shown where nothing typed here waits to be saved.
 */
export function noteField(task, signal) {
  const id = uniqueId('note');
  const state = h('span', {class: 'muted', role: 'status'});
  const save = async () => {
    const note = drafts.get(task.id);
    if (note === undefined) return;
    try {
      await saveNote(task.id, note);
      if (drafts.get(task.id) === note) drafts.delete(task.id);
      state.textContent = t('task.saved');
    } catch (error) {
      state.textContent = t('task.not_saved');
      toastError(error);
    }
  };
  const later = debounce(save, kRest);
  const typed = () => {
    drafts.set(task.id, text.value);
    state.textContent = '';
    later();
  };
  const text = h('textarea', {id, class: 'input note', rows: 2, maxLength: 2000, placeholder: t('task.note_hint'), on: {input: typed, blur: () => { later.cancel(); save(); }}});
  text.value = drafts.get(task.id) ?? task.note;
  if (drafts.has(task.id)) later();
  const show = ({note}) => {
    if (drafts.has(task.id) || text.value === note) return;
    text.value = note;
    state.textContent = '';
  };
  // The event stream may sleep with a page that is not seen, and wakes later than who comes back looks.
  const readAgain = () => { if (document.visibilityState === 'visible') fetchTask(task.id, signal).catch(() => {}); };
  tasksChanged.on((change) => { if (change.task?.id === task.id) show(change.task); }, signal);
  document.addEventListener('visibilitychange', readAgain, {signal});
  connectionChanged.on((now) => { if (now === 'open') save(); }, signal);
  return h('section', {class: 'panel'}, h('div', {class: 'panel-head'}, h('h2', {}, h('label', {htmlFor: id}, t('task.note'))), state), text);
}
