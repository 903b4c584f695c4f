// SPDX-License-Identifier: MIT
// Starts the real program on a free loopback port with a data directory of its own, and ends only
// what it started.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const models = path.resolve(import.meta.dirname, '../../../models');
// A busy machine is slow, not broken: what hangs is found late, but found.
const kStart = 120_000;
const kAnswer = 90_000;
const kEnd = 30_000;
const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

export class Server {
  /** Starts and waits until it listens and has told of its first account. */
  static async start(args = []) {
    const server = new Server();
    server.args = args;
    server.data = mkdtempSync(path.join(tmpdir(), 'geond-browser-'));
    await server.launch('127.0.0.1:0', /geond_\d+_[\w-]+/);
    const { output } = server;
    [server.link] = output.match(/https?:\/\/\S+#\S*link\S*/);
    server.name = output.match(/^\s*name:\s+(\S+)/m)[1];
    server.password = output.match(/^\s*password:\s+(\S+)/m)[1];
    server.key = output.match(/geond_\d+_[\w-]+/)[0];
    return server;
  }

  /** Starts the program and waits until it has said where it listens, and `told`. */
  async launch(listen, told = /(?:)/) {
    this.output = '';
    this.log = '';
    const where = existsSync(models) ? ['--models', models] : [];
    this.process = spawn(process.env.GEOND_BINARY,
      ['serve', '--listen', listen, '--data', this.data, ...where, ...this.args],
      { stdio: ['ignore', 'pipe', 'pipe'] });
    this.exited = new Promise((resolve) => { this.process.once('exit', resolve); });
    this.process.stderr.on('data', (text) => { this.log += text; });
    await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`geond is not ready:\n${this.output}\n${this.log}`)), kStart);
      this.process.stdout.on('data', (text) => {
        this.output += text;
        this.url ??= this.output.match(/^geond listens on (https?:\/\/\S+)$/m)?.[1];
        if (/^geond listens on .*\n/m.test(this.output) && told.test(this.output)) { clearTimeout(timer); resolve(); }
      });
      this.exited.then((code) => { clearTimeout(timer); reject(new Error(`geond ended with ${code}:\n${this.log}`)); });
    });
  }

  async halt() {
    if (this.process.exitCode === null) this.process.kill('SIGTERM');
    const last = setTimeout(() => this.process.kill('SIGKILL'), kEnd);
    await this.exited;
    clearTimeout(last);
  }

  /** The same data on the same port. */
  async again() {
    await this.launch(new URL(this.url).host);
  }

  /** The same data on the same port, with other options. */
  async restart(args) {
    this.args = args;
    await this.halt();
    await this.again();
  }

  async stop() {
    await this.halt();
    rmSync(this.data, { recursive: true, force: true });
  }

  /** Calls the API with the first account's key. */
  async api(method, route, { body, headers = {} } = {}) {
    const response = await fetch(`${this.url}/api/v1/${route}`, {
      method, headers: { Authorization: `Bearer ${this.key}`, ...headers }, signal: AbortSignal.timeout(kAnswer),
      body: body instanceof Uint8Array || body === undefined ? body : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${text}`);
    return response.headers.get('Content-Type')?.includes('json') ? JSON.parse(text) : text || null;
  }

  /** Hands in a picture and gives the finished task. */
  async predict(picture, name, query = '') {
    const task = await this.api('POST', `tasks?file_name=${encodeURIComponent(name)}${query}`,
      { body: picture, headers: { 'Content-Type': 'application/octet-stream', Prefer: 'wait=60' } });
    return this.finished(task.id, task);
  }

  /** The task when nothing more will happen to it. */
  async finished(id, known = null) {
    let task = known ?? await this.api('GET', `tasks/${id}`);
    while (!['done', 'failed', 'cancelled'].includes(task.status)) {
      await pause(300);
      task = await this.api('GET', `tasks/${id}`);
    }
    return task;
  }
}
