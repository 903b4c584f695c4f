// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { promised } from './support/page.mjs';
import { TaskList } from '../../src/web/js/model/task_list.js';

const down = (from, to) => Array.from({ length: Math.max(0, from - to + 1) }, (_, index) => from - index);
// As many milliseconds after the first moment as its id says, where no clock was set.
const moment = (id) => `2026-01-01T00:00:00.${String(id).padStart(6, '0')}Z`;
const place = (id) => ({ id, created_at: moment(id) });
const settle = async () => { for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate); };

/** A server whose tasks `ids` are, in the order of its lists, and a list of them on which time stands still until the test moves it. */
function prepare(t, ids) {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const server = { ids, made: moment, asked: [], faults: [], fault: null, before: async () => {} };
  const read = async (query, signal) => {
    server.asked.push(query);
    await server.before(query);
    if (signal.aborted) throw signal.reason;
    if (server.fault) throw server.fault;
    const after = query.cursor ? server.made(Number(query.cursor)) : '9';
    const passing = server.ids.filter((id) => !query.only || query.only.includes(id)).filter((id) => server.made(id) < after);
    const page = passing.slice(0, query.limit);
    return { tasks: page.map((id) => ({ id, created_at: server.made(id) })), next_cursor: passing.length > page.length ? String(page.at(-1)) : null };
  };
  const leave = new AbortController();
  const make = () => new TaskList(read, leave.signal, (error) => server.faults.push(error));
  const later = async (milliseconds) => {
    t.mock.timers.tick(milliseconds);
    await settle();
  };
  return { server, make, later, leave };
}

async function opened(t, ids, query = {}) {
  const prepared = prepare(t, ids);
  const list = prepared.make();
  list.open(query);
  await settle();
  return { ...prepared, list };
}

test('pages follow one another until there is no more', async (t) => {
  const { list, server } = await opened(t, down(450, 1));
  assert.deepEqual([list.ids.length, list.complete], [200, false]);
  await list.more();
  await list.more();
  await list.more();
  assert.deepEqual([list.ids, list.complete, server.asked.length], [down(450, 1), true, 3]);
});

test('what was read stays until the first page of another query is there', async (t) => {
  const { list } = await opened(t, down(5, 1));
  list.open({ only: [2] });
  assert.deepEqual([list.ids, list.complete, list.snapshot], [down(5, 1), false, null]);
  await settle();
  assert.deepEqual([list.ids, list.complete], [[2], true]);
});

test('an answer to the query before is not taken in', async (t) => {
  const { list, server } = await opened(t, down(5, 1));
  const held = promised();
  server.before = ({ only }) => (only?.includes(1) ? held.promise : null);
  list.open({ only: [1] });
  list.open({ only: [2] });
  await settle();
  held.resolve();
  await settle();
  assert.deepEqual(list.ids, [2]);
});

test('a new task stands on top at once where all are listed', async (t) => {
  const { list, server } = await opened(t, down(5, 1));
  list.note(place(6));
  list.note(place(6));
  assert.deepEqual([list.ids, server.asked.length], [down(6, 1), 1]);
});

test('where there is a query the server is asked, once for many', async (t) => {
  const { list, server, later } = await opened(t, down(5, 1), { only: [1, 7, 9] });
  server.ids = down(9, 1);
  for (let id = 6; id < 10; id += 1) {
    list.note(place(id));
    await later(200);
  }
  assert.deepEqual([list.ids, server.asked.length], [[9, 7, 1], 2]);
  await later(600);
  assert.equal(server.asked.length, 2);
});

test('an older task that passes a query now is found behind more than a page of known ones', async (t) => {
  const but = (id) => down(500, 1).filter((other) => other !== id);
  const { list, later, server } = await opened(t, but(100), { status: 'done' });
  await list.more();
  await list.more();
  server.ids = down(500, 1);
  list.note(place(100));
  await later(600);
  assert.deepEqual(list.ids, down(500, 1));
});

test('one that belongs behind what was read comes with its own page', async (t) => {
  const { list, later, server } = await opened(t, down(500, 1), { status: 'done' });
  list.note(place(100));
  await later(600);
  assert.deepEqual([list.ids, server.asked.length], [down(500, 301), 2]);
});

