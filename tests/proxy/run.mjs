#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// node tests/proxy/run.mjs GEOND: geond behind Debian's nginx and Caddy under /geond, with the very blocks
// that docs/operating.md tells people to use. A proxy that is not installed is skipped, and said so; under
// GEOND_NO_SKIPS, which .ci/run sets, that is a failure.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readBlocks } from '../docs/blocks.mjs';
import { freePort } from '../support/programs.mjs';
import { Server } from '../support/server.mjs';
import { until } from '../support/wait.mjs';

const source = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const program = process.argv[2] && resolve(process.argv[2]);
if (!program) throw new Error('usage: run.mjs GEOND');

const folder = mkdtempSync(join(tmpdir(), 'geond-proxy-'));
const photo = readFileSync(join(source, 'docs/images/photo.jpg'));
let passed = 0;
let failed = 0;
let skipped = 0;

async function check(what, body) {
  try {
    await body();
    passed++;
    console.log(`ok    ${what}`);
  } catch (error) {
    failed++;
    console.log(`FAIL  ${what}\n      ${error.stack}`);
  }
}

/** The block of that language in docs/operating.md, pointed at the server under test. */
function documented(language, upstream) {
  const documents = readFileSync(join(source, 'docs/operating.md'), 'utf8');
  const [block] = readBlocks(documents).filter((b) => b.language === language);
  return block.code.replaceAll('127.0.0.1:8080', `127.0.0.1:${upstream}`);
}

