// SPDX-License-Identifier: MIT
import {eachFrame, fill, h} from '../core/dom.js';
import {formatBytes, formatNumber, formatThreshold} from '../core/format.js';
import {t} from '../core/i18n.js';
import {linkTo} from '../core/router.js';
import {url} from '../api/client.js';
import {connectionChanged} from '../api/events.js';
import {choice} from '../components/dialogs.js';
import {fileName} from '../components/file_name.js';
import {classGlyph, icon} from '../components/icons.js';
import {dropZone, intakeSettings, setIntakeSetting} from '../components/intake.js';
import {progressBar, statusBadge, taskSentence, taskShare, uploadSentence} from '../components/status.js';
import {thresholdOptions} from '../components/threshold_options.js';
import {thumbnail} from '../components/thumbnail.js';
import {announce, toastError, toastUnread} from '../components/toast.js';
import {VirtualList} from '../components/virtual_list.js';
import {primitiveClasses, className} from '../model/classes.js';
import {isHidden} from '../model/deletion.js';
import {readableName, taskName} from '../model/names.js';
import {loadedModels, modelsRead} from '../model/server.js';
import {newestFirst} from '../model/task_order.js';
import {cancelTask, fetchTasks, isFinished, knownTask, retryTask, tasksChanged} from '../model/tasks.js';
import {currentUploads, dismissFinished, dismissUpload, resend, uploadsChanged} from '../model/uploads.js';

const kRecent = 12;

/** The first view: where pictures come in, and what becomes of them. */
export async function render({signal}) {
  const page = h('div', {class: 'page home'},
    h('h1', {tabIndex: -1}, t('home.title')), h('p', {class: 'lead'}, t('home.lead')),
    dropZone(), settingsPanel(signal), recentPanel(signal));
  page.querySelector('.settings').after(uploadPanel(page, signal));
  return {title: t('nav.home'), element: page};
}

// --- settings ------------------------------------------------------------------------------------

function settingsPanel(signal) {
  const body = h('div', {class: 'settings-fields'});
  const chosen = h('span', {class: 'muted settings-chosen'});
  const panel = h('details', {class: 'settings'}, h('summary', {}, icon('sliders'), h('span', {}, t('home.settings')), chosen), body);
  const summarise = () => {
    const {detector, classifier, threshold} = intakeSettings();
    chosen.textContent = [detector, classifier, threshold && formatThreshold(Number(threshold))].filter(Boolean).join(' · ') || t('home.defaults');
  };
  const draw = (models) => {
    summarise();
    fill(body, modelChoice('detector', 'detection', models, summarise), modelChoice('classifier', 'classification', models, summarise), thresholdField(summarise));
  };
  summarise();
  modelsRead.on(draw, signal);
  const read = () => loadedModels().then(draw).catch(toastUnread);
  connectionChanged.on((state) => { if (state === 'open' && !body.firstChild) read(); }, signal);
  read();
  return panel;
}

function modelChoice(name, kind, models, changed) {
  const options = models.filter((model) => model.kind === kind);
  const standard = options.find((model) => model.default);
  return choice(t(`models.${kind}`), [
    {value: '', label: t('home.default_is', {name: standard?.name ?? '–'})},
    ...options.map((model) => ({value: model.name, label: `${model.name} ${model.version}`})),
  ], {value: intakeSettings()[name] ?? '', on: {change: (event) => { setIntakeSetting(name, event.target.value); changed(); }}});
}

function thresholdField(changed) {
  return choice(t('home.threshold'), [
    {value: '', label: t('home.default_threshold')},
    ...thresholdOptions(),
  ], {value: intakeSettings().threshold ?? '', on: {change: (event) => { setIntakeSetting('threshold', event.target.value); changed(); }}});
}

// --- uploads -------------------------------------------------------------------------------------

/** An upload's task as it is now. */
function taskOf(upload) {
  return upload.task && (knownTask(upload.task.id) ?? upload.task);
}

function hasFailed(upload) {
  return upload.state === 'refused' || taskOf(upload)?.status === 'failed';
}

function isOver(upload) {
  return upload.state === 'refused' || (upload.state === 'accepted' && isFinished(taskOf(upload)));
}

