#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// node tests/proxy/run.mjs GEOND: geond behind Debian's nginx under /geond, with the very location block
// that docs/operating.md tells people to use. Says so and leaves it at that where nginx is not installed.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readBlocks } from '../docs/blocks.mjs'
import { freePort, makeKey, startServer } from '../docs/server.mjs'

const source = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const program = process.argv[2] && resolve(process.argv[2])
const nginx = ['/usr/sbin/nginx', '/usr/local/sbin/nginx'].find(existsSync)
if (!program) throw new Error('usage: run.mjs GEOND')
if (!nginx) {
  console.log('skip  nginx is not installed (apt-get install nginx-light)\n0 passed, 0 failed, 1 skipped')
  process.exit(0)
}

const folder = mkdtempSync(join(tmpdir(), 'geond-proxy-'))
const photo = readFileSync(join(source, 'docs/images/photo.jpg'))
let passed = 0
let failed = 0

async function check (what, body) {
  try {
    await body()
    passed++
    console.log(`ok    ${what}`)
  } catch (error) {
    failed++
    console.log(`FAIL  ${what}\n      ${error.stack}`)
  }
}

async function startNginx (upstream) {
  const port = await freePort()
  const documents = readFileSync(join(source, 'docs/operating.md'), 'utf8')
  const [block] = readBlocks(documents).filter(b => b.language === 'nginx')
  const configuration = readFileSync(join(source, 'tests/proxy/nginx.conf.in'), 'utf8')
    .replaceAll('@FOLDER@', folder).replaceAll('@PORT@', port)
    .replace('@LOCATION@', () => block.code.replaceAll('127.0.0.1:8080', `127.0.0.1:${upstream}`))
  writeFileSync(join(folder, 'nginx.conf'), configuration)
  const child = spawn(nginx, ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'inherit' })
  const url = `http://127.0.0.1:${port}`
  for (let attempt = 0; attempt < 50; attempt++) {
    if (await fetch(url).catch(() => null)) return { url, port, child }
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  throw new Error('nginx did not start')
}

/** Sends a body in two halves with a pause between; resolves to {status, body}. */
async function sendSlowly (url, headers, body, atHalf) {
  const sent = request(url, { method: 'POST', headers: { ...headers, 'Content-Length': body.length } })
  sent.write(body.subarray(0, body.length / 2))
  await new Promise(resolve => setTimeout(resolve, 700))
  await atHalf()
  sent.end(body.subarray(body.length / 2))
  const [answer] = await once(sent, 'response')
  let text = ''
  for await (const piece of answer.setEncoding('utf8')) text += piece
  return { status: answer.statusCode, body: text }
}

const server = await startServer(program, folder, ['--base-path', '/geond', '--trusted-proxy', '127.0.0.1', '--log-format', 'json'], '/geond')
const proxy = await startNginx(server.port)
try {
  const base = `${proxy.url}/geond`
  const key = await makeKey(server.url + '/geond')
  const headers = { Authorization: `Bearer ${key}` }

  await check('the page is served under the base path', async () => {
    const answer = await fetch(base + '/')
    assert.equal(answer.status, 200)
    assert.match(answer.headers.get('content-type'), /text\/html/)
  })
  await check('what the page refers to is found under the base path', async () => {
    const page = await (await fetch(base + '/')).text()
    const references = [...page.matchAll(/(?:src|href)="([^"#]+)"/g)].map(match => new URL(match[1], base + '/'))
    assert.ok(references.length > 0)
    for (const reference of references) {
      assert.match(reference.pathname, /^\/geond\//, reference.href)
      assert.equal((await fetch(reference)).status, 200, reference.href)
    }
  })
  await check('a picture in, its result out, and Location leads back through the proxy', async () => {
    const answer = await fetch(base + '/api/v1/tasks', { method: 'POST', headers: { ...headers, Prefer: 'wait=30' }, body: photo })
    const task = await answer.json()
    assert.equal(answer.status, 200, JSON.stringify(task))
    assert.equal(task.status, 'done')
    const later = await fetch(base + '/api/v1/tasks', { method: 'POST', headers, body: photo })
    const location = new URL(later.headers.get('location'), base)
    assert.match(location.pathname, /^\/geond\/api\/v1\/tasks\/\d+$/)
    assert.equal((await fetch(location, { headers })).status, 200)
  })
  await check('an upload streams through: geond has the first half before the second is sent', async () => {
    const large = Buffer.concat([photo, Buffer.alloc(4 << 20)])
    const incoming = join(folder, 'data', 'tmp')
    const answer = await sendSlowly(base + '/api/v1/tasks', headers, large, () => {
      assert.ok(readdirSync(incoming).length > 0, 'nothing has arrived in data/tmp')
    })
    assert.ok(answer.status < 500, answer.body)
  })
  await check('events arrive when they happen', async () => {
    const abort = new AbortController()
    const stream = await fetch(base + '/api/v1/events', { headers, signal: abort.signal })
    const reader = stream.body.pipeThrough(new TextDecoderStream()).getReader()
    const begun = Date.now()
    await fetch(base + '/api/v1/tasks', { method: 'POST', headers, body: photo })
    let text = ''
    while (!/^event: done/m.test(text) && Date.now() - begun < 20_000) text += (await reader.read()).value ?? ''
    abort.abort()
    assert.match(text, /^event: done/m)
    assert.ok(Date.now() - begun < 5_000, `after ${Date.now() - begun} ms`)
  })
  await check('the client\'s address is believed from this proxy', async () => {
    await fetch(base + '/api/v1/auth/login', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"username":"nobody","password":"wrong password"}' })
    const forged = await fetch(server.url + '/geond/healthz', { headers: { 'X-Forwarded-For': '203.0.113.9' } })
    assert.equal(forged.status, 200)
    await new Promise(resolve => setTimeout(resolve, 300))
    assert.match(server.log(), /203\.0\.113\.9/, 'the trusted proxy\'s word stands in the log')
  })
  await check('an upload that is too large gets an answer, not a cut connection', async () => {
    const answer = await fetch(base + '/api/v1/tasks', { method: 'POST', headers, body: Buffer.alloc(65 << 20) })
    assert.equal(answer.status, 413)
  })
  await check('the request id goes through', async () => {
    const answer = await fetch(base + '/healthz', { headers: { 'X-Request-Id': 'from-the-client-1' } })
    assert.equal(answer.headers.get('x-request-id'), 'from-the-client-1')
  })
} finally {
  proxy.child.kill('SIGTERM')
  await server.stop()
}

// Without --trusted-proxy nobody's word counts.
const careful = await startServer(program, join(folder, 'careful'), ['--log-format', 'json'])
await check('X-Forwarded-For of an unknown proxy is not believed', async () => {
  await fetch(careful.url + '/healthz', { headers: { 'X-Forwarded-For': '203.0.113.9' } })
  await new Promise(resolve => setTimeout(resolve, 300))
  assert.doesNotMatch(careful.log(), /203\.0\.113\.9/)
})
await careful.stop()
rmSync(folder, { recursive: true, force: true })
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
