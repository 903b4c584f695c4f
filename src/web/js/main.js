// SPDX-License-Identifier: MIT
import {h, keepTyped} from './core/dom.js';
import {beginLanguage, languageChanged, preferredLanguage, t, useLanguage} from './core/i18n.js';
import {applyTheme, preferenceChanged} from './core/preferences.js';
import {currentPlace, placeChanged} from './core/router.js';
import {explain, explainUnread} from './api/errors.js';
import {connectionChanged, connectionState, reconnectNow, startEvents, stopEvents} from './api/events.js';
import {loadPart} from './api/parts.js';
import {currentUser, restoreSession, sessionChanged, sessionResumed, setSignInDialog, signInByLink} from './api/session.js';
import {watchDropAndPaste} from './components/intake.js';
import {watchConnection} from './components/connection.js';
import {closeDialogs} from './components/dialogs.js';
import {announce, closeToasts, toast, toastError} from './components/toast.js';
import {icon} from './components/icons.js';
import {showWaiting} from './components/waiting.js';
import {loadClassNames} from './model/classes.js';
import {forgetTasks} from './model/tasks.js';
import {forgetUploads} from './model/uploads.js';
import {Shell} from './views/shell.js';
import {askToSignIn, signInView} from './views/sign_in.js';
import {fetchViewsAhead, viewOf} from './views/views.js';

/** Starts the page and shows the view that the address names. */

let shell = null;
/** What stands in the page; `fault`: why it is no view. */
let shown = {path: null, view: null, fault: null, leave: new AbortController()};
/** Why it cannot be said whether somebody is signed in. */
let unrestored = null;

/** With `carried`, the view is the same as before, drawn anew: it takes up what the person did in it. */
async function show(place, {again = false, carried} = {}) {
  if (!currentUser()) return showSignIn();
  if (!again && place.path === shown.path && shown.view?.update) return shown.view.update(place);
  shown.leave.abort();
  const leave = new AbortController();
  const first = shown.path === null;
  const hadFocus = shell.main.contains(document.activeElement);
  shown = {path: place.path, view: null, fault: null, leave};
  shell.mark(place.segments[0] ?? '');
  let hasFocus = false;
  try {
    const view = await showWaiting(draw(place, leave.signal, carried), leave.signal);
    if (leave.signal.aborted) return;
    shown.view = view;
    shell.show(view, place.path);
    hasFocus = view.shown?.();
  } catch (error) {
    if (leave.signal.aborted) return;
    shown.fault = error;
    shell.show(errorView(error, () => show(place, {again: true})), place.path);
  }
  if (!first && !hasFocus && (!again || hadFocus)) shell.focusTitle();
}

async function draw(place, signal, carried) {
  const module = await viewOf(place);
  return module ? module.render({place, signal, carried}) : notFound();
}

/** What could not be shown for want of a server or a session is shown as soon as there is one. */
function showAtLast() {
  const {fault} = shown;
  if (fault?.status === 0 || fault?.code === 'session_over') show(currentPlace(), {again: true});
}

function showSignIn() {
  shown.leave.abort();
  shown = {path: null, view: null, fault: null, leave: new AbortController()};
  // Nobody is told what happens, so nothing comes by itself.
  shell.show(unrestored ? errorView(unrestored, restoreAgain, explain) : signInView());
}

function notFound() {
  return {title: t('error.not_found_title'), element: h('div', {class: 'page empty'}, icon('search'), h('h1', {tabIndex: -1}, t('error.not_found_title')),
    h('p', {}, t('error.not_found_text')), h('a', {class: 'button primary', href: '#/'}, t('nav.home')))};
}

/** What only reading the page anew mends. */
const kStale = new Set(['page_updated', 'page_incomplete']);

function errorView(error, repeat, say = explainUnread) {
  const stale = kStale.has(error.code);
  if (error.status === 404 && !stale) return notFound();
  return {title: t('error.title'), element: h('div', {class: 'page empty'}, icon('warning'), h('h1', {tabIndex: -1}, t('error.title')), h('p', {role: 'alert'}, say(error)),
    h('button', {type: 'button', class: 'button primary', on: {click: stale ? () => location.reload() : repeat}}, t(stale ? 'action.reload' : 'action.try_again')))};
}

/** The same place in another language: what was typed, chosen and selected stays. */
async function showInLanguage() {
  const putBack = keepTyped(shell.main);
  const carried = shown.view?.carry?.();
  shell.draw();
  await show(currentPlace(), {again: true, carried});
  putBack();
}

/** Whose the page is, and where in it who was there before has left: nobody else is led there. */
let person = null;
const nowhere = {person: null, address: ''};
let left = nowhere;

async function someoneElse(user) {
  forgetPerson();
  changePlace(user);
  await welcome(user);
}

function forgetPerson() {
  closeDialogs();
  forgetUploads();
  forgetTasks();
  announce('');
  // After the tasks: the end of a message would have those deleted that it is about.
  closeToasts();
  stopEvents();
}

function changePlace(user) {
  if (person) {
    left = {person: person.id, address: location.hash || '#/'};
    history.replaceState(null, '', '#/');
  }
  if (user && user.id === left.person && currentPlace().path === '/') history.replaceState(null, '', left.address);
  person = user;
}

async function welcome(user) {
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
  left = nowhere;
  try {
    await signInByLink(match[1]);
  } catch (error) {
    if (!currentUser()) await restore();
    toast(error.status === 401 ? sayLinkUsed() : explain(error), {kind: 'error', seconds: 30});
  }
}

function sayLinkUsed() {
  const user = currentUser();
  return user ? t('signin.link_used_signed_in', {name: user.name}) : t('signin.link_used');
}

/** A link that is opened over the page leads to its beginning, like every sign-in by link. */
async function useLinkHere() {
  await useLink();
  if (currentUser() && shown.path !== currentPlace().path) show(currentPlace());
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
  const missing = await beginLanguage();
  shell = new Shell(document.getElementById('app'));
  setSignInDialog(askToSignIn);
  watchDropAndPaste();
  watchConnection();
  await useLink();
  if (!currentUser()) await restore();
  sessionChanged.on(someoneElse);
  sessionResumed.on(() => {
    if (connectionState() === 'ended') reconnectNow();
    showAtLast();
  });
  connectionChanged.on((state) => { if (state === 'open') showAtLast(); });
  languageChanged.on(showInLanguage);
  placeChanged.on((place) => {
    closeDialogs();
    if (kLink.test(location.hash)) useLinkHere();
    else show(place);
  });
  preferenceChanged.on((name) => {
    if (name === 'theme') applyTheme();
    if (name === 'language' && preferredLanguage() !== document.documentElement.lang) loadPart(() => useLanguage(preferredLanguage())).catch(toastError);
  });
  person = currentUser();
  await welcome(person);
  document.documentElement.dataset.ready = 'true';
  if (missing) toast(t('error.language', {language: missing}), {kind: 'error'});
  whenIdle(fetchViewsAhead);
}

/** Safari has no such callback. */
function whenIdle(task) {
  if ('requestIdleCallback' in globalThis) requestIdleCallback(task);
  else setTimeout(task, 1000);
}

/** Without a view, or even without the shell, an empty page would say nothing. */
function sayUnstarted(fault) {
  if (shell) shell.show(errorView(fault, () => location.reload()));
  else document.querySelector('.unstarted').classList.add('certain');
  throw fault;
}

start().catch(sayUnstarted);
