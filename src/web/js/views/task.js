// SPDX-License-Identifier: MIT
import {append, debounce, eachFrame, fill, h, uniqueId} from '../core/dom.js';
import {formatBytes, formatFullTime, formatNumber, formatSeconds, formatThreshold} from '../core/format.js';
import {t} from '../core/i18n.js';
import {go, linkTo, rememberInAddress} from '../core/router.js';
import {get, send, url} from '../api/client.js';
import {connectionChanged} from '../api/events.js';
import {copyText} from '../components/clipboard.js';
import {compareDialog} from '../components/compare_dialog.js';
import {deleteWithUndo} from '../components/deleting.js';
import {classGlyph, classLine, icon} from '../components/icons.js';
import {noteField} from '../components/note_field.js';
import {primitiveTable} from '../components/primitive_table.js';
import {sceneBars} from '../components/scene_bars.js';
import {progressBar, statusBadge, taskSentence, taskShare} from '../components/status.js';
import {announce, toast, toastError} from '../components/toast.js';
import '../components/viewer.js';
import {showWaiting} from '../components/waiting.js';
import {className, primitiveClasses} from '../model/classes.js';
import {isHidden} from '../model/deletion.js';
import {baseName, resultAsJson, saveFile} from '../model/exporting.js';
import {taskName} from '../model/names.js';
import {newerTask, olderTask} from '../model/neighbours.js';
import {loadedModels} from '../model/server.js';
import {cancelTask, fetchTask, isFinished, retryTask, tasksChanged} from '../model/tasks.js';

const kLowest = 0.05;  // The least threshold that the server takes.
const kSoon = 300;     // Milliseconds that boxes may wait for those below the threshold.

/** One task: its progress while it runs, its result to explore when it is done. */
export async function render({place, signal, carried}) {
  const id = Number(place.segments[1]);
  const task = await fetchTask(id, signal);
  const view = new TaskView(task, place.query, signal, carried);
  return {title: view.name, element: view.element, carry: () => view.carry()};
}

class TaskView {
  #hidden = new Set();
  #candidates = [];

