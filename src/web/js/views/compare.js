// SPDX-License-Identifier: MIT
import {fill, h} from '../core/dom.js';
import {formatPercent, formatThreshold} from '../core/format.js';
import {t} from '../core/i18n.js';
import {go, linkTo} from '../core/router.js';
import {url} from '../api/client.js';
import {classGlyph, icon} from '../components/icons.js';
import {sceneBars} from '../components/scene_bars.js';
import {progressBar, taskSentence, taskShare} from '../components/status.js';
import {toast, toastError} from '../components/toast.js';
import {kMarkSigns} from '../components/viewer.js';
import {matchBoxes} from '../model/boxes.js';
import {className, sceneName} from '../model/classes.js';
import {taskName} from '../model/names.js';
import {fetchTask, tasksChanged} from '../model/tasks.js';

/** Two results of one picture side by side, with one view of it and the differences marked. */
export async function render({place, signal}) {
  const tasks = await Promise.all(['a', 'b'].map((name) => fetchTask(Number(place.query.get(name)), signal)));
  const page = h('div', {class: 'page compare'});
  const draw = () => fill(page, h('div', {class: 'page-head'}, h('h1', {tabIndex: -1, title: taskName(tasks[0])}, t('compare.title', {name: taskName(tasks[0])}))),
    tasks.every((task) => task.result) ? comparison(tasks) : waiting(tasks));
  follow(tasks, draw, signal);
  draw();
  return {title: t('compare.short'), element: page};
}

/** Takes in what the server tells of the two until both have a result. */
function follow(tasks, draw, signal) {
  const leave = () => {
    toast(t('task.gone'));
    go('/history');
  };
  // What is read comes back as a change.
  const read = ({id}) => fetchTask(id, signal).catch((error) => (error.status === 404 ? leave() : toastError(error)));
  const take = (task, event) => {
    const at = tasks.findIndex(({id}) => id === task.id);
    if (at < 0 || tasks[at].result) return;
    tasks[at] = task;
    // Events tell of the end, not of the result.
    if (event && task.status === 'done' && !task.result) read(task);
    else draw();
  };
  tasksChanged.on((change) => {
    if (change.kind === 'stale') tasks.filter((task) => !task.result).forEach(read);
    else if (change.kind === 'removed' && tasks.some(({id}) => change.ids.has(id))) leave();
    else if (change.task) take(change.task, change.event);
  }, signal);
}

function waiting(tasks) {
  return h('section', {class: 'panel', role: 'status'}, tasks.map((task) => [
    h('p', {}, h('a', {href: linkTo(`/tasks/${task.id}`)}, t('task.title', {id: task.id})), ': ', taskSentence(task)),
    taskShare(task) !== null && progressBar(taskShare(task), t('task.title', {id: task.id})),
  ]));
}

function comparison(tasks) {
  const results = tasks.map((task) => task.result);
  const match = matchBoxes(results[0].primitives, results[1].primitives, results[0].image);
  const changed = match.pairs.filter((pair) => !pair.sameClass);
  const sides = tasks.map((task, side) => viewerSide(task, marksOf(side, match, changed)));
  shareView(sides.map((side) => side.viewer));
  const partners = linkPairs(sides, match);
  const names = sideNames(tasks);
  return [
    tasks[0].input.sha256 !== tasks[1].input.sha256 && otherPicture(),
    summary(results, match, changed, names),
    h('div', {class: 'compare-sides'}, sides.map((side) => side.element)),
    differences(results, match, changed, {sides, partners, names}),
  ];
}

/** An address can name any two results. */
function otherPicture() {
  return h('section', {class: 'panel', role: 'status'}, h('p', {class: 'compare-scene differs'}, icon('warning'), t('compare.other_picture')));
}

/** What to call the two by: what tells them apart, wherever they stand on the screen. @returns {string[]} */
function sideNames(tasks) {
  const tellings = [
    (task) => task.detector.name, (task) => `${task.detector.name} ${task.detector.version}`,
    (task) => task.classifier.name, (task) => `${task.classifier.name} ${task.classifier.version}`,
    (task) => t('compare.threshold', {percent: formatThreshold(task.threshold)}), (task) => t('task.title', {id: task.id}),
  ];
  return tellings.map((tell) => tasks.map(tell)).find(([one, other]) => one !== other) ?? tasks.map(tellings.at(-1));
}

