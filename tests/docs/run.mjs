#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// node tests/docs/run.mjs [GEOND] [DOCUMENT...]: follows the documents as a person would: runs every
// command in them against a real server and compares what they print. Without a program it checks
// links and blocks only.
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { matches, readBlocks } from './blocks.mjs';
import { brokenLinks } from './links.mjs';
import { isInstalled } from '../support/programs.mjs';
import { Server } from '../support/server.mjs';
import { Shell } from './shell.mjs';

const source = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const kBlockTimeout = 60_000;
/** The first account's, as the documents tell it. */
const kPassword = 'correct horse battery';
const kProgramOf = { python: 'python3', js: 'node' };
const count = { passed: 0, failed: 0, skipped: 0 };

function report(ok, what, detail = '') {
  count[ok ? 'passed' : 'failed']++;
  console.log(`${ok ? 'ok   ' : 'FAIL '} ${what}${ok ? '' : '\n' + detail.replace(/^/gm, '      ')}`);
}

/** A folder that looks like the one a reader sits in: pictures, models, the program on the PATH. */
function makeDesk(program, folder) {
  mkdirSync(join(folder, 'bin'), { recursive: true });
  symlinkSync(program, join(folder, 'bin', 'geond'));
  const pictures = join(source, 'docs/images');
  copyFileSync(join(pictures, 'photo.jpg'), join(folder, 'photo.jpg'));
  mkdirSync(join(folder, 'pictures'));
  copyFileSync(join(pictures, 'photo.jpg'), join(folder, 'pictures', 'a.jpg'));
  copyFileSync(join(pictures, 'photo.jpg'), join(folder, 'pictures', 'b.jpg'));
}

/** The commands of one block as the shell runs them. */
function commandOf(block, folder) {
  if (block.language === 'sh') return block.code;
  const file = join(folder, `block-${block.line}.${block.language === 'js' ? 'mjs' : 'py'}`);
  writeFileSync(file, block.code + '\n');
  return `${kProgramOf[block.language]} ${file}`;
}

async function followDocument(program, document) {
  const blocks = readBlocks(readFileSync(document, 'utf8'));
  const name = relative(source, document);
  for (const block of blocks.filter((b) => b.reason)) {
    count.skipped++;
    console.log(`skip  ${name}:${block.line} (${block.reason})`);
  }
  const runnable = blocks.filter((block) => block.runnable);
  if (runnable.length === 0) return;

  const folder = mkdtempSync(join(tmpdir(), 'geond-docs-'));
  makeDesk(program, folder);
  const passwordFile = join(folder, 'first-password');
  writeFileSync(passwordFile, kPassword + '\n', { mode: 0o600 });
  const data = join(folder, 'server-data');
  const server = await Server.start({ program, data, args: ['--metrics', '--admin-password-file', passwordFile] });
  const there = (text) => text.replaceAll('127.0.0.1:8080', new URL(server.url).host);
  const shell = new Shell(folder, {
    PATH: `${join(folder, 'bin')}:${process.env.PATH}`, HOME: folder, LANG: 'C.UTF-8',
    URL: server.url, KEY: server.key, GEOND_DATA: data,
  });
  try {
    for (const block of runnable) {
      const what = `${name}:${block.line}`;
      if (kProgramOf[block.language] && !isInstalled(kProgramOf[block.language])) {
        count[process.env.GEOND_NO_SKIPS ? 'failed' : 'skipped']++;
        console.log(`skip  ${what} (${kProgramOf[block.language]} is not installed)`);
        continue;
      }
      const { status, output } = await shell.run(there(commandOf({ ...block, code: there(block.code) }, folder)), kBlockTimeout);
      const expected = block.output === null ? null : there(block.output);
      const ok = status === block.status && (expected === null || matches(expected, output));
      report(ok, what, `status ${status}, printed:\n${output}\nexpected: status ${block.status}\n${expected ?? ''}`);
    }
  } finally {
    shell.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const [program, ...chosen] = process.argv.slice(2);
const documents = chosen.length > 0
  ? chosen.map((path) => resolve(path))
  : ['README.md', 'CONTRIBUTING.md', 'NOTICE', 'src/README.md', ...readdirSync(join(source, 'docs')).filter((f) => f.endsWith('.md')).map((f) => `docs/${f}`)]
    .map((path) => join(source, path)).filter((path) => existsSync(path) && path.endsWith('.md'));

for (const document of documents) {
  const problems = brokenLinks(document);
  report(problems.length === 0, `links of ${basename(document)}`, problems.join('\n'));
}
if (program) {
  for (const document of documents) await followDocument(resolve(program), document);
}
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
process.exit(count.failed === 0 ? 0 : 1);
