// SPDX-License-Identifier: MIT
import {url} from '../api/client.js';
import {ApiError, foreignAnswer} from '../api/errors.js';
import {connectionChanged} from '../api/events.js';
import {renew} from '../api/session.js';
import {Emitter} from '../core/emitter.js';
import {isUnfinished, tellUnfinished} from '../core/unfinished.js';
import {noteTask, readAgain, tasksChanged} from './tasks.js';
import {checkPicture} from './picture_check.js';
import {forgetFacts, loadedModels, serverFacts, withoutGone} from './server.js';

/**
 * Pictures on their way to the server. Three at a time (browsers open six connections, and
 * pictures and the event stream need some); a busy server or a lost line is waited for, under the
 * same idempotency key, so that nothing is sent in vain or twice.
 */

const kAtOnce = 3;

/**
 * @typedef {Object} Upload
 * @property {number} id the page's own
 * @property {File} file
 * @property {'waiting'|'sending'|'pausing'|'accepted'|'refused'} state
 * @property {number} share sent, 0 to 1
 * @property {Object|null} task once accepted
 * @property {{reason: string, values: Object}|null} check why it was not sent
 * @property {ApiError|null} error why the server refused it, or why it is pausing
 * @property {AbortController} dismissed ends what is done for it
 */

/** `{upload}` on every change; `{list: true}` when uploads come or go. */
export const uploadsChanged = new Emitter();

/** @type {Upload[]} newest last */
const uploads = [];
let nextId = 1;
let sending = 0;

/** @returns {readonly Upload[]} */
export function currentUploads() {
  return uploads;
}

/** How many have not been accepted or refused yet. */
export function pendingUploads() {
  return uploads.filter((upload) => ['waiting', 'sending', 'pausing'].includes(upload.state)).length;
}

/** Whether any tab of this browser has pictures that have not been accepted or refused yet. */
export async function anyUploadPending() {
  return pendingUploads() > 0 || isUnfinished('uploads');
}

tasksChanged.on(({kind, ids}) => {
  if (kind === 'removed') {
    if (uploads.some(({task}) => ids.has(task?.id))) dismissFinished(({task}) => ids.has(task?.id));
  } else if (kind === 'stale') {
    catchUp();
  }
});
connectionChanged.on((state) => { if (state === 'open' && behind) catchUp(); });

/** What became of accepted pictures was not told, and could not be read yet. */
let behind = false;

async function catchUp() {
  behind = true;
  const accepted = uploads.filter(({task}) => task).map(({task}) => task);
  behind = accepted.length > 0 && await readAgain(accepted).then(() => false, () => true);
}

let allSettled = null;
uploadsChanged.on(() => {
  const pending = pendingUploads() > 0;
  if (pending && !allSettled) tellUnfinished('uploads', new Promise((resolve) => { allSettled = resolve; }));
  if (pending || !allSettled) return;
  allSettled();
  allSettled = null;
});

/**
 * Takes files to send.
 * @param {File[]} files
 * @param {{detector?: string, classifier?: string, threshold?: number}} settings
 */
export function addUploads(files, settings = {}) {
  const added = files.map((file) => ({
    id: nextId++, file, settings: {...settings}, state: 'waiting', share: 0, task: null, check: null, error: null,
    key: newKey(), dismissed: new AbortController(),
  }));
  uploads.push(...added);
  uploadsChanged.emit({list: true});
  pump();
  return added;
}

/** An idempotency key: so that no picture is taken twice. */
function newKey() {
  return `page-${crypto.getRandomValues(new Uint32Array(4)).join('-')}`;
}

/** Stops sending, or takes the entry off the list. */
export function dismissUpload(upload) {
  upload.dismissed.abort();
  upload.state = upload.state === 'accepted' ? 'accepted' : 'refused';
  const index = uploads.indexOf(upload);
  if (index >= 0) uploads.splice(index, 1);
  uploadsChanged.emit({list: true});
}

/** Takes everything off the list and stops what is being sent: another person may have signed in. */
export function forgetUploads() {
  for (const upload of [...uploads]) dismissUpload(upload);
}

/** Takes everything that is over off the list. */
export function dismissFinished(isOver) {
  for (const upload of uploads.filter(isOver)) uploads.splice(uploads.indexOf(upload), 1);
  uploadsChanged.emit({list: true});
}

