// SPDX-License-Identifier: MIT
// A keep-alive client that costs little: it writes requests that are made beforehand and counts what
// comes back by Content-Length, so that what is measured is the server.
import net from 'node:net';

/** The bytes of a GET request. */
export function getRequest(target, key) {
  const authorization = key ? `Authorization: Bearer ${key}\r\n` : '';
  return Buffer.from(`GET ${target} HTTP/1.1\r\nHost: localhost\r\n${authorization}\r\n`, 'latin1');
}

export class RawClient {
  /** Connects to `url`. */
  static async connect(url) {
    const client = new RawClient();
    const { hostname, port } = new URL(url);
    client.socket = net.connect({ host: hostname, port: Number(port), noDelay: true });
    client.received = Buffer.alloc(0);
    client.socket.on('data', (bytes) => client.#take(bytes));
    client.socket.on('error', (error) => client.waiting?.reject(error));
    client.socket.on('close', () => client.waiting?.reject(new Error('the server closed the connection')));
    await new Promise((resolve, reject) => {
      client.socket.once('connect', resolve);
      client.socket.once('error', reject);
    });
    return client;
  }

  /** Sends `request` and waits for its whole answer; returns the status. */
  send(request) {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.socket.write(request);
    });
  }

  close() {
    this.waiting = undefined;
    this.socket.destroy();
  }

  #take(bytes) {
    this.received = this.received.length === 0 ? bytes : Buffer.concat([this.received, bytes]);
    const end = this.received.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = this.received.toString('latin1', 0, end);
    const length = Number(/^content-length: *(\d+)/mi.exec(head)?.[1] ?? 0);
    if (this.received.length < end + 4 + length) return;
    this.received = this.received.subarray(end + 4 + length);
    const { resolve } = this.waiting;
    this.waiting = undefined;
    resolve(Number(head.slice(9, 12)));
  }
}
