// SPDX-License-Identifier: MIT
// node --experimental-vm-modules tests/syntax.mjs FILE...: whether each file is a module of JavaScript. Prints
// which is not; exit status 1 if anything is. All of them in one process, none of them run.
import { readFileSync } from 'node:fs';
import { SourceTextModule } from 'node:vm';

for (const file of process.argv.slice(2)) {
  try {
    new SourceTextModule(readFileSync(file, 'utf8').replace(/^#!.*/, ''), { identifier: file });
  } catch (error) {
    console.error(`${file}: ${error.message} (node --check ${file} shows where)`);
    process.exitCode = 1;
  }
}
