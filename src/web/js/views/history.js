// SPDX-License-Identifier: MIT
import {debounce, eachFrame, fill, h} from '../core/dom.js';
import {formatFullTime, formatTime} from '../core/format.js';
import {hasText, t} from '../core/i18n.js';
import {go, linkTo, stepInAddress, rememberInAddress} from '../core/router.js';
import {get} from '../api/client.js';
import {explainUnread} from '../api/errors.js';
import {connectionChanged} from '../api/events.js';
import {sessionResumed} from '../api/session.js';
import {deleteWithUndo} from '../components/deleting.js';
import {choice, confirmDialog, field} from '../components/dialogs.js';
import {fileName} from '../components/file_name.js';
import {icon} from '../components/icons.js';
import {statusBadge, taskSentence} from '../components/status.js';
import {announce, toast, toastError} from '../components/toast.js';
import {VirtualList} from '../components/virtual_list.js';
import {className, primitiveClasses, sceneClasses, sceneName} from '../model/classes.js';
import {hiddenChanged, isHidden} from '../model/deletion.js';
import {saveFile} from '../model/exporting.js';
import {taskName} from '../model/names.js';
import {Selection} from '../model/selection.js';
import {bulk, fetchTasks, isFinished, knownTask, tasksChanged} from '../model/tasks.js';
import {thumbnail} from './home.js';

const kPage = 200;
const kRest = 600;  // Milliseconds.
const kReasonSeconds = 12;  // To read why some of many were refused.
/** What a retry is refused with when it lacks nothing but room. */
const kLacksRoom = new Set(['queue_share_full', 'queue_full']);
const kFilters = ['status', 'scene', 'class', 'since', 'until', 'q'];

/**
 * The list as it was left, so that the way back from a result leads to the row that was left and
 * not to the beginning. It belongs to an entry of the browser's history by its stamp.
 */
let left = null;
let stamps = 0;
const newStamp = () => performance.timeOrigin + (stamps += 1);
tasksChanged.on(({kind}) => { if (kind === 'stale' || kind === 'forgotten') left = null; });

/** All tasks: filters in the address, an endless list, and what can be done with many at once. */
export async function render({place, signal, carried}) {
  const kept = left && history.state?.list === left.stamp ? left : null;
  const view = new HistoryView(place, signal, kept);
  return {
    title: t('nav.history'), element: view.element, carry: () => view.selected, update: (next) => view.otherFilters(next.query),
    shown: () => { view.selected = carried ?? []; return view.returnTo(kept, {focus: !carried}); },
  };
}

class HistoryView {
  #ids = [];
  #cursor = null;
  #loading = null;
  #complete = false;
  #filters = {};
  #selection = new Selection();
  // The address may have moved on while this view still scrolls: so the view knows its own stamp.
  #stamp = newStamp();
  #typing = false;
  /** Why the list could not be read. */
  #unread = null;
  // The server knows which tasks pass the filters; it is not asked for each of many that tell of themselves.
  #lookForNewer = debounce(() => { if (!this.signal.aborted) this.#addNewer().catch(toastError); }, kRest);
  // Kept, since an answer that was on its way may still name them.
  #gone = new Set();
  #showSoon = eachFrame(() => { if (!this.signal.aborted) this.#dropGone(); });

