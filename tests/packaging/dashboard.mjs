#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// node tests/packaging/dashboard.mjs: the dashboard is what Grafana's own schema says a dashboard is. As a
// constant of that type it must compile: fields that are missing, misspelt or of another type do not.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const text = readFileSync(resolve(here, '../../packaging/monitoring/geond-dashboard.json'), 'utf8');
// Among the modules, so that the compiler finds the schema.
const folder = join(here, 'node_modules/.dashboard');

/** What the compiler says of the dashboard as `json`; empty if nothing. */
function complaints(json) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'dashboard.ts'),
    `import type { Dashboard } from '@grafana/schema'\nexport const dashboard: Dashboard = ${json}\n`);
  const compiler = spawnSync(process.execPath, [join(here, 'node_modules/typescript/bin/tsc'), '--noEmit', '--strict',
    '--skipLibCheck', '--module', 'nodenext', join(folder, 'dashboard.ts')], { encoding: 'utf8' });
  return compiler.stdout + compiler.stderr;
}

const said = complaints(text);
if (said) throw new Error(`Grafana's schema does not take the dashboard:\n${said}`);
if (!complaints(text.replace('"gridPos"', '"gridPosition"'))) throw new Error('a misspelt field went unnoticed');
console.log("ok    the dashboard is one by Grafana's own schema");
