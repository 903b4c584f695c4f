// SPDX-License-Identifier: MIT
// What /metrics tells, held against the text format and the conventions of Prometheus.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import test from 'node:test';
import { temporaryDirectory } from '../support/ends.mjs';
import { sceneOfShapes } from '../support/pictures.mjs';
import { lacks } from '../support/programs.mjs';
import { startServer } from '../support/server.mjs';
import { selfSigned } from './support/certificates.mjs';
import { reload } from './support/supervisor.mjs';

/** Only where there is TLS: a test of its own below holds it. */
const TLS_METRIC = 'geond_tls_certificate_not_after_timestamp_seconds';

/** The families of an exposition: name -> { type, help, samples }. Fails on anything malformed. */
function parseExposition(text) {
  const families = new Map();
  let current;
  assert.ok(text.endsWith('\n'), 'the last line ends');
  for (const line of text.trimEnd().split('\n')) {
    const comment = line.match(/^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/);
    if (comment) {
      const [, what, name, value] = comment;
      if (current?.name !== name) {
        assert.ok(!families.has(name), `${name} is in two places`);
        current = { name, samples: [] };
        families.set(name, current);
      }
      assert.equal(current[what.toLowerCase()], undefined, line);
      current[what.toLowerCase()] = value;
      continue;
    }
    const sample = line.match(/^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/);
    assert.ok(sample, `no sample: ${line}`);
    const [, name, labels = '', value] = sample;
    assert.equal(current.type === 'histogram' ? name.replace(/_(bucket|sum|count)$/, '') : name, current.name, line);
    const pairs = [...labels.matchAll(/([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\["\\n])*)"/g)];
    assert.equal(pairs.map(([pair]) => pair).join(','), labels, line);
    assert.ok(!Number.isNaN(Number(value.replace('+Inf', 'Infinity'))), line);
    current.samples.push({ name, labels: Object.fromEntries(pairs.map(([, key, content]) => [key, content])), value: Number(value) });
  }
  return families;
}

function checkHistogram({ name, samples }) {
  const groups = new Map();
  for (const sample of samples) {
    const { le, ...labels } = sample.labels;
    const key = JSON.stringify(labels);
    groups.set(key, [...(groups.get(key) ?? []), { ...sample, le }]);
  }
  for (const [labels, group] of groups) {
    const buckets = group.filter(({ name: one }) => one.endsWith('_bucket'));
    const counts = buckets.map(({ value }) => value);
    assert.deepEqual(counts, [...counts].sort((a, b) => a - b), `${name}${labels}: buckets add up`);
    assert.equal(buckets.at(-1).le, '+Inf', name);
    assert.equal(group.find(({ name: one }) => one.endsWith('_count')).value, counts.at(-1), name);
    assert.ok(group.some(({ name: one }) => one.endsWith('_sum')), name);
  }
}

/** The metrics and their labels in the table of docs/operating.md, as name -> sorted labels; `process_*` stays one. */
function documentedMetrics() {
  const text = readFileSync(new URL('../../docs/operating.md', import.meta.url), 'utf8');
  const [, rows] = text.match(/\n\| metric \| tells \|\n\|[-|]+\|\n((?:\|.*\n)+)/);
  const cells = rows.trimEnd().split('\n').map((row) => row.split('|')[1]);
  return new Map([...cells.join().matchAll(/`([a-z_*]+)`(?: \(([^)]*)\))?/g)]
    .map(([, name, labels = '']) => [name, [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label).sort()]));
}

test('the metrics of a server that has worked', async (t) => {
  const server = await startServer(t, { args: ['--metrics', '--workers', '1'] });
  assert.equal((await server.predict(sceneOfShapes(1))).status, 200);
  const json = { 'Content-Type': 'application/json' };
  await server.json('/api/v1/models/geon-detector/predict', { method: 'POST', body: sceneOfShapes(2) });
  await server.json('/api/v1/models/scene-classifier/predict', {
    method: 'POST', headers: json, body: JSON.stringify({ image: { width: 9, height: 9 }, primitives: [] }),
  });
  await server.json('/nowhere/at-all');
  const ids = await Promise.all([3, 4, 5].map(async (seed) =>
    (await server.json('/api/v1/tasks', { method: 'POST', body: sceneOfShapes(seed, 1200, 900) })).body.id));
  const cancelled = await Promise.all(ids.map(async (id) =>
    (await server.json(`/api/v1/tasks/${id}/cancel`, { method: 'POST' })).status));
  const read = async () => (await server.fetch('/metrics', { key: null })).text();
  const text = await read();
  const families = parseExposition(text);
  const value = (name, labels = {}) => families.get(name.replace(/_(count|sum)$/, ''))?.samples.find((sample) =>
    sample.name === name && Object.entries(labels).every(([key, one]) => sample.labels[key] === one))?.value;

  await t.test('every family keeps to the conventions', () => {
    for (const family of families.values()) {
      const { name, type, help } = family;
      assert.match(name, /^(geond|process)_[a-z0-9_]+$/);
      assert.ok(help?.length > 5 && /^(counter|gauge|histogram)$/.test(type), name);
      assert.equal(name.endsWith('_total'), type === 'counter', `${name} is a ${type}`);
      assert.doesNotMatch(name, /_(ms|milliseconds|minutes|kb|kilobytes|mb|percent)(_|$)/, 'base units');
      if (type === 'histogram') {
        assert.match(name, /_(seconds|bytes)$/);
        checkHistogram(family);
      }
      for (const { labels } of family.samples) {
        for (const label of Object.keys(labels)) {
          assert.ok(['method', 'route', 'status', 'outcome', 'stage', 'model', 'kind', 'version', 'check', 'le'].includes(label));
        }
      }
    }
  });

  await t.test('the documentation has each of them with its labels, and no others', () => {
    const served = new Map();
    for (const { name, samples } of families.values()) {
      const labels = new Set(samples.flatMap((sample) => Object.keys(sample.labels)).filter((label) => label !== 'le'));
      served.set(name.startsWith('process_') ? 'process_*' : name, [...labels].sort());
    }
    const sorted = (metrics) => [...metrics].sort(([one], [other]) => one.localeCompare(other));
    const documented = documentedMetrics();
    assert.ok(documented.delete(TLS_METRIC));
    assert.deepEqual(sorted(served), sorted(documented));
  });

  await t.test('promtool finds nothing, where there is one (package prometheus)', { skip: lacks('promtool') }, () => {
    const run = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
    assert.equal(run.error, undefined);
    assert.equal(`${run.stdout}${run.stderr}`.trim(), '');
    assert.equal(run.status, 0);
  });

  await t.test('requests, outcomes, stages, models, database and process are counted', () => {
    assert.equal(value('geond_http_requests_total', { route: 'unknown', status: '404' }), 1);
    assert.ok(value('geond_http_requests_total', { route: '/api/v1/tasks', method: 'POST', status: '202' }) >= 1);
    assert.equal(value('geond_tasks_finished_total', { outcome: 'cancelled' }) ?? 0,
      cancelled.filter((status) => status === 200).length);
    assert.ok(value('geond_tasks_finished_total', { outcome: 'done' }) >= 1);
    for (const stage of ['queued', 'decode', 'detect', 'classify']) {
      assert.ok(value('geond_stage_duration_seconds_count', { stage }) >= 1, stage);
    }
    for (const [model, kind] of [['geon-detector', 'detection'], ['scene-classifier', 'classification']]) {
      assert.equal(value('geond_model_info', { model, kind }), 1);
      assert.ok(value('geond_model_run_duration_seconds_count', { model }) >= 2, model);
    }
    for (const check of ['database', 'disk', 'models']) assert.equal(value('geond_ready', { check }), 1, check);
    assert.ok(value('geond_database_commits_total') >= 3);
    assert.ok(value('geond_database_writes_total') >= value('geond_database_commits_total'));
    assert.ok(value('geond_database_commit_seconds_total') > 0);
    assert.ok(value('geond_database_log_bytes') >= 0);
    assert.equal(value('geond_database_failed_commits_total'), 0);
    for (const name of ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'process_open_fds',
      'process_virtual_memory_bytes', 'process_max_fds', 'process_start_time_seconds', 'geond_database_bytes',
      'geond_disk_free_bytes', 'geond_workers', 'geond_queue_capacity']) {
      assert.ok(value(name) > 0, name);
    }
  });

  await t.test('counters never fall, also with several readers at once', async () => {
    const texts = await Promise.all(Array.from({ length: 10 }, read));
    const later = parseExposition(await read());
    for (const one of texts) {
      for (const [name, { type, samples }] of parseExposition(one)) {
        if (type !== 'counter' || name.includes('http')) continue;
        for (const sample of samples) {
          const now = later.get(name).samples.find(({ labels }) => JSON.stringify(labels) === JSON.stringify(sample.labels));
          assert.ok(now.value >= sample.value, `${name}: ${sample.value}, then ${now.value}`);
        }
      }
    }
  });
});

test('with TLS, and only then, the metrics say when the certificate in use expires', async (t) => {
  const folder = temporaryDirectory(t);
  const { cert, key } = selfSigned(folder, 'localhost');
  const server = await startServer(t, { args: ['--metrics', '--tls-cert', cert, '--tls-key', key] });
  const read = () => new Promise((resolve, reject) => {
    https.get(`${server.url}/metrics`, { rejectUnauthorized: false, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (piece) => { text += piece; }).on('end', () => resolve(text));
    }).on('error', reject);
  });
  const end = () => Date.parse(new X509Certificate(readFileSync(cert)).validTo) / 1000;
  const told = async () => parseExposition(await read()).get(TLS_METRIC)?.samples.map(({ value }) => value);
  const first = end();
  assert.deepEqual(await told(), [first]);
  selfSigned(folder, 'localhost', { until: 90 });
  assert.deepEqual(await told(), [first], 'in use is the one before');
  await reload(server, 'app: reloaded');
  assert.deepEqual(await told(), [end()]);
  assert.ok(end() > first);

  const plain = await startServer(t, { args: ['--metrics'] });
  assert.doesNotMatch(await (await plain.fetch('/metrics', { key: null })).text(), /geond_tls/);
});
