// SPDX-License-Identifier: MIT
// `geond submit` as a script leans on it: exit codes, so many at once, and going on after a cut.
import assert from 'node:assert/strict';
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import test from 'node:test';
import { atEnd, temporaryDirectory } from '../support/ends.mjs';
import { sceneOfShapes } from '../support/pictures.mjs';
import { lacks } from '../support/programs.mjs';
import { binary, Server, startServer } from '../support/server.mjs';
import { until } from '../support/wait.mjs';

/** A folder of `count` pictures that differ. */
function pictures(t, count) {
  const folder = temporaryDirectory(t);
  for (let seed = 1; seed <= count; ++seed) writeFileSync(path.join(folder, `p${seed}.png`), sceneOfShapes(seed));
  return folder;
}

/** Starts `geond submit`; `ended` resolves with { status, stdout, stderr }. */
function submit(args) {
  const child = spawn(binary, ['submit', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => { stdout += text; });
  child.stderr.on('data', (text) => { stderr += text; });
  const ended = new Promise((resolve) => {
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
  return { child, ended };
}

const filesIn = (output) => (existsSync(output) ? readFileSync(output, 'utf8') : '').split('\n')
  .filter((line) => line.endsWith('}')).map((line) => path.basename(JSON.parse(line).image.file));

test('the exit status says what became of the batch', async (t) => {
  const server = await startServer(t);
  const folder = pictures(t, 2);
  const to = ['--server', server.url, '--retries', '0'];
  const rows = [
    [[folder, ...to, '--key', server.key], 0, /^$/],
    [[folder, ...to, '--key', 'wrong'], 1, /p\d\.png: .*credentials.*\n.* 1 other picture was not sent/],
    [[folder, '--server', 'http://127.0.0.1:1', '--retries', '0', '--key', server.key], 1, /p\d\.png: .*\n.* 1 other picture was not sent/],
    [[folder, ...to, '--key', server.key, '--detector', 'nobody'], 2, /nobody/],
    [[folder, '--server', `${server.url}/wrong`, '--key', server.key], 2, /p\d\.png: .*status 404.*\n.* 1 other/],
    [[folder, ...to, '--key', `${server.key}\r`], 2, /The API key holds a character/],
    [[folder, ...to, '--key', server.key, '--ca-file', '/no/ca.pem'], 2, /--ca-file: \/no\/ca\.pem cannot be read/],
    [[folder, ...to], 2, /--key/],
    [['/no/such/folder', ...to, '--key', server.key], 2, /no\/such/],
    [[folder, ...to, '--key', server.key, '--concurrency', '0'], 2, /concurrency/],
    [[folder, ...to, '--key', server.key, '--server', 'ftp://x'], 2, /./],
  ];
  for (const [args, status, message] of rows) {
    const run = await submit(args).ended;
    assert.equal(run.status, status, `${args.join(' ')}: ${run.stderr}`);
    assert.match(run.stderr.trim(), message, args.join(' '));
  }
  writeFileSync(path.join(folder, 'broken.png'), 'no picture');
  const mixed = await submit([folder, ...to, '--key', server.key]).ended;
  assert.equal(mixed.status, 1);
  assert.match(mixed.stderr, /broken\.png/);
  assert.equal(mixed.stdout.trim().split('\n').length, 2, 'the good ones have their lines');
});

test('so many pictures are under way at once as was asked for, and no more', async (t) => {
  const server = await startServer(t, { args: ['--workers', '1'] });
  const folder = pictures(t, 12);
  const run = submit([folder, '--server', server.url, '--key', server.key, '--concurrency', '3']);
  let most = 0;
  let isOver = false;
  run.ended.then(() => { isOver = true; });
  while (!isOver) {
    const { body } = await server.json('/api/v1/stats');
    most = Math.max(most, body.queue.depth + body.queue.running);
  }
  const { status, stdout } = await run.ended;
  assert.equal(status, 0);
  assert.equal(stdout.trim().split('\n').length, 12);
  assert.ok(most >= 1 && most <= 3, `${most} under way`);
});

test('killed in the middle, with the server restarted meanwhile, it goes on and sends nothing twice', async (t) => {
  const data = temporaryDirectory(t);
  let server = await Server.start({ data });
  atEnd(t, () => server.stop('SIGKILL'));
  const { key } = server;
  const folder = pictures(t, 12);
  const output = path.join(temporaryDirectory(t), 'results.jsonl');
  const args = () => [folder, '--server', server.url, '--key', key, '--output', output, '--concurrency', '2'];
  const first = submit(args());
  await until(() => filesIn(output).length >= 3);
  first.child.kill('SIGKILL');
  await first.ended;
  await server.stop();
  server = await Server.start({ data });
  server.key = key;
  const second = await submit(args()).ended;
  assert.equal(second.status, 0, second.stderr);
  assert.deepEqual(filesIn(output).sort(), Array.from({ length: 12 }, (_, index) => `p${index + 1}.png`).sort());
  const { body } = await server.json('/api/v1/tasks?limit=200');
  assert.equal(body.tasks.length, 12, 'one task a picture');
});

test('a busy server is waited for', async (t) => {
  const server = await startServer(t, { args: ['--workers', '1', '--queue-capacity', '1'] });
  const run = await submit([pictures(t, 6), '--server', server.url, '--key', server.key,
    '--concurrency', '6', '--retries', '0']).ended;
  assert.equal(run.status, 0, run.stderr);
  assert.equal(run.stdout.trim().split('\n').length, 6);
});

test('what was deleted or cancelled meanwhile is worked on again', async (t) => {
  const server = await startServer(t, { args: ['--workers', '1'] });
  const folder = pictures(t, 1);
  const args = [folder, '--server', server.url, '--key', server.key];
  const run = async () => {
    const { status, stdout, stderr } = await submit(args).ended;
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout).task;
  };
  const first = await run();
  assert.equal(await run(), first, 'the same task as long as it is there');
  assert.equal((await server.json(`/api/v1/tasks/${first}`)).body.input.file_name, 'p1.png');
  for (let deletion = 0; deletion < 2; deletion += 1) {
    const before = await run();
    assert.equal((await server.fetch(`/api/v1/tasks/${before}`, { method: 'DELETE' })).status, 204);
    assert.notEqual(await run(), before);
  }
  const folderOfMany = pictures(t, 40);
  const waiting = submit([folderOfMany, '--server', server.url, '--key', server.key, '--concurrency', '40', '--threshold', '0.9']);
  await until(async () => (await server.json('/api/v1/stats')).body.queue.depth >= 20, { interval: 5 });
  const { body: { tasks } } = await server.json('/api/v1/tasks?status=queued&limit=200');
  await server.fetch(`/api/v1/tasks/${tasks[0].id}/cancel`, { method: 'POST' });
  const cut = await waiting.ended;
  assert.equal(cut.status, 1, cut.stderr);
  assert.match(cut.stderr, /p\d+\.png: .*cancelled/);
  const again = await submit([folderOfMany, '--server', server.url, '--key', server.key, '--threshold', '0.9']).ended;
  assert.equal(again.status, 0, again.stderr);
  assert.equal(again.stdout.trim().split('\n').length, 40);
  assert.equal((await server.json(`/api/v1/tasks/${tasks[0].id}`)).body.status, 'done');
});

test('a picture is skipped that has its result already, and no other picture of its name', async (t) => {
  const server = await startServer(t);
  const folder = pictures(t, 2);
  const [photo, output] = [path.join(folder, 'photo.png'), path.join(temporaryDirectory(t), 'results.jsonl')];
  const run = async (...settings) => {
    const { status, stderr } = await submit([photo, '--server', server.url, '--key', server.key, '--output', output, ...settings]).ended;
    assert.equal(status, 0, stderr);
    return stderr.trim();
  };
  const lines = () => readFileSync(output, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  const isSkipped = `geond: 1 picture was skipped, with results in ${output} already.`;
  writeFileSync(photo, sceneOfShapes(1));
  assert.equal(await run(), '');
  const [line] = lines();
  const { body } = await server.json(`/api/v1/tasks/${line.task}`);
  assert.deepEqual([line.image.sha256, line.detector, line.classifier], [body.input.sha256, body.detector, body.classifier]);
  assert.equal(await run(), isSkipped);
  assert.equal(await run('--threshold', '0.9'), '');
  assert.equal(await run('--threshold', '0.9', '--detector', body.detector.name, '--classifier', body.classifier.name), isSkipped);
  writeFileSync(photo, sceneOfShapes(2));
  assert.equal(await run(), '');
  assert.deepEqual(lines().map(({ threshold }) => threshold), [line.threshold, 0.9, line.threshold]);
  assert.equal(new Set(lines().map(({ image }) => image.sha256)).size, 2);
  // As an earlier version wrote it.
  writeFileSync(output, `${JSON.stringify({ image: { file: photo } })}\n`);
  assert.match(await run(), /1 picture was skipped, .* \(1 by name alone: the lines there have no sha256\)\.$/);
  const refused = await submit([photo, folder, '--server', server.url, '--key', 'wrong', '--output', output, '--concurrency', '1']).ended;
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /2 pictures were skipped/, 'photo.png is named twice');
  assert.match(refused.stderr, /1 other picture was not sent/);
});

test('names that are no UTF-8, pipes and devices are told of, and keep nothing else from its result', async (t) => {
  const server = await startServer(t);
  const folder = pictures(t, 1);
  const named = Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([0xe9]), Buffer.from('.png')]);
  writeFileSync(named, sceneOfShapes(2));
  const output = path.join(temporaryDirectory(t), 'results.jsonl');
  const args = [folder, '--server', server.url, '--key', server.key, '--output', output];
  for (let call = 0; call < 2; call += 1) {
    const { status, stderr } = await submit(args).ended;
    assert.equal(status, 0, stderr);
    assert.deepEqual(filesIn(output).sort(), ['caf\\xE9.png', 'p1.png'], 'each once');
  }
  const pipe = path.join(folder, 'pipe');
  spawnSync('mkfifo', [pipe]);
  const odd = await submit([pipe, '/dev/zero', path.join(folder, 'p1.png'), '--server', server.url, '--key', server.key]).ended;
  assert.equal(odd.status, 1);
  assert.match(odd.stderr, /pipe: .*not a regular file/);
  assert.match(odd.stderr, /zero: .*not a regular file/);
  assert.equal(JSON.parse(odd.stdout).image.file, path.join(folder, 'p1.png'));
});

