// SPDX-License-Identifier: MIT
// What a supervisor does with a running server, and what the server's log says to it.
import { until } from '../../support/wait.mjs';

/** Waits until the server's log has `text` after position `from`; answers what came after that. */
export async function logged(server, text, from) {
  await until(() => server.log.slice(from).includes(text), { what: () => `"${text}" in the log:\n${server.log.slice(from)}`, seconds: 20 });
  return server.log.slice(from);
}

/** SIGHUP; answers what the log says until `text` stands there. */
export function reload(server, text) {
  const from = server.log.length;
  server.process.kill('SIGHUP');
  return logged(server, text, from);
}