test('a list that is taken up has everything that came meanwhile, however much', async (t) => {
  const { list, make, server } = await opened(t, down(12, 1));
  server.ids = down(252, 1);
  const again = make();
  again.takeUp({}, list.snapshot);
  assert.deepEqual(again.ids, down(12, 1), 'it stands there at once');
  await settle();
  assert.deepEqual([again.ids, again.complete], [down(252, 1), true]);
});

test('a list behind which too much came begins anew instead of having a hole', async (t) => {
  const { list, make, server } = await opened(t, down(12, 1));
  server.ids = down(2012, 1);
  const again = make();
  again.takeUp({}, list.snapshot);
  await settle();
  assert.deepEqual([again.ids, again.complete], [down(2012, 1013), false]);
  while (!again.complete) await again.more();
  assert.deepEqual(again.ids, down(2012, 1));
});

test('a task that is told of while a list catches up leaves no hole below it', async (t) => {
  const { list, make, server, later } = await opened(t, down(12, 1));
  server.ids = down(300, 1);
  const again = make();
  const held = promised();
  server.before = () => held.promise;
  again.takeUp({}, list.snapshot);
  server.ids = down(301, 1);
  again.note(place(301));
  held.resolve();
  await settle();
  await later(600);
  assert.deepEqual(again.ids, down(301, 1));
});

test('a task that is told of while the first page is on its way is not missed', async (t) => {
  const { list, server, later } = await opened(t, down(5, 1));
  const answered = promised();
  server.before = () => answered.promise;
  list.open({});
  list.note(place(6));
  // The server had looked before.
  answered.resolve();
  await settle();
  assert.deepEqual(list.ids, down(5, 1));
  server.ids = down(6, 1);
  await later(600);
  assert.deepEqual(list.ids, down(6, 1));
});

/** The first `set` of `count` tasks were made while the clock was ahead; the others, whose ids are higher, lie behind them. */
function clockSetBack(server, set, count) {
  server.ids = [...down(set, 1), ...down(count, set + 1)];
  server.made = (id) => moment(id <= set ? 100_000 + id : id);
  return (id) => ({ id, created_at: server.made(id) });
}

const queries = [['all', {}], ['those that pass a query', { status: 'done' }]];
for (const [which, query] of queries) {
  test(`after the clock was set back a new task stands where the server lists it, behind more than a page: ${which}`, async (t) => {
    const { server, make, later } = prepare(t, []);
    clockSetBack(server, 215, 215);
    const list = make();
    list.open(query);
    await settle();
    await list.more();
    assert.equal(list.complete, true);
    const placeOf = clockSetBack(server, 215, 218);
    for (const id of [216, 217, 218]) list.note(placeOf(id));
    await later(600);
    assert.deepEqual(list.ids, [...down(215, 1), 218, 217, 216]);
  });
}

test('after the clock was set back a new task that lies behind what was read comes with its own page, once', async (t) => {
  const { server, make, later } = prepare(t, []);
  const placeOf = clockSetBack(server, 215, 218);
  const list = make();
  list.open({});
  await settle();
  list.note(placeOf(218));
  await later(600);
  assert.deepEqual(list.ids, down(215, 16));
  await list.more();
  assert.deepEqual(list.ids, server.ids);
});

test('after the clock was set back what is read again is as long as before', async (t) => {
  const { server, make } = prepare(t, []);
  clockSetBack(server, 450, 900);
  const list = make();
  list.open({});
  await settle();
  await list.more();
  await list.more();
  assert.deepEqual([list.ids.length, list.ids.at(-1)], [600, 751]);
  await list.reread();
  assert.deepEqual([list.ids, list.complete], [server.ids.slice(0, 600), false]);
});

test('a list that is taken up has what was told of meanwhile, behind what it knew', async (t) => {
  const { server, make } = prepare(t, []);
  clockSetBack(server, 215, 215);
  const list = make();
  list.open({ status: 'done' });
  await settle();
  await list.more();
  const placeOf = clockSetBack(server, 215, 218);
  const again = make();
  again.takeUp({ status: 'done' }, list.snapshot, [placeOf(216)]);
  await settle();
  assert.deepEqual(again.ids, server.ids);
});

