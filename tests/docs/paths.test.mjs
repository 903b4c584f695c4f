// SPDX-License-Identifier: MIT
// Files and targets that the documents name are there.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const source = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const documents = ['README.md', 'CONTRIBUTING.md', 'src/README.md', ...readdirSync(join(source, 'docs')).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)];
const folders = new Set(['src', 'include', 'tests', 'packaging', 'migrations', 'models', 'docs', 'cmake']);

/** Paths of this repository among the words in backticks; the built program and patterns are none. */
function pathsIn(text) {
  return [...text.matchAll(/`([^`\n]+)`/g)].flatMap((match) => match[1].split(/\s+/))
    .filter((word) => /^[\w.-]+(\/[\w.-]+)+\/?$/.test(word) && folders.has(word.split('/')[0]))
    .filter((word) => !/NNNN/.test(word));
}

test('every path of the repository that a document names exists', () => {
  const missing = [];
  let seen = 0;
  for (const document of documents) {
    for (const path of pathsIn(readFileSync(join(source, document), 'utf8'))) {
      seen++;
      // `api/gate` in the map of src: a file there, whatever its suffix.
      const exists = [path, `src/${path}`].some((p) => existsSync(join(source, p)));
      if (!exists) missing.push(`${document}: ${path}`);
    }
  }
  assert.deepEqual(missing, []);
  assert.ok(seen > 20, `only ${seen} paths were found`);
});

test('every target of make that a document names exists', () => {
  const makefile = readFileSync(join(source, 'Makefile'), 'utf8');
  for (const document of documents) {
    for (const [, target] of readFileSync(join(source, document), 'utf8').matchAll(/`(?:sudo )?make ([a-z-]+)/g)) {
      const pattern = target.startsWith('deps-') ? /^deps-%:/m : new RegExp(`^${target}:`, 'm');
      assert.match(makefile, pattern, `${document}: make ${target}`);
    }
  }
});
