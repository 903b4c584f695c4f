// SPDX-License-Identifier: MIT
import {h} from '../core/dom.js';
import {formatFullTime, formatTime} from '../core/format.js';
import {t} from '../core/i18n.js';
import {linkTo} from '../core/router.js';
import {taskName} from '../model/names.js';
import {fileName} from './file_name.js';
import {statusBadge, taskSentence} from './status.js';
import {thumbnail} from './thumbnail.js';

/**
 * A row of the list of tasks.
 * @param {Object} task
 * @param {{index: number, selected: boolean, checked: function(Event): void, on: Object}} options
 *   `checked` is told when its box is clicked; `on` are the row's listeners
 */
export function taskRow(task, {index, selected, checked, on}) {
  const {id} = task;
  const name = taskName(task);
  const box = h('input', {type: 'checkbox', checked: selected, tabIndex: -1, dataset: {part: 'check'}, 'aria-label': t('history.select', {name}), on: {click: checked}});
  return h('div', {
    class: ['row', 'task-row', selected && 'selected', task.status === 'failed' && 'bad'], role: 'row', tabIndex: -1,
    'aria-rowindex': index + 1, 'aria-selected': String(selected), dataset: {id}, on,
  },
    h('div', {class: 'row-check', role: 'gridcell'}, box),
    h('div', {class: 'row-main', role: 'gridcell'}, thumbnail(task),
      h('div', {class: 'row-body'},
        h('a', {class: 'row-title', href: linkTo(`/tasks/${id}`), tabIndex: -1, 'aria-label': name, dataset: {part: 'open'}}, fileName(name)),
        h('span', {class: 'row-text'}, task.status === 'done' || task.status === 'failed' || task.status === 'queued' ? taskSentence(task) : ''),
        task.note && h('span', {class: 'row-note'}, task.note))),
    h('div', {class: 'row-end', role: 'gridcell'}, statusBadge(task.status),
      h('time', {class: 'muted', dateTime: task.created_at, title: formatFullTime(task.created_at)}, formatTime(task.created_at))));
}

/** Shows whether a row is selected without drawing it anew. */
export function markSelected(row, selected) {
  row.classList.toggle('selected', selected);
  row.setAttribute('aria-selected', String(selected));
  const box = row.querySelector('input');
  if (box) box.checked = selected;
}