function uploadPanel(page, signal) {
  const list = new VirtualList({
    key: (upload) => upload.id, nearEnd: () => {}, signal,
    render: uploadRow,
    properties: {class: 'uploads', role: 'list', 'aria-label': t('home.uploads')},
  });
  const title = h('h2', {tabIndex: -1});
  const summary = h('p', {class: 'muted', role: 'status'});
  let onlyFailed = false;
  const failed = h('button', {type: 'button', class: 'button small failures', on: {click: () => { onlyFailed = !onlyFailed; all(); }}});
  const clear = h('button', {type: 'button', class: 'button quiet', on: {click: () => dismissFinished(isOver)}}, t('home.clear'));
  const panel = h('section', {class: 'panel upload-panel'}, h('div', {class: 'panel-head'}, title, summary, failed, clear), list.element);
  /** Moves the focus from what is gone or out of use by now. @param {Element} focused before that */
  const keepFocus = (focused) => {
    if (!panel.contains(focused)) return;
    if (panel.hidden) page.querySelector('.drop-actions button').focus();
    else if (focused.disabled || focused.hidden) title.focus();
  };
  const summarise = () => {
    const focused = document.activeElement;
    const uploads = currentUploads();
    panel.hidden = uploads.length === 0;
    // What becomes of the pictures is what a person looks for now.
    page.classList.toggle('busy', uploads.length > 0);
    const over = uploads.filter(isOver);
    const bad = over.filter(hasFailed).length;
    const stopped = over.filter((upload) => taskOf(upload)?.status === 'cancelled').length;
    const done = over.length - bad - stopped;
    const running = over.length < uploads.length;
    title.textContent = t(running ? 'home.uploads' : 'home.uploads_over');
    const progress = running || over.length === done ? t('home.progress', {done, total: uploads.length}) : t('home.done', {count: done});
    const text = stopped > 0 ? `${progress} · ${t('home.stopped', {count: stopped})}` : progress;
    if (summary.textContent !== text) summary.textContent = text;
    failed.textContent = bad > 0 ? t('home.failed', {count: bad}) : '';
    failed.hidden = bad === 0;
    failed.setAttribute('aria-pressed', String(onlyFailed));
    clear.disabled = over.length === 0;
    keepFocus(focused);
  };
  /** They may lie far below: the count of what failed shows them alone. */
  const all = () => {
    const uploads = currentUploads().filter((upload) => !onlyFailed || hasFailed(upload));
    if (onlyFailed && uploads.length === 0) {
      onlyFailed = false;
      all();
      return;
    }
    list.items = uploads.reverse();
    summarise();
  };
  uploadsChanged.on((change) => {
    if (change.upload) list.redraw(change.upload.id);
    if (change.list || onlyFailed) all();
    else summarise();
  }, signal);
  tasksChanged.on((change) => {
    const upload = change.task && currentUploads().find((entry) => entry.task?.id === change.task.id);
    if (!upload) return;
    list.redraw(upload.id);
    if (onlyFailed) all();
    else summarise();
    if (change.event === 'done' || change.event === 'failed') announce(`${readableName(upload.file.name)}: ${taskSentence(change.task)}`);
  }, signal);
  // Where a picture stands is not known while the server does not answer.
  connectionChanged.on(() => list.redraw(), signal);
  all();
  return panel;
}

function uploadRow(upload) {
  const task = taskOf(upload);
  const share = task ? taskShare(task) : upload.state === 'refused' ? null : upload.share * 0.4;
  const bad = upload.state === 'refused' || task?.status === 'failed';
  const found = task?.result ? t('home.found', {count: task.result.primitives.length}) : '';
  const name = readableName(upload.file.name);
  return h('div', {class: ['row', 'upload-row', bad && 'bad'], role: 'listitem'},
    task ? thumbnail(task) : h('span', {class: 'thumb thumb-sign'}, icon(bad ? 'warning' : 'upload')),
    h('div', {class: 'row-body'},
      task ? h('a', {class: 'row-title', href: linkTo(`/tasks/${task.id}`), 'aria-label': name}, fileName(name)) : h('span', {class: 'row-title'}, fileName(name)),
      h('span', {class: 'row-text'}, task ? [taskSentence(task), found].filter(Boolean).join(' · ') : uploadSentence(upload), ' ', !bad && h('span', {class: 'muted'}, formatBytes(upload.file.size))),
      share !== null && progressBar(share, t('home.progress_of', {name}))),
    h('div', {class: 'row-actions'}, uploadActions(upload, task, name)));
}

