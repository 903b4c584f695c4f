// SPDX-License-Identifier: MIT
// One bash that lives as long as a document, so that a block sees the variables of those before it.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';

export class Shell {
  #process;
  #buffer = '';
  #wake = () => {};

  /** Starts bash in `cwd` with `env` alone. */
  constructor(cwd, env) {
    this.#process = spawn('bash', ['--noprofile', '--norc', '-s'], { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => { this.#buffer += text; this.#wake(); });
    }
    this.#process.on('exit', () => this.#wake());
  }

  /** Runs `code`; resolves to {status, output}: stdout and stderr together. */
  async run(code, timeoutMs) {
    const mark = `end-of-block-${randomBytes(8).toString('hex')}`;
    this.#buffer = '';
    this.#process.stdin.write(`{ ${code}\n} 2>&1 </dev/null\nprintf '\\n${mark} %s\\n' $?\n`);
    const end = new RegExp(`\\n?${mark} (\\d+)\\n`);
    const deadline = Date.now() + timeoutMs;
    while (!end.test(this.#buffer)) {
      if (this.#process.exitCode !== null) throw new Error(`the shell ended:\n${this.#buffer}`);
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`no answer within ${timeoutMs / 1000} s:\n${this.#buffer}`);
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => { clearTimeout(timer); resolve(); };
      });
    }
    const [, status] = end.exec(this.#buffer);
    return { status: Number(status), output: this.#buffer.slice(0, this.#buffer.search(end)) };
  }

  close() {
    this.#process.kill();
  }
}
