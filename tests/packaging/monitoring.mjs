#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// node tests/packaging/monitoring.mjs GEOND: every metric that the alarms and the dashboard ask for is one
// that geond serves, and every panel has what Grafana needs to load it.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeKey, startServer } from '../docs/server.mjs'

const source = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const folder = join(source, 'packaging/monitoring')
const rules = readFileSync(join(folder, 'geond.rules.yml'), 'utf8')
const dashboard = JSON.parse(readFileSync(join(folder, 'geond-dashboard.json'), 'utf8'))
const kName = /\b(?:geond|process)_[a-z_]+\b/g

/** The names of metrics in PromQL or YAML text. */
const metricsIn = text => new Set((text.match(kName) ?? []).map(name => name.replace(/_(bucket|sum|count)$/, '')))

const ids = new Set()
for (const panel of dashboard.panels) {
  assert.ok(!ids.has(panel.id), `panel id ${panel.id} twice`)
  ids.add(panel.id)
  assert.ok(panel.title && panel.type && panel.gridPos, `panel ${panel.id}`)
  if (panel.type === 'row') continue
  assert.ok(panel.targets.length > 0 && panel.targets.every(target => target.expr && target.refId), panel.title)
}
const wanted = new Set([
  ...metricsIn(rules.split('\n').filter(line => /^ *expr:/.test(line)).join('\n')),
  ...metricsIn(dashboard.panels.flatMap(panel => panel.targets ?? []).map(target => target.expr).join('\n')),
  'geond_build_info'
])

const work = mkdtempSync(join(tmpdir(), 'geond-monitoring-'))
const server = await startServer(resolve(process.argv[2]), work, ['--metrics'])
try {
  const key = await makeKey(server.url)
  const answer = await fetch(server.url + '/api/v1/tasks', {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}`, Prefer: 'wait=30' },
    body: readFileSync(join(source, 'docs/images/photo.jpg'))
  })
  assert.equal(answer.status, 200)
  // A worker counts its task after the client has heard of it.
  let missing = []
  for (let attempt = 0; attempt < 100; attempt++) {
    const text = await (await fetch(server.url + '/metrics')).text()
    const served = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(match => match[1]))
    missing = [...wanted].filter(name => !served.has(name))
    if (missing.length === 0) break
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  assert.deepEqual(missing, [], 'asked for, but not served')
  console.log(`ok    ${wanted.size} metrics of ${dashboard.panels.length} panels and the alarms are served`)
  console.log('1 passed, 0 failed')
} finally {
  await server.stop()
  rmSync(work, { recursive: true, force: true })
}
