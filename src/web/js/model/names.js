// SPDX-License-Identifier: MIT
import {t} from '../core/i18n.js';

/** Marks and controls of the direction of writing. They are not seen, and can have one name read as another. */
const kDirections = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** The name of a file with what turns its letters round made visible: `a‹U+202E›gpj.exe`. */
export function readableName(name) {
  return name.replace(kDirections, (mark) => `‹U+${mark.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}›`);
}

/** A name without what could turn its letters round, for a file on the person's disk. */
export function plainName(name) {
  return name.replace(kDirections, '');
}

/** What a task is called: by the name of its picture, else by its number. */
export function taskName(task) {
  return task.input.file_name ? readableName(task.input.file_name) : t('task.title', {id: task.id});
}
