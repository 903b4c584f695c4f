// SPDX-License-Identifier: MIT
// Starts the real program on a free loopback port with a data directory of its own, and ends only
// what it started.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const models = path.resolve(import.meta.dirname, '../../../models');

export class Server {
  /** Starts and waits until it listens. */
  static async start(args = []) {
    const server = new Server();
    server.args = args;
    server.data = mkdtempSync(path.join(tmpdir(), 'geond-browser-'));
    await server.launch('127.0.0.1:0');
    const { output } = server;
    server.link = output.match(/https?:\/\/\S+#\S*link\S*/)[0];
    server.name = output.match(/^\s*name:\s+(\S+)/m)[1];
    server.password = output.match(/^\s*password:\s+(\S+)/m)[1];
    server.key = output.match(/geond_\d+_[\w-]+/)[0];
    return server;
  }

  async launch(listen) {
    this.output = '';
    this.log = '';
    const where = existsSync(models) ? ['--models', models] : [];
    this.process = spawn(process.env.GEOND_BINARY,
      ['serve', '--listen', listen, '--data', this.data, ...where, ...this.args],
      { stdio: ['ignore', 'pipe', 'pipe'] });
    this.exited = new Promise((resolve) => { this.process.once('exit', resolve); });
    this.process.stderr.on('data', (text) => { this.log += text; });
    await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`geond is not ready:\n${this.log}`)), 30_000);
      this.process.stdout.on('data', (text) => {
        this.output += text;
        this.url ??= this.output.match(/^geond listens on (https?:\/\/\S+)$/m)?.[1];
        if (/^geond listens on /m.test(this.output)) { clearTimeout(timer); resolve(); }
      });
      this.exited.then((code) => { clearTimeout(timer); reject(new Error(`geond ended with ${code}:\n${this.log}`)); });
    });
    // What follows the line about the address comes in the same breath.
    await new Promise((resolve) => { setTimeout(resolve, 150); });
  }

  async halt() {
    if (this.process.exitCode === null) this.process.kill('SIGTERM');
    await this.exited;
  }

  /** The same data on the same port. */
  async again() {
    await this.launch(new URL(this.url).host);
  }

  async stop() {
    await this.halt();
    rmSync(this.data, { recursive: true, force: true });
  }

  /** Calls the API with the first account's key. */
  async api(method, route, { body, headers = {} } = {}) {
    const response = await fetch(`${this.url}/api/v1/${route}`, {
      method, headers: { Authorization: `Bearer ${this.key}`, ...headers },
      body: body instanceof Uint8Array || body === undefined ? body : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }

  /** Hands in a picture and gives the finished task. */
  predict(picture, name, query = '') {
    return this.api('POST', `tasks?file_name=${encodeURIComponent(name)}${query}`,
      { body: picture, headers: { 'Content-Type': 'application/octet-stream', Prefer: 'wait=30' } });
  }
}