  constructor(place, signal, kept) {
    this.signal = signal;
    this.list = new VirtualList({
      key: (id) => id, render: (id, index) => this.#row(id, index), nearEnd: () => this.#more(), signal,
      properties: {class: 'tasks', role: 'grid', 'aria-label': t('nav.history'), 'aria-multiselectable': 'true', 'aria-colcount': 3},
    });
    this.status = h('p', {class: 'muted', role: 'status'});
    this.bar = h('div', {class: 'selection-bar', role: 'toolbar', 'aria-label': t('history.selection'), hidden: true});
    this.empty = h('div', {class: 'empty', hidden: true});
    this.form = this.#filterForm();
    this.element = h('div', {class: 'page history'},
      h('div', {class: 'page-head'}, h('h1', {tabIndex: -1}, t('nav.history')), this.status), this.form, this.bar, this.list.element, this.empty);
    this.list.element.addEventListener('keydown', (event) => this.#key(event));
    this.#selection.changed.on(() => this.#selectionChanged());
    tasksChanged.on((change) => this.#taskChanged(change), signal);
    hiddenChanged.on(() => this.#show(), signal);
    connectionChanged.on((state) => {
      this.list.redraw();
      if (state === 'open' && this.#unread?.status === 0) this.#reload();
    }, signal);
    sessionResumed.on(() => { if (this.#unread?.code === 'session_over') this.#reload(); }, signal);
    signal.addEventListener('abort', () => this.#loading?.abort(), {once: true});
    // What is typed next is another search, and another step for the back button.
    this.form.elements.q.addEventListener('change', () => { this.#typing = false; });
    if (kept) this.#takeUp(kept);
    else this.filtersFrom(place.query);
    history.replaceState({list: this.#stamp}, '');
    addEventListener('scroll', () => this.#keep(), {signal, passive: true});
    this.#keep();
  }

  #keep() {
    left = {stamp: this.#stamp, filters: this.#filters, ids: this.#ids, cursor: this.#cursor, complete: this.#complete, at: this.at, top: scrollY};
  }

  /** Takes up the list where it was left; what is new since then comes on top. */
  #takeUp({filters, ids, cursor, complete, at}) {
    this.#showFilters(filters);
    this.#ids = ids.filter((id) => knownTask(id));
    this.#cursor = cursor;
    this.#complete = complete;
    this.at = at;
    this.#show();
    this.#addNewer().catch(toastError);
  }

  async #addNewer() {
    const filters = this.#filters;
    const {tasks} = await fetchTasks({...this.#query(), limit: kPage}, this.signal);
    if (filters !== this.#filters || this.fresh) return;
    const known = new Set([...this.#ids, ...this.#gone]);
    this.#ids = [...this.#ids, ...tasks.map(({id}) => id).filter((id) => !known.has(id))].sort((a, b) => b - a);
    this.#show();
  }

  /** Called when the view stands in the page. @returns {boolean} whether it has taken the focus */
  returnTo(kept, {focus}) {
    if (!kept) return false;
    this.#show();
    scrollTo(0, kept.top);
    this.list.refresh();
    if (!focus) return true;
    const row = this.list.element.querySelector(`[aria-rowindex="${(kept.at ?? 0) + 1}"]`);
    row?.focus({preventScroll: true});
    return Boolean(row);
  }

  // --- filters ---------------------------------------------------------------------------------

  #filterForm() {
    const options = (values, name, extra = []) => [{value: '', label: t('history.any')}, ...values.map((value) => ({value, label: name(value)})), ...extra];
    const apply = () => this.#apply(Object.fromEntries(new FormData(form)));
    const later = debounce(apply, 350);
    const form = h('form', {class: 'filters', role: 'search', on: {submit: (event) => { event.preventDefault(); apply(); }}},
      field(t('history.text'), {type: 'search', name: 'q', placeholder: t('history.text_hint'), on: {input: later}}),
      choice(t('history.status'), options(['queued', 'in progress', 'done', 'failed', 'cancelled'], (value) => t(`status.${value}`)), {name: 'status', on: {change: apply}}),
      choice(t('history.scene'), options(sceneClasses(), sceneName, [{value: 'none', label: t('scene.none')}]), {name: 'scene', on: {change: apply}}),
      choice(t('history.class'), options(primitiveClasses(), className), {name: 'class', on: {change: apply}}),
      field(t('history.since'), {type: 'date', name: 'since', on: {change: apply}}),
      field(t('history.until'), {type: 'date', name: 'until', on: {change: apply}}),
      h('button', {type: 'button', class: 'button quiet', on: {click: () => { form.reset(); apply(); }}}, t('history.reset')));
    // Where there is little room, the filters other than the text wait behind a button.
    const more = h('button', {type: 'button', class: 'button filters-more', 'aria-expanded': 'false', on: {click: () => {
      const open = form.classList.toggle('open');
      more.setAttribute('aria-expanded', String(open));
    }}}, icon('sliders'), t('history.filters'));
    form.children[0].after(more);
    return form;
  }

  #openFilters() {
    this.form.classList.add('open');
    this.form.querySelector('.filters-more').setAttribute('aria-expanded', 'true');
  }

  /** Every change is a step that the back button undoes; the letters of one search are one step. */
  #apply(values) {
    const changed = kFilters.filter((name) => (values[name] ?? '') !== (this.#filters[name] ?? ''));
    if (changed.length === 0) return;
    const letters = changed.length === 1 && changed[0] === 'q';
    if (letters && this.#typing) {
      rememberInAddress(values);
    } else {
      this.#stamp = newStamp();
      stepInAddress(values, {list: this.#stamp});
    }
    this.#typing = letters;
    this.#filters = values;
    this.#reload();
  }

  /** The address has changed under the list: back, forward, or a link to it. */
  otherFilters(query) {
    this.#typing = false;
    this.#stamp = history.state?.list ?? newStamp();
    history.replaceState({list: this.#stamp}, '');
    this.filtersFrom(query);
  }

  /** Takes the filters from an address; what no field can have is dropped there, too. */
  filtersFrom(query) {
    const given = Object.fromEntries(kFilters.map((name) => [name, query.get(name) ?? '']));
    this.#showFilters(given);
    this.#filters = Object.fromEntries(kFilters.map((name) => [name, this.form.elements[name].value]));
    if (kFilters.some((name) => this.#filters[name] !== given[name])) rememberInAddress(this.#filters);
    this.#reload();
  }

  #showFilters(filters) {
    this.#filters = filters;
    for (const name of kFilters) this.form.elements[name].value = filters[name] ?? '';
    if (kFilters.some((name) => name !== 'q' && filters[name])) this.#openFilters();
  }

  /** Dates are the person's days; the API takes moments. */
  #query() {
    const {since, until, ...rest} = this.#filters;
    const day = (text, add) => {
      if (!text) return null;
      const [year, month, date] = text.split('-').map(Number);
      return new Date(year, month - 1, date + add).toISOString();
    };
    return {...rest, since: day(since, 0), until: day(until, 1)};
  }

  #filtered() {
    return kFilters.some((name) => this.#filters[name]);
  }

  // --- reading ---------------------------------------------------------------------------------

  #reload() {
    this.#loading?.abort();
    this.#loading = null;
    this.#cursor = null;
    this.#complete = false;
    this.#unread = null;
    this.fresh = true;
    this.#more();
  }

  async #more() {
    if (this.#loading || this.#complete || this.signal.aborted) return;
    const request = this.#loading = new AbortController();
    try {
      const page = await fetchTasks({...this.#query(), limit: kPage, cursor: this.#cursor}, request.signal);
      if (request.signal.aborted) return;
      const ids = page.tasks.map((task) => task.id);
      const known = new Set(this.fresh ? [] : this.#ids);
      this.#ids = this.fresh ? ids : [...this.#ids, ...ids.filter((id) => !known.has(id))];
      this.fresh = false;
      this.#cursor = page.next_cursor;
      this.#complete = !page.next_cursor;
      this.#loading = null;
      this.#show();
      this.list.redraw();
    } catch (error) {
      if (this.#loading === request) this.#loading = null;
      if (error.name === 'AbortError') return;
      this.#complete = true;
      if (this.#ids.length > 0 && !this.fresh) toastError(error);
      else this.#sayUnread(error);
    }
  }

  /** An empty list would say that there is nothing. */
  #sayUnread(error) {
    this.#ids = [];
    this.#show();
    this.#unread = error;
    this.status.textContent = '';
    fill(this.empty, icon('warning'), h('p', {role: 'alert'}, explainUnread(error)),
      h('button', {type: 'button', class: 'button primary', on: {click: () => this.#reload()}}, t('action.try_again')));
  }

  #show() {
    const shown = this.#shown();
    this.list.items = shown;
    this.list.element.setAttribute('aria-rowcount', String(this.#complete ? Math.max(shown.length, 1) : -1));
    this.list.element.hidden = shown.length === 0;
    this.empty.hidden = shown.length > 0 || !this.#complete;
    if (!this.empty.hidden) this.#sayEmpty();
    this.status.textContent = t('history.count', {count: shown.length}) + (this.#complete ? '' : '+');
    this.#selection.keep(new Set(shown));
    this.#keep();
  }

  #shown() {
    return this.#ids.filter((id) => !isHidden(id));
  }

  #sayEmpty() {
    const filtered = this.#filtered();
    const {q} = this.#filters;
    const onlyWords = kFilters.every((name) => name === 'q' || !this.#filters[name]);
    fill(this.empty, icon(filtered ? 'search' : 'history'), h('h2', {}, t(!filtered ? 'history.nothing' : q && onlyWords ? 'history.no_note' : 'history.no_match')),
      q && h('p', {class: 'muted'}, t('history.no_note_text')),
      filtered ? h('button', {type: 'button', class: 'button', on: {click: () => { this.form.reset(); this.#apply({}); }}}, t('history.reset'))
        : h('a', {class: 'button primary', href: linkTo('/')}, t('history.first')));
  }

  #taskChanged(change) {
    if (change.kind === 'stale') this.#reload();
    else if (change.kind === 'removed') { change.ids.forEach((id) => this.#gone.add(id)); this.#showSoon(); }
    else if (!change.task) return;
    else if (this.#ids.includes(change.task.id)) {
      this.list.redraw(change.task.id);
      if (this.#selection.has(change.task.id)) this.#offerPossible();
    }
    else if (this.fresh) return;
    else if (this.#filtered()) this.#lookForNewer();
    else if (change.task.id > (this.#ids[0] ?? 0)) { this.#ids = [change.task.id, ...this.#ids]; this.#show(); }
  }

  /** Thousands may be deleted at once, and the server tells of each. */
  #dropGone() {
    this.#ids = this.#ids.filter((id) => !this.#gone.has(id));
    this.#show();
  }

  // --- rows ------------------------------------------------------------------------------------

  #row(id, index) {
    const task = knownTask(id);
    if (!task) return h('div', {class: 'row', role: 'row'});
    const selected = this.#selection.has(id);
    const name = taskName(task);
    const box = h('input', {type: 'checkbox', checked: selected, tabIndex: -1, dataset: {part: 'check'}, 'aria-label': t('history.select', {name})});
    box.addEventListener('click', (event) => this.#selection.click(id, this.#shown(), event.shiftKey));
    return h('div', {
      class: ['row', 'task-row', selected && 'selected', task.status === 'failed' && 'bad'], role: 'row', tabIndex: index === (this.at ?? 0) ? 0 : -1,
      'aria-rowindex': index + 1, 'aria-selected': String(selected), dataset: {id},
      on: {focusin: ({currentTarget}) => { this.at = currentTarget.index; this.#keep(); }, click: (event) => this.#rowClicked(event, id)},
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

  #rowClicked(event, id) {
    if (event.target.closest('a, input')) return;
    if (event.shiftKey || event.ctrlKey || event.metaKey) this.#selection.click(id, this.#shown(), event.shiftKey);
    else go(`/tasks/${id}`);
  }

  #key(event) {
    const row = event.target.closest('.task-row');
    if (!row) return;
    const shown = this.#shown();
    const index = shown.indexOf(Number(row.dataset.id));
    const id = shown[index];
    const jump = {ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -shown.length, End: shown.length}[event.key];
    if (jump !== undefined) {
      const next = Math.min(Math.max(index + jump, 0), shown.length - 1);
      if (event.shiftKey) this.#selection.range(id, shown[next], shown);
      this.at = next;
      this.list.focus(next);
    } else if (event.key === ' ') this.#selection.click(id, shown, event.shiftKey);
    else if (event.key === 'Enter' && event.target === row) go(`/tasks/${id}`);
    else if (event.code === 'KeyA' && (event.ctrlKey || event.metaKey)) this.#selection.all(shown);
    else if (event.key === 'Escape') this.#selection.clear();
    else if (event.key === 'Delete') this.#delete(this.#selection.size > 0 ? this.#selection.ids : [id]);
    else return;
    event.preventDefault();
  }

  // --- many at once ----------------------------------------------------------------------------

  get selected() {
    return this.#selection.ids;
  }

  set selected(ids) {
    if (ids.length > 0) this.#selection.all(ids);
  }

  #selectionChanged() {
    for (const row of this.list.element.children) {
      const selected = this.#selection.has(Number(row.dataset.id));
      row.classList.toggle('selected', selected);
      row.setAttribute('aria-selected', String(selected));
      const box = row.querySelector('input');
      if (box) box.checked = selected;
    }
    const ids = this.#selection.ids;
    const was = this.bar.contains(document.activeElement);
    this.bar.hidden = ids.length === 0;
    if (ids.length === 0) {
      if (was) this.list.focus(this.at ?? 0);
      return;
    }
    const text = t('history.selected', {count: ids.length});
    if (this.bar.firstChild) this.bar.querySelector('strong').textContent = text;
    else fill(this.bar, h('strong', {}, text), this.#bulkButtons());
    this.#offerPossible();
    announce(text);
  }

  /** Only what can be done with at least one of the selected is offered. */
  #offerPossible() {
    const tasks = this.#selection.ids.map(knownTask).filter(Boolean);
    const offer = (part, possible, label = null) => {
      const button = this.bar.querySelector(`[data-part="${part}"]`);
      if (!button) return;
      const focused = button === document.activeElement;
      button.disabled = !possible;
      if (label) for (const text of button.querySelectorAll('span')) text.textContent = t(label);
      // A button that cannot be pressed cannot be where the focus is.
      if (focused && !possible) this.bar.querySelector('button:enabled').focus();
    };
    offer('retry', tasks.some(isFinished), tasks.some(isDone) ? 'action.analyse_again' : 'action.retry');
    offer('stop', tasks.some((task) => !isFinished(task)));
    offer('download', tasks.some(isDone));
  }

  #bulkButtons() {
    const button = (glyph, label, run) => h('button', {type: 'button', class: 'button', dataset: {part: glyph}, on: {click: () => run(this.#selection.ids)}}, icon(glyph), h('span', {class: 'wide'}, t(label)), h('span', {class: 'visually-hidden narrow'}, t(label)));
    return [
      button('retry', 'action.retry', (ids) => this.#retry(ids)), button('stop', 'action.cancel_task', (ids) => this.#bulk('cancel', ids)),
      button('download', 'history.save', (ids) => this.#save(ids)), button('trash', 'action.delete', (ids) => this.#delete(ids)),
      h('button', {type: 'button', class: 'icon-button', 'aria-label': t('history.unselect'), on: {click: () => this.#selection.clear()}}, icon('close')),
    ];
  }

  /** A result that is made anew is gone: so that is asked for first. */
  async #retry(ids) {
    const count = ids.filter((id) => isDone(knownTask(id))).length;
    if (count === 0 || await confirmDialog({title: t('history.again_title', {count}), text: t('history.again_text'), action: t('action.analyse_again'), danger: false})) {
      await this.#bulk('retry', ids);
    }
  }

  async #bulk(action, ids) {
    try {
      const results = await bulk(action, ids);
      const refused = results.filter((result) => !result.ok);
      const text = [t(`history.${action}_done`, {count: results.length - refused.length}), ...reasons(refused)].join(' ');
      toast(text, refused.length > 0 ? {kind: 'info', seconds: kReasonSeconds} : {kind: 'success'});
      // What only lacked room can be tried again with one press.
      const later = refused.filter(({error}) => kLacksRoom.has(error.code)).map(({id}) => id);
      if (later.length > 0) this.#selection.all(later);
    } catch (error) {
      toastError(error);
    }
  }

  #delete(ids) {
    deleteWithUndo(ids, () => this.#focusFirst(ids));
    this.#selection.clear();
    this.list.focus(Math.min(this.at ?? 0, this.#shown().length - 1));
  }

  /** The row that came back is where the person goes on. */
  #focusFirst(ids) {
    const places = ids.map((id) => this.#shown().indexOf(id)).filter((place) => place >= 0);
    if (!this.signal.aborted && places.length > 0) this.list.focus(Math.min(...places));
  }

  async #save(ids) {
    try {
      const results = [];
      for (const id of ids) {
        const task = knownTask(id);
        if (!isDone(task)) continue;
        const result = await get(`tasks/${id}/result`, {}, {signal: this.signal});
        results.push({task: id, ...result, image: {...result.image, file: task.input.file_name}});
        this.status.textContent = t('history.saving', {done: results.length, total: ids.length});
      }
      if (results.length === 0) toast(t('history.none_done'), {kind: 'error'});
      else saveFile('geond-results.json', JSON.stringify(results, null, 2), 'application/json');
    } catch (error) {
      if (this.signal.aborted) return;
      toastError(error);
    }
    this.#show();
  }
}

function isDone(task) {
  return task?.status === 'done';
}

/** Why some of many were refused, a sentence for each reason. @param {{error: {code: string}}[]} refused */
function reasons(refused) {
  const counts = new Map();
  for (const {error} of refused) {
    const own = `history.refused.${error.code}`;
    const key = hasText(own) ? own : 'history.not_possible';
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => t(key, {count}));
}
