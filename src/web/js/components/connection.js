// SPDX-License-Identifier: MIT
import {h} from '../core/dom.js';
import {languageChanged, t} from '../core/i18n.js';
import {connectionChanged, connectionState, reconnectNow, serverEvent} from '../api/events.js';
import {currentUser, renew, sessionChanged, sessionEnded, sessionResumed} from '../api/session.js';
import {icon} from './icons.js';
import {toast, toastError} from './toast.js';

/** Says when the server is not there, and what happened meanwhile when it is back. */

const kPatience = 700;  // Milliseconds of loss before anyone is bothered.

/** Asks to sign in again; what listens begins anew then, if it had ended. */
function signInAgain() {
  if (connectionState() === 'ended') reconnectNow();
  else renew().catch(toastError);
}

/** What is said of a state, and what its button does. */
function sayingOf(state) {
  if (state === 'replaced') return ['connection.replaced', 'connection.here', reconnectNow];
  if (state === 'ended') return ['error.code.session_over', 'signin.again', signInAgain];
  return [navigator.onLine ? 'connection.lost' : 'connection.offline', 'connection.now', reconnectNow];
}

export function watchConnection() {
  let banner = null;
  let said = null;
  let timer = 0;
  let restarted = false;
  const show = (state) => {
    if (!currentUser()) return;
    const [text, action, run] = sayingOf(state);
    said = state;
    banner?.remove();
    banner = h('div', {class: 'banner', role: 'alert'}, icon('warning'), h('p', {}, t(text)),
      h('button', {type: 'button', class: 'button small', on: {click: run}}, t(action)));
    document.querySelector('.bar')?.after(banner);
  };
  const hide = () => {
    banner?.remove();
    banner = null;
  };
  connectionChanged.on((state) => {
    document.documentElement.dataset.connection = state;
    clearTimeout(timer);
    if (state === 'lost') timer = setTimeout(show, kPatience, state);
    if (state === 'replaced' || state === 'ended') show(state);
    if (state !== 'open' || !banner) return;
    hide();
    // The greeting, which tells whether it is another process, follows the connection.
    setTimeout(() => {
      toast(t(restarted ? 'connection.restarted' : 'connection.back'), {kind: 'success'});
      restarted = false;
    }, 300);
  });
  serverEvent.on(({name}) => { if (name === 'restarted') restarted = true; });
  sessionEnded.on(() => show('ended'));
  // What had stopped to listen says by itself that it is back.
  sessionResumed.on(() => { if (said === 'ended' && connectionState() === 'open') hide(); });
  sessionChanged.on((user) => { if (!user) hide(); });
  languageChanged.on(() => { if (banner) show(said); });
}
