// SPDX-License-Identifier: MIT
import {eachFrame, fill, h} from '../core/dom.js';
import {t} from '../core/i18n.js';
import {go, linkTo, stepInAddress, rememberInAddress} from '../core/router.js';
import {explainUnread} from '../api/errors.js';
import {connectionChanged} from '../api/events.js';
import {sessionResumed} from '../api/session.js';
import {deleteWithUndo} from '../components/deleting.js';
import {icon} from '../components/icons.js';
import {SelectionBar} from '../components/selection_bar.js';
import {TaskFilters} from '../components/task_filters.js';
import {markSelected, taskRow} from '../components/task_row.js';
import {toastError} from '../components/toast.js';
import {VirtualList} from '../components/virtual_list.js';
import {hiddenChanged, isHidden} from '../model/deletion.js';
import {Selection} from '../model/selection.js';
import {TaskList} from '../model/task_list.js';
import {fetchTasks, knownTask, tasksChanged} from '../model/tasks.js';

/**
 * The list as it was left, so that the way back from a result leads to the row that was left and
 * not to the beginning. It belongs to an entry of the browser's history by its stamp.
 */
let left = null;
let stamps = 0;
const newStamp = () => performance.timeOrigin + (stamps += 1);
tasksChanged.on(({kind, task}) => {
  if (kind === 'forgotten') left = null;
  else if (kind === 'stale' && left) left = {...left, stale: true};
  else if (kind === 'changed') left?.told.set(task.id, task);
});

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
  #tasks;
  #filters;
  #selection = new Selection();
  #bar;
  // The address may have moved on while this view still scrolls: so the view knows its own stamp.
  #stamp = newStamp();
  // Thousands may be deleted at once, and the server tells of each.
  #leaving = new Set();
  #unfit = new Set();
  #dropSoon = eachFrame(() => {
    if (this.signal.aborted) return;
    if (this.#leaving.size > 0) this.#tasks.drop(this.#leaving);
    if (this.#unfit.size > 0) this.#tasks.leaveOut(this.#unfit);
    this.#leaving.clear();
    this.#unfit.clear();
  });

  constructor(place, signal, kept) {
    this.signal = signal;
    this.#tasks = new TaskList(fetchTasks, signal, toastError);
    this.#filters = new TaskFilters((change) => this.#filtersChanged(change));
    this.list = new VirtualList({
      key: (id) => id, render: (id, index) => this.#row(id, index), nearEnd: () => this.#tasks.more(), signal, roving: true,
      properties: {class: 'tasks', role: 'grid', 'aria-label': t('nav.history'), 'aria-multiselectable': 'true', 'aria-colcount': 3},
    });
    this.status = h('p', {class: 'muted', role: 'status'});
    this.#bar = new SelectionBar(this.#selection, {remove: (ids) => this.#delete(ids), saving: (share) => this.#tellSaving(share), signal});
    this.empty = h('div', {class: 'empty', hidden: true});
    this.unread = h('div', {class: 'list-unread', role: 'alert', hidden: true});
    this.element = h('div', {class: 'page history'},
      h('div', {class: 'page-head'}, h('h1', {tabIndex: -1}, t('nav.history')), this.status),
      this.#filters.element, this.#bar.element, this.list.element, this.unread, this.empty);
    this.#listen(signal);
    if (kept) this.#takeUp(kept);
    else this.#filtersFrom(place.query);
    history.replaceState({list: this.#stamp}, '');
    addEventListener('scroll', () => this.#keep(), {signal, passive: true});
    this.#keep();
  }

  #listen(signal) {
    this.list.element.addEventListener('keydown', (event) => this.#key(event));
    this.#selection.changed.on(() => this.#selectionChanged());
    this.#tasks.changed.on(({read}) => {
      this.#show();
      // What was read may tell more of the tasks that stand there.
      if (read) this.list.redraw();
    });
    tasksChanged.on((change) => this.#taskChanged(change), signal);
    hiddenChanged.on(() => this.#show(), signal);
    connectionChanged.on((state) => {
      this.list.redraw();
      if (state === 'open') this.#tasks.resume();
    }, signal);
    sessionResumed.on(() => this.#tasks.resume(), signal);
  }

  #keep() {
    left = {stamp: this.#stamp, filters: this.#filters.values, list: this.#tasks.snapshot, at: this.list.stop, top: scrollY, told: new Map()};
  }

  /** Takes up the list where it was left, with what is new since then. */
  #takeUp({filters, list, at, told, stale = false}) {
    this.#filters.show(filters);
    this.list.stop = at;
    if (list) this.#tasks.takeUp(this.#filters.query, {...list, places: list.places.filter(({id}) => knownTask(id))}, [...told.values()]);
    else this.#tasks.open(this.#filters.query);
    if (stale) this.#tasks.reread();
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

  // --- the address -----------------------------------------------------------------------------

  /** Every change is a step that the back button undoes; what is typed into one field is one step. */
  #filtersChanged({goesOn}) {
    // The address is the next view's by then.
    if (this.signal.aborted) return;
    if (goesOn) {
      rememberInAddress(this.#filters.values);
    } else {
      this.#stamp = newStamp();
      stepInAddress(this.#filters.values, {list: this.#stamp});
    }
    this.#tasks.open(this.#filters.query);
  }

  /** The address has changed under the list: back, forward, or a link to it. */
  otherFilters(query) {
    this.#stamp = history.state?.list ?? newStamp();
    history.replaceState({list: this.#stamp}, '');
    this.#filtersFrom(query);
  }

  /** Takes the filters from an address; what no field can have is dropped there, too. */
  #filtersFrom(query) {
    if (!this.#filters.take(query)) rememberInAddress(this.#filters.values);
    this.#tasks.open(this.#filters.query);
  }

  // --- what stands there -----------------------------------------------------------------------

  #show() {
    const shown = this.#shown();
    const {complete, fault} = this.#tasks;
    this.list.items = shown;
    this.list.element.setAttribute('aria-rowcount', String(complete ? Math.max(shown.length, 1) : -1));
    this.list.element.hidden = shown.length === 0;
    this.#sayUnread(shown.length > 0 ? fault : null);
    this.empty.hidden = shown.length > 0 || !(complete || fault);
    if (!this.empty.hidden) fill(this.empty, fault ? this.#fault(fault) : this.#nothing());
    this.#tellCount();
    this.#selection.keep(new Set(shown));
    this.#keep();
  }

  #shown() {
    return this.#tasks.ids.filter((id) => !isHidden(id));
  }

  #tellCount() {
    const {complete, fault} = this.#tasks;
    const count = this.#shown().length;
    this.status.textContent = fault && count === 0 ? '' : t('history.count', {count}) + (complete ? '' : '+');
  }

  #tellSaving(share) {
    if (share) this.status.textContent = t('history.saving', share);
    else this.#tellCount();
  }

  /** An empty list would say that there is nothing. */
  #fault(fault) {
    return [icon('warning'), h('p', {role: 'alert'}, explainUnread(fault)), this.#tryAgain('primary')];
  }

  /** A list that just ends would say that there is no more. @param {Error|null} fault */
  #sayUnread(fault) {
    if (this.unread.hidden === !fault) return;
    this.unread.hidden = !fault;
    fill(this.unread, fault && [h('p', {}, t('history.unread')), this.#tryAgain()]);
  }

  #tryAgain(extra = '') {
    return h('button', {type: 'button', class: ['button', extra], on: {click: () => this.#tasks.resume()}}, t('action.try_again'));
  }

  #nothing() {
    const {any, onlyWords, backwards, values} = this.#filters;
    return [icon(any ? 'search' : 'history'), h('h2', {}, t(!any ? 'history.nothing' : onlyWords ? 'history.no_note' : 'history.no_match')),
      backwards && h('p', {}, t('history.backwards')),
      values.q && h('p', {class: 'muted'}, t('history.no_note_text')),
      any ? h('button', {type: 'button', class: 'button', on: {click: () => this.#filters.clear()}}, t('history.reset'))
        : h('a', {class: 'button primary', href: linkTo('/')}, t('history.first'))];
  }

  #taskChanged(change) {
    if (change.kind === 'stale') {
      this.#tasks.reread();
    } else if (change.kind === 'removed') {
      change.ids.forEach((id) => this.#leaving.add(id));
      this.#dropSoon();
    } else if (change.task && this.#tasks.has(change.task.id)) {
      if (this.#filters.admits(change.task)) this.#unfit.delete(change.task.id);
      else this.#unfit.add(change.task.id);
      if (this.#unfit.size > 0) this.#dropSoon();
      this.list.redraw(change.task.id);
      if (this.#selection.has(change.task.id)) this.#bar.offerPossible();
    } else if (change.task) {
      this.#tasks.note(change.task);
    }
  }

  // --- rows ------------------------------------------------------------------------------------

  #row(id, index) {
    const task = knownTask(id);
    if (!task) return h('div', {class: 'row', role: 'row'});
    return taskRow(task, {
      index, selected: this.#selection.has(id), checked: (event) => this.#selection.click(id, this.#shown(), event.shiftKey),
      on: {focusin: () => this.#keep(), click: (event) => this.#rowClicked(event, id)},
    });
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
      this.list.focus(next);
    } else if (event.key === ' ') this.#selection.click(id, shown, event.shiftKey);
    else if (event.key === 'Enter' && event.target === row) go(`/tasks/${id}`);
    else if (event.code === 'KeyA' && (event.ctrlKey || event.metaKey)) this.#selection.all(shown);
    else if (event.key === 'Escape') this.#selection.clear();
    else if (event.key === 'Delete') this.#delete(this.#selection.size > 0 ? this.#selection.ids : [id]);
    else return;
    event.preventDefault();
  }

  // --- the selection ---------------------------------------------------------------------------

  get selected() {
    return this.#selection.ids;
  }

  set selected(ids) {
    if (ids.length > 0) this.#selection.all(ids);
  }

  #selectionChanged() {
    for (const row of this.list.element.children) markSelected(row, this.#selection.has(Number(row.dataset.id)));
    if (this.#bar.update()) this.list.focus(this.list.stop);
  }

  #delete(ids) {
    deleteWithUndo(ids, () => this.#focusFirst(ids));
    this.#selection.clear();
    this.list.focus(Math.min(this.list.stop, this.#shown().length - 1));
  }

  /** The row that came back is where the person goes on. */
  #focusFirst(ids) {
    const places = ids.map((id) => this.#shown().indexOf(id)).filter((place) => place >= 0);
    if (!this.signal.aborted && places.length > 0) this.list.focus(Math.min(...places));
  }
}
