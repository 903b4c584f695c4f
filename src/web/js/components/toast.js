// SPDX-License-Identifier: MIT
import {h} from '../core/dom.js';
import {t} from '../core/i18n.js';
import {explain} from '../api/errors.js';
import {connectionState} from '../api/events.js';
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
 * @param {{kind?: 'info'|'success'|'error', action?: {label: string, run: function(): void}, seconds?: number,
 *   closed?: function(): void}} [options] `closed` is told when the message has gone, after the action
 * @returns {function(): void} takes the message away
 */
export function toast(text, {kind = 'info', action, seconds = kSeconds[kind], closed = () => {}} = {}) {
  const close = () => {
    clearTimeout(timer);
    closers.delete(close);
    if (!element.isConnected) return;
    element.remove();
    closed();
  };
  const element = h('div', {class: ['toast', `toast-${kind}`], role: kind === 'error' ? 'alert' : 'status'},
    icon(kind === 'error' ? 'warning' : kind === 'success' ? 'check' : 'info'),
    h('p', {}, text),
    action && h('button', {type: 'button', class: 'button quiet', on: {click: () => { action.run(); close(); }}}, action.label),
    h('button', {type: 'button', class: 'icon-button', 'aria-label': t('action.dismiss'), on: {click: close}}, icon('close')));
  let timer = 0;
  const start = () => {
    clearTimeout(timer);
    timer = setTimeout(close, seconds * 1000);
  };
  // Who reads or reaches for the message does not lose it.
  element.addEventListener('pointerenter', () => clearTimeout(timer));
  element.addEventListener('pointerleave', start);
  element.addEventListener('focusin', () => clearTimeout(timer));
  element.addEventListener('focusout', start);
  // Said once is enough.
  if (!action) for (const other of region?.children ?? []) if (other.textContent === element.textContent) other.remove();
  region?.append(element);
  closers.add(close);
  start();
  return close;
}

const closers = new Set();

/** Takes all messages away: they were another person's. */
export function closeToasts() {
  for (const close of [...closers]) close();
}

/** Tells what went wrong with something that a person did. That they are signed out stands in a banner of its own. */
export function toastError(error) {
  if (error.name === 'AbortError' || error.code === 'session_over') return () => {};
  return toast(explain(error), {kind: 'error'});
}

/** Tells what went wrong with one of many, and how many were done before. */
export function toastStopped(error, done, total) {
  if (done === 0 || error.code === 'session_over') return toastError(error);
  return toast(t('error.stopped', {done, total, reason: explain(error)}), {kind: 'error'});
}

/** Tells what the page could not read by itself, unless a banner says already that the server does not answer. */
export function toastUnread(error) {
  if (error.status !== 0 || connectionState() === 'open') toastError(error);
}

/** Says something to screen readers alone. */
export function announce(text) {
  if (voice) voice.textContent = text;
}
