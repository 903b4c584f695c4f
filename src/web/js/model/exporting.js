// SPDX-License-Identifier: MIT
/** Results as files and on the clipboard. */

const kColumns = ['class', 'probability', 'center_x', 'center_y', 'width', 'height', 'rotation',
  'x1', 'y1', 'x2', 'y2', 'x3', 'y3', 'x4', 'y4'];

/**
 * The primitives as CSV (RFC 4180): centre and size in pixels, rotation in degrees, corners
 * normalised. A cell that a spreadsheet would run as a formula is quoted with an apostrophe.
 */
export function primitivesAsCsv(primitives) {
  const rows = primitives.map((p) => [p.class, p.probability, ...p.center, ...p.size, p.rotation, ...p.corners.flat()]);
  return [kColumns, ...rows].map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n';
}

function cell(value) {
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

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
  const name = (task.input.file_name ?? '').replace(/\.[^.]{1,5}$/, '').replace(/[\\/:*?"<>|\u0000-\u001f]/g, '_');
  return name || `task-${task.id}`;
}