function uploadActions(upload, task, name) {
  const button = (part, glyph, label, run) => h('button', {
    type: 'button', class: 'icon-button', dataset: {part}, 'aria-label': `${t(label)}: ${name}`, title: t(label), on: {click: run},
  }, icon(glyph));
  const actions = [];
  if (task && !isFinished(task)) actions.push(button('cancel', 'stop', 'action.cancel_task', () => cancelTask(task.id).catch(toastError)));
  if (task?.status === 'failed' || task?.status === 'cancelled') actions.push(button('retry', 'retry', 'action.retry', () => retryTask(task.id).catch(toastError)));
  if (upload.state === 'refused' && !upload.check) actions.push(button('retry', 'retry', 'action.retry', () => resend(upload)));
  if (!task || isFinished(task)) actions.push(button('dismiss', 'close', task ? 'action.dismiss' : upload.state === 'refused' ? 'action.dismiss' : 'action.cancel_upload', () => dismissUpload(upload)));
  return actions;
}

// --- recent --------------------------------------------------------------------------------------

function recentPanel(signal) {
  const grid = h('div', {class: 'card-grid'});
  const more = h('a', {class: 'button quiet', href: linkTo('/history')}, t('home.all'), icon('right'));
  const panel = h('section', {class: 'panel recent-panel', hidden: true}, h('div', {class: 'panel-head'}, h('h2', {}, t('home.recent')), more), grid);
  const first = firstSteps();
  let tasks = [];
  let unread = false;
  // What is told of while the list is read is not in it.
  const told = new Map();
  const newest = (list) => newestFirst(list).slice(0, kRecent);
  // A card is made anew only if it shows something else: two hundred pictures tell of themselves all the time.
  const cards = new Map();
  const cardOf = (task) => {
    const sign = `${task.id} ${task.status} ${task.scene} ${task.scene_probability}`;
    if (!cards.has(sign)) cards.set(sign, card(task));
    return cards.get(sign);
  };
  const draw = eachFrame(() => {
    const shown = tasks.filter((task) => !isHidden(task.id)).map((task) => knownTask(task.id) ?? task);
    panel.hidden = shown.length === 0;
    first.hidden = shown.length > 0;
    const wanted = shown.map(cardOf);
    for (const [sign, element] of cards) if (!wanted.includes(element)) cards.delete(sign);
    if (wanted.length !== grid.children.length || wanted.some((element, at) => element !== grid.children[at])) fill(grid, wanted);
  });
  const read = async () => {
    try {
      told.clear();
      const page = await fetchTasks({limit: kRecent}, signal);
      tasks = newest([...told.values(), ...page.tasks]);
      unread = false;
      draw();
    } catch (error) {
      unread = true;
      if (!signal.aborted) toastUnread(error);
    }
  };
  tasksChanged.on((change) => {
    if (change.kind === 'stale') read();
    else if (change.kind === 'removed') { tasks = tasks.filter((task) => !change.ids.has(task.id)); for (const id of change.ids) told.delete(id); draw(); }
    else if (!change.task) return;
    else if (!tasks.some((task) => task.id === change.task.id)) { told.set(change.task.id, change.task); tasks = newest([change.task, ...tasks]); draw(); }
    else draw();
  }, signal);
  connectionChanged.on((state) => { if (state === 'open' && unread) read(); }, signal);
  read();
  return [panel, first];
}

function card(task) {
  return h('a', {class: 'card', href: linkTo(`/tasks/${task.id}`)},
    h('img', {class: 'card-picture', alt: '', src: url(`tasks/${task.id}/thumbnail`), loading: 'lazy', on: {error: (event) => event.target.classList.add('broken')}}),
    h('span', {class: 'card-title'}, fileName(taskName(task))),
    h('span', {class: 'card-text'}, task.status === 'done' ? taskSentence(task) : statusBadge(task.status)));
}

/** For who has no task yet: what will happen. */
function firstSteps() {
  const step = (number, key, extra) => h('li', {}, h('strong', {}, t(`home.step${number}`)), h('p', {class: 'muted'}, t(key)), extra);
  return h('section', {class: 'panel steps', hidden: true}, h('h2', {}, t('home.how')),
    h('ol', {}, step(1, 'home.step1_text'),
      step(2, 'home.step2_text', h('p', {class: 'glyph-row'}, primitiveClasses().map((name) => h('span', {}, classGlyph(name), className(name))))),
      step(3, 'home.step3_text')),
    h('p', {class: 'muted'}, t('home.ten', {count: formatNumber(10)})));
}
