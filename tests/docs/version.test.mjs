// SPDX-License-Identifier: MIT
// The version stands in several files, each for a reader of its own: CMakeLists.txt is the one that counts.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const source = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const textOf = (file) => readFileSync(join(source, file), 'utf8');
const [, version] = /^project\(geond VERSION (\S+)/m.exec(textOf('CMakeLists.txt'));

for (const [file, place] of [
  ['Dockerfile', /org\.opencontainers\.image\.version="([^"]+)"/],
  ['compose.yaml', /image: geond:(\S+)/],
  ['packaging/deb/changelog', /^geond \((.+?)\)/],
]) {
  test(`${file} names the version of CMakeLists.txt`, () => {
    assert.equal(place.exec(textOf(file))?.[1], version);
  });
}
