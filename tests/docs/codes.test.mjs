// SPDX-License-Identifier: MIT
// The table of error codes holds those that the sources know, and no others. That what is answered stands in it with its
// status, is held by every test of an answer (tests/integration/support/contract.mjs).
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'

const source = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

/** Where requests are answered; a command line and the wiring of a server answer none. */
const folders = ['include/geond', 'src'].flatMap(root => readdirSync(join(source, root), { withFileTypes: true })
  .filter(entry => entry.isDirectory() && !['app', 'cli', 'web'].includes(entry.name)).map(entry => join(source, root, entry.name)))

/** Codes that no answer has, by what they are for instead. */
const unanswered = {
  'a start, or the making of a part': ['address_in_use', 'data_directory_in_use', 'database_missing', 'foreign_log', 'invalid_base_path',
    'invalid_config', 'invalid_listen_address', 'invalid_log_level', 'invalid_network', 'invalid_tls_files', 'listen_forbidden', 'manifest_invalid',
    'model_kind_changed', 'model_kind_mismatch', 'model_name_twice', 'models_missing', 'no_models', 'not_a_geond_database', 'schema_too_new', 'schema_too_old'],
  'commands': ['backup_exists', 'backup_within_data', 'data_directory_not_found', 'file_not_found', 'file_unreadable', 'no_such_folder'],
  'requests of our own': ['connection_failed', 'invalid_authorities', 'invalid_url'],
  'a client that is gone': ['client_gone'],
  'callers, who answer with another': ['blob_not_found', 'claim_lost', 'field_too_large', 'invalid_image_size', 'invalid_primitive', 'invalid_threshold', 'invalid_time',
    'link_not_found', 'reserve_denied', 'unknown_export_format', 'unknown_status', 'wrong_model_kind']
}

/** The codes that have names, since code decides by them: `core::codes::kName` to `name`. */
const named = Object.fromEntries([...readFileSync(join(source, 'include/geond/core/error_codes.hpp'), 'utf8')
  .matchAll(/constexpr std::string_view (k\w+) = ("[a-z0-9_]+")/g)].map(match => [match[1], match[2]]))

/** The codes in a source; those of internal errors, which are told as faults, are left out. */
function codesIn (content) {
  const text = content.replace(/\b(?:core::)?codes::(k\w+)/g, (_, name) => named[name])
  const made = text.matchAll(/ErrorKind::(?!internal\b)\w+,\s*"([a-z0-9_]+)"/g)
  const helped = text.matchAll(/\b(?:to_result\(\w+,|Error\(kind,|refused\()\s*"([a-z0-9_]+)"/g)
  return [...made, ...helped].map(match => match[1])
}

const known = new Set(folders.flatMap(folder => readdirSync(folder, { recursive: true }).filter(name => /\.[ch]pp$/.test(name))
  .flatMap(name => codesIn(readFileSync(join(folder, name), 'utf8')))))
const rows = [...readFileSync(join(source, 'docs/errors.md'), 'utf8').matchAll(/^\| `(\w+)` \|/gm)].map(match => match[1])

test('every code that can be answered stands in the table, and none that cannot', () => {
  const others = new Set(Object.values(unanswered).flat())
  assert.ok(known.size > 100, `only ${known.size} codes were found`)
  assert.deepEqual(rows.filter((code, index) => rows.indexOf(code) !== index), [], 'twice in the table')
  assert.deepEqual([...known].filter(code => !others.has(code) && !rows.includes(code)), [], 'not in docs/errors.md (nor `unanswered` here)')
  assert.deepEqual(rows.filter(code => !known.has(code) || others.has(code)), [], 'in docs/errors.md, but never answered')
  assert.deepEqual([...others].filter(code => !known.has(code)), [], 'in `unanswered`, but in no source')
})
