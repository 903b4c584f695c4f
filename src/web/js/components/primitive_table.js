// SPDX-License-Identifier: MIT
import {fill, h} from '../core/dom.js';
import {formatNumber} from '../core/format.js';
import {t} from '../core/i18n.js';
import {className} from '../model/classes.js';
import {classGlyph, icon} from './icons.js';

const kColumns = [
  {key: 'class', value: (p) => className(p.class), text: (p) => className(p.class)},
  {key: 'probability', sign: '%', value: (p) => p.probability, text: (p) => formatNumber(100 * p.probability, 1)},
  {key: 'center', value: (p) => p.center[0], text: (p) => p.center.map(pixels).join('\u2009·\u2009')},
  {key: 'size', value: (p) => p.size[0] * p.size[1], text: (p) => p.size.map(pixels).join('\u2009×\u2009')},
  {key: 'rotation', value: (p) => p.rotation, text: (p) => `${formatNumber(p.rotation)}°`},
];

/** Whole pixels, without marks of thousands, as picture editors show them. */
function pixels(value) {
  return String(Math.round(value) + 0);
}

/**
 * The primitives as a sortable table. Rows exist for all, and are hidden or shown, so that a
 * slider can be dragged over 300 of them.
 * @param {{hover: function(number): void, select: function(number): void, copy: function('json'|'csv'): void}} to
 */
export function primitiveTable(to) {
  let primitives = [];
  let rows = [];
  let order = {key: 'probability', direction: -1};
  let hot = -1;
  let selected = -1;
  let shown = () => true;
  const body = h('tbody');
  const heads = kColumns.map((column) => h('th', {scope: 'col', 'aria-sort': 'none'},
    sortButton(column)));
  const table = h('table', {class: 'primitives'}, h('caption', {class: 'visually-hidden'}, t('task.table')), h('thead', {}, h('tr', {}, heads)), body);
  const copy = (form) => h('button', {type: 'button', class: 'button quiet small', on: {click: () => to.copy(form)}}, icon('copy'), t(`task.copy_${form}`));
  const scroller = h('div', {class: 'table-scroll', tabIndex: 0, role: 'group', 'aria-label': t('task.table')}, table);
  const element = h('div', {}, scroller, h('div', {class: 'button-row'}, copy('json'), copy('csv')));

  // A sign where the whole word would not fit above its narrow column.
  function sortButton({key, sign}) {
    const word = t(`table.${key}`);
    return h('button', {type: 'button', class: 'sort', 'aria-label': sign && `${word}, ${sign}`, title: word, on: {click: () => sortBy(key)}}, sign ?? word);
  }

  function makeRow(primitive, index) {
    const row = h('tr', {tabIndex: 0, dataset: {index}, on: {
      pointerenter: () => to.hover(index), pointerleave: () => to.hover(-1), focus: () => to.hover(index), blur: () => to.hover(-1),
      click: () => to.select(index),
      keydown: (event) => press(event, index),
    }}, kColumns.map((column, at) => h('td', {}, at === 0 && classGlyph(primitive.class), column.text(primitive))));
    return row;
  }

  function press(event, index) {
    if (event.key === 'Enter' || event.key === ' ') to.select(index);
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') step(rows[index], event.key === 'ArrowDown' ? 'nextElementSibling' : 'previousElementSibling');
    else return;
    event.preventDefault();
  }

  function step(row, direction) {
    let next = row[direction];
    while (next?.hidden) next = next[direction];
    next?.focus();
  }

  function sortBy(name) {
    order = {key: name, direction: order.key === name ? -order.direction : name === 'class' ? 1 : -1};
    sort();
  }

  function sort() {
    const column = kColumns.find((entry) => entry.key === order.key);
    const indices = primitives.map((_, index) => index).sort((a, b) => {
      const x = column.value(primitives[a]);
      const y = column.value(primitives[b]);
      return order.direction * (typeof x === 'string' ? x.localeCompare(y) : x - y);
    });
    fill(body, indices.map((index) => rows[index]));
    heads.forEach((head, at) => head.setAttribute('aria-sort', kColumns[at].key === order.key ? (order.direction > 0 ? 'ascending' : 'descending') : 'none'));
  }

  return {
    element,
    setPrimitives(list) {
      primitives = list;
      rows = list.map(makeRow);
      hot = selected = -1;
      sort();
      this.filter(shown);
    },
    /** Shows the rows for which `test(primitive)` holds. */
    filter(test) {
      shown = test;
      rows.forEach((row, index) => {
        const hide = !test(primitives[index]);
        if (row.hidden !== hide) row.hidden = hide;
      });
    },
    highlight(index) {
      rows[hot]?.classList.remove('hot');
      hot = index;
      rows[hot]?.classList.add('hot');
    },
    select(index, {scroll = false} = {}) {
      rows[selected]?.classList.remove('selected');
      rows[selected]?.removeAttribute('aria-current');
      selected = index;
      rows[selected]?.classList.add('selected');
      rows[selected]?.setAttribute('aria-current', 'true');
      if (scroll && rows[selected]) scroller.scrollTo({top: rows[selected].offsetTop - 60});
    },
  };
}
