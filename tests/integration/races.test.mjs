// SPDX-License-Identifier: MIT
// Two things at once, over HTTP, many times: whichever comes first, the answers agree with what is
// there afterwards.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import test from 'node:test';
import { makePng } from '../support/pictures.mjs';
import { binary, startServer } from '../support/server.mjs';
import { pause } from '../support/wait.mjs';

const kRounds = Number(process.env.GEOND_RACE_ROUNDS ?? 30);
/** On a busy machine a race has fewer rounds rather than taking for ever; never fewer than ten. */
const kMilliseconds = 15_000;
const kLeastRounds = 10;
let count = 0;
const picture = () => makePng(40, 30, (x, y) => [x * 6, y * 8, (count++ * 7) % 256]);
test('races over the API', async (t) => {
  const server = await startServer(t, { args: ['--queue-capacity', '2000'] });
  const call = (method, target, options = {}) => server.json(target, { method, ...options });
  const submit = async (headers = {}) => {
    const answer = await call('POST', '/api/v1/tasks', { body: picture(), headers });
    assert.ok(answer.status === 202 || answer.status === 200, JSON.stringify(answer.body));
    return answer.body.id;
  };
  /** The task as it is when no worker is at it any more. */
  const settled = async (id) => {
    const deadline = Date.now() + 120_000;
    for (;;) {
      const { status, body } = await call('GET', `/api/v1/tasks/${id}`);
      if (status !== 200 || !['queued', 'in progress'].includes(body.status)) return { status, ...body };
      assert.ok(Date.now() < deadline, `task ${id} stays ${JSON.stringify(body)}`);
      await pause(20);
    }
  };
  const rounds = async (round) => {
    const end = Date.now() + kMilliseconds;
    // Some at a time, so that queued and running tasks are hit.
    for (let done = 0; done < kRounds && (done < kLeastRounds || Date.now() < end); done += 5) {
      await Promise.all(Array.from({ length: 5 }, round));
    }
  };

  await t.test('cancel against finish', async (inner) => {
    const seen = { cancelled: 0, done: 0 };
    // As long as a task takes here, found on the way: both must come first now and then.
    let patience = 100;
    await rounds(async () => {
      const id = await submit();
      await pause((0.5 + Math.random()) * patience);
      const answer = await call('POST', `/api/v1/tasks/${id}/cancel`);
      const task = await settled(id);
      if (answer.status === 200) {
        assert.equal(answer.body.status, 'cancelled');
        assert.equal(task.status, 'cancelled', 'a worker must not bring it back');
        assert.equal(task.result, undefined);
      } else {
        assert.equal(answer.status, 409, JSON.stringify(answer.body));
        assert.equal(answer.body.code, 'task_finished');
        assert.equal(task.status, 'done');
      }
      ++seen[task.status];
      patience = Math.min(patience * (task.status === 'done' ? 0.8 : 1.25), 3000);
    });
    inner.diagnostic(JSON.stringify(seen));
    assert.ok(seen.cancelled > 0 && seen.done > 0, 'the race was none');
  });

  await t.test('delete against claim', () => rounds(async () => {
    const id = await submit();
    await pause(Math.random() * 60);
    const answers = await Promise.all([
      call('DELETE', `/api/v1/tasks/${id}`), call('DELETE', `/api/v1/tasks/${id}`),
      call('GET', `/api/v1/tasks/${id}`),
    ]);
    const statuses = answers.slice(0, 2).map(({ status }) => status).sort();
    assert.deepEqual(statuses, [204, 404], 'one of them deletes it');
    assert.ok([200, 404].includes(answers[2].status));
    assert.equal((await call('GET', `/api/v1/tasks/${id}`)).status, 404);
    await pause(50);
    assert.equal((await call('GET', `/api/v1/tasks/${id}/input`)).status, 404, 'a worker does not bring it back');
  }));

  await t.test('equal idempotency keys at once make one task', () => rounds(async () => {
    const body = picture();
    const key = `race-${++count}`;
    const answers = await Promise.all([body, body, body, picture()].map((bytes) =>
      call('POST', '/api/v1/tasks', { body: bytes, headers: { 'Idempotency-Key': key } })));
    const taken = answers.filter(({ status }) => status === 202 || status === 200);
    const refused = answers.filter(({ status }) => status === 409);
    assert.equal(taken.length + refused.length, 4, JSON.stringify(answers.map(({ body: one }) => one)));
    for (const { body: one } of refused) assert.equal(one.code, 'idempotency_key_reused');
    // Either picture may have been the first; the same ones agree.
    assert.ok([1, 3].includes(taken.length), `${taken.length} taken`);
    assert.equal(new Set(taken.map((one) => one.body.id)).size, 1, 'one task');
    assert.equal(new Set(taken.map((one) => one.headers.get('Location'))).size, 1);
    assert.equal(taken.filter((one) => one.headers.get('Idempotent-Replayed') === 'true').length, taken.length - 1, 'all but the first know');
  }));

  await t.test('pages while tasks arrive and go: no gap, no duplicate', async () => {
    const before = [];
    for (let made = 0; made < 25; ++made) before.push(await submit());
    let isOver = false;
    const arriving = (async () => {
      while (!isOver) {
        const id = await submit();
        if (id % 2 === 0) await call('DELETE', `/api/v1/tasks/${id}`);
      }
    })();
    for (let walk = 0; walk < 5; ++walk) {
      const seen = [];
      for (let cursor = ''; cursor !== null;) {
        const { status, body } = await call('GET',
          `/api/v1/tasks?limit=7${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
        assert.equal(status, 200);
        seen.push(...body.tasks.map(({ id }) => id));
        cursor = body.next_cursor;
      }
      assert.equal(new Set(seen).size, seen.length, 'nothing twice');
      assert.deepEqual(seen, [...seen].sort((a, b) => b - a), 'newest first throughout');
      const there = new Set(seen);
      assert.deepEqual(before.filter((id) => !there.has(id)), [], 'nothing left out');
    }
    isOver = true;
    await arriving;
  });

  await t.test('retry against cancel, and against retry', async (inner) => {
    const seen = { cancelled: 0, done: 0 };
    let turn = 0;
    await rounds(async () => {
      // Cancelled at once, so that no worker has to finish it before it can be queued again.
      const id = await submit();
      await call('POST', `/api/v1/tasks/${id}/cancel`);
      await settled(id);
      // The one that is sent first mostly comes first, so each of them is at times.
      const asks = ['retry', 'retry', 'cancel'];
      asks.push(...asks.splice(0, turn++ % 3));
      const answers = await Promise.all(asks.map((ask) => call('POST', `/api/v1/tasks/${id}/${ask}`)));
      const [first, second] = answers.filter((_, at) => asks[at] === 'retry');
      const cancel = answers[asks.indexOf('cancel')];
      for (const { status, body } of [first, second]) {
        assert.ok(status === 202 || (status === 409 && body.code === 'task_not_finished'), JSON.stringify(body));
      }
      assert.ok(first.status === 202 || second.status === 202, 'one of them queues it again');
      assert.ok(cancel.status === 200 || cancel.body.code === 'task_finished', JSON.stringify(cancel.body));
      const task = await settled(id);
      ++seen[task.status];
      assert.ok(['done', 'cancelled'].includes(task.status), task.status);
      if (cancel.status !== 200) assert.equal(task.status, 'done');
      assert.equal(task.result !== undefined, task.status === 'done');
    });
    inner.diagnostic(JSON.stringify(seen));
    assert.ok(seen.cancelled > 0 && seen.done > 0, 'the race was none');
  });

  await t.test('afterwards nothing waits, nothing runs, and the store is whole', async () => {
    const { body: { tasks } } = await call('GET', '/api/v1/tasks?status=queued,in%20progress&limit=200');
    for (const { id } of tasks) await settled(id);
    const { body } = await call('GET', '/api/v1/stats');
    assert.equal(body.queue.depth, 0);
    assert.equal(body.queue.running, 0);
    assert.match(execFileSync(binary, ['verify', '--data', server.data], { encoding: 'utf8' }), /whole/);
  });
});
