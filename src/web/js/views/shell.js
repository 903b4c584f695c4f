// SPDX-License-Identifier: MIT
import {fill, h} from '../core/dom.js';
import {currentLanguage, kLanguages, t, useLanguage} from '../core/i18n.js';
import {setPreference, theme} from '../core/preferences.js';
import {linkTo} from '../core/router.js';
import {kBase} from '../api/client.js';
import {loadPart} from '../api/parts.js';
import {currentUser, signOut} from '../api/session.js';
import {confirmDialog} from '../components/dialogs.js';
import {icon, logo} from '../components/icons.js';
import {messageRegions, toastError} from '../components/toast.js';
import {finishDeletions} from '../model/deletion.js';
import {anyUploadPending} from '../model/uploads.js';

const kThemes = ['system', 'light', 'dark'];
const kThemeIcons = {system: 'contrast', light: 'sun', dark: 'moon'};

/** Pictures on their way would be lost, as they would when the tab is closed: so that is asked for first. */
async function leave() {
  const question = {title: t('signout.title'), text: t('signout.text'), action: t('nav.sign_out')};
  if (await anyUploadPending() && !await confirmDialog(question)) return;
  await finishDeletions();
  await signOut();
}

/** What stands around every view: the bar with the ways to go, switches, messages. */
export class Shell {
  #at = '';

  constructor(root) {
    this.bar = h('header', {class: 'bar'});
    this.main = h('main', {id: 'main', tabIndex: -1});
    const skip = h('a', {class: 'skip', href: '#main', on: {click: (event) => { event.preventDefault(); this.main.focus(); }}});
    this.skip = skip;
    fill(root, skip, this.bar, this.main, ...messageRegions(), h('div', {class: 'drop-veil', 'aria-hidden': 'true'}, h('p', {})));
    this.veil = root.querySelector('.drop-veil p');
    this.draw();
  }

  /** Draws the bar, in the present language and for who is signed in. */
  draw() {
    const user = currentUser();
    this.skip.textContent = t('nav.skip');
    this.veil.textContent = t('intake.drop_here');
    const active = document.activeElement?.dataset?.part;
    fill(this.bar,
      h('a', {class: 'brand', href: linkTo('/'), 'aria-label': t('nav.brand')}, logo(), h('span', {}, 'geond')),
      user && h('nav', {class: 'nav', 'aria-label': t('nav.label')}, this.#links(user)),
      h('div', {class: 'switches'}, this.#languageSwitch(), this.#themeSwitch(), user && this.#userMenu(user)));
    this.mark(this.#at);
    if (active) this.bar.querySelector(`[data-part="${active}"]`)?.focus();
  }

  #links(user) {
    const places = [['', '/', 'home', 'nav.home'], ['history', '/history', 'history', 'nav.history'], ['models', '/models', 'models', 'nav.models']];
    if (user.role === 'admin') places.push(['admin', '/admin', 'admin', 'nav.admin']);
    return places.map(([name, path, glyph, label]) => h('a', {href: linkTo(path), dataset: {place: name}}, icon(glyph), h('span', {}, t(label))));
  }

  #languageSwitch() {
    const next = currentLanguage() === 'en' ? 'ru' : 'en';
    return h('button', {type: 'button', class: 'icon-button text', lang: next, dataset: {part: 'language'}, 'aria-label': `${next.toUpperCase()}, ${kLanguages[next]}`, title: kLanguages[next],
      on: {click: () => loadPart(() => useLanguage(next, {remember: true})).catch(toastError)}}, next.toUpperCase());
  }

  #themeSwitch() {
    const now = theme();
    const next = kThemes[(kThemes.indexOf(now) + 1) % kThemes.length];
    const label = t('theme.label', {now: t(`theme.${now}`)});
    return h('button', {type: 'button', class: 'icon-button', dataset: {part: 'theme'}, 'aria-label': label, title: label,
      on: {click: () => { setPreference('theme', next); this.draw(); }}}, icon(kThemeIcons[now]));
  }

  #userMenu(user) {
    const close = () => menu.hidePopover();
    const link = (glyph, label, href) => h('a', {class: 'menu-item', href, on: {click: close}}, icon(glyph), t(label));
    const menu = h('div', {id: 'user-menu', popover: 'auto', class: 'menu'},
      h('p', {class: 'menu-name'}, user.name, user.role === 'admin' && h('span', {class: 'badge'}, t('nav.admin'))),
      link('user', 'nav.account', linkTo('/account')), link('book', 'nav.docs', new URL('docs', kBase).href),
      h('button', {type: 'button', class: 'menu-item', on: {click: () => { close(); leave().catch(toastError); }}}, icon('out'), t('nav.sign_out')));
    const button = h('button', {type: 'button', class: 'icon-button', dataset: {part: 'user'}, popovertarget: 'user-menu', 'aria-label': t('nav.user_menu', {name: user.name}), title: user.name}, icon('user'));
    return [button, menu];
  }

  /** Marks where we are. */
  mark(name) {
    this.#at = name;
    const place = {tasks: 'history', results: 'history', compare: 'history'}[name] ?? name;
    for (const link of this.bar.querySelectorAll('[data-place]')) {
      if (link.dataset.place === place) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
  }

  /** Shows a view. @param {{title: string, element: HTMLElement}} view @param {string} path its place */
  show(view, path = '') {
    this.main.dataset.path = path;
    document.title = `${view.title} · geond`;
    fill(this.main, view.element);
    scrollTo(0, 0);
  }

  /** After a change of place the focus goes to the new title, where a reader begins. */
  focusTitle() {
    (this.main.querySelector('h1') ?? this.main).focus({preventScroll: true});
  }
}
