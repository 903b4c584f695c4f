#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// node tests/packaging/sbom.mjs GEOND: the bill of materials holds to the rules of CycloneDX 1.5 that concern
// what geond writes, and lists every library that the loader maps and every model.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const program = resolve(process.argv[2]);
const [, version] = /^project\(geond VERSION (\S+)/m.exec(readFileSync(join(source, 'CMakeLists.txt'), 'utf8'));
const make = () => execFileSync(join(source, 'packaging/sbom'), [program, version], { encoding: 'utf8' });
const text = make();
const bom = JSON.parse(text);

/** Fails if one of the required members is missing, or if there is one that is neither required nor optional. */
function members(object, required, optional = []) {
  for (const name of required) assert.ok(name in object, `${name} is missing in ${JSON.stringify(object)}`);
  for (const name of Object.keys(object)) assert.ok([...required, ...optional].includes(name), `${name} in ${JSON.stringify(object)}`);
}

members(bom, ['bomFormat', 'specVersion', 'serialNumber', 'version', 'metadata', 'components', 'dependencies']);
assert.equal(bom.bomFormat, 'CycloneDX');
assert.equal(bom.specVersion, '1.5');
assert.match(bom.serialNumber, /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
assert.ok(Number.isInteger(bom.version) && bom.version >= 1);
members(bom.metadata.component, ['type', 'bom-ref', 'name', 'version', 'licenses', 'hashes']);

const references = new Set([bom.metadata.component['bom-ref']]);
for (const component of bom.components) {
  members(component, ['type', 'bom-ref', 'name', 'version'], ['purl', 'hashes', 'properties']);
  assert.ok(['library', 'machine-learning-model', 'data'].includes(component.type), component.type);
  assert.ok(component.name && component.version, JSON.stringify(component));
  assert.ok(!references.has(component['bom-ref']), `${component['bom-ref']} twice`);
  references.add(component['bom-ref']);
  if (component.purl) assert.match(component.purl, /^pkg:deb\/debian\/[a-z0-9.+-]+@[^?#:+]+\?arch=[a-z0-9]+&distro=debian-\d+$/);
  for (const hash of component.hashes ?? []) {
    members(hash, ['alg', 'content']);
    assert.equal(hash.alg, 'SHA-256');
    assert.match(hash.content, /^[0-9a-f]{64}$/);
  }
  for (const property of component.properties ?? []) members(property, ['name', 'value']);
}
for (const { ref, dependsOn } of bom.dependencies) {
  for (const name of [ref, ...dependsOn]) assert.ok(references.has(name), `nothing is called ${name}`);
}

const sha256 = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');
const listed = new Set([...bom.components, bom.metadata.component].flatMap((c) => c.hashes ?? []).map((h) => h.content));
assert.equal(bom.metadata.component.hashes[0].content, sha256(program), 'the program itself');
const mapped = execFileSync('ldd', [program], { encoding: 'utf8' }).matchAll(/(?:=> )?(\/\S+) \(0x/g);
let libraries = 0;
for (const [, file] of mapped) {
  assert.ok(listed.has(sha256(realpathSync(file))), `${file} is linked, but not listed`);
  libraries++;
}
assert.ok(libraries > 10, `only ${libraries} libraries`);
let models = 0;
for (const folder of readdirSync(join(source, 'models'))) {
  for (const name of readdirSync(join(source, 'models', folder)).filter((file) => file.endsWith('.onnx'))) {
    if (folder === 'training') continue;
    assert.ok(listed.has(sha256(join(source, 'models', folder, name))), `${folder}/${name} is not listed`);
    models++;
  }
}
assert.equal(make(), text, 'the same program gives the same bytes');

/** Whether NOTICE has `name` as a word of its own. */
const notice = readFileSync(join(source, 'NOTICE'), 'utf8');
const noticed = (name) => new RegExp(`(?<![\\w+-])${name.replace(/[.+]/g, '\\$&')}(?![\\w+-])`).test(notice);
const property = (component, name) => component.properties.find((p) => p.name === name)?.value;
const kCompiledIn = { Boost: /^libboost[\d.]*-dev$/, CLI11: /^libcli11-dev$/, SQLiteCpp: /^libsqlitecpp-dev$/, nlohmann_json: /^nlohmann-json3-dev$/ };

/** What NOTICE calls a component: libboost_url.so.1.81.0 is libboost_url there, and every architecture's loader ld-linux. */
const kNameOf = {
  dynamic: (component) => property(component, 'geond:file').replace(/\.so.*/, '').replace(/^ld-linux.*/, 'ld-linux'),
  static: (component) => Object.keys(kCompiledIn).find((name) => kCompiledIn[name].test(component.name)) ?? component.name,
  bundled: (component) => `models/${component.name}`,
};
const names = new Set(bom.components.map((component) => kNameOf[property(component, 'geond:linkage')](component)));
for (const name of names) assert.ok(noticed(name), `NOTICE does not name ${name}`);
for (const name of Object.keys(kCompiledIn)) assert.ok(names.has(name), `${name} is compiled in, but not listed`);
console.log(`ok    ${bom.components.length} components: ${libraries} libraries that the loader maps, ${models} models; NOTICE names ${names.size}`);
console.log('1 passed, 0 failed');
