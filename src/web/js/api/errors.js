// SPDX-License-Identifier: MIT
import {formatBytes} from '../core/format.js';
import {hasText, t} from '../core/i18n.js';

/** A refusal of the server, or no answer at all (status 0). */
export class ApiError extends Error {
  /**
   * @param {number} status 0 when there was no answer
   * @param {{code?: string, detail?: string, errors?: {field: string, detail: string}[], request_id?: string}} problem
   * @param {number|null} retryAfter seconds
   */
  constructor(status, problem = {}, retryAfter = null) {
    super(problem.detail ?? `HTTP ${status}`);
    this.name = 'ApiError';
    this.status = status;
    this.code = problem.code ?? (status === 0 ? 'offline' : 'unknown');
    this.detail = problem.detail ?? '';
    this.fields = problem.errors ?? [];
    this.requestId = problem.request_id ?? null;
    this.retryAfter = retryAfter;
  }

  /** Reads the problem document of a refusal. @param {Response} response */
  static async from(response) {
    return ApiError.of(response.status, await response.json().catch(() => ({})), response.headers.get('Retry-After'));
  }

  /** A refusal that was read already. @param {Object|null} problem @param {string|null} retryAfter the header */
  static of(status, problem, retryAfter) {
    const seconds = Number.parseInt(retryAfter ?? '', 10);
    return new ApiError(status, problem ?? {}, Number.isFinite(seconds) ? seconds : null);
  }
}

/** Something that is not geond has answered in its place: as good as no answer. */
export function foreignAnswer() {
  return new ApiError(0, {code: 'foreign_answer'});
}

let limits = {};

/** Notes what the server takes, for sentences about it. @param {{upload_bytes?: number}} told */
export function noteLimits(told) {
  limits = told;
}

/**
 * What went wrong and what to do, as sentences in the page's language. Codes and statuses that
 * the page knows are told in its own words; what it does not know, in the server's.
 * @param {Error} error
 */
export function explain(error) {
  if (!(error instanceof ApiError)) return t('error.unexpected', {detail: error.message});
  const values = {
    seconds: error.retryAfter ?? 5,
    limit: limits.upload_bytes ? formatBytes(limits.upload_bytes) : '–',
    detail: error.detail,
    request: error.requestId ?? '–',
  };
  for (const key of [`error.code.${error.code}`, `error.status.${error.status}`]) {
    if (hasText(key)) return t(key, values);
  }
  const fields = error.fields.map((field) => `${field.field}: ${field.detail}`).join('; ');
  return [error.detail || t('error.unknown', {status: error.status}), fields].filter(Boolean).join(' ');
}

/** Why something cannot be shown that is shown by itself when there is a server or a session again. @param {Error} error */
export function explainUnread(error) {
  if (error.status === 0) return t('error.unread.away');
  return error.code === 'session_over' ? t('error.unread.signed_out') : explain(error);
}

/** Why a task failed and what to do. @param {{code: string, detail: string}} error of a task */
export function explainTask(error) {
  const key = `failure.${error.code}`;
  return hasText(key) ? t(key) : t('failure.other', {detail: error.detail});
}
