// SPDX-License-Identifier: MIT
// A real Prometheus on a free loopback port that scrapes one server every second.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../support/programs.mjs';

/** Starts Prometheus in `folder`; it scrapes 127.0.0.1:`port` as the job geond. */
export async function startPrometheus(folder, port) {
  mkdirSync(folder, { recursive: true });
  const configuration = join(folder, 'prometheus.yml');
  writeFileSync(configuration, JSON.stringify({
    global: { scrape_interval: '1s', scrape_timeout: '1s' },
    scrape_configs: [{ job_name: 'geond', static_configs: [{ targets: [`127.0.0.1:${port}`] }] }],
  }));
  const own = await freePort();
  const child = spawn('prometheus', [`--config.file=${configuration}`, `--storage.tsdb.path=${join(folder, 'series')}`,
    `--web.listen-address=127.0.0.1:${own}`], { stdio: 'ignore' });
  return {
    /** The series that a PromQL expression gives now. Throws with Prometheus's own words if it is none. */
    query: async (expression) => {
      const answer = await fetch(`http://127.0.0.1:${own}/api/v1/query?query=${encodeURIComponent(expression)}`);
      const body = await answer.json();
      if (body.status !== 'success') throw new Error(`${expression}: ${body.error}`);
      return body.data.result;
    },
    stop: () => new Promise((resolve) => {
      if (child.exitCode !== null) resolve();
      child.on('exit', resolve);
      child.kill('SIGTERM');
    }),
  };
}
