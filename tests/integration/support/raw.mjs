// SPDX-License-Identifier: MIT
// Requests that fetch() would not let through: sent as they are written, over a connection each.
import { connect } from 'node:net';

/** Reads status, headers (a Headers) and text of an answer that ends with its connection. */
function parse(bytes) {
  const end = bytes.indexOf('\r\n\r\n');
  const [line, ...fields] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const headers = new Headers(fields.map((field) => {
    const colon = field.indexOf(':');
    return [field.slice(0, colon), field.slice(colon + 1).trim()];
  }));
  return { status: Number(line.split(' ')[1]), headers, text: bytes.subarray(end + 4).toString() };
}

/**
 * Sends `method target` with the headers (an object; Host and Connection: close are added) and the
 * body as it is; resolves with the answer when the server has closed.
 */
export function rawRequest(server, method, target, headers = {}, body = '') {
  const { hostname, port } = new URL(server.url);
  const fields = { Host: `${hostname}:${port}`, Connection: 'close', ...headers };
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return new Promise((resolve, reject) => {
    const chunks = [];
    const socket = connect(Number(port), hostname, () => {
      socket.write(`${method} ${target} HTTP/1.1\r\n${head}\r\n`);
      if (body.length > 0) socket.write(body);
    });
    socket.setTimeout(20_000, () => socket.destroy(new Error(`${method} ${target}: no answer`)));
    socket.on('data', (chunk) => chunks.push(chunk));
    // What was refused early may be reset after its answer.
    socket.on('error', (error) => (chunks.length > 0 ? resolve(parse(Buffer.concat(chunks))) : reject(error)));
    socket.on('end', () => { socket.destroy(); resolve(parse(Buffer.concat(chunks))); });
  });
}
