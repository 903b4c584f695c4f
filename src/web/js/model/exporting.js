// SPDX-License-Identifier: MIT
import {plainName} from './names.js';

/** Results as files and on the clipboard. */

/** The primitives as JSON, one result document. */
export function resultAsJson(result) {
  return JSON.stringify(result, null, 2);
}

/** Has the browser save a file. @param {string|Blob} content */
export function saveFile(name, content, type = 'application/octet-stream') {
  const blob = content instanceof Blob ? content : new Blob([content], {type});
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** A task's file name without its ending, or `task-ID`. */
export function baseName(task) {
  const name = plainName(task.input.file_name ?? '').replace(/\.[^.]{1,5}$/, '').replace(/[\\/:*?"<>|\u0000-\u001f]/g, '_');
  return name || `task-${task.id}`;
}