function marksOf(side, match, changed) {
  const [only, mark] = side === 0 ? [match.onlyOne, 'mark-one'] : [match.onlyOther, 'mark-other'];
  return new Map([...only.map((index) => [index, mark]), ...changed.map((pair) => [side === 0 ? pair.one : pair.other, 'mark-changed'])]);
}

function viewerSide(task, marks) {
  const viewer = document.createElement('geond-viewer');
  const name = `${task.detector.name} · ${task.classifier.name}`;
  const element = h('section', {class: 'compare-side', 'aria-label': `${t('task.title', {id: task.id})}: ${name}`},
    h('h2', {}, h('a', {href: linkTo(`/tasks/${task.id}`)}, task.detector.name), ' ', h('span', {class: 'muted'}, task.detector.version)),
    h('p', {class: 'muted'}, `${task.classifier.name} ${task.classifier.version} · ${t('compare.threshold', {percent: formatThreshold(task.threshold)})}`),
    viewer, sceneBars(task.result));
  viewer.picture = {src: url(`tasks/${task.id}/input`), width: task.input.width, height: task.input.height, alt: name};
  viewer.primitives = task.result.primitives;
  viewer.marks = marks;
  return {element, viewer};
}

function shareView(viewers) {
  viewers.forEach((viewer, index) => viewer.addEventListener('viewchange', () => { viewers[1 - index].sharedView = viewer.sharedView; }));
}

/** A box that is pointed at shows its partner on the other side. */
function linkPairs(sides, match) {
  const partners = [new Map(match.pairs.map((pair) => [pair.one, pair.other])), new Map(match.pairs.map((pair) => [pair.other, pair.one]))];
  sides.forEach(({viewer}, side) => {
    const other = sides[1 - side].viewer;
    viewer.addEventListener('boxhover', ({detail}) => other.highlight(partners[side].get(detail.index) ?? -1));
    viewer.addEventListener('boxselect', ({detail}) => other.select(partners[side].get(detail.index) ?? -1));
  });
  return partners;
}

function summary(results, match, changed, names) {
  const sceneChanged = results[0].scene !== results[1].scene;
  const scene = (result) => (result.scene ? sceneName(result.scene) : t('scene.none'));
  const figure = (count, text, extra = '') => h('li', {class: count > 0 ? extra : ''}, h('strong', {}, String(count)), ' ', text, count > 0 && extra && ` (${kMarkSigns[extra]})`);
  return h('section', {class: 'panel compare-summary', role: 'status'},
    h('ul', {class: 'figures'}, figure(match.pairs.length - changed.length, t('compare.same')), figure(match.onlyOne.length, t('compare.only', {name: names[0]}), 'mark-one'),
      figure(match.onlyOther.length, t('compare.only', {name: names[1]}), 'mark-other'), figure(changed.length, t('compare.changed'), 'mark-changed')),
    h('p', {class: ['compare-scene', sceneChanged && 'differs']}, icon(sceneChanged ? 'warning' : 'check'),
      sceneChanged ? t('compare.scene_changed', {before: scene(results[0]), after: scene(results[1]), one: names[0], other: names[1]}) : t('compare.scene_same', {scene: scene(results[0])})));
}

function differences(results, match, changed, {sides, partners, names}) {
  const row = (side, index, text) => {
    const primitive = results[side].primitives[index];
    return h('li', {}, h('button', {type: 'button', class: 'difference', on: {
      click: () => { sides[side].viewer.select(index); sides[1 - side].viewer.select(partners[side].get(index) ?? -1); },
      focus: () => sides[side].viewer.highlight(index), blur: () => sides[side].viewer.highlight(-1),
    }}, classGlyph(primitive.class), `${className(primitive.class)} ${formatPercent(primitive.probability)}`, h('span', {class: 'muted'}, text)));
  };
  const rows = [
    ...changed.map((pair) => row(0, pair.one, t('compare.became', {name: className(results[1].primitives[pair.other].class), other: names[1]}))),
    ...match.onlyOne.map((index) => row(0, index, t('compare.only', {name: names[0]}))),
    ...match.onlyOther.map((index) => row(1, index, t('compare.only', {name: names[1]}))),
  ];
  return h('section', {class: 'panel'}, h('h2', {}, t('compare.differences')), rows.length > 0 ? h('ul', {class: 'difference-list'}, rows) : h('p', {class: 'muted'}, t('compare.none')));
}