  /** @param {{hidden: string[], sharedView: Object}} [carried] of the same view in another language */
  constructor(task, query, signal, carried) {
    this.task = task;
    this.signal = signal;
    this.#hidden = new Set(carried?.hidden);
    this.name = taskName(task);
    this.threshold = thresholdOf(query.get('t')) ?? task.threshold;
    this.viewer = document.createElement('geond-viewer');
    this.progress = h('section', {class: 'panel task-progress', role: 'status'});
    this.side = h('div', {class: 'task-side'});
    this.note = noteField(task, signal);
    this.rest = h('div', {class: 'task-rest'}, this.note);
    this.head = h('div', {class: 'task-state'});
    this.actions = h('div', {class: 'task-actions'});
    this.element = h('div', {class: 'page task'},
      h('div', {class: 'page-head'}, h('h1', {tabIndex: -1, title: this.name}, h('bdi', {}, this.name)), this.head, this.actions),
      h('div', {class: 'task-layout'}, h('div', {class: 'task-main'}, this.viewer), this.side, this.rest));
    signal.addEventListener('abort', () => this.asking?.abort(), {once: true});
    tasksChanged.on((change) => this.#changed(change), signal);
    connectionChanged.on(() => { if (!isFinished(this.task)) this.#tellProgress(); }, signal);
    document.addEventListener('keydown', (event) => this.#key(event), {signal});
    this.#showPicture();
    if (carried) this.viewer.sharedView = carried.sharedView;
    this.#drawState();
    if (this.task.status === 'done') this.#drawResult();
    else this.#drawProgress();
  }

  carry() {
    return {hidden: [...this.#hidden], sharedView: this.viewer.sharedView};
  }

  /** While a picture is worked on again, its old boxes would be taken for what is found now. */
  #drawProgress() {
    this.turn = null;
    this.#candidates = [];
    this.viewer.primitives = this.#candidates;
    fill(this.side, this.progress);
    this.#showPanels(this.#detailsPanel());
  }

  /** The note before them stays where it is: somebody may be typing in it. */
  #showPanels(...panels) {
    while (this.note.nextSibling) this.note.nextSibling.remove();
    append(this.rest, panels);
  }

  #showPicture() {
    const {width, height} = this.task.input;
    this.viewer.picture = {src: url(`tasks/${this.task.id}/input`), width, height, alt: this.name};
  }

  #drawState() {
    fill(this.head, statusBadge(this.task.status), h('span', {class: 'muted'}, formatFullTime(this.task.created_at)));
    this.#tellProgress();
    this.#drawActions();
  }

  #tellProgress() {
    const {task} = this;
    const share = taskShare(task);
    fill(this.progress, h('p', {}, taskSentence(task)), share !== null && progressBar(share, t('home.progress_of', {name: this.name})),
      task.status === 'failed' && h('p', {class: 'muted'}, t('task.failed_hint', {code: task.error?.code ?? '–'})));
  }

  #drawActions() {
    const {task} = this;
    const at = this.actions.contains(document.activeElement) ? document.activeElement.dataset.part : null;
    const button = (glyph, label, run, extra = '') => h('button', {type: 'button', class: ['button', extra], dataset: {part: glyph}, on: {click: run}}, icon(glyph), h('span', {}, t(label)));
    const step = (glyph, label, key, direction) => h('button', {type: 'button', class: 'icon-button', dataset: {part: glyph}, 'aria-label': t(label), title: t(label), 'aria-keyshortcuts': key,
      on: {click: () => this.#neighbour(direction)}}, icon(glyph));
    fill(this.actions, step('left', 'task.newer', 'K', -1), step('right', 'task.older', 'J', 1),
      task.status === 'done' && button('compare', 'task.compare', () => compareDialog(this.task)),
      !isFinished(task) && button('stop', 'action.cancel_task', () => cancelTask(task.id).catch(toastError)),
      (task.status === 'failed' || task.status === 'cancelled') && button('retry', 'action.retry', () => retryTask(task.id).catch(toastError), 'primary'),
      button('print', 'task.print', () => print(), 'brief'),
      button('trash', 'action.delete', () => this.#delete(), 'brief'));
    if (at) this.actions.querySelector(`[data-part="${at}"]`)?.focus();
  }

  async #changed(change) {
    if (change.kind === 'stale') {
      fetchTask(this.task.id, this.signal).catch(() => {});
    } else if (change.kind === 'removed' && change.ids.has(this.task.id)) {
      toast(t('task.gone'));
      go('/history');
    } else if (change.task?.id === this.task.id) {
      const before = this.task.status;
      this.task = change.task;
      if (this.task.status !== before) this.#statusChanged(before);
      else if (!isFinished(this.task)) this.#tellProgress();
    }
  }

  #statusChanged(before) {
    this.#drawState();
    announce(taskSentence(this.task));
    if (this.task.status === 'done') this.#drawResult();
    else if (before === 'done') this.#drawProgress();
  }

  /** Who clears up goes on with the next one. */
  async #delete() {
    const {id} = this.task;
    if (isHidden(id)) return;
    deleteWithUndo([id], () => go(`/tasks/${id}`));
    const next = await showWaiting(olderTask(this.task, this.signal), this.signal).catch(() => null);
    if (!this.signal.aborted && isHidden(id)) go(next ? `/tasks/${next}` : '/history');
  }

  // --- the result ------------------------------------------------------------------------------

  async #drawResult() {
    const turn = this.turn = {};
    try {
      this.task = this.task.result ? this.task : await fetchTask(this.task.id, this.signal);
      const {result} = this.task;
      this.result = result;
      this.#candidates = result.primitives;
      this.#buildSide();
      this.#filter();
      const all = this.#readCandidates();
      // Hundreds of boxes take long to draw: all at once, if those below the threshold come soon.
      const first = await Promise.race([all.catch(() => result.primitives), after(kSoon, result.primitives)]);
      this.#drawCandidates(first, turn);
      const candidates = await all;
      if (candidates !== first) this.#drawCandidates(candidates, turn);
      if (this.threshold !== this.task.threshold) this.#askScene();
    } catch (error) {
      if (!this.signal.aborted) toastError(error);
    }
  }

  /** All primitives that the server keeps, also those below the task's threshold. */
  async #readCandidates() {
    if (this.task.threshold <= kLowest) return this.task.result.primitives;
    return (await get(`tasks/${this.task.id}/result`, {threshold: kLowest}, {signal: this.signal})).primitives;
  }

