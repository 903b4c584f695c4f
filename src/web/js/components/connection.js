// SPDX-License-Identifier: MIT
import {h} from '../core/dom.js';
import {t} from '../core/i18n.js';
import {connectionChanged, reconnectNow, serverEvent} from '../api/events.js';
import {currentUser} from '../api/session.js';
import {icon} from './icons.js';
import {toast} from './toast.js';

/** Says when the server is not there, and what happened meanwhile when it is back. */

const kPatience = 700;  // Milliseconds of loss before anyone is bothered.

export function watchConnection() {
  let banner = null;
  let timer = 0;
  let restarted = false;
  const show = () => {
    if (banner || !currentUser()) return;
    banner = h('div', {class: 'banner', role: 'alert'}, icon('warning'), h('p', {}, t(navigator.onLine ? 'connection.lost' : 'connection.offline')),
      h('button', {type: 'button', class: 'button small', on: {click: reconnectNow}}, t('connection.now')));
    document.querySelector('.bar')?.after(banner);
  };
  connectionChanged.on((state) => {
    document.documentElement.dataset.connection = state;
    clearTimeout(timer);
    if (state === 'lost') timer = setTimeout(show, kPatience);
    if (state !== 'open' || !banner) return;
    banner.remove();
    banner = null;
    // The greeting, which tells whether it is another process, follows the connection.
    setTimeout(() => {
      toast(t(restarted ? 'connection.restarted' : 'connection.back'), {kind: 'success'});
      restarted = false;
    }, 300);
  });
  serverEvent.on(({name}) => { if (name === 'restarted') restarted = true; });
}
