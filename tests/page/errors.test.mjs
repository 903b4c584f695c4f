// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import './support/page.mjs';

const { ApiError } = await import('../../src/web/js/api/errors.js');

const rows = [
  ['what the server says', 503, { code: 'queue_full', detail: 'Full.', request_id: 'r1' }, '5', { status: 503, code: 'queue_full', detail: 'Full.', requestId: 'r1', retryAfter: 5 }],
  ['at once is a time, too', 503, { code: 'queue_full' }, '0', { code: 'queue_full', retryAfter: 0 }],
  ['no time', 400, { code: 'bad' }, null, { retryAfter: null }],
  ['a time that is none', 503, {}, 'soon', { code: 'unknown', retryAfter: null }],
  ['an answer that is no document', 502, null, null, { status: 502, code: 'unknown', detail: '', fields: [] }],
];
for (const [name, status, problem, retryAfter, wanted] of rows) {
  test(name, async () => {
    const headers = retryAfter === null ? {} : { 'Retry-After': retryAfter };
    const read = await ApiError.from(new Response(problem ? JSON.stringify(problem) : '<html>', { status, headers }));
    for (const error of [read, ApiError.of(status, problem, retryAfter)]) {
      assert.deepEqual(Object.fromEntries(Object.keys(wanted).map((key) => [key, error[key]])), wanted);
    }
  });
}
