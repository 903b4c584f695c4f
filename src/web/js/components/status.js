// SPDX-License-Identifier: MIT
import {h} from '../core/dom.js';
import {formatBytes, formatPercent, formatWait} from '../core/format.js';
import {hasText, t} from '../core/i18n.js';
import {explain, explainTask} from '../api/errors.js';
import {connectionState} from '../api/events.js';
import {sceneName} from '../model/classes.js';
import {isFinished} from '../model/tasks.js';
import {icon} from './icons.js';

/** What state a task or an upload is in, as words, colour and a bar. */

const kStageShare = {decode: 0.55, detect: 0.7, classify: 0.95};
const kIcons = {queued: 'clock', 'in progress': 'sliders', done: 'check', failed: 'warning', cancelled: 'stop'};

/** A short sign of the status: icon and word. */
export function statusBadge(status) {
  return h('span', {class: ['badge', `badge-${status.replace(' ', '-')}`]}, icon(kIcons[status]), h('span', {}, t(`status.${status}`)));
}

/** A sentence about where a task is; while the server does not answer, where it was. */
export function taskSentence(task) {
  if (connectionState() === 'lost' && !isFinished(task)) return t('progress.last_heard', {status: t(`status.${task.status}`)});
  if (task.status === 'queued') {
    const parts = [task.queue_position ? t('progress.position', {count: task.queue_position}) : t('status.queued')];
    if (task.eta_seconds !== null && task.eta_seconds !== undefined) parts.push(t('progress.eta', {time: formatWait(task.eta_seconds)}));
    return parts.join(', ');
  }
  if (task.status === 'in progress') return t(`stage.${task.stage ?? 'decode'}`);
  if (task.status === 'failed') return explainTask(task.error ?? {code: 'unknown', detail: ''});
  if (task.status === 'cancelled') return t('progress.cancelled');
  return sceneSentence(task);
}

/** The scene of a finished task with its probability. */
export function sceneSentence(task) {
  if (!task.scene) return t('scene.none');
  return `${sceneName(task.scene)} · ${formatPercent(task.scene_probability ?? 0)}`;
}

/** How far a task is, 0 to 1; null when it is over. */
export function taskShare(task) {
  if (task.status === 'queued') return 0.4;
  if (task.status === 'in progress') return kStageShare[task.stage] ?? 0.5;
  return null;
}

/** Why an upload is not going, or how far it is. */
export function uploadSentence(upload) {
  if (upload.check) return checkSentence(upload.check);
  if (upload.state === 'refused') return upload.error ? explain(upload.error) : t('progress.stopped');
  if (upload.state === 'pausing') return pauseSentence(upload.error);
  if (upload.state === 'waiting') return t('progress.waiting');
  return t('progress.sending', {percent: formatPercent(upload.share)});
}

/** What an upload waits for. */
function pauseSentence(error) {
  const own = `progress.pausing.${error?.code}`;
  if (hasText(own)) return t(own, {seconds: error.retryAfter ?? 2});
  return error && error.status !== 0 ? t('progress.pausing', {seconds: error.retryAfter ?? 2}) : t('progress.offline');
}

/** Why a file is not sent at all, with what to do. */
export function checkSentence({reason, values}) {
  const text = {...values};
  if (values.size) text.size = formatBytes(values.size);
  if (values.limit) text.limit = formatBytes(values.limit);
  return t(reason, text);
}

/** A bar. @param {number|null} share null: it cannot be said how far */
export function progressBar(share, label) {
  return h('progress', {class: 'progress', max: 1, 'aria-label': label, ...(share === null ? {} : {value: share})});
}
