// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { promised, serve } from './support/page.mjs';

const { post, get } = await import('../../src/web/js/api/client.js');
const { currentUser, sessionEnded, setSignInDialog, signIn, signOut } = await import('../../src/web/js/api/session.js');
const { cancelTask, knownTask, readAgain, retryTask, saveNote, tasksChanged } = await import('../../src/web/js/model/tasks.js');
const { loadedModels } = await import('../../src/web/js/model/server.js');

const ids = { anna: 1, bert: 2 };
const refusal = (status, code = 'x') => new Response(JSON.stringify({ code }), { status });
const signedIn = (name) => ({ expires_in: 900, user: { id: ids[name], name, role: 'user' } });

/** The sessions' routes of a server; `rest` answers the others, and asks with `fresh` whether the access cookie is good. */
function serveSessions(t, rest) {
  const cookie = { fresh: true, owner: null };
  const asked = serve(t, (request) => {
    if (request.route === 'auth/login') {
      Object.assign(cookie, { fresh: true, owner: request.json.username });
      return signedIn(request.json.username);
    }
    if (request.route === 'auth/logout') return new Response(null, { status: 204 });
    if (request.route !== 'auth/refresh') return cookie.fresh ? rest(request) : refusal(401);
    if (!cookie.owner) return refusal(401);
    cookie.fresh = true;
    return signedIn(cookie.owner);
  });
  return { cookie, asked: () => asked.filter(({ route }) => !route.startsWith('auth/')) };
}

/** Signs in as anna, whose session is then over. */
async function endedSession(t, rest) {
  const server = serveSessions(t, rest);
  await signIn('anna', 'p');
  Object.assign(server.cookie, { fresh: false, owner: null });
  return server;
}

// The timer that renews a session would keep the test from ending.
afterEach(() => currentUser() && signOut());

test('what the end of a session interrupted is repeated for who signs in again', async (t) => {
  const { asked } = await endedSession(t, () => ({ key: 'k' }));
  setSignInDialog(() => signIn('anna', 'p'));
  assert.deepEqual(await post('keys', { name: 'camera' }), { key: 'k' });
  assert.equal(asked().length, 2);
});

test('what the end of a session interrupted is not repeated for somebody else', async (t) => {
  const { asked } = await endedSession(t, () => ({ key: 'k' }));
  setSignInDialog(() => signIn('bert', 'p'));
  await assert.rejects(post('keys', { name: 'camera' }), { status: 401, code: 'session_over' });
  assert.equal(asked().length, 1);
});

test('nor where the session that was renewed is of somebody who has signed in elsewhere', async (t) => {
  const { asked, cookie } = await endedSession(t, () => ({ key: 'k' }));
  cookie.owner = 'bert';
  await assert.rejects(post('keys', { name: 'camera' }), { code: 'session_over' });
  assert.deepEqual([asked().length, currentUser().name], [1, 'bert']);
});

test('the next person is not told that the session of the one before is over', async (t) => {
  await endedSession(t, () => ({}));
  const ended = [];
  t.after(sessionEnded.on((user) => ended.push(user)));
  setSignInDialog(async () => {
    await signIn('bert', 'p');
    throw new Error('closed');
  });
  await assert.rejects(get('keys'));
  assert.deepEqual(ended, []);
});

const task = { id: 1, status: 'done', attempt: 1, finished_at: 'then', note: 'mine' };
const requests = [
  ['a saved note', () => saveNote(1, 'mine'), task],
  ['a stopped task', () => cancelTask(1), task],
  ['a task that is tried again', () => retryTask(1), task],
  ['tasks that are read again', () => readAgain([1]), { tasks: [task], next_cursor: null }],
];
for (const [name, ask, answer] of requests) {
  test(`the late answer of ${name} is not the next person's`, async (t) => {
    const held = promised();
    serveSessions(t, () => held.promise);
    await signIn('anna', 'p');
    const asking = ask();
    await signIn('bert', 'p');
    const changes = [];
    t.after(tasksChanged.on((change) => changes.push(change)));
    held.resolve(answer);
    await assert.rejects(asking, { code: 'session_over' });
    assert.deepEqual([knownTask(1), changes], [undefined, []]);
  });
}

test('neither is a late failure, nor an answer behind a sign-out', async (t) => {
  for (const leave of [() => signIn('bert', 'p'), signOut]) {
    const held = promised();
    serveSessions(t, () => held.promise);
    await signIn('anna', 'p');
    const asking = saveNote(1, 'mine');
    await leave();
    held.reject(new TypeError('no line'));
    await assert.rejects(asking, { code: 'session_over' });
  }
});

test('the models that one person has asked for are asked for anew by the next', async (t) => {
  const held = promised();
  const { asked } = serveSessions(t, () => (asked().length === 1 ? held.promise : { models: ['seen by bert'] }));
  await signIn('anna', 'p');
  const lost = assert.rejects(loadedModels(), { code: 'session_over' });
  await signIn('bert', 'p');
  assert.deepEqual(await loadedModels(), ['seen by bert']);
  held.resolve({ models: [] });
  await lost;
  assert.deepEqual(await loadedModels(), ['seen by bert']);
});
