// SPDX-License-Identifier: MIT
import {h, refill} from '../core/dom.js';
import {formatFullTime, formatTime} from '../core/format.js';
import {t} from '../core/i18n.js';
import {get, kBase, patch, post, remove} from '../api/client.js';
import {currentUser} from '../api/session.js';
import {newPasswordField, passwordField} from '../components/account_fields.js';
import {copyText} from '../components/clipboard.js';
import {actionForm, confirmDialog, field, openDialog} from '../components/dialogs.js';
import {icon} from '../components/icons.js';
import {toast, toastError} from '../components/toast.js';

/** The own account: password, sign-ins, API keys. */
export async function render({signal}) {
  return {title: t('nav.account'), element: h('div', {class: 'page account'},
    h('div', {class: 'page-head'}, h('h1', {tabIndex: -1}, t('nav.account')), h('p', {class: 'muted'}, t('account.signed_in_as', {name: currentUser().name}))),
    passwordPanel(), await sessionsPanel(signal), await keysPanel(signal))};
}

function passwordPanel() {
  const form = actionForm({
    fields: [
      h('input', {type: 'text', name: 'username', autocomplete: 'username', value: currentUser().name, hidden: true}),
      passwordField(t('account.current_password'), {name: 'current'}),
      newPasswordField(t('account.new_password'), {name: 'next'}),
    ],
    action: t('account.change_password'),
    submit: async (data) => {
      await patch('users/me', {current_password: data.get('current'), password: data.get('next')});
      form.reset();
      toast(t('account.password_changed'), {kind: 'success'});
      document.dispatchEvent(new CustomEvent('geond-sessions'));
    },
  });
  return h('section', {class: 'panel'}, h('h2', {}, t('account.password')), form);
}

async function sessionsPanel(signal) {
  const list = h('ul', {class: 'entry-list', tabIndex: -1});
  const read = async () => refill(list, (await get('sessions')).sessions.map((session) => sessionRow(session, read)));
  await read();
  document.addEventListener('geond-sessions', () => read().catch(toastError), {signal});
  const others = async () => {
    const {ended} = await remove('sessions');
    toast(t('account.sessions_ended', {count: ended}), {kind: 'success'});
    await read();
  };
  return h('section', {class: 'panel'}, h('div', {class: 'panel-head'}, h('h2', {}, t('account.sessions')),
    h('button', {type: 'button', class: 'button quiet', on: {click: () => others().catch(toastError)}}, t('account.end_others'))), list);
}

function sessionRow(session, changed) {
  const end = async () => {
    await remove(`sessions/${session.id}`);
    await changed();
  };
  const device = describeDevice(session.user_agent);
  return h('li', {}, icon(session.kind === 'cookie' ? 'user' : 'key'),
    h('div', {class: 'row-body'}, h('strong', {title: session.user_agent}, device), h('span', {class: 'muted'}, t('account.session_text', {address: session.address, time: formatTime(session.last_used_at)}))),
    session.current ? h('span', {class: 'badge badge-done'}, t('account.this_one'))
      : h('button', {type: 'button', class: 'button', dataset: {part: `session ${session.id}`}, 'aria-label': `${t('account.end')}: ${device}, ${t('account.since', {time: formatFullTime(session.created_at)})}`, on: {click: () => end().catch(toastError)}}, t('account.end')));
}

function describeDevice(agent) {
  const browser = [['Edg/', 'Edge'], ['Firefox/', 'Firefox'], ['OPR/', 'Opera'], ['Chrome/', 'Chrome'], ['Safari/', 'Safari'], ['curl/', 'curl'], ['python', 'Python']].find(([mark]) => agent.includes(mark))?.[1];
  const system = [['Android', 'Android'], ['iPhone', 'iOS'], ['iPad', 'iPadOS'], ['Windows', 'Windows'], ['Mac OS', 'macOS'], ['Linux', 'Linux']].find(([mark]) => agent.includes(mark))?.[1];
  return [browser, system].filter(Boolean).join(', ') || agent || t('account.unknown_device');
}

async function keysPanel() {
  const list = h('ul', {class: 'entry-list', tabIndex: -1});
  const none = h('p', {class: 'muted'}, t('account.no_keys'));
  const read = async () => {
    const {keys} = await get('keys');
    none.hidden = keys.length > 0;
    refill(list, keys.map((key) => keyRow(key, read)));
  };
  await read();
  const form = actionForm({
    class: 'inline',
    fields: [field(t('account.key_name'), {name: 'name', required: true, maxLength: 100, autocomplete: 'off'}, t('account.key_hint'))],
    action: t('account.make_key'),
    submit: async (data) => {
      const made = await post('keys', {name: data.get('name').trim()});
      form.reset();
      showKey(made);
      await read();
    },
  });
  return h('section', {class: 'panel'}, h('h2', {}, t('account.keys')), h('p', {class: 'muted'}, t('account.keys_text')), none, list, form);
}

function keyRow(key, changed) {
  const revoke = async () => {
    if (!await confirmDialog({title: t('account.revoke_title', {name: key.name}), text: t('account.revoke_text'), action: t('account.revoke')})) return;
    await remove(`keys/${key.id}`);
    await changed();
  };
  return h('li', {}, icon('key'), h('div', {class: 'row-body'}, h('strong', {}, key.name), h('span', {class: 'muted', title: formatFullTime(key.created_at)},
    key.last_used_at ? t('account.key_used', {time: formatTime(key.last_used_at)}) : t('account.key_unused', {time: formatTime(key.created_at)}))),
    h('button', {type: 'button', class: 'button', dataset: {part: `key ${key.id}`}, 'aria-label': `${t('account.revoke')}: ${key.name}`, on: {click: () => revoke().catch(toastError)}}, t('account.revoke')));
}

/** The only moment at which the key can be seen. */
function showKey(made) {
  const line = `curl -H 'Authorization: Bearer ${made.key}' -H 'Prefer: wait=10' --data-binary @picture.jpg '${new URL('api/v1/tasks', kBase).href}'`;
  const copyable = (label, text) => h('div', {class: 'copyable'}, h('h3', {}, label), h('pre', {class: 'code', tabIndex: 0}, text),
    h('button', {type: 'button', class: 'button', on: {click: () => copyText(Promise.resolve(text))}}, icon('copy'), t('action.copy')));
  openDialog({title: t('account.key_made'), clickAway: false, body: [h('p', {}, t('account.key_once')), copyable(t('account.key'), made.key), copyable(t('account.try_it'), line)]});
}
