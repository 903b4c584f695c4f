// SPDX-License-Identifier: MIT
// What a supervisor does with a running server, and what the server's log says to it.

/** Waits until the server's log has `text` after position `from`; answers what came after that. */
export async function logged(server, text, from) {
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline) {
    if (server.log.slice(from).includes(text)) return server.log.slice(from);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`"${text}" was not logged:\n${server.log.slice(from)}`);
}

/** SIGHUP; answers what the log says until `text` stands there. */
export function reload(server, text) {
  const from = server.log.length;
  server.process.kill('SIGHUP');
  return logged(server, text, from);
}
