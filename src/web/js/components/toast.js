// SPDX-License-Identifier: MIT
import {h} from '../core/dom.js';
import {t} from '../core/i18n.js';
import {explain} from '../api/errors.js';
import {icon} from './icons.js';

/** Short messages at the edge of the page, and what is only said to those who listen. */

const kSeconds = {info: 5, success: 4, error: 12};
let region = null;
let voice = null;

/** Makes the places for messages; they must stand in the document before they are filled. */
export function messageRegions() {
  region = h('div', {class: 'toasts', role: 'region', 'aria-label': t('toast.region')});
  voice = h('div', {class: 'visually-hidden', role: 'status', 'aria-live': 'polite'});
  return [region, voice];
}

/**
 * @param {string} text
 * @param {{kind?: 'info'|'success'|'error', action?: {label: string, run: function(): void}, seconds?: number}} [options]
 * @returns {function(): void} takes the message away
 */
export function toast(text, {kind = 'info', action, seconds = kSeconds[kind]} = {}) {
  const close = () => {
    clearTimeout(timer);
    element.remove();
  };
  const element = h('div', {class: ['toast', `toast-${kind}`], role: kind === 'error' ? 'alert' : 'status'},
    icon(kind === 'error' ? 'warning' : kind === 'success' ? 'check' : 'info'),
    h('p', {}, text),
    action && h('button', {type: 'button', class: 'button quiet', on: {click: () => { action.run(); close(); }}}, action.label),
    h('button', {type: 'button', class: 'icon-button', 'aria-label': t('action.dismiss'), on: {click: close}}, icon('close')));
  let timer = 0;
  const start = () => { timer = setTimeout(close, seconds * 1000); };
  // Who reads or reaches for the message does not lose it.
  element.addEventListener('pointerenter', () => clearTimeout(timer));
  element.addEventListener('pointerleave', start);
  element.addEventListener('focusin', () => clearTimeout(timer));
  element.addEventListener('focusout', start);
  region?.append(element);
  start();
  return close;
}

/** Tells what went wrong. */
export function toastError(error) {
  if (error.name === 'AbortError') return () => {};
  return toast(explain(error), {kind: 'error'});
}

/** Says something to screen readers alone. */
export function announce(text) {
  if (voice) voice.textContent = text;
}