  /** Draws what was read in a turn of #drawResult(), unless something else has its turn by now. */
  #drawCandidates(candidates, turn) {
    if (this.turn !== turn || this.signal.aborted) return;
    this.#candidates = candidates;
    this.viewer.primitives = candidates;
    this.table.setPrimitives(candidates);
    this.#filter();
    this.#filterTable();
  }

  #buildSide() {
    this.bars = h('div', {class: 'scene'}, sceneBars(this.result));
    this.counts = h('p', {class: 'muted sentence', role: 'status'});
    this.table = primitiveTable({
      hover: (index) => this.viewer.highlight(index), select: (index) => { this.viewer.select(index); this.table.select(index); },
      copy: (form) => this.#copy(form),
    });
    this.viewer.addEventListener('boxhover', ({detail}) => this.table.highlight(detail.index));
    this.viewer.addEventListener('boxselect', ({detail}) => this.table.select(detail.index, {scroll: true}));
    fill(this.side,
      h('section', {class: 'panel'}, h('h2', {}, t('task.scene')), this.bars),
      h('section', {class: 'panel'}, h('h2', {}, t('task.primitives')), this.#slider(), this.#legend(), this.counts, this.table.element));
    this.#showPanels(this.#downloadsPanel(), this.#timingsPanel(), this.#detailsPanel());
  }

  #slider() {
    const id = uniqueId('threshold');
    const output = h('output', {htmlFor: id, class: 'slider-value'}, formatThreshold(this.threshold));
    const input = h('input', {type: 'range', id, min: kLowest, max: 1, step: 0.01, class: 'slider', 'aria-valuetext': formatThreshold(this.threshold)});
    // Its thumb stands on the nearest step: the task's own threshold may lie between two.
    input.value = this.threshold;
    const ask = debounce(() => this.#askScene(), 180);
    // The address is the next view's by then.
    this.signal.addEventListener('abort', ask.cancel, {once: true});
    const draw = eachFrame(() => this.#filter());
    // Laying out a long table takes longer than a frame has: it follows when the slider rests.
    const settle = debounce(() => this.#filterTable(), 90);
    const set = (value) => {
      this.threshold = value;
      output.textContent = formatThreshold(this.threshold);
      reset.style.visibility = this.threshold === this.task.threshold ? 'hidden' : '';
      input.setAttribute('aria-valuetext', formatThreshold(this.threshold));
      draw();
      settle();
      ask();
    };
    input.addEventListener('input', () => set(Number(input.value)));
    // Its place is kept, so that nothing moves under the hand that drags.
    const back = t('task.reset_threshold', {percent: formatThreshold(this.task.threshold)});
    const reset = h('button', {type: 'button', class: 'icon-button', 'aria-label': back, title: back, on: {click: () => { input.value = this.task.threshold; set(this.task.threshold); input.focus(); }}}, icon('retry'));
    reset.style.visibility = this.threshold === this.task.threshold ? 'hidden' : '';
    return h('div', {class: 'threshold'}, h('label', {htmlFor: id}, t('task.threshold')), reset, output, input);
  }

  #legend() {
    const names = [...new Set([...primitiveClasses(), ...this.#candidates.map((primitive) => primitive.class)])];
    this.legend = new Map();
    return h('div', {class: 'legend', role: 'group', 'aria-label': t('task.legend')}, names.map((name) => {
      const count = h('span', {class: 'count'}, '0');
      const button = h('button', {type: 'button', class: 'chip', 'aria-pressed': String(!this.#hidden.has(name)), on: {click: () => {
        const hide = !this.#hidden.has(name);
        if (hide) this.#hidden.add(name);
        else this.#hidden.delete(name);
        button.setAttribute('aria-pressed', String(!hide));
        this.#filter();
        this.#filterTable();
      }}}, classGlyph(name), className(name), classLine(name), count);
      this.legend.set(name, count);
      return button;
    }));
  }

  #shown(primitive) {
    return primitive.probability >= this.threshold && !this.#hidden.has(primitive.class);
  }

  /** What routes are asked for: without a threshold they answer with the task's own. */
  #asked() {
    return this.threshold === this.task.threshold ? {} : {threshold: this.threshold};
  }

  #filterTable() {
    this.table.filter((primitive) => this.#shown(primitive));
  }

  /** Shows what passes the threshold and the classes, at once and without the server. */
  #filter() {
    const passes = (primitive) => primitive.probability >= this.threshold;
    const shown = (primitive) => this.#shown(primitive);
    this.viewer.filter(shown);
    const counts = new Map();
    for (const primitive of this.#candidates) if (passes(primitive)) counts.set(primitive.class, (counts.get(primitive.class) ?? 0) + 1);
    for (const [name, element] of this.legend) element.textContent = formatNumber(counts.get(name) ?? 0);
    const total = this.#candidates.filter(shown).length;
    this.counts.textContent = total === 0 ? t('task.no_primitives') : t('home.found', {count: total});
  }

  async #askScene() {
    rememberInAddress({t: this.threshold === this.task.threshold ? null : this.threshold});
    this.asking?.abort();
    const asking = this.asking = new AbortController();
    this.bars.setAttribute('aria-busy', 'true');
    try {
      this.result = await this.#readResult(asking.signal);
      fill(this.bars, sceneBars(this.result));
    } catch (error) {
      if (error.name !== 'AbortError') toastError(error);
    }
    if (this.asking === asking) this.bars.removeAttribute('aria-busy');
  }

  /** The result at the threshold that is set now, its scene with it. */
  #readResult(signal) {
    return get(`tasks/${this.task.id}/result`, this.#asked(), {signal});
  }

  // --- panels ----------------------------------------------------------------------------------

  /** The document of what is shown. While the slider moves, the answer at hand is another threshold's: its scene does not belong to these boxes. */
  async #shownResult() {
    return this.result.threshold === this.threshold ? this.result : this.#readResult(this.signal);
  }

  #copy(form) {
    copyText(form === 'csv' ? this.#csv() : this.#shownResult().then(({primitives}) => resultAsJson(primitives)));
  }

  /** What passes the threshold, hidden classes too, as CSV: as the server writes it for whoever asks. */
  async #csv() {
    return (await send('GET', `tasks/${this.task.id}/annotations`, {query: {format: 'csv', ...this.#asked()}})).text();
  }

  #downloadsPanel() {
    const name = baseName(this.task);
    const file = (label, run) => h('button', {type: 'button', class: 'button', on: {click: () => Promise.resolve(run()).catch(toastError)}}, icon('download'), label);
    const fetched = (route, ending, query = {}) => async () => saveFile(`${name}${ending}`, await (await send('GET', `tasks/${this.task.id}/${route}`, {query})).blob());
    const original = this.task.input.content_type === 'image/png' ? '.png' : '.jpg';
    return h('section', {class: 'panel downloads'}, h('h2', {}, t('task.downloads')), h('div', {class: 'button-grid'},
      file(t('task.original'), fetched('input', original)),
      file(t('task.overlay'), () => fetched('overlay', '-geons.jpg', this.#asked())()),
      file(t('task.result_json'), async () => saveFile(`${name}.json`, resultAsJson(await this.#shownResult()), 'application/json')),
      file(t('task.result_csv'), async () => saveFile(`${name}.csv`, await this.#csv(), 'text/csv'))));
  }

  #timingsPanel() {
    const {timings} = this.task;
    const stages = ['queued', 'decode', 'detect', 'classify'];
    const sum = stages.reduce((total, stage) => total + (timings[stage] ?? 0), 0) || 1;
    return h('section', {class: 'panel'}, h('h2', {}, t('task.timings')),
      h('div', {class: 'stack', 'aria-hidden': 'true'}, stages.map((stage) => h('span', {class: `stack-${stage}`, style: {width: `${((timings[stage] ?? 0) / sum) * 100}%`}}))),
      h('dl', {class: 'facts'}, [...stages, 'total'].map((stage) => [h('dt', {class: `stage-${stage}`}, t(`timing.${stage}`)), h('dd', {}, formatSeconds(timings[stage]))])));
  }

  #detailsPanel() {
    const {input, detector, classifier, threshold} = this.task;
    const model = (reference) => {
      const licence = h('span', {class: 'muted'});
      loadedModels().then((models) => { licence.textContent = models.find((entry) => entry.name === reference.name)?.licence ?? ''; }).catch(() => {});
      return h('dd', {}, h('a', {href: linkTo('/models')}, `${reference.name} ${reference.version}`), ' ', licence);
    };
    const fact = (label, value) => [h('dt', {}, label), value instanceof Node ? value : h('dd', {}, value)];
    return h('section', {class: 'panel'}, h('h2', {}, t('task.details')), h('dl', {class: 'facts'},
      fact(t('models.detection'), model(detector)), fact(t('models.classification'), model(classifier)),
      fact(t('home.threshold'), formatThreshold(threshold)),
      fact(t('task.size'), `${formatNumber(input.width)} × ${formatNumber(input.height)}, ${formatBytes(input.size)}`),
      fact(t('task.number'), String(this.task.id))));
  }

  // --- going through many ------------------------------------------------------------------------

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, textarea, select, dialog')) return;
    // By the place of the key, so that it is the same in every keyboard layout.
    if (event.code === 'KeyJ' || event.code === 'KeyK') this.#neighbour(event.code === 'KeyJ' ? 1 : -1);
  }

  /** Goes to the next older (1) or newer (-1) task that is done. */
  async #neighbour(direction) {
    try {
      const id = await showWaiting((direction > 0 ? olderTask : newerTask)(this.task, this.signal), this.signal);
      if (id) go(`/tasks/${id}`);
      else toast(t('task.no_more'));
    } catch (error) {
      if (!this.signal.aborted) toastError(error);
    }
  }
}

/** The threshold that an address names; null if it names none. */
function thresholdOf(text) {
  const number = Number.parseFloat(text ?? '');
  return Number.isFinite(number) ? Math.min(Math.max(number, kLowest), 1) : null;
}

/** A promise of `value`, kept after so many milliseconds. */
function after(milliseconds, value) {
  return new Promise((resolve) => { setTimeout(resolve, milliseconds, value); });
}
