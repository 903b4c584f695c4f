#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// node tests/packaging/monitoring.mjs GEOND: every metric that the alarms and the dashboard ask for is one
// that geond serves, and every panel shows something once Prometheus has seen a server at work.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lacks } from '../support/programs.mjs';
import { Server } from '../support/server.mjs';
import { pause } from '../support/wait.mjs';
import { startPrometheus } from './prometheus.mjs';

const source = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const folder = join(source, 'packaging/monitoring');
const rules = readFileSync(join(folder, 'geond.rules.yml'), 'utf8');
const dashboard = JSON.parse(readFileSync(join(folder, 'geond-dashboard.json'), 'utf8'));
const kName = /\b(?:geond|process)_[a-z_]+\b/g;

/** The names of metrics in PromQL or YAML text. */
const metricsIn = (text) => new Set((text.match(kName) ?? []).map((name) => name.replace(/_(bucket|sum|count)$/, '')));

const panels = dashboard.panels.filter((panel) => panel.type !== 'row');
for (const panel of panels) {
  assert.ok(panel.targets.length > 0 && panel.targets.every((target) => target.expr && target.refId), panel.title);
}
assert.equal(new Set(dashboard.panels.map((panel) => panel.id)).size, dashboard.panels.length, 'a panel id twice');
const wanted = new Set([
  ...metricsIn(rules.split('\n').filter((line) => /^ *expr:/.test(line)).join('\n')),
  ...metricsIn(panels.flatMap((panel) => panel.targets).map((target) => target.expr).join('\n')),
  'geond_build_info',
]);
// This server has no TLS; tests/integration/metrics.test.mjs asks one that has.
wanted.delete('geond_tls_certificate_not_after_timestamp_seconds');

/** Panels that show nothing although the server has worked and answered, each with what it asked. */
async function emptyPanels(prometheus) {
  const empty = [];
  for (const { title, targets } of panels) {
    // A target without series is no fault of a server that has had no errors; a panel without any is.
    const found = await Promise.all(targets.map((target) =>
      prometheus.query(target.expr.replaceAll('$job', 'geond').replaceAll('$instance', '.*'))));
    if (found.every((series) => series.length === 0)) empty.push(title);
  }
  return empty;
}

/** The first value of `ask` that is empty, asked ten times a second for `seconds`; else its last. */
async function untilEmpty(ask, seconds) {
  const end = Date.now() + seconds * 1000;
  while (true) {
    const list = await ask();
    if (list.length === 0 || Date.now() > end) return list;
    await pause(100);
  }
}

const work = mkdtempSync(join(tmpdir(), 'geond-monitoring-'));
const server = await Server.start({ program: resolve(process.argv[2]), data: join(work, 'data'), args: ['--metrics'] });
const reason = lacks('prometheus');
const prometheus = reason ? null : await startPrometheus(join(work, 'prometheus'), new URL(server.url).port);
try {
  const photo = readFileSync(join(source, 'docs/images/photo.jpg'));
  const handIn = async () => assert.equal((await server.predict(photo)).status, 200);
  await handIn();
  // A worker counts its task after the client has heard of it.
  const missing = await untilEmpty(async () => {
    const text = await (await fetch(server.url + '/metrics')).text();
    const served = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map((match) => match[1]));
    return [...wanted].filter((name) => !served.has(name));
  }, 10);
  assert.deepEqual(missing, [], 'asked for, but not served');
  console.log(`ok    ${wanted.size} metrics of ${panels.length} panels and the alarms are served`);
  if (prometheus) {
    // A rate wants two scrapes with something between them; errors by route, an error.
    const empty = await untilEmpty(async () => {
      await handIn();
      await server.fetch('/api/v1/tasks', { key: null });
      return emptyPanels(prometheus).catch((error) => [error.message]);
    }, 30);
    assert.deepEqual(empty, [], 'panels without a series');
    console.log(`ok    all ${panels.length} panels show something from a real Prometheus`);
  } else {
    console.log(`SKIP  every panel shows something from a real Prometheus (${reason})`);
  }
  console.log('1 passed, 0 failed');
} finally {
  await prometheus?.stop();
  await server.stop();
  rmSync(work, { recursive: true, force: true });
}
