// SPDX-License-Identifier: MIT
// Starts the real binary on a free loopback port with a data directory of its own, and ends only
// what it started.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const binary = process.env.GEOND_BINARY;
if (!binary) throw new Error('GEOND_BINARY must name the geond binary to test.');

const ends = new WeakMap();

/**
 * Has `step` run when the test ends, before all that were named earlier: a server is gone before its
 * directory is, which node:test's own `after` (first named, first run) would take from under it.
 * `t` is node:test's context.
 */
export function atEnd(t, step) {
  if (!ends.has(t)) {
    ends.set(t, []);
    t.after(() => runAll(ends.get(t)));
  }
  ends.get(t).push(step);
}

/** Runs every step, the last one first, also after one that fails; throws what the first failure threw. */
async function runAll(steps) {
  const failures = [];
  for (const step of [...steps].reverse()) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

/** A directory that goes away with the test. `t` is node:test's context. */
export function temporaryDirectory(t) {
  const directory = mkdtempSync(path.join(tmpdir(), 'geond-integration-'));
  atEnd(t, () => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** The SHA-256 of every picture that is stored under a data directory. */
export function blobNames(data) {
  const folder = path.join(data, 'blobs');
  return readdirSync(folder).flatMap(
    (prefix) => readdirSync(path.join(folder, prefix)).map((rest) => prefix + rest));
}

/** A running `geond serve`. */
export class Server {
  /**
   * Starts and waits until it is ready. Options: data (directory), args (more flags), env,
   * wrapper (command and arguments to start it with, e.g. strace).
   */
  static async start(options) {
    const server = new Server(options);
    await server.#launch();
    return server;
  }

  constructor({ data, args = [], env = {}, wrapper = [], readyTimeout = 30_000 }) {
    this.data = data;
    this.options = { args, env, wrapper, readyTimeout };
    this.output = '';
    this.log = '';
  }

  async #launch() {
    const { args, env, wrapper, readyTimeout } = this.options;
    const command = [
      ...wrapper, binary, 'serve', '--listen', '127.0.0.1:0', '--data', this.data, ...args,
    ];
    this.process = spawn(command[0], command.slice(1), {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.exited = new Promise((resolve) => {
      this.process.once('exit', (code, signal) => resolve({ code, signal }));
    });
    this.process.stderr.on('data', (text) => { this.log += text; });
    const listening = new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`geond is not ready after ${readyTimeout} ms:\n${this.log}`)),
        readyTimeout);
      this.process.stdout.on('data', (text) => {
        this.output += text;
        const match = this.output.match(/^geond listens on (https?:\/\/\S+)$/m);
        if (match && !this.url) {
          this.url = match[1];
          clearTimeout(timer);
          resolve();
        }
      });
      this.exited.then(({ code, signal }) => {
        clearTimeout(timer);
        reject(new Error(`geond ended (${code ?? signal}) before it was ready:\n${this.log}`));
      });
    });
    listening.catch(() => {});
    await listening;
    this.password = this.output.match(/^\s*password:?\s+(\S+)$/mi)?.[1];
    this.key = this.output.match(/(geond_\d+_[A-Za-z0-9_-]+)/)?.[1];
    this.link = this.output.match(/(https?:\/\/\S+#\S*link\S*)/)?.[1];
  }

  /** fetch() below the server's address; `key` (default: the first account's) as bearer token. */
  fetch(target, { key = this.key, headers = {}, ...options } = {}) {
    const authorization = key ? { Authorization: `Bearer ${key}` } : {};
    return fetch(this.url + target, { ...options, headers: { ...authorization, ...headers } });
  }

  /** The status and the parsed JSON body of a request. */
  async json(target, options) {
    const response = await this.fetch(target, options);
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  }

  /** Sends a picture and waits for its end. */
  async predict(picture, query = '', headers = {}) {
    return this.json(`/api/v1/tasks${query}`, {
      method: 'POST',
      body: picture,
      headers: { 'Content-Type': 'application/octet-stream', Prefer: 'wait=60', ...headers },
    });
  }

  /** SIGTERM; resolves with exit code and the time it took in milliseconds. */
  async stop(signal = 'SIGTERM') {
    const started = Date.now();
    if (this.process.exitCode === null && this.process.signalCode === null) {
      this.process.kill(signal);
    }
    const end = await this.exited;
    return { ...end, milliseconds: Date.now() - started };
  }
}

/** Starts a server that ends with the test `t`. */
export async function startServer(t, options = {}) {
  const server = await Server.start({ ...options, data: options.data ?? temporaryDirectory(t) });
  atEnd(t, () => server.stop('SIGKILL'));
  return server;
}
