// SPDX-License-Identifier: MIT
import {fill, h, refill} from '../core/dom.js';
import {formatNumber, formatSeconds, formatTime} from '../core/format.js';
import {t} from '../core/i18n.js';
import {get, patch, post, remove} from '../api/client.js';
import {currentUser} from '../api/session.js';
import {newNameField, newPasswordField} from '../components/account_fields.js';
import {actionForm, choice, confirmDialog, openDialog} from '../components/dialogs.js';
import {icon} from '../components/icons.js';
import {toast, toastError} from '../components/toast.js';

const kStatuses = ['queued', 'in progress', 'done', 'failed', 'cancelled'];
const kEvery = 2000;  // Milliseconds between readings of the queue.

/** For an administrator: the queue, the counts, the people. Not other people's pictures. */
export async function render({signal}) {
  const queue = h('div', {});
  const users = h('div', {tabIndex: -1});
  const readQueue = async () => fill(queue, queueFigures(await get('stats', {}, {signal})));
  const readUsers = async () => refill(users, userTable(await allUsers(signal), readUsers));
  await Promise.all([readQueue(), readUsers()]);
  const timer = setInterval(() => { if (!document.hidden) readQueue().catch(() => {}); }, kEvery);
  signal.addEventListener('abort', () => clearInterval(timer));
  return {title: t('nav.admin'), element: h('div', {class: 'page admin'},
    h('div', {class: 'page-head'}, h('h1', {tabIndex: -1}, t('nav.admin'))),
    h('section', {class: 'panel'}, h('h2', {}, t('admin.queue')), queue),
    h('section', {class: 'panel'}, h('div', {class: 'panel-head'}, h('h2', {}, t('admin.users')),
      h('button', {type: 'button', class: 'button', on: {click: () => newUserDialog(readUsers)}}, icon('user'), t('admin.add_user'))), users))};
}

function queueFigures(stats) {
  const figure = (label, value) => h('div', {class: 'figure'}, h('dt', {}, label), h('dd', {}, value));
  const counts = stats.all_tasks ?? stats.tasks;
  return [
    h('dl', {class: 'figure-grid'}, figure(t('admin.depth'), `${formatNumber(stats.queue.depth)} / ${formatNumber(stats.queue.capacity)}`),
      figure(t('admin.workers'), `${formatNumber(stats.workers.busy)} / ${formatNumber(stats.workers.total)}`),
      figure(t('admin.rate'), formatNumber(stats.rates.tasks_per_second, 1)), figure(t('admin.average'), formatSeconds(stats.rates.average_seconds))),
    h('dl', {class: 'figure-grid'}, kStatuses.map((status) => figure(t(`status.${status}`), formatNumber(counts[status] ?? 0)))),
  ];
}

async function allUsers(signal) {
  const users = [];
  let cursor = null;
  do {
    const page = await get('users', {limit: 200, cursor}, {signal});
    users.push(...page.users);
    cursor = page.next_cursor;
  } while (cursor);
  return users;
}

function userTable(users, changed) {
  return h('div', {class: 'table-scroll', tabIndex: 0, role: 'group', 'aria-label': t('admin.users')}, h('table', {},
    h('thead', {}, h('tr', {}, ['name', 'role', 'state', 'since'].map((key) => h('th', {scope: 'col'}, t(`admin.${key}`))), h('th', {scope: 'col'}, h('span', {class: 'visually-hidden'}, t('admin.actions'))))),
    h('tbody', {}, users.map((user) => userRow(user, changed)))));
}

function userRow(user, changed) {
  const act = (run) => async () => {
    try {
      if (await run() !== false) await changed();
    } catch (error) {
      toastError(error);
    }
  };
  const button = (part, label, run) => h('button', {type: 'button', class: 'button small', dataset: {part: `${part} ${user.id}`}, 'aria-label': `${label}: ${user.name}`, on: {click: act(run)}}, label);
  const me = user.id === currentUser().id;
  return h('tr', {}, h('th', {scope: 'row'}, user.name, me && h('span', {class: 'muted'}, ` (${t('admin.you')})`)), h('td', {}, t(`role.${user.role}`)), h('td', {}, t(user.disabled ? 'admin.disabled' : 'admin.active')),
    h('td', {}, formatTime(user.created_at)), h('td', {class: 'button-row'},
      button('password', t('admin.new_password'), () => passwordDialog(user)),
      !me && button('state', t(user.disabled ? 'admin.enable' : 'admin.disable'), () => patch(`users/${user.id}`, {disabled: !user.disabled})),
      !me && button('role', t(user.role === 'admin' ? 'admin.make_user' : 'admin.make_admin'), () => patch(`users/${user.id}`, {role: user.role === 'admin' ? 'user' : 'admin'})),
      !me && button('delete', t('action.delete'), async () => {
        if (!await confirmDialog({title: t('admin.remove_title', {name: user.name}), text: t('admin.remove_text'), action: t('action.delete')})) return false;
        await remove(`users/${user.id}`);
        return true;
      })));
}

function newUserDialog(changed) {
  const {element} = openDialog({title: t('admin.add_user'), body: [actionForm({
    fields: [
      newNameField({autocomplete: 'off'}),
      newPasswordField(t('signin.password')),
      choice(t('admin.role'), [{value: 'user', label: t('role.user')}, {value: 'admin', label: t('role.admin')}], {name: 'role'}),
    ],
    action: t('admin.add_user'),
    submit: async (data) => {
      await post('users', Object.fromEntries(data));
      element.close('');
      await changed();
    },
  })]});
}

async function passwordDialog(user) {
  const dialog = openDialog({title: t('admin.password_of', {name: user.name}), body: [actionForm({
    fields: [newPasswordField(t('account.new_password'))],
    action: t('admin.new_password'),
    submit: async (data) => {
      await patch(`users/${user.id}`, {password: data.get('password')});
      toast(t('admin.password_set', {name: user.name}), {kind: 'success'});
      dialog.element.close('done');
    },
  })]});
  return (await dialog.closed) === 'done';
}
