// SPDX-License-Identifier: MIT
import {h, uniqueId} from '../core/dom.js';
import {t} from '../core/i18n.js';
import {explain} from '../api/errors.js';
import {icon} from './icons.js';

/**
 * A modal dialog. The browser keeps the focus in it and gives it back afterwards; it begins at the first field.
 * @param {{title: string, body: Node[], class?: string, clickAway?: boolean, stays?: boolean}} options `clickAway`: a
 *   click beside it closes it; `stays`: `closeDialogs` does not
 * @returns {{element: HTMLDialogElement, closed: Promise<string>}} closed resolves with the
 *   dialog's return value, empty when it was dismissed
 */
export function openDialog({title, body, class: extra = '', clickAway = true, stays = false}) {
  const id = uniqueId('dialog');
  const element = h('dialog', {class: ['dialog', extra], 'aria-labelledby': id},
    h('header', {class: 'dialog-head'}, h('h2', {id}, title),
      h('button', {type: 'button', class: 'icon-button', 'aria-label': t('action.close'), on: {click: () => element.close('')}}, icon('close'))),
    ...body);
  const closed = new Promise((resolve) => {
    if (!stays) open.add(element);
    element.addEventListener('close', () => {
      open.delete(element);
      element.remove();
      resolve(element.returnValue);
    });
  });
  if (clickAway) closeOnClickAway(element);
  document.body.append(element);
  element.showModal();
  element.querySelector('form :is(input, select, textarea)')?.focus();
  return {element, closed};
}

const open = new Set();

/** Dismisses the dialogs of a view or a person that is no longer there. */
export function closeDialogs() {
  for (const element of [...open]) {
    element.close('');
    // The browser tells of the closing later, in a hidden tab much later: until then what it shows could be read.
    element.remove();
  }
}

/** A press and a click must both be beside the dialog: a selection that is dragged out of it is neither. */
function closeOnClickAway(element) {
  let pressed = false;
  element.addEventListener('pointerdown', (event) => { pressed = isBeside(element, event); });
  element.addEventListener('click', (event) => { if (pressed && isBeside(element, event)) element.close(''); });
}

/** Whether the pointer is on the backdrop. The dialog is the target there, and on its padding, too. */
function isBeside(element, {target, clientX, clientY}) {
  const {left, top, right, bottom} = element.getBoundingClientRect();
  return target === element && (clientX < left || clientX > right || clientY < top || clientY > bottom);
}

/** Asks before something that cannot be undone. @returns {Promise<boolean>} */
export async function confirmDialog({title, text, action, danger = true}) {
  const {element, closed} = openDialog({title, body: [
    h('p', {}, text),
    h('div', {class: 'dialog-actions'},
      h('button', {type: 'button', class: 'button', on: {click: () => element.close('')}}, t('action.cancel')),
      h('button', {type: 'button', class: ['button', danger ? 'danger' : 'primary'], on: {click: () => element.close('yes')}}, action)),
  ]});
  return (await closed) === 'yes';
}

/**
 * A form whose submission is asynchronous: its button is busy meanwhile, and a refusal stands
 * beside the fields as a sentence.
 * @param {{fields: Node[], action: string, submit: function(FormData): Promise<void>, secondary?: Node[], class?: string}} options
 */
export function actionForm({fields, action, submit, secondary = [], class: extra = ''}) {
  const message = h('p', {class: 'form-error', role: 'alert', hidden: true});
  const button = h('button', {type: 'submit', class: 'button primary'}, action);
  const form = h('form', {class: ['form', extra], noValidate: false, on: {submit: async (event) => {
    event.preventDefault();
    if (button.getAttribute('aria-busy')) return;
    message.hidden = true;
    button.setAttribute('aria-busy', 'true');
    try {
      await submit(new FormData(form));
    } catch (error) {
      message.textContent = explain(error);
      message.hidden = false;
    } finally {
      button.removeAttribute('aria-busy');
    }
  }}}, ...fields, message, h('div', {class: 'form-actions'}, button, ...secondary));
  return form;
}

/** A labelled input. @param {Object} properties of the input */
export function field(label, properties, hint = null) {
  const id = uniqueId('field');
  const hintId = hint ? `${id}-hint` : null;
  return h('div', {class: 'field'},
    h('label', {htmlFor: id}, label),
    h('input', {id, class: 'input', 'aria-describedby': hintId, ...properties}),
    hint && h('p', {id: hintId, class: 'hint'}, hint));
}

/** A labelled choice. @param {{value: string, label: string}[]} options */
export function choice(label, options, properties = {}) {
  const id = uniqueId('field');
  const {value, ...rest} = properties;
  const select = h('select', {id, class: 'input', ...rest}, options.map((option) => h('option', {value: option.value}, option.label)));
  if (value !== undefined && value !== null) select.value = value;
  return h('div', {class: 'field'}, h('label', {htmlFor: id}, label), select);
}