test('what answers otherwise than geond does is an error, not a result', async (t) => {
  const folder = pictures(t, 1);
  const image = { width: 4, height: 3 };
  const deep = '['.repeat(300_000);
  const rows = [
    [{ id: 1, status: 5 }, /Its status is no text/],
    [{ id: 1, status: null }, /Its status is no text/],
    [{ id: 1, status: 'done', result: [] }, /Its result is no object/],
    [{ id: 1, status: 'done', result: null }, /Its result is no object/],
    [{ id: 1, status: 'done', result: { image: [1] } }, /The image of its result is no object/],
    [{ id: 'x', status: 'done', result: { image } }, /Its id is no integer/],
    [{ status: 'queued' }, /Its id is no integer/],
    [{ id: 1, status: 'failed', error: { detail: 3 } }, /the task ended as failed/],
    [{ id: 1, status: 'failed', error: { detail: 'no\x1b[2J\nroom' } }, /: no\\u001b\[2J\\u000aroom$/m],
    [[], /It is no object/],
    ['<html>', /no valid JSON/],
    // It ended the program: what is nested is copied and printed by recursion.
    [`{"id":1,"status":"done","result":{"image":{},"deep":${deep}${']'.repeat(deep.length)}}}`, /deeper than 64 levels/],
  ];
  for (const [answer, message] of rows) {
    const body = typeof answer === 'string' ? answer : JSON.stringify(answer);
    const other = createServer((request, response) => request.resume().on('end', () => response.end(body))).listen(0, '127.0.0.1');
    await once(other, 'listening');
    atEnd(t, () => other.close());
    const run = await submit([folder, '--server', `http://127.0.0.1:${other.address().port}`, '--key', 'k']).ended;
    assert.equal(run.status, 1, body.slice(0, 100));
    assert.match(run.stderr, /p1\.png: ./);
    assert.match(run.stderr, message);
    assert.doesNotMatch(run.stderr, /json\.exception/);
    assert.equal(run.stdout, '');
  }
});

/**
 * A proxy before `server` that lets `meddle(request, response, number)` answer: where it returns true, the request is not passed on; where it
 * returns a function, that is given the answer's status and body instead of the client. Resolves with its address.
 */
async function proxy(t, server, meddle) {
  let number = 0;
  const between = createServer(async (request, response) => {
    const pieces = await request.toArray();
    number += 1;
    const how = meddle(request, response, number);
    if (how === true) return;
    const answer = await fetch(new URL(request.url, server.url), {
      method: request.method,
      headers: Object.fromEntries(Object.entries(request.headers).filter(([name]) => !['host', 'connection', 'content-length'].includes(name))),
      body: request.method === 'POST' ? Buffer.concat(pieces) : undefined,
    });
    const body = Buffer.from(await answer.arrayBuffer());
    if (how) {
      how(answer.status, body);
      return;
    }
    const headers = ['content-type', 'retry-after', 'idempotent-replayed'].filter((name) => answer.headers.has(name));
    response.writeHead(answer.status, Object.fromEntries(headers.map((name) => [name, answer.headers.get(name)]))).end(body);
  }).listen(0, '127.0.0.1');
  await once(between, 'listening');
  atEnd(t, () => between.close());
  return `http://127.0.0.1:${between.address().port}`;
}

test('what passes is waited for behind a proxy as well, and said once', async (t) => {
  const server = await startServer(t);
  const full = '{"code":"storage_full","detail":"The disk is nearly full."}';
  const rows = [
    [502, '<html>', /out of reach \(status 502\)/],
    [504, '<html>', /out of reach/],
    [408, '<html>', /busy/],
    [507, full, /busy \(status 507\)/],
    // These failed the picture at once.
    [500, '<html>', /out of reach \(status 500\)/],
    [522, '', /out of reach \(status 522\)/],
  ];
  for (const [status, body, message] of rows) {
    const url = await proxy(t, server, (request, response, number) => {
      if (number <= 2) response.writeHead(status, { 'Content-Type': body === full ? 'application/problem+json' : 'text/html' }).end(body);
      return number <= 2;
    });
    const run = await submit([pictures(t, 1), '--server', url, '--key', server.key]).ended;
    assert.equal(run.status, 0, `${status}: ${run.stderr}`);
    assert.match(run.stderr, message);
    assert.equal(run.stderr.trim().split('\n').length, 1, run.stderr);
  }
});

test('a server that stays out of reach ends the call, a picture that does not get through does not', async (t) => {
  const server = await startServer(t);
  const folder = pictures(t, 9);
  // 503 held each picture for ten minutes, one after the other.
  for (const status of [502, 503]) {
    const down = await proxy(t, server, (request, response) => {
      response.writeHead(request.url.endsWith('z') ? 200 : status).end('<html>'); // the proxy's own /healthz says that it is well
      return true;
    });
    const run = await submit([folder, '--server', down, '--key', server.key, '--retries', '1', '--concurrency', '2']).ended;
    assert.equal(run.status, 1);
    assert.match(run.stderr, new RegExp(`p\\d\\.png: .*status ${status}`));
    assert.match(run.stderr, /8 other pictures were not sent/);
  }
  const picky = await proxy(t, server, (request) => {
    if (request.url.includes('file_name=p3.png')) request.socket.destroy();
    return request.socket.destroyed;
  });
  const most = await submit([folder, '--server', picky, '--key', server.key, '--retries', '0']).ended;
  assert.equal(most.status, 1);
  assert.match(most.stderr, /p3\.png: No answer/);
  assert.equal(most.stdout.trim().split('\n').length, 8, most.stderr);
});

test('an answer that is lost or cut off is asked for again', async (t) => {
  const server = await startServer(t);
  const folder = pictures(t, 1);
  const cutting = await proxy(t, server, (request, response, number) => number === 1 && ((status, body) => {
    request.socket.write(`HTTP/1.1 ${status} OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n`);
    request.socket.end(body.subarray(0, body.length / 2));
  }));
  const cut = await submit([folder, '--server', cutting, '--key', server.key, '--retries', '0']).ended;
  assert.equal(cut.status, 0, cut.stderr);
  // A retry whose answer is lost has made the task wait or run: the second one gets a 409.
  const { task } = JSON.parse(cut.stdout);
  let retries = 0;
  const forgetful = await proxy(t, server, (request, response) => {
    if (request.method === 'POST' && !request.url.endsWith('/retry')) {
      response.writeHead(200, { 'Content-Type': 'application/json', 'Idempotent-Replayed': 'true' })
        .end(JSON.stringify({ id: task, status: 'failed' }));
      return true;
    }
    if (!request.url.endsWith('/retry')) return false;
    retries += 1;
    if (retries === 1) request.socket.destroy();
    else response.writeHead(409, { 'Content-Type': 'application/problem+json' }).end('{"code":"task_not_finished"}');
    return true;
  });
  const again = await submit([folder, '--server', forgetful, '--key', server.key]).ended;
  assert.equal(again.status, 0, again.stderr);
  assert.equal(JSON.parse(again.stdout).task, task);
  assert.equal(retries, 2);
});

test('an answer of another program ends the call as long as no picture has a result, and later fails its picture only', async (t) => {
  const server = await startServer(t);
  const folder = pictures(t, 9);
  for (const [status, message] of [[200, /no valid JSON/], [400, /It has status 400\. Is that the address of a geond/]]) {
    let sent = 0;
    const other = await proxy(t, server, (request, response) => { sent += 1; response.writeHead(status).end('<html>'); return true; });
    const run = await submit([folder, '--server', other, '--key', server.key, '--concurrency', '2']).ended;
    assert.equal(run.status, 1);
    assert.match(run.stderr, message);
    assert.match(run.stderr, /8 other pictures were not sent/);
    assert.ok(sent <= 2, `${sent} pictures and the key were sent to it`);
  }
  const picky = await proxy(t, server, (request, response) => {
    const isPicked = request.url.includes('file_name=p3.png');
    if (isPicked) response.end('<html>');
    return isPicked;
  });
  const most = await submit([folder, '--server', picky, '--key', server.key, '--concurrency', '1']).ended;
  assert.equal(most.status, 1);
  assert.match(most.stderr, /p3\.png: The server's answer is none of geond's/);
  assert.equal(most.stdout.trim().split('\n').length, 8, most.stderr);
});

test('a redirection is told with where it leads, and not followed', async (t) => {
  const moved = createServer((request, response) => request.resume().on('end', () => response.writeHead(301, { Location: 'https://there.invalid/x' }).end()))
    .listen(0, '127.0.0.1');
  await once(moved, 'listening');
  atEnd(t, () => moved.close());
  const run = await submit([pictures(t, 2), '--server', `http://127.0.0.1:${moved.address().port}`, '--key', 'k']).ended;
  assert.equal(run.status, 2);
  assert.match(run.stderr, /status 301, which leads to https:\/\/there\.invalid\/x and is not followed/);
});

test('names with control characters and backslashes are sent and told apart', async (t) => {
  const server = await startServer(t);
  const folder = temporaryDirectory(t);
  writeFileSync(path.join(folder, 'two\nlines.png'), sceneOfShapes(1));
  writeFileSync(path.join(folder, 'a\\xFF.png'), sceneOfShapes(2));
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/a`), Buffer.from([0xff]), Buffer.from('.png')]), sceneOfShapes(3));
  const output = path.join(temporaryDirectory(t), 'results.jsonl');
  const run = await submit([folder, '--server', server.url, '--key', server.key, '--output', output, '--concurrency', '1']).ended;
  assert.equal(run.status, 0, run.stderr);
  assert.deepEqual(filesIn(output).sort(), ['a\\x5CxFF.png', 'a\\xFF.png', 'two\nlines.png']);
});

test('what only answers with status 200 is no healthy geond', async (t) => {
  const portal = createServer((request, response) => response.end('<html>Sign in</html>')).listen(0, '127.0.0.1');
  await once(portal, 'listening');
  atEnd(t, () => portal.close());
  const run = (...args) => new Promise((resolve) => {
    execFile(binary, args, (error, stdout, stderr) => resolve({ status: error?.code ?? 0, stdout, stderr }));
  });
  const url = `http://127.0.0.1:${portal.address().port}`;
  const health = await run('health', '--url', url);
  assert.equal(health.status, 1);
  assert.match(health.stderr, /none of geond's/);
  assert.match((await run('doctor', '--url', url)).stdout, /another program answers at/);
  const unusable = await run('health', '--url', url, '--ca-file', '/no/ca.pem');
  assert.equal(unusable.status, 2);
  assert.match(unusable.stderr, /--ca-file: \/no\/ca\.pem/);
});

test('on a terminal it shows how far it is', { skip: lacks('script') }, async (t) => {
  const server = await startServer(t);
  const command = `${binary} submit ${pictures(t, 3)} --server ${server.url} --key ${server.key} --output /dev/null`;
  const run = spawnSync('script', ['-qec', command, '/dev/null'], { encoding: 'utf8' });
  assert.equal(run.status, 0, run.stdout);
  assert.match(run.stdout, /3.?\/.?3|3 of 3/);
});
