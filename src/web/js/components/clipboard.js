// SPDX-License-Identifier: MIT
import {t} from '../core/i18n.js';
import {ApiError} from '../api/errors.js';
import {toast, toastError} from './toast.js';

/**
 * Copies a text, and says so. It is handed over as a promise: Safari allows the clipboard only within the click,
 * before an answer can have come.
 * @param {Promise<string>} text
 */
export async function copyText(text) {
  try {
    if (!('ClipboardItem' in globalThis)) await navigator.clipboard.writeText(await text);
    else await navigator.clipboard.write([new ClipboardItem({'text/plain': text.then((content) => new Blob([content], {type: 'text/plain'}))})]);
    toast(t('task.copied'), {kind: 'success'});
  } catch {
    // Why the text could not be had says more than that it could not be copied.
    const fault = await text.then(() => null, (error) => error);
    if (fault instanceof ApiError) toastError(fault);
    else toast(t('error.clipboard'), {kind: 'error'});
  }
}