const proxies = {
  nginx: {
    program: ['/usr/sbin/nginx', '/usr/local/sbin/nginx'],
    command(port, upstream) {
      const configuration = readFileSync(join(source, 'tests/proxy/nginx.conf.in'), 'utf8')
        .replaceAll('@FOLDER@', folder).replaceAll('@PORT@', port)
        .replace('@LOCATION@', () => documented('nginx', upstream));
      writeFileSync(join(folder, 'nginx.conf'), configuration);
      return ['-p', folder, '-c', join(folder, 'nginx.conf')];
    },
  },
  caddy: {
    program: ['/usr/bin/caddy', '/usr/local/bin/caddy'],
    command(port, upstream) {
      const site = documented('caddy', upstream).replace('example.org', `http://127.0.0.1:${port}`);
      writeFileSync(join(folder, 'Caddyfile'), `{\n    admin off\n    auto_https off\n}\n${site}`);
      return ['run', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')];
    },
  },
};

async function startProxy(executable, proxy, upstream) {
  const port = await freePort();
  const child = spawn(executable, proxy.command(port, upstream), {
    stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
  });
  let said = '';
  child.stderr.on('data', (text) => { said += text; });
  const url = `http://127.0.0.1:${port}`;
  await until(() => fetch(url).catch(() => null), { what: () => `the start of the proxy: ${said}` });
  return { url, child };
}

/** The log's line about the request with that id. */
const logged = (server, id) => server.logLine((line) => line.request_id === id);

/** Sends a body in two halves, the second once `atHalf` is over; resolves to {status, body}. */
async function sendSlowly(url, headers, body, atHalf) {
  const sent = request(url, { method: 'POST', headers: { ...headers, 'Content-Length': body.length } });
  sent.write(body.subarray(0, body.length / 2));
  await atHalf();
  sent.end(body.subarray(body.length / 2));
  const [answer] = await once(sent, 'response');
  let text = '';
  for await (const piece of answer.setEncoding('utf8')) text += piece;
  return { status: answer.statusCode, body: text };
}

async function checkBehind(name, executable) {
  const data = join(folder, name);
  const server = await Server.start({ program, data, args: ['--base-path', '/geond', '--trusted-proxy', '127.0.0.1', '--log-format', 'json', '--metrics'] });
  const proxy = await startProxy(executable, proxies[name], new URL(server.url).port);
  try {
    const base = `${proxy.url}/geond`;
    const headers = { Authorization: `Bearer ${server.key}` };

    await check(name + ': the page is served under the base path', async () => {
      const answer = await fetch(base + '/');
      assert.equal(answer.status, 200);
      assert.match(answer.headers.get('content-type'), /text\/html/);
    });
    await check(name + ': what the page refers to is found under the base path', async () => {
      const page = await (await fetch(base + '/')).text();
      const references = [...page.matchAll(/(?:src|href)="([^"#]+)"/g)].map((match) => new URL(match[1], base + '/'));
      assert.ok(references.length > 0);
      for (const reference of references) {
        assert.match(reference.pathname, /^\/geond\//, reference.href);
        assert.equal((await fetch(reference)).status, 200, reference.href);
      }
    });
    await check(name + ': a person signs in on the page, whose origin has a port', async () => {
      const answer = await fetch(base + '/api/v1/auth/login', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Origin: proxy.url },
        body: JSON.stringify({ username: server.name, password: server.password, cookie: true }),
      });
      assert.equal(answer.status, 200, await answer.text());
      const cookie = answer.headers.getSetCookie().map((text) => text.split(';')[0]).join('; ');
      const task = await fetch(base + '/api/v1/tasks', { method: 'POST', headers: { Cookie: cookie, Origin: proxy.url }, body: photo });
      assert.ok(task.ok, await task.text());
    });
    await check(name + ': the way to it without a slash leads there', async () => {
      assert.match((await fetch(proxy.url + '/geond')).headers.get('content-type'), /text\/html/);
    });
    await check(name + ': /metrics stays inside', async () => {
      assert.equal((await fetch(server.url + '/metrics')).status, 200);
      assert.equal((await fetch(base + '/metrics')).status, 403);
    });
    await check(name + ': a form of several pictures passes that is larger than one may be', async () => {
      const form = new FormData();
      for (let index = 0; index < 4; index++) {
        form.append('image_file', new Blob([photo, Buffer.alloc(20 << 20)]), `${index}.jpg`);
      }
      const answer = await fetch(base + '/api/v1/tasks', { method: 'POST', headers, body: form });
      assert.ok(answer.status < 300, await answer.text());
    });
    await check(name + ': a picture in, its result out, and Location leads back through the proxy', async () => {
      const answer = await fetch(base + '/api/v1/tasks', { method: 'POST', headers: { ...headers, Prefer: 'wait=30' }, body: photo });
      const task = await answer.json();
      assert.equal(answer.status, 200, JSON.stringify(task));
      assert.equal(task.status, 'done');
      const later = await fetch(base + '/api/v1/tasks', { method: 'POST', headers, body: photo });
      const location = new URL(later.headers.get('location'), base);
      assert.match(location.pathname, /^\/geond\/api\/v1\/tasks\/\d+$/);
      assert.equal((await fetch(location, { headers })).status, 200);
    });
    await check(name + ': an upload streams through: geond has the first half before the second is sent', async () => {
      const large = Buffer.concat([photo, Buffer.alloc(4 << 20)]);
      const incoming = join(data, 'tmp');
      const answer = await sendSlowly(base + '/api/v1/tasks', headers, large,
        () => until(() => readdirSync(incoming).length > 0, { what: 'a file in data/tmp', seconds: 20 }));
      assert.ok(answer.status < 500, answer.body);
    });
    await check(name + ': events arrive when they happen', async () => {
      // A proxy that buffers holds them back for kilobytes of heartbeats, and the time is over.
      const abort = new AbortController();
      const signal = AbortSignal.any([abort.signal, AbortSignal.timeout(30_000)]);
      const stream = await fetch(base + '/api/v1/events', { headers, signal });
      const reader = stream.body.pipeThrough(new TextDecoderStream()).getReader();
      await fetch(base + '/api/v1/tasks', { method: 'POST', headers, body: photo });
      let text = '';
      while (!/^event: done/m.test(text)) {
        const { done, value } = await reader.read();
        assert.ok(!done, `the stream ended: ${text}`);
        text += value;
      }
      abort.abort();
    });
    await check(name + ': the client\'s address is believed from this proxy', async () => {
      // What stands where the proxy does (loopback) is the proxy to geond.
      await fetch(server.url + '/healthz', { headers: { 'X-Forwarded-For': '203.0.113.9', 'X-Request-Id': `${name}-told` } });
      assert.equal((await logged(server, `${name}-told`)).client, '203.0.113.9');
    });
    await check(name + ': an address that the client made up goes no further than the proxy', async () => {
      await fetch(base + '/healthz', { headers: { 'X-Forwarded-For': '198.51.100.7', 'X-Request-Id': `${name}-forged` } });
      assert.equal((await logged(server, `${name}-forged`)).client, '127.0.0.1');
    });
    await check(name + ': an upload that is too large gets an answer, not a cut connection', async () => {
      const answer = await fetch(base + '/api/v1/tasks', { method: 'POST', headers, body: Buffer.alloc(65 << 20) });
      assert.equal(answer.status, 413);
    });
    await check(name + ': the request id goes through', async () => {
      const answer = await fetch(base + '/healthz', { headers: { 'X-Request-Id': 'from-the-client-1' } });
      assert.equal(answer.headers.get('x-request-id'), 'from-the-client-1');
    });
  } finally {
    proxy.child.kill('SIGTERM');
    await server.stop();
  }
}

for (const [name, { program: places }] of Object.entries(proxies)) {
  const executable = places.find(existsSync);
  if (executable) {
    await checkBehind(name, executable);
  } else {
    if (process.env.GEOND_NO_SKIPS) failed++;
    else skipped++;
    console.log(`SKIP  ${name} is not installed (apt-get install ${name}): nothing was checked behind it`);
  }
}

// Without --trusted-proxy nobody's word counts.
const careful = await Server.start({ program, data: join(folder, 'careful'), args: ['--log-format', 'json'] });
await check('X-Forwarded-For of an unknown proxy is not believed', async () => {
  await fetch(careful.url + '/healthz', { headers: { 'X-Forwarded-For': '203.0.113.9', 'X-Request-Id': 'careful' } });
  assert.equal((await logged(careful, 'careful')).client, '127.0.0.1');
});
await careful.stop();
rmSync(folder, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed === 0 ? 0 : 1);
