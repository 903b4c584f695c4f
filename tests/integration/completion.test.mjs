// SPDX-License-Identifier: MIT
// What the shells offer after geond. zsh and fish are asked where they are installed.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { temporaryDirectory } from '../support/ends.mjs';
import { lacks } from '../support/programs.mjs';
import { binary } from '../support/server.mjs';

function scriptOf(t, shell) {
  const made = spawnSync(binary, ['completion', shell], { encoding: 'utf8' });
  assert.equal(made.status, 0, made.stderr);
  const file = path.join(temporaryDirectory(t), 'script');
  writeFileSync(file, made.stdout);
  const syntax = spawnSync(shell, ['-n', file], { encoding: 'utf8' });
  assert.equal(syntax.status, 0, syntax.stderr);
  return file;
}

/** What `run(words)` must and must not offer when the last of the words is completed. */
const cases = [
  [['ser'], ['serve'], ['submit']],
  [[''], ['serve', 'predict', 'user', 'doctor'], ['man', 'add']],
  [['--ver'], ['--version'], ['serve']],
  [['serve', '--tls'], ['--tls-cert', '--tls-key'], ['--listen', '--overlay']],
  [['predict', '--over'], ['--overlay'], ['--listen']],
  [['user', 'a'], ['add'], ['password', 'serve']],
  [['user', 'add', '--ad'], ['--admin'], ['--listen']],
  [['completion', ''], ['bash', 'zsh', 'fish'], ['serve']],
  [['log-level', 'w'], ['warning'], ['debug']],
  [['serve', '--log-level', ''], ['debug', 'info', 'warning', 'error', 'off'], ['--listen', 'text', 'serve']],
  [['serve', '--metrics', '--log-format', 'j'], ['json'], ['text']],
  [['serve', '--registration', ''], ['open', 'closed'], ['--listen', 'debug']],
];

function judge(run) {
  for (const [words, offered, not] of cases) {
    const got = run(words);
    for (const word of offered) assert.ok(got.includes(word), `${words.join(' ')}: no ${word} in ${got}`);
    for (const word of not) assert.ok(!got.includes(word), `${words.join(' ')}: ${word} in ${got}`);
  }
}

test('bash offers names of files whole, whatever stands in them', { skip: lacks('bash') }, (t) => {
  const file = scriptOf(t, 'bash');
  const names = ['one shelf.jpg', 'one  "cone".jpg', 'one*.jpg'];
  for (const name of names) writeFileSync(path.join(path.dirname(file), name), '');
  const program = `source "$1"; COMP_WORDS=(geond predict one) COMP_CWORD=2; _geond; printf '%s\\0' "\${COMPREPLY[@]}"`;
  const run = spawnSync('bash', ['-c', program, 'bash', file], { encoding: 'utf8', cwd: path.dirname(file) });
  assert.equal(run.stderr, '');
  assert.deepEqual(run.stdout.split('\0').slice(0, -1).sort(), names.sort());
});

test('the descriptions that fish shows are those of the help', { skip: lacks('fish') }, (t) => {
  const file = scriptOf(t, 'fish');
  const home = path.dirname(file);
  const run = spawnSync('fish', ['--no-config', '-c', `source ${file}; complete -C 'geond serve --'`],
    { encoding: 'utf8', cwd: home, env: { ...process.env, HOME: home } });
  const help = spawnSync(binary, ['serve', '--help'], { encoding: 'utf8' }).stdout.replaceAll(/\s+/g, ' ');
  const descriptions = run.stdout.trim().split('\n').map((line) => line.split('\t')[1]);
  assert.ok(descriptions.some((text) => text.includes(':')), run.stdout);
  for (const text of descriptions) assert.ok(help.includes(text), text);
});

test('bash offers commands, nested commands and their options', { skip: lacks('bash') }, (t) => {
  const file = scriptOf(t, 'bash');
  judge((words) => {
    const program = `source "$1"; shift; COMP_WORDS=(geond "$@"); COMP_CWORD=$#; _geond; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const run = spawnSync('bash', ['-c', program, 'bash', file, ...words], { encoding: 'utf8', cwd: path.dirname(file) });
    assert.equal(run.stderr, '');
    return run.stdout.split('\n');
  });
});

test('fish offers commands, nested commands and their options', { skip: lacks('fish') }, (t) => {
  const file = scriptOf(t, 'fish');
  judge((words) => {
    const home = path.dirname(file);
    const run = spawnSync('fish', ['--no-config', '-c', `source ${file}; complete -C '${['geond', ...words].join(' ')}'`],
      { encoding: 'utf8', cwd: home, env: { ...process.env, HOME: home } });
    assert.equal(run.stderr, '');
    return run.stdout.split('\n').map((line) => line.split('\t')[0]);
  });
});

// zsh completes in its line editor only, so its two ways of offering words are listened to.
test('zsh offers commands, nested commands and their options', { skip: lacks('zsh') }, (t) => {
  const file = scriptOf(t, 'zsh');
  judge((words) => {
    const program = `
      compdef() { : }
      _files() { : }
      offer() { local word; for word in "$@"; do [[ "$word" == "$last"* ]] && print -r -- "$word"; done }
      compadd() { offer "\${(@P)2}" }
      _describe() { local -a all=("\${(@P)2}"); offer "\${(@)all%%:*}" }
      source "$1"; shift
      words=(geond "$@") CURRENT=$(( $# + 1 )) last="\${@[-1]}"
      _geond`;
    const run = spawnSync('zsh', ['-f', '-c', program, 'zsh', file, ...words], { encoding: 'utf8' });
    assert.equal(run.stderr, '');
    return run.stdout.split('\n');
  });
});
