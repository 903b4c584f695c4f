// SPDX-License-Identifier: MIT
// What tests ask of the machine: other programs, and ports for them.
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';

/** Whether `program` can be started here: on the PATH, or by its own. */
export const isInstalled = (program) => !spawnSync(program, ['--version'], { stdio: 'ignore' }).error;

/**
 * What node:test's `skip` wants to know of a test that needs `program`: false where it is installed, else the
 * reason. Under GEOND_NO_SKIPS, which .ci/run sets, nothing is skipped, and the test fails for want of it.
 */
export function lacks(program) {
  if (process.env.GEOND_NO_SKIPS) return false;
  return isInstalled(program) ? false : `${program} is not installed`;
}

/** A port that was free a moment ago, for a program that cannot choose one and say which. geond can: port 0. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
