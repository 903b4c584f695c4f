// SPDX-License-Identifier: MIT
import {h} from '../core/dom.js';
import {t} from '../core/i18n.js';
import {preference, setPreference} from '../core/preferences.js';
import {currentPlace, go} from '../core/router.js';
import {currentUser} from '../api/session.js';
import {modelsRead, withoutGone} from '../model/server.js';
import {addUploads, uploadsChanged} from '../model/uploads.js';
import {icon} from './icons.js';
import {toast} from './toast.js';

/** Ways for pictures to come in: drop anywhere, paste anywhere, choose files or a folder, camera. */

/** Each person at this browser has their own. */
const keyOf = (name) => `intake.${currentUser()?.id}.${name}`;

/** The models and the threshold chosen for what comes in; empty ones are the server's defaults. */
export function intakeSettings() {
  const settings = {};
  for (const name of ['detector', 'classifier', 'threshold']) {
    const value = preference(keyOf(name));
    if (value) settings[name] = value;
  }
  return settings;
}

/** Remembers a choice. @param {'detector'|'classifier'|'threshold'} name */
export function setIntakeSetting(name, value) {
  setPreference(keyOf(name), value || null);
}

/** A model that is no longer loaded would have every picture refused. */
function forgetGone(models) {
  const chosen = intakeSettings();
  const kept = withoutGone(chosen, models);
  for (const name of Object.keys(chosen)) if (!(name in kept)) setIntakeSetting(name, '');
}
modelsRead.on(forgetGone);

/** Takes files in; a single one leads to its result. @param {File[]} files */
export function takeFiles(files) {
  if (files.length === 0) return;
  if (!currentUser()) {
    toast(t('intake.sign_in_first'), {kind: 'error'});
    return;
  }
  const added = addUploads(files, intakeSettings());
  if (currentPlace().segments.length > 0) go('/');
  if (added.length === 1) openWhenAccepted(added[0]);
}

function openWhenAccepted(upload) {
  const off = uploadsChanged.on(() => {
    if (upload.state === 'accepted' && upload.task) {
      off();
      if (currentPlace().segments.length === 0) go(`/tasks/${upload.task.id}`);
    } else if (upload.state === 'refused') {
      off();
    }
  });
}

/** Takes a whole folder in: its pictures, and a word about the rest. */
export function takeFolder(files) {
  const pictures = files.filter((file) => file.type.startsWith('image/') || /\.(jpe?g|png|heic|webp|tiff?|bmp|gif|avif)$/i.test(file.name));
  const skipped = files.length - pictures.length;
  if (skipped > 0) toast(t('intake.skipped', {count: skipped}));
  if (pictures.length === 0) toast(t('intake.no_pictures'), {kind: 'error'});
  takeFiles(pictures);
}

/** The drop zone with its buttons. */
export function dropZone() {
  const chooser = (properties, run) => h('input', {
    type: 'file', class: 'visually-hidden', tabIndex: -1, 'aria-hidden': 'true', ...properties,
    on: {change: (event) => { run([...event.target.files]); event.target.value = ''; }},
  });
  // All pictures may be chosen, also those that are refused: the refusal says what to do.
  const files = chooser({multiple: true, accept: 'image/*', id: 'choose-files'}, takeFiles);
  const folder = chooser({webkitdirectory: true, multiple: true, id: 'choose-folder'}, takeFolder);
  const camera = chooser({accept: 'image/*', id: 'choose-camera'}, takeFiles);
  camera.setAttribute('capture', 'environment');
  const button = (name, label, input, extra) => h('button', {type: 'button', class: ['button', extra], on: {click: () => input.click()}}, icon(name), t(label));
  // A hand that touches the screen drags nothing in.
  const byHand = matchMedia('(pointer: coarse)').matches;
  return h('section', {class: 'drop-zone', 'aria-labelledby': 'drop-title'},
    h('div', {class: 'drop-art', 'aria-hidden': 'true'}, icon('upload')),
    h('h2', {id: 'drop-title'}, t(byHand ? 'intake.title_hand' : 'intake.title')),
    h('p', {class: 'muted'}, t(byHand ? 'intake.hint_hand' : 'intake.hint')),
    h('div', {class: 'drop-actions'},
      button('upload', 'intake.files', files, 'primary'), button('folder', 'intake.folder', folder, 'folder-button'),
      button('camera', 'intake.camera', camera, 'camera-button')),
    files, folder, camera);
}

/** Lets pictures be dropped and pasted anywhere on the page. */
export function watchDropAndPaste() {
  let depth = 0;
  const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes('Files');
  const show = (on) => document.documentElement.classList.toggle('dropping', on);
  addEventListener('dragenter', (event) => {
    if (!hasFiles(event)) return;
    depth += 1;
    show(true);
  });
  addEventListener('dragleave', (event) => {
    if (!hasFiles(event)) return;
    depth -= 1;
    if (depth <= 0) show(false);
  });
  addEventListener('dragover', (event) => { if (hasFiles(event)) event.preventDefault(); });
  addEventListener('drop', async (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth = 0;
    show(false);
    const {files, unreadable, fromFolder} = await filesOf(event.dataTransfer);
    if (unreadable > 0) toast(t('intake.unreadable', {count: unreadable}), {kind: 'error'});
    if (fromFolder) takeFolder(files);
    else takeFiles(files);
  });
  addEventListener('paste', (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0 || isForText(event)) return;
    event.preventDefault();
    takeFiles(files);
  });
}

const kTextFields = 'textarea, [contenteditable], input:not([type=checkbox], [type=radio], [type=range], [type=file])';

/**
 * Whether what is pasted is text with a picture of it beside, as office programs copy it, or goes into a field.
 * File managers put the names of files beside them as plain text: so that alone says nothing.
 */
function isForText({target, clipboardData: {types}}) {
  return Boolean(target.closest?.(kTextFields)) || (types.includes('text/plain') && types.includes('text/html'));
}

/** What was dropped. `unreadable`: how many files and folders the browser may not read; the others come in. */
async function filesOf(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) return {files: [...transfer.files], unreadable: 0, fromFolder: false};
  const found = {files: [], unreadable: 0, fromFolder: true};
  for (const entry of entries) await walk(entry, found);
  return found;
}

async function walk(entry, found) {
  try {
    if (entry.isFile) found.files.push(await new Promise((resolve, reject) => { entry.file(resolve, reject); }));
    else for (const child of await childrenOf(entry)) await walk(child, found);
  } catch {
    found.unreadable += 1;
  }
}

async function childrenOf(folder) {
  const reader = folder.createReader();
  const children = [];
  while (true) {
    // A reader gives a part at a time, an empty one at the end.
    const part = await new Promise((resolve, reject) => { reader.readEntries(resolve, reject); });
    if (part.length === 0) return children;
    children.push(...part);
  }
}
