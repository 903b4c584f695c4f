// SPDX-License-Identifier: MIT
// Starts the real binary on a free loopback port, and ends only what it started.
import { spawn } from 'node:child_process';
import { atEnd, temporaryDirectory } from './ends.mjs';
import { until } from './wait.mjs';

/** The geond under test. */
export const binary = process.env.GEOND_BINARY;

// A busy machine is slow, not broken: what hangs is found late, but found.
const kStart = 120_000;
const kAnswer = 90_000;
const kEnd = 60_000;

/** A running `geond serve`: `url` (with its base path), `output` and `log` so far, and of a first start `name`, `password`, `key` and `link`. */
export class Server {
  /**
   * Starts and waits until it listens. Options: data (directory), args (more flags), env,
   * wrapper (command and arguments to start it with, e.g. strace), program (default: GEOND_BINARY).
   */
  static async start(options) {
    const server = new Server(options);
    await server.#launch('127.0.0.1:0');
    return server;
  }

  constructor({ data, args = [], env = {}, wrapper = [], program = binary }) {
    if (!program) throw new Error('GEOND_BINARY must name the geond binary to test.');
    this.data = data;
    this.args = args;
    this.options = { env, wrapper, program };
  }

  async #launch(listen) {
    const { env, wrapper, program } = this.options;
    const command = [...wrapper, program, 'serve', '--listen', listen, '--data', this.data, ...this.args];
    this.output = '';
    this.log = '';
    this.process = spawn(command[0], command.slice(1), { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.exited = new Promise((resolve) => { this.process.once('exit', (code, signal) => resolve({ code, signal })); });
    this.process.stderr.setEncoding('utf8').on('data', (text) => { this.log += text; });
    await this.#listening();
    const told = (pattern) => this.output.match(pattern)?.[1];
    this.name ??= told(/^\s*name:\s+(\S+)$/m);
    this.password ??= told(/^\s*password:\s+(\S+)$/m);
    this.key ??= told(/(geond_\d+_[A-Za-z0-9_-]+)/);
    this.link ??= told(/(https?:\/\/\S+#\S*link\S*)/);
  }

  /** Resolves once the program has said where; what it has to say of its first account stands before that. */
  #listening() {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`geond is not ready after ${kStart} ms:\n${this.log}`)), kStart);
      this.process.stdout.setEncoding('utf8').on('data', (text) => {
        this.output += text;
        const [, url] = this.output.match(/^geond listens on (https?:\/\/\S+)\n/m) ?? [];
        if (!url) return;
        this.url = url;
        clearTimeout(timer);
        resolve();
      });
      this.process.once('error', reject);
      this.exited.then(({ code, signal }) => {
        clearTimeout(timer);
        reject(new Error(`geond ended (${code ?? signal}) before it was ready:\n${this.log}`));
      });
    });
  }

  /** The same data on the same port, after an end. */
  async again() {
    await this.#launch(new URL(this.url).host);
  }

  /** The same data on the same port, with other options. */
  async restart(args) {
    this.args = args;
    await this.stop();
    await this.again();
  }

  /** SIGTERM, or another; resolves with exit code, signal and the time it took in milliseconds. What hangs is killed. */
  async stop(signal = 'SIGTERM') {
    const started = Date.now();
    if (this.process.exitCode === null && this.process.signalCode === null) this.process.kill(signal);
    const last = setTimeout(() => this.process.kill('SIGKILL'), kEnd);
    const end = await this.exited;
    clearTimeout(last);
    return { ...end, milliseconds: Date.now() - started };
  }

  /** fetch() below the server's address; `key` (default: the first account's) as bearer token. */
  fetch(target, { key = this.key, headers = {}, ...options } = {}) {
    const authorization = key ? { Authorization: `Bearer ${key}` } : {};
    return fetch(this.url + target, { ...options, headers: { ...authorization, ...headers } });
  }

  /** The status, the headers and the parsed JSON body of a request, for a test that judges them. */
  async json(target, options) {
    const response = await this.fetch(target, options);
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  }

  /** What the API answers below /api/v1/ (JSON, or text), for a test that needs it; throws on a refusal. */
  async api(method, route, { body, headers = {} } = {}) {
    const response = await this.fetch(`/api/v1/${route}`, {
      method, headers, signal: AbortSignal.timeout(kAnswer),
      body: body instanceof Uint8Array || body === undefined ? body : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${text}`);
    return response.headers.get('Content-Type')?.includes('json') ? JSON.parse(text) : text || null;
  }

  /** Sends a picture and waits for its end: status, headers and body. */
  predict(picture, query = '', headers = {}) {
    return this.json(`/api/v1/tasks${query}`, {
      method: 'POST',
      body: picture,
      headers: { 'Content-Type': 'application/octet-stream', Prefer: 'wait=60', ...headers },
    });
  }

  /** Hands in a picture under a name and gives the task when nothing more will happen to it. */
  async analysed(picture, name, query = '') {
    const task = await this.api('POST', `tasks?file_name=${encodeURIComponent(name)}${query}`,
      { body: picture, headers: { 'Content-Type': 'application/octet-stream', Prefer: 'wait=60' } });
    return this.finished(task.id);
  }

  /** The task when nothing more will happen to it. */
  finished(id) {
    return until(async () => {
      const task = await this.api('GET', `tasks/${id}`);
      return ['done', 'failed', 'cancelled'].includes(task.status) && task;
    }, { what: () => `the end of task ${id}\n${this.log.slice(-3000)}`, seconds: kAnswer / 1000 });
  }

  /** The first line of a log in JSON that `wanted` accepts, as an object, once it is there. */
  async logLine(wanted) {
    // A line that is still being written is left out.
    const lines = () => this.log.split('\n').slice(0, -1).filter((text) => text.startsWith('{')).map((text) => JSON.parse(text));
    return until(() => lines().find(wanted), { what: () => `a line ${wanted} in:\n${this.log}`, seconds: 20 });
  }
}

/** Starts a server that ends with the test `t` (what atEnd() takes), as its data do where `data` is not given. */
export async function startServer(t, options = {}) {
  const server = await Server.start({ ...options, data: options.data ?? temporaryDirectory(t) });
  atEnd(t, () => server.stop('SIGKILL'));
  return server;
}
