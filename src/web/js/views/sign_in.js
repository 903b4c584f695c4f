// SPDX-License-Identifier: MIT
import {h} from '../core/dom.js';
import {t} from '../core/i18n.js';
import {preference} from '../core/preferences.js';
import {ApiError} from '../api/errors.js';
import {currentUser, register, sessionChanged, sessionResumed, signIn} from '../api/session.js';
import {nameField, newNameField, newPasswordField, passwordField} from '../components/account_fields.js';
import {actionForm, openDialog} from '../components/dialogs.js';
import {logo} from '../components/icons.js';
import {serverFacts} from '../model/server.js';

/** The view of who is not signed in. */
export function signInView() {
  const registration = h('div', {});
  serverFacts().then((facts) => { if (facts?.registration === 'open') registration.append(registrationPart()); });
  const element = h('div', {class: 'page sign-in'}, h('div', {class: 'sign-in-card'},
    logo(), h('h1', {tabIndex: -1}, t('signin.title')), h('p', {class: 'muted'}, t('signin.lead')),
    signInForm(''), registration,
    h('details', {}, h('summary', {}, t('signin.no_account')), h('p', {class: 'muted'}, t('signin.no_account_text')), h('pre', {class: 'code'}, 'geond user add NAME --admin --data DIR'))));
  return {title: t('signin.title'), element};
}

function signInForm(name) {
  return actionForm({
    fields: [
      nameField({value: name}),
      passwordField(t('signin.password')),
    ],
    action: t('signin.action'),
    submit: (data) => signIn(data.get('name').trim(), data.get('password')),
  });
}

function registrationPart() {
  return h('details', {class: 'register'}, h('summary', {}, t('signin.register')), actionForm({
    fields: [
      newNameField({autocomplete: 'username'}),
      newPasswordField(t('signin.password')),
    ],
    action: t('signin.register_action'),
    submit: (data) => register(data.get('name').trim(), data.get('password')),
  }));
}

let asking = null;

/**
 * The session is over in the middle of something: asks to sign in again over the page as it is,
 * so that nothing typed or dropped is lost. Rejects if the person does not want to, or somebody else signs in.
 * @returns {Promise<void>}
 */
export function askToSignIn() {
  asking ??= ask().finally(() => { asking = null; });
  return asking;
}

async function ask() {
  const name = currentUser()?.name ?? preference('signed_in') ?? '';
  const body = [h('p', {}, t('signin.expired')), signInForm(name)];
  const dialog = openDialog({title: t('signin.again'), body, class: 'sign-in-dialog', stays: true});
  dialog.element.querySelector('input[type=password]').focus();
  // Here or in another tab.
  const over = new AbortController();
  sessionResumed.on(() => dialog.element.close('signed in'), over.signal);
  sessionChanged.on(() => dialog.element.close(''), over.signal);
  const answer = await dialog.closed;
  over.abort();
  if (answer !== 'signed in') throw new ApiError(401, {code: 'session_over'});
}