test('what cannot be caught up with is told, and tried again', async (t) => {
  const { list, make, server, later } = await opened(t, down(5, 1));
  const again = make();
  server.ids = down(8, 1);
  server.fault = new Error('no line');
  again.takeUp({}, list.snapshot);
  await settle();
  assert.deepEqual([server.faults, again.ids], [[server.fault], down(5, 1)]);
  server.fault = null;
  again.resume();
  await later(600);
  assert.deepEqual(again.ids, down(8, 1));
});

test('a page that could not be read is no end of the list', async (t) => {
  const { list, server, later } = await opened(t, down(450, 1));
  server.fault = new Error('no line');
  await list.more();
  assert.deepEqual([list.complete, list.fault, list.ids.length], [false, server.fault, 200]);
  server.fault = null;
  await list.more();
  assert.equal(list.ids.length, 200, 'scrolling does not ask all the time');
  await later(3000);
  await list.more();
  assert.deepEqual([list.fault, list.ids.length], [null, 400]);
});

test('a page that could not be read is read at once when asked to', async (t) => {
  const { list, server } = await opened(t, down(450, 1));
  server.fault = new Error('no line');
  await list.more();
  server.fault = null;
  list.resume();
  await settle();
  assert.deepEqual([list.fault, list.ids.length], [null, 400]);
});

test('a first page that could not be read leaves nothing of another query', async (t) => {
  const { list, server } = await opened(t, down(5, 1));
  server.fault = new Error('no line');
  list.open({ only: [2] });
  await settle();
  assert.deepEqual([list.ids, list.fault, list.complete], [[], server.fault, false]);
  server.fault = null;
  list.resume();
  await settle();
  assert.deepEqual([list.ids, list.fault, list.complete], [[2], null, true]);
});

test('what is gone does not come back with an answer that was on its way', async (t) => {
  const { list, server } = await opened(t, down(450, 1));
  const held = promised();
  server.before = () => held.promise;
  const more = list.more();
  list.drop(new Set([450, 240]));
  held.resolve();
  await more;
  list.note(place(450));
  assert.deepEqual([list.ids.includes(450), list.ids.includes(240), list.ids.length], [false, false, 398]);
});

test('what is read again keeps its length, and stands until all of it is there', async (t) => {
  const { server, list } = await opened(t, down(900, 1));
  list.more();
  await settle();
  assert.equal(list.ids.length, 400);
  server.ids = down(905, 1).filter((id) => id !== 700);
  const held = promised();
  server.before = ({ cursor }) => (cursor ? held.promise : undefined);
  list.reread();
  await settle();
  assert.deepEqual([list.ids.length, list.has(700), list.has(905)], [400, true, false]);
  held.resolve();
  await settle();
  assert.deepEqual([list.ids.slice(0, 2), list.has(700), list.has(501), list.complete], [[905, 904], false, true, false]);
  assert.equal(new Set(list.ids).size, list.ids.length);
});

test('what is told of while a list is read again is not missed', async (t) => {
  const { server, list, later } = await opened(t, down(10, 1));
  const held = promised();
  server.before = () => held.promise;
  const answered = list.reread();
  server.ids = down(11, 1);
  list.note(place(11));
  held.resolve();
  await answered;
  await later(600);
  assert.deepEqual(list.ids, down(11, 1));
});

test('what could not be read again stays, and is read again when asked to', async (t) => {
  const { server, list } = await opened(t, down(10, 1));
  server.fault = new Error('away');
  list.reread();
  await settle();
  assert.deepEqual([list.ids.length, server.faults.length], [10, 1]);
  server.fault = null;
  server.ids = down(9, 1);
  list.resume();
  await settle();
  assert.deepEqual(list.ids, down(9, 1));
});

test('what does not pass the query any more goes, and comes back when it does', async (t) => {
  const { server, list, later } = await opened(t, down(10, 1), { only: down(10, 1) });
  list.leaveOut(new Set([5]));
  assert.equal(list.has(5), false);
  list.note(place(5));
  await later(600);
  assert.equal(list.has(5), true);
  assert.equal(server.faults.length, 0);
});

test('who leaves reads no further', async (t) => {
  const { list, server, later, leave } = await opened(t, down(450, 1), { status: 'done' });
  list.note(place(451));
  leave.abort();
  await later(600);
  await list.more();
  assert.equal(server.asked.length, 1);
});
