// SPDX-License-Identifier: MIT
import {t} from '../core/i18n.js';
import {deleteLater} from '../model/deletion.js';
import {toast, toastStopped} from './toast.js';

const kUndoSeconds = 7;

/**
 * Deletes tasks when the message that offers to undo it has gone: so long as it is read or reached
 * for, nothing is lost.
 * @param {number[]} ids
 * @param {function(): void} [undone] told when the person took it back
 */
export function deleteWithUndo(ids, undone = () => {}) {
  const {undo, finish} = deleteLater([...ids], (error, done) => toastStopped(error, done, ids.length));
  const action = {label: t('action.undo'), run: () => { undo(); undone(); }};
  toast(t('history.deleted', {count: ids.length}), {action, seconds: kUndoSeconds, closed: finish});
}
