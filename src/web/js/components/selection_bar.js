// SPDX-License-Identifier: MIT
import {fill, h} from '../core/dom.js';
import {hasText, t} from '../core/i18n.js';
import {get} from '../api/client.js';
import {saveFile} from '../model/exporting.js';
import {bulk, isFinished, knownTask} from '../model/tasks.js';
import {confirmDialog} from './dialogs.js';
import {icon} from './icons.js';
import {announce, toast, toastError, toastStopped} from './toast.js';

const kTellEvery = 3000;    // Milliseconds between two words on how far a file is.
const kReasonSeconds = 12;  // To read why some of many were refused.
/** What a retry is refused with when it lacks nothing but room. */
const kLacksRoom = new Set(['queue_share_full', 'queue_full']);

/** What can be done with many tasks at once; hidden while none is selected. */
export class SelectionBar {
  #selection;
  #signal;
  #remove;
  #saving;

  /**
   * @param {Selection} selection
   * @param {{remove: function(number[]): void, saving: function({done: number, total: number}|null): void, signal: AbortSignal}} options
   *   `saving` is told how many results were read for a file, and null at the end
   */
  constructor(selection, {remove, saving, signal}) {
    this.#selection = selection;
    this.#signal = signal;
    this.#remove = remove;
    this.#saving = saving;
    this.element = h('div', {class: 'selection-bar', role: 'toolbar', 'aria-label': t('history.selection'), hidden: true});
  }

  /** Shows how many are selected. @returns {boolean} whether it had the focus and is gone */
  update() {
    const {ids} = this.#selection;
    const hadFocus = this.element.contains(document.activeElement);
    this.element.hidden = ids.length === 0;
    if (ids.length === 0) return hadFocus;
    const text = t('history.selected', {count: ids.length});
    if (this.element.firstChild) this.element.querySelector('strong').textContent = text;
    else fill(this.element, h('strong', {}, text), this.#buttons());
    this.offerPossible();
    announce(text);
    return false;
  }

  /** Only what can be done with at least one of the selected is offered. */
  offerPossible() {
    const tasks = this.#selection.ids.map(knownTask).filter(Boolean);
    const offer = (part, possible, label = null) => {
      const button = this.element.querySelector(`[data-part="${part}"]`);
      if (!button) return;
      const focused = button === document.activeElement;
      button.disabled = !possible;
      if (label) for (const text of button.querySelectorAll('span')) text.textContent = t(label);
      // A button that cannot be pressed cannot be where the focus is.
      if (focused && !possible) this.element.querySelector('button:enabled').focus();
    };
    offer('retry', tasks.some(isFinished), tasks.some(isDone) ? 'action.analyse_again' : 'action.retry');
    offer('stop', tasks.some((task) => !isFinished(task)));
    offer('download', tasks.some(isDone));
  }

  #buttons() {
    const button = (glyph, label, run) => h('button', {type: 'button', class: 'button', dataset: {part: glyph}, on: {click: () => run(this.#selection.ids)}}, icon(glyph), h('span', {class: 'wide'}, t(label)), h('span', {class: 'visually-hidden narrow'}, t(label)));
    return [
      button('retry', 'action.retry', (ids) => this.#retry(ids)), button('stop', 'action.cancel_task', (ids) => this.#bulk('cancel', ids)),
      button('download', 'history.save', (ids) => this.#save(ids)), button('trash', 'action.delete', (ids) => this.#remove(ids)),
      h('button', {type: 'button', class: 'icon-button', 'aria-label': t('history.unselect'), on: {click: () => this.#selection.clear()}}, icon('close')),
    ];
  }

  /** A result that is made anew is gone: so that is asked for first. */
  async #retry(ids) {
    const count = ids.filter((id) => isDone(knownTask(id))).length;
    if (count === 0 || await confirmDialog({title: t('history.again_title', {count}), text: t('history.again_text'), action: t('action.analyse_again'), danger: false})) {
      await this.#bulk('retry', ids);
    }
  }

  async #bulk(action, ids) {
    try {
      const {results, fault} = await bulk(action, ids);
      if (fault) {
        toastStopped(fault, results.length, ids.length);
        return;
      }
      const refused = results.filter((result) => !result.ok);
      const text = [t(`history.${action}_done`, {count: results.length - refused.length}), ...reasons(refused)].join(' ');
      toast(text, refused.length > 0 ? {kind: 'info', seconds: kReasonSeconds} : {kind: 'success'});
      // What only lacked room can be tried again with one press.
      const later = refused.filter(({error}) => kLacksRoom.has(error.code)).map(({id}) => id);
      if (later.length > 0) this.#selection.all(later);
    } catch (error) {
      toastError(error);
    }
  }

  async #save(ids) {
    try {
      const {results, lost} = await this.#readResults(ids);
      if (results.length === 0) toast(t('history.none_done'), {kind: 'error'});
      else saveFile('geond-results.json', JSON.stringify(results, null, 2), 'application/json');
      if (results.length > 0 && lost > 0) toast(t('history.saved_without', {count: lost}), {seconds: kReasonSeconds});
    } catch (error) {
      if (this.#signal.aborted) return;
      toastError(error);
    }
    this.#saving(null);
  }

  /** @returns {Promise<{results: Object[], lost: number}>} `lost`: how many are not there any more */
  async #readResults(ids) {
    const results = [];
    let lost = 0;
    let told = 0;
    for (const id of ids) {
      const task = knownTask(id);
      if (!isDone(task)) continue;
      try {
        const result = await get(`tasks/${id}/result`, {}, {signal: this.#signal});
        results.push({task: id, ...result, image: {...result.image, file: task.input.file_name}});
      } catch (error) {
        if (!kLost.has(error.status)) throw error;
        lost += 1;
      }
      // It is read aloud.
      if (Date.now() - told < kTellEvery) continue;
      told = Date.now();
      this.#saving({done: results.length, total: ids.length});
    }
    return {results, lost};
  }
}

/** What a result is refused with that was deleted, or is worked on again, since it was selected. */
const kLost = new Set([404, 409, 410]);

function isDone(task) {
  return task?.status === 'done';
}

/** Why some of many were refused, a sentence for each reason. @param {{error: {code: string}}[]} refused */
function reasons(refused) {
  const counts = new Map();
  for (const {error} of refused) {
    const own = `history.refused.${error.code}`;
    const key = hasText(own) ? own : 'history.not_possible';
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => t(key, {count}));
}
