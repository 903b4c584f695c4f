// SPDX-License-Identifier: MIT
import {Emitter} from './emitter.js';

/** Choices kept in this browser. Storage may be forbidden: then they last as long as the tab. */

const kPrefix = 'geond.';
const memory = new Map();
export const preferenceChanged = new Emitter();

/** @returns {string|null} */
export function preference(name) {
  try {
    return localStorage.getItem(kPrefix + name) ?? memory.get(name) ?? null;
  } catch {
    return memory.get(name) ?? null;
  }
}

/** Sets a choice, or removes it with null; other tabs hear of it. */
export function setPreference(name, value) {
  if (value === null) memory.delete(name);
  else memory.set(name, value);
  try {
    if (value === null) localStorage.removeItem(kPrefix + name);
    else localStorage.setItem(kPrefix + name, value);
  } catch {
    // Private mode: the memory has it.
  }
  preferenceChanged.emit(name);
}

addEventListener('storage', (event) => {
  if (event.key?.startsWith(kPrefix)) preferenceChanged.emit(event.key.slice(kPrefix.length));
});

/** `light`, `dark`, or `system`. */
export function theme() {
  return preference('theme') ?? 'system';
}

/** Puts the chosen theme on the document. */
export function applyTheme() {
  const dark = theme() === 'dark' || (theme() === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  document.querySelector('meta[name=theme-color]')?.setAttribute('content', dark ? '#12151c' : '#fbfaf8');
}
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', applyTheme);
