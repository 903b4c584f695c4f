#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// node tests/packaging/installed.mjs TREE: a tree with bin/geond and share/, as `make install`, the .deb, the
// tarball and the image lay it out, tells the truth about itself: the bill of materials is that of the program
// and the libraries in it, their licences are there, and every relative link of its documents leads somewhere.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brokenLinks } from '../docs/links.mjs';

const tree = resolve(process.argv[2]);
const sha256 = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');

/** The files below those of `folders` of the tree that are there. */
const walk = (...folders) => folders.map((folder) => join(tree, folder)).filter(existsSync)
  .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));

const bom = JSON.parse(readFileSync(join(tree, 'share/geond/geond.cdx.json'), 'utf8'));
assert.equal(bom.metadata.component.hashes[0].content, sha256(join(tree, 'bin/geond')), 'the bill of materials is of another program');

const linkage = (component) => component.properties.find((p) => p.name === 'geond:linkage').value;
const hashes = new Set(bom.components.flatMap((c) => c.hashes ?? []).map((h) => h.content));
// Under an installed .deb lies a whole system, whose libraries are not geond's copies.
const libraries = existsSync(join(tree, 'lib/dpkg')) ? [] : walk('lib', 'lib64').filter((file) => /\.so(\.|$)/.test(file));
for (const library of libraries) assert.ok(hashes.has(sha256(library)), `${library} is not in the bill of materials`);

const licences = join(tree, 'share/doc/geond/licences');
const licensed = bom.components.filter((c) => c.purl && (libraries.length > 0 || linkage(c) === 'static'));
for (const { name } of licensed) {
  const file = join(licences, name);
  assert.ok(existsSync(file), `the licence of ${name} is missing`);
  for (const [, common] of readFileSync(file, 'utf8').matchAll(/\/usr\/share\/common-licenses\/([A-Za-z0-9.-]*\d)/g)) {
    assert.ok(existsSync(join(licences, 'common-licenses', common)), `${name} refers to ${common}, which is missing`);
  }
}
assert.ok(licensed.length >= 4, `only ${licensed.length} licences`);

const documents = [...walk('share/geond', 'share/doc/geond'), join(tree, 'README.md')]
  .filter((file) => file.endsWith('.md') && existsSync(file));
assert.deepEqual(documents.flatMap(brokenLinks), []);

console.log(`ok    ${tree}: ${libraries.length} libraries, licences for ${licensed.length} components, the links of ${documents.length} documents`);
