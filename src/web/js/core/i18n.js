// SPDX-License-Identifier: MIT
import {Emitter} from './emitter.js';
import {preference, setPreference} from './preferences.js';
import en from '../i18n/en.js';

/** Every string of the page, in the language of the browser or the one that was chosen. */

export const kLanguages = {en: 'English', ru: 'Русский'};
export const languageChanged = new Emitter();

let language = 'en';
let table = en;
let plurals = new Intl.PluralRules('en');
let locale = 'en';

/** @returns {string} `en` or `ru` */
export function currentLanguage() {
  return language;
}

/** How numbers and dates are written: as the browser is set for the page's language, as `en-GB`, else as the language has it. */
export function currentLocale() {
  return locale;
}

/** The language chosen earlier, else the first of the browser's that the page speaks. */
export function preferredLanguage() {
  const chosen = preference('language');
  if (chosen in kLanguages) return chosen;
  const wanted = navigator.languages.map((tag) => tag.split('-')[0].toLowerCase());
  return wanted.find((tag) => tag in kLanguages) ?? 'en';
}

/** Loads a language and tells whoever shows text. */
export async function useLanguage(tag, {remember = false} = {}) {
  table = tag === 'en' ? en : (await import(`../i18n/${tag}.js`)).default;
  language = tag;
  locale = navigator.languages.find((wanted) => wanted.split('-')[0].toLowerCase() === tag) ?? tag;
  plurals = new Intl.PluralRules(tag);
  document.documentElement.lang = tag;
  if (remember) setPreference('language', tag);
  languageChanged.emit(tag);
}

/**
 * Begins with the language that is preferred. Where its texts cannot be loaded the page is in English.
 * @returns {Promise<string|null>} the language that could not be loaded, by its own name
 */
export async function beginLanguage() {
  const tag = preferredLanguage();
  try {
    await useLanguage(tag);
    return null;
  } catch {
    await useLanguage('en');
    return kLanguages[tag];
  }
}

/**
 * The text for `key` with `{name}` replaced. An entry may be an object of plural forms, chosen by
 * `values.count`.
 * @param {string} key
 * @param {Object<string, string|number>} [values]
 */
export function t(key, values = {}) {
  let entry = table[key] ?? en[key] ?? key;
  if (typeof entry === 'object') entry = entry[plurals.select(values.count)] ?? entry.other;
  return entry.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    return value === undefined ? whole : typeof value === 'number' ? value.toLocaleString(locale) : String(value);
  });
}

/** Whether there is a text for `key`. */
export function hasText(key) {
  return key in en;
}
