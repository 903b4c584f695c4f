// SPDX-License-Identifier: MIT
// Streams that are closed, full or endless, files that are none, terminals that are left in the middle.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { atEnd, temporaryDirectory } from '../support/ends.mjs';
import { lacks } from '../support/programs.mjs';
import { binary, startServer } from '../support/server.mjs';
import { until } from '../support/wait.mjs';
import { selfSigned } from './support/certificates.mjs';
import { reload } from './support/supervisor.mjs';

/** Runs a line of sh, in which $0 is geond and $1 onwards are `args`. */
function shell(line, ...args) {
  return spawnSync('sh', ['-c', line, binary, ...args], { encoding: 'utf8', timeout: 30_000 });
}

/** Starts a server by a line of sh (which must exec it), waits until `isReady()`, stops it; its exit code. */
async function serveUntil(t, line, args, isReady) {
  const server = spawn('sh', ['-c', line, binary, ...args], { stdio: ['ignore', 'ignore', 'ignore'] });
  atEnd(t, () => server.kill('SIGKILL'));
  const exited = new Promise((resolve) => { server.once('exit', resolve); });
  await until(async () => {
    assert.equal(server.exitCode, null, 'it ended before it was ready');
    return isReady();
  }, { seconds: 20 });
  server.kill('SIGTERM');
  return exited;
}

// The lock file got the number of the closed stdout, and with it the first account's password.
test('a server whose output or log is closed writes neither into its own files', async (t) => {
  for (const closed of ['>&-', '2>&-', '<&- >&- 2>&-', '>/dev/full 2>/dev/full']) {
    const data = path.join(temporaryDirectory(t), 'data');
    const code = await serveUntil(t, `exec "$0" serve --listen 127.0.0.1:0 --data "$1" ${closed}`, [data],
      () => shell('"$0" user list --data "$1" | grep -q admin', data).status === 0);
    assert.equal(code, 0, closed);
    assert.match(readFileSync(path.join(data, 'geond.lock'), 'utf8'), /^\d*\n?$/, closed);
  }
});

// The log's thread waited for the reader until the alarm ended the process, with status 1.
test('a log that nobody reads holds up no stop', { timeout: 60_000 }, async (t) => {
  const folder = temporaryDirectory(t);
  const [data, fifo] = [path.join(folder, 'data'), path.join(folder, 'log')];
  // Full from the start, and open for reading, so that it stays a pipe that takes nothing.
  const begun = Date.now();
  const code = await serveUntil(t,
    'mkfifo "$2"; exec 3<>"$2"; dd if=/dev/zero of="$2" bs=4096 count=1024 oflag=nonblock 2>/dev/null; '
    + 'exec "$0" serve --log-level debug --listen 127.0.0.1:0 --data "$1" 2>&3', [data, fifo],
    () => shell('"$0" user list --data "$1" | grep -q admin', data).status === 0);
  assert.equal(code, 0);
  assert.ok(Date.now() - begun < 30_000);
});

