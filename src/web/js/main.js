// SPDX-License-Identifier: MIT
import {h, keepTyped} from './core/dom.js';
import {languageChanged, preferredLanguage, t, useLanguage} from './core/i18n.js';
import {applyTheme, preferenceChanged} from './core/preferences.js';
import {currentPlace, placeChanged} from './core/router.js';
import {explain} from './api/errors.js';
import {connectionState, reconnectNow, startEvents, stopEvents} from './api/events.js';
import {currentUser, restoreSession, sessionChanged, sessionResumed, setSignInDialog, signInByLink} from './api/session.js';
import {watchDropAndPaste} from './components/intake.js';
import {watchConnection} from './components/connection.js';
import {announce, toast} from './components/toast.js';
import {icon} from './components/icons.js';
import {loadClassNames} from './model/classes.js';
import {forgetTasks} from './model/tasks.js';
import {forgetUploads} from './model/uploads.js';
import {Shell} from './views/shell.js';
import {askToSignIn, signInView} from './views/sign_in.js';

/** Starts the page and shows the view that the address names. */

const kViews = {
  '': () => import('./views/home.js'),
  tasks: () => import('./views/task.js'),
  history: () => import('./views/history.js'),
  compare: () => import('./views/compare.js'),
  models: () => import('./views/models.js'),
  account: () => import('./views/account.js'),
  admin: () => import('./views/admin.js'),
};

let shell = null;
let shown = {path: null, view: null, leave: new AbortController()};
/** Why it cannot be said whether somebody is signed in. */
let unrestored = null;

/** Which module shows a place; `#/tasks` without a number is the list. */
function viewOf(place) {
  const [name = '', id] = place.segments;
  if (name === 'tasks' && !id) return kViews.history;
  if (name === 'results' && id) return kViews.tasks;
  return kViews[name];
}

/** With `carried`, the view is the same as before, drawn anew: it takes up what the person did in it. */
async function show(place, {again = false, carried} = {}) {
  if (!currentUser()) return showSignIn();
  if (!again && place.path === shown.path && shown.view?.update) return shown.view.update(place);
  shown.leave.abort();
  const leave = new AbortController();
  const first = shown.path === null;
  shown = {path: place.path, view: null, leave};
  shell.mark(place.segments[0] ?? '');
  const load = viewOf(place);
  let hasFocus = false;
  try {
    const view = load ? await (await load()).render({place, signal: leave.signal, carried}) : notFound();
    if (leave.signal.aborted) return;
    shown.view = view;
    shell.show(view, place.path);
    hasFocus = view.shown?.();
  } catch (error) {
    if (leave.signal.aborted) return;
    shell.show(errorView(error, () => show(place, {again: true})), place.path);
  }
  if (!first && !again && !hasFocus) shell.focusTitle();
}

function showSignIn() {
  shown.leave.abort();
  shown = {path: null, view: null, leave: new AbortController()};
  shell.show(unrestored ? errorView(unrestored, restoreAgain) : signInView());
}

function notFound() {
  return {title: t('error.not_found_title'), element: h('div', {class: 'page empty'}, icon('search'), h('h1', {tabIndex: -1}, t('error.not_found_title')),
    h('p', {}, t('error.not_found_text')), h('a', {class: 'button primary', href: '#/'}, t('nav.home')))};
}

function errorView(error, repeat) {
  if (error.status === 404) return notFound();
  return {title: t('error.title'), element: h('div', {class: 'page empty'}, icon('warning'), h('h1', {tabIndex: -1}, t('error.title')), h('p', {role: 'alert'}, explain(error)),
    h('button', {type: 'button', class: 'button primary', on: {click: repeat}}, t('action.try_again')))};
}

/** The same place in another language: what was typed, chosen and selected stays. */
async function showInLanguage() {
  const putBack = keepTyped(shell.main);
  const carried = shown.view?.carry?.();
  shell.draw();
  await show(currentPlace(), {again: true, carried});
  putBack();
}

async function someoneElse(user) {
  forgetUploads();
  forgetTasks();
  announce('');
  stopEvents();
  if (user) {
    unrestored = null;
    startEvents();
    await loadClassNames().catch(() => {});
  }
  shell.draw();
  await show(currentPlace(), {again: true});
}

/** The printed link that signs in once: `#/link/TOKEN` or `#link=TOKEN`. */
const kLink = /^#(?:link=|\/link\/)([\w.~-]+)$/;

async function useLink() {
  const match = kLink.exec(location.hash);
  if (!match) return;
  // The token goes out of the address before anything else can see it.
  history.replaceState(null, '', '#/');
  try {
    await signInByLink(match[1]);
  } catch (error) {
    toast(error.status === 401 ? t('signin.link_used') : explain(error), {kind: 'error', seconds: 30});
  }
}

async function restore() {
  unrestored = null;
  await restoreSession().catch((error) => { unrestored = error; });
}

async function restoreAgain() {
  await restore();
  if (currentUser()) return;
  showSignIn();
  shell.focusTitle();
}

async function start() {
  applyTheme();
  await useLanguage(preferredLanguage());
  shell = new Shell(document.getElementById('app'));
  setSignInDialog(askToSignIn);
  watchDropAndPaste();
  watchConnection();
  await useLink();
  if (!currentUser()) await restore();
  sessionChanged.on(someoneElse);
  sessionResumed.on(() => { if (connectionState() === 'ended') reconnectNow(); });
  languageChanged.on(showInLanguage);
  placeChanged.on((place) => (kLink.test(location.hash) ? useLink() : show(place)));
  preferenceChanged.on((name) => {
    if (name === 'theme') applyTheme();
    if (name === 'language' && preferredLanguage() !== document.documentElement.lang) useLanguage(preferredLanguage());
  });
  await someoneElse(currentUser());
  document.documentElement.dataset.ready = 'true';
}

start();
