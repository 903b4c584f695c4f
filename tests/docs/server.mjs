// SPDX-License-Identifier: MIT
// A real geond on a free loopback port with fresh data, and a key for it.
import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

export const kPassword = 'correct horse battery'

/** A port that was free a moment ago. */
export function freePort () {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

/** Starts `program serve` with `extra` options in `folder`, under the path `base`; resolves once it is ready. */
export async function startServer (program, folder, extra = [], base = '') {
  const port = await freePort()
  mkdirSync(folder, { recursive: true })
  const passwordFile = join(folder, 'first-password')
  writeFileSync(passwordFile, kPassword + '\n', { mode: 0o600 })
  const child = spawn(program, ['serve', '--listen', `127.0.0.1:${port}`, '--data', join(folder, 'data'),
    '--admin-password-file', passwordFile, ...extra], { stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8')
    stream.on('data', text => { log += text })
  }
  const server = {
    port,
    url: `http://127.0.0.1:${port}`,
    log: () => log,
    stop: () => new Promise(resolve => {
      if (child.exitCode !== null) return resolve(child.exitCode)
      child.on('exit', resolve)
      child.kill('SIGTERM')
    })
  }
  await ready(server.url + base, server, child)
  return server
}

async function ready (url, server, child) {
  for (let attempt = 0; attempt < 150; attempt++) {
    if (child.exitCode !== null) break
    const answer = await fetch(url + '/readyz').catch(() => null)
    if (answer?.ok) return
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  await server.stop()
  throw new Error(`geond did not become ready:\n${server.log()}`)
}

/** A new API key of the first account of the server at `url`. */
export async function makeKey (url) {
  const login = await post(`${url}/api/v1/auth/login`, { username: 'admin', password: kPassword })
  const key = await post(`${url}/api/v1/keys`, { name: 'documents' }, login.access_token)
  return key.key
}

async function post (url, body, token) {
  const headers = { 'Content-Type': 'application/json' }
  if (token) headers.Authorization = `Bearer ${token}`
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${text}`)
  return JSON.parse(text)
}