/** Sends a refused one again. */
export function resend(upload) {
  // The server remembers what it was sent under that key, and would refuse it for ever.
  if ([409, 410].includes(upload.error?.status)) upload.key = newKey();
  Object.assign(upload, {state: 'waiting', share: 0, error: null, check: null});
  changed(upload);
  pump();
}

function changed(upload) {
  uploadsChanged.emit({upload});
}

function pump() {
  for (const upload of uploads) {
    if (sending >= kAtOnce) return;
    if (upload.state !== 'waiting') continue;
    sending += 1;
    upload.state = 'sending';
    deliver(upload).finally(() => {
      sending -= 1;
      pump();
    });
  }
}

async function deliver(upload) {
  const checked = await checkPicture(upload.file, (await serverFacts())?.limits ?? null).catch(() => ({ok: false, reason: 'check.unreadable', values: {}}));
  if (!checked.ok) {
    Object.assign(upload, {state: 'refused', check: checked});
    changed(upload);
    return;
  }
  await dropGoneModels(upload);
  while (upload.state === 'sending' || upload.state === 'pausing') {
    try {
      upload.state = 'sending';
      changed(upload);
      upload.task = await transmit(upload);
      upload.state = 'accepted';
      noteTask(upload.task);
    } catch (error) {
      if (!uploads.includes(upload)) return;
      await recover(upload, error);
    }
    changed(upload);
  }
}

/** What is remembered from another day, or was refused before, may name a model that is not there any more. */
async function dropGoneModels(upload) {
  if (!upload.settings.detector && !upload.settings.classifier) return;
  const models = await loadedModels().catch(() => null);
  if (models) upload.settings = withoutGone(upload.settings, models);
}

/** After a refusal: waits, has the person sign in, or gives up. */
async function recover(upload, error) {
  upload.error = error;
  upload.share = 0;
  if (error.status === 413) {
    forgetFacts();
    await serverFacts();
  }
  if (error.code === 'unknown_model') await loadedModels({fresh: true}).catch(() => {});
  if (error.status === 401) {
    upload.state = 'pausing';
    await Promise.race([renew().catch(() => { upload.state = 'refused'; }), ended(upload)]);
  } else if ([0, 429, 502, 503, 504].includes(error.status)) {
    upload.state = 'pausing';
    changed(upload);
    await pause(1000 * Math.min(Math.max(error.retryAfter ?? 2, 1), 60), upload);
  } else {
    upload.state = 'refused';
  }
}

/** Resolves when an upload is dismissed: it does not keep its place among those that are sent. */
function ended({dismissed: {signal}}) {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', resolve, {once: true});
  });
}

async function pause(milliseconds, upload) {
  let timer = 0;
  await Promise.race([new Promise((resolve) => { timer = setTimeout(resolve, milliseconds); }), ended(upload)]);
  clearTimeout(timer);
}

/** XMLHttpRequest, since fetch does not tell how much has been sent. */
function transmit(upload) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    upload.dismissed.signal.addEventListener('abort', () => request.abort(), {once: true});
    request.open('POST', url('tasks', {...upload.settings, file_name: shortName(upload.file.name)}));
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.setRequestHeader('Idempotency-Key', upload.key);
    request.responseType = 'json';
    request.upload.onprogress = ({loaded, total}) => {
      upload.share = total > 0 ? loaded / total : 0;
      changed(upload);
    };
    request.onload = () => {
      const isSuccess = request.status >= 200 && request.status < 300;
      if (isSuccess && request.response) resolve(request.response);
      else if (isSuccess) reject(foreignAnswer());
      else reject(ApiError.of(request.status, request.response, request.getResponseHeader('Retry-After')));
    };
    request.onerror = () => reject(new ApiError(0));
    request.onabort = () => reject(new ApiError(0, {code: 'aborted'}));
    request.send(upload.file);
  });
}

/** The server takes names of 255 characters. */
function shortName(name) {
  return name.length > 200 ? `${name.slice(0, 150)}…${name.slice(-45)}` : name;
}

addEventListener('beforeunload', (event) => {
  if (pendingUploads() > 0) event.preventDefault();
});
