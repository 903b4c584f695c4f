// SPDX-License-Identifier: MIT
import {debounce, h} from '../core/dom.js';
import {t} from '../core/i18n.js';
import {className, primitiveClasses, sceneClasses, sceneName} from '../model/classes.js';
import {choice, field} from './dialogs.js';
import {icon} from './icons.js';

const kRest = 350;  // Milliseconds without a key after which what is typed counts.
const kFilters = ['status', 'scene', 'class', 'since', 'until', 'q'];
/** What is typed: its letters and digits are one change. */
const kTyped = ['q', 'since', 'until'];
const kLastDay = '9999-12-31';  // So that a year has four digits.

/** Which tasks a list shows. */
export class TaskFilters {
  /** @type {Object<string, string>} by name, as they were told last */
  #values = {};
  /** Which of `kTyped` is being typed into. */
  #typing = null;
  #told;

  /**
   * @param {function({goesOn: boolean}): void} told when a person has changed something; `goesOn`: it is the same
   *   field that was told of before, in which they still type
   */
  constructor(told) {
    this.#told = told;
    const options = (values, name, extra = []) => [{value: '', label: t('history.any')}, ...values.map((value) => ({value, label: name(value)})), ...extra];
    const apply = () => this.#apply();
    const later = debounce(apply, kRest);
    const typed = {input: later, blur: () => { later.cancel(); this.#apply(); this.#typing = null; }};
    this.element = h('form', {class: 'filters', role: 'search', on: {submit: (event) => { event.preventDefault(); later.cancel(); this.#apply(); this.#typing = null; }}},
      field(t('history.text'), {type: 'search', name: 'q', placeholder: t('history.text_hint'), on: typed}),
      choice(t('history.status'), options(['queued', 'in progress', 'done', 'failed', 'cancelled'], (value) => t(`status.${value}`)), {name: 'status', on: {change: apply}}),
      choice(t('history.scene'), options(sceneClasses(), sceneName, [{value: 'none', label: t('scene.none')}]), {name: 'scene', on: {change: apply}}),
      choice(t('history.class'), options(primitiveClasses(), className), {name: 'class', on: {change: apply}}),
      field(t('history.since'), {type: 'date', name: 'since', max: kLastDay, on: typed}),
      field(t('history.until'), {type: 'date', name: 'until', max: kLastDay, on: typed}),
      h('button', {type: 'button', class: 'button quiet', on: {click: () => this.clear()}}, t('history.reset')));
    // Where there is little room, the filters other than the text wait behind a button.
    this.more = h('button', {type: 'button', class: 'button filters-more', 'aria-expanded': 'false', on: {click: () => this.#open(!this.element.classList.contains('open'))}},
      icon('sliders'), t('history.filters'));
    this.element.children[0].after(this.more);
  }

  get values() {
    return this.#values;
  }

  /** Whether any is set. */
  get any() {
    return kFilters.some((name) => this.#values[name]);
  }

  /** Whether no day can lie between the two that are set. */
  get backwards() {
    const {since, until} = this.#values;
    return Boolean(since && until) && since > until;
  }

  /** The words searched for, where nothing else is set; else empty. */
  get onlyWords() {
    return kFilters.every((name) => name === 'q' || !this.#values[name]) ? this.#values.q ?? '' : '';
  }

  /** What the API is asked for. Dates are the person's days; the API takes moments. */
  get query() {
    const {since, until, ...rest} = this.#values;
    const day = (text, add) => {
      if (!text) return null;
      const [year, month, date] = text.split('-').map(Number);
      return new Date(year, month - 1, date + add).toISOString();
    };
    return {...rest, since: day(since, 0), until: day(until, 1)};
  }

  /** Whether a task may be among what is asked for: its status is seen here, the rest the server knows. */
  admits({status}) {
    return !this.#values.status || this.#values.status === status;
  }

  /** Shows what was set before. @param {Object<string, string>} values */
  show(values) {
    this.#values = values;
    this.#typing = null;
    for (const name of kFilters) this.element.elements[name].value = values[name] ?? '';
    this.#markDays();
    if (kFilters.some((name) => name !== 'q' && values[name])) this.#open(true);
  }

  /** Takes the filters from an address. @returns {boolean} whether it names only what the fields can have; the rest is dropped */
  take(query) {
    const given = Object.fromEntries(kFilters.map((name) => [name, query.get(name) ?? '']));
    this.show(given);
    this.#values = this.#inForm();
    return kFilters.every((name) => this.#values[name] === given[name]);
  }

  /** Shows all tasks again. */
  clear() {
    this.element.reset();
    this.#apply();
  }

  #inForm() {
    return Object.fromEntries(kFilters.map((name) => [name, this.element.elements[name].value]));
  }

  #apply() {
    const values = this.#inForm();
    const changed = kFilters.filter((name) => values[name] !== (this.#values[name] ?? ''));
    if (changed.length === 0) return;
    const typing = changed.length === 1 && kTyped.includes(changed[0]) ? changed[0] : null;
    const goesOn = typing !== null && typing === this.#typing;
    this.#typing = typing;
    this.#values = values;
    this.#markDays();
    this.#told({goesOn});
  }

  #markDays() {
    for (const name of ['since', 'until']) this.element.elements[name].setAttribute('aria-invalid', String(this.backwards));
  }

  #open(open) {
    this.element.classList.toggle('open', open);
    this.more.setAttribute('aria-expanded', String(open));
  }
}