test('a first account that nobody could be told of stands in the log, as does a low limit of files', async (t) => {
  const folder = temporaryDirectory(t);
  const [data, log] = [path.join(folder, 'data'), path.join(folder, 'log')];
  const logged = () => (existsSync(log) ? readFileSync(log, 'utf8') : '');
  const code = await serveUntil(t,
    'ulimit -n 300; exec "$0" serve --listen 127.0.0.1:0 --data "$1" >/dev/full 2>"$2"', [data, log],
    () => /started/.test(logged()));
  assert.equal(code, 0);
  assert.match(logged(), /warning.*nobody saw the first account's password.*name="?admin/);
  assert.match(logged(), /warning.*ulimit -n.*limit=300/);
});

test('what cannot be said on stderr changes no exit status', (t) => {
  const models = path.join(temporaryDirectory(t), 'models');
  mkdirSync(path.join(models, 'broken'), { recursive: true });
  writeFileSync(path.join(models, 'broken', 'model.json'), '{');
  for (const [args, status] of [
    [['predict', 'no-such-file'], 2],
    [['predict', 'no-such-file', 'nor-this'], 2],
    [['serve', '--no-such-flag'], 2],
    [['models', 'list', '--models', models], 2],
    [['user', 'list', '--data', '/no/such/folder'], 2],
  ]) {
    for (const closed of ['2>&-', '2>/dev/full']) {
      const run = shell(`"$0" "$@" ${closed}`, ...args);
      assert.equal(run.status, status, `${args.join(' ')} ${closed}: ${run.signal}`);
    }
  }
});

test('output that cannot be written is said, and is no success', (t) => {
  const data = path.join(temporaryDirectory(t), 'data');
  mkdirSync(data);
  writeFileSync(path.join(data, 'geond.db'), '');
  assert.equal(shell('echo "correct horse battery" | "$0" user add anna --password-stdin --data "$1"', data).status, 0);
  for (const args of [['--help'], ['serve', '--help'], ['--version'], ['--version', '--json'], ['man'],
    ['completion', 'bash'], ['serve', '--print-config'], ['models', 'list'], ['user', 'list', '--data', data],
    ['verify', '--data', data]]) {
    assert.equal(shell('"$0" "$@"', ...args).status, 0, `${args.join(' ')} as such`);
    for (const unwritable of ['>/dev/full', '>&-']) {
      const run = shell(`"$0" "$@" ${unwritable}`, ...args);
      assert.equal(run.status, 1, `${args.join(' ')} ${unwritable}: ${run.stderr}`);
      assert.match(run.stderr, /^geond: cannot write to the output\.\n$/, args.join(' '));
    }
  }
});

// Each of them waited or read for ever, with the signals that could have ended it blocked.
test('a pipe or a device instead of a file is refused at once, by its option', (t) => {
  const folder = temporaryDirectory(t);
  const pipe = path.join(folder, 'pipe');
  assert.equal(spawnSync('mkfifo', [pipe]).status, 0);
  const { cert, key } = selfSigned(folder, 'localhost');
  const rows = [pipe, '/dev/zero', folder].flatMap((file) => [
    [['--config', file], /--config: Cannot read .*not a regular file/],
    [['--config', file, '--print-config'], /--config: Cannot read .*not a regular file/],
    [['--admin-password-file', file], /--admin-password-file: Cannot read .*not a regular file/],
    [['--tls-cert', file, '--tls-key', key], /Cannot read .*not a regular file/],
    [['--tls-cert', cert, '--tls-key', file], /Cannot read .*not a regular file/],
  ]);
  for (const [args, said] of rows) {
    const run = spawnSync(binary, ['serve', '--listen', '127.0.0.1:0', '--data', path.join(folder, 'data'), ...args],
      { encoding: 'utf8', timeout: 10_000, killSignal: 'SIGKILL' });
    assert.equal(run.status, 2, `${args.join(' ')}: ${run.signal} ${run.stderr}`);
    assert.match(run.stderr, said);
  }
});

test('a reload that meets a pipe, or a path with a line end, goes on with what was', async (t) => {
  const folder = temporaryDirectory(t);
  const config = path.join(folder, 'geond.conf');
  writeFileSync(config, 'log-level = "info"\n');
  const server = await startServer(t, { data: path.join(folder, 'data\n'), args: ['--config', config] });
  rmSync(config);
  assert.equal(spawnSync('mkfifo', [config]).status, 0);
  await reload(server, 'not reloaded');
  assert.match(server.log, /not a regular file/);
  rmSync(config);
  writeFileSync(config, 'log-level = "debug"\n');
  await reload(server, 'app: reloaded');
  assert.equal((await server.stop()).code, 0);
});

test('--print-config prints what --config reads, whatever the paths are', (t) => {
  const file = path.join(temporaryDirectory(t), 'geond.conf');
  const print = (...args) => spawnSync(binary, ['serve', '--print-config', ...args], { encoding: 'utf8' });
  for (const data of ['two words', 'a "b" #c', 'back\\slash\\', 'line\nend\n', "it's"]) {
    const printed = print('--data', data);
    writeFileSync(file, printed.stdout);
    const again = print('--config', file);
    assert.equal(again.stdout, printed.stdout, again.stderr);
  }
});

test('a password on stdin is one line that ends, as Unix or as Windows ends it', async (t) => {
  const server = await startServer(t);
  const signIn = async (name, password) => (await server.json('/api/v1/auth/login',
    { method: 'POST', key: '', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ username: name, password }) })).status;
  const endless = spawnSync('sh', ['-c', 'ulimit -v 8000000; "$0" user add x --password-stdin --data "$1" </dev/zero',
    binary, server.data], { encoding: 'utf8', timeout: 10_000 });
  assert.equal(endless.status, 2, endless.stderr);
  assert.match(endless.stderr, /longer than 4096 bytes/);
  for (const [name, end] of [['unix', '\n'], ['windows', '\r\n'], ['none', '']]) {
    const added = spawnSync(binary, ['user', 'add', name, '--password-stdin', '--data', server.data],
      { input: `correct horse battery${end}`, encoding: 'utf8' });
    assert.equal(added.status, 0, added.stderr);
    assert.equal(await signIn(name, 'correct horse battery'), 200, name);
  }
});

test('text that is not UTF-8, and an empty destination, are matters of the command line', (t) => {
  const data = path.join(temporaryDirectory(t), 'data');
  for (const [line, said] of [
    ['echo "correct horse battery" | "$0" user add "$(printf "a\\377b")" --password-stdin --data "$1"', /name .*UTF-8/],
    ['printf "correct \\377 horse" | "$0" user add anna --password-stdin --data "$1"', /password .*UTF-8/],
    ['"$0" backup "" --data "$1"', /DEST is empty/],
    ['"$0" models check "$1/$(printf "%0300d" 0)"', /./],
    ['"$0" predict', /[^.]\. Try geond --help\.$/m],
  ]) {
    const run = shell(line, data);
    assert.equal(run.status, 2, `${line}: ${run.stderr}`);
    assert.match(run.stderr, said);
    assert.doesNotMatch(run.stderr, /unexpected fault/);
  }
});

// Ctrl-C left the person's terminal without an echo.
test('a signal at the password prompt leaves the terminal with its echo', { skip: lacks('script') }, async (t) => {
  const data = path.join(temporaryDirectory(t), 'data');
  const terminal = (typed) => new Promise((resolve) => {
    const shellLine = `sh -c 'trap : INT; "${binary}" user add anna --data "${data}"; echo "status $?"; stty -a'`;
    const run = spawn('script', ['-qec', shellLine, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] });
    atEnd(t, () => run.kill('SIGKILL'));
    let shown = '';
    run.stdout.on('data', (text) => {
      shown += text;
      if (typed.length > 0 && shown.includes(typed[0][0])) run.stdin.write(typed.shift()[1]);
    });
    run.once('close', () => resolve(shown));
  });
  const broken = await terminal([['Password:', '\x03']]);
  assert.match(broken, /status 130/);
  assert.match(broken, /[^-]\becho\b/);
  assert.doesNotMatch(broken, /-echo\b/);
  const answered = await terminal([['Password:', 'correct horse battery\n'], ['again:', 'another horse battery\n']]);
  assert.match(answered, /not the same/);
  assert.doesNotMatch(answered, /horse/, 'what is typed is not shown');
  assert.doesNotMatch(answered, /-echo\b/);
});
