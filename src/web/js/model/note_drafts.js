// SPDX-License-Identifier: MIT
import {patch} from '../api/client.js';
import {connectionState} from '../api/events.js';
import {saveNote, tasksChanged} from './tasks.js';

/**
 * What is typed into notes and not saved yet, by task: a view that is drawn anew, or seen again later, goes on with
 * it. One save of a task is on its way at a time, so that no older text can arrive behind a newer one.
 */

/**
 * @typedef {Object} Draft
 * @property {string} note as it was typed last
 * @property {string} base what it began from, or what another window wrote since and was shown
 */

/** @type {Map<number, Draft>} */
const drafts = new Map();
/** @type {Map<number, Set<string>>} every text that was sent from here, by task */
const sent = new Map();
/** @type {Map<number, {again: boolean, end: Promise<void>}>} */
const saves = new Map();
tasksChanged.on(({kind}) => {
  if (kind !== 'forgotten') return;
  drafts.clear();
  sent.clear();
});

/** @returns {Draft|undefined} what is not saved yet */
export function draftOf(id) {
  return drafts.get(id);
}

/** Notes what was typed. @param {string} known the note as it was before, where nothing waits yet */
export function keepDraft(id, note, known) {
  drafts.set(id, {note, base: drafts.get(id)?.base ?? known});
}

/** Whether a note is one of this window's own. */
export function wasSent(id, note) {
  return sent.get(id)?.has(note) ?? false;
}

/**
 * Saves the newest draft, after the save that is on its way.
 * @returns {Promise<void>} resolves when what was typed by now is saved
 * @throws {ApiError} the draft is kept
 */
export function saveDraft(id) {
  const running = saves.get(id);
  if (running) {
    running.again = true;
    return running.end;
  }
  const save = {again: true, end: null};
  saves.set(id, save);
  save.end = sendNewest(id, save).finally(() => saves.delete(id));
  return save.end;
}

async function sendNewest(id, save) {
  while (save.again && drafts.has(id)) {
    save.again = false;
    const {note} = drafts.get(id);
    if (!sent.has(id)) sent.set(id, new Set());
    sent.get(id).add(note);
    await saveNote(id, note);
    if (drafts.get(id)?.note === note) drafts.delete(id);
  }
}

// Where the server answers, what is typed is saved with the last breath of the page.
addEventListener('beforeunload', (event) => {
  if (drafts.size > 0 && connectionState() !== 'open') event.preventDefault();
});

addEventListener('pagehide', () => {
  for (const [id, {note}] of drafts) patch(`tasks/${id}`, {note}, {keepalive: true, anonymous: true}).catch(() => {});
});
