// SPDX-License-Identifier: MIT
// Holds what the server answers against its own OpenAPI document.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const kDocument = 'geond:/openapi';
/** Statuses that any connection may meet, whatever the route: they are under `default`. */
const kTransport = new Set([414, 431, 501, 505]);
const kMethods = ['get', 'put', 'post', 'delete', 'patch'];

/** The statuses that docs/errors.md has for each code. */
const codes = new Map([...readFileSync(path.resolve(import.meta.dirname, '../../../docs/errors.md'), 'utf8')
  .matchAll(/^\| `(\w+)` \| ([\d, ]+) \|/gm)].map(([, code, statuses]) => [code, statuses.split(', ').map(Number)]));

/** A copy of the schema whose references lead into the document. */
function absolute(schema) {
  return JSON.parse(JSON.stringify(schema), (key, value) =>
    key === '$ref' && typeof value === 'string' && value.startsWith('#') ? kDocument + value : value);
}

/** The OpenAPI document, and what can be asked of it. */
export class Contract {
  #ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true });
  #validators = new Map();

  constructor(document) {
    this.document = document;
    addFormats(this.#ajv);
    this.#ajv.addVocabulary(Object.keys(document));
    this.#ajv.addSchema({ ...document, $id: kDocument }, kDocument, false, false);
    this.operations = Object.entries(document.paths).flatMap(([route, item]) =>
      kMethods.filter((method) => item[method]).map((method) => ({
        name: item[method].operationId,
        method: method.toUpperCase(),
        path: route,
        operation: item[method],
        parameters: [...(item.parameters ?? []), ...(item[method].parameters ?? [])]
          .map((parameter) => this.resolve(parameter)),
      })));
  }

  /** What the server serves under /openapi.json. */
  static async of(server) {
    return new Contract((await server.json('/openapi.json')).body);
  }

  /** The value itself, or what its `$ref` leads to. */
  resolve(value) {
    if (!value?.$ref) return value;
    return this.resolve(value.$ref.slice(2).split('/')
      .reduce((at, name) => at[name.replaceAll('~1', '/').replaceAll('~0', '~')], this.document));
  }

  /** What is wrong with the value by the schema; an empty text if nothing is. */
  faults(schema, value) {
    const name = JSON.stringify(schema);
    if (!this.#validators.has(name)) this.#validators.set(name, this.#ajv.compile(absolute(schema)));
    const validate = this.#validators.get(name);
    return validate(value) ? '' : this.#ajv.errorsText(validate.errors);
  }

  /** The description of an answer; undefined if the document has none. */
  response({ operation }, status) {
    const named = operation.responses[status];
    if (named) return this.resolve(named);
    return kTransport.has(status) ? this.resolve(operation.responses.default) : undefined;
  }

  /** The schema of the JSON that the operation takes; undefined if it takes none. */
  bodySchema({ operation }) {
    return operation.requestBody?.content['application/json']?.schema;
  }

  /** Fails unless the answer { status, headers, text } is one that the document describes. */
  check(operation, answer, what = '') {
    const about = `${operation.method} ${operation.path} ${what}: ${answer.status} ${answer.text.slice(0, 300)}`;
    const response = this.response(operation, answer.status);
    assert.ok(response, `not in the document: ${about}`);
    for (const [name, header] of Object.entries(response.headers ?? {})) {
      if (header.required) assert.ok(answer.headers.has(name), `no ${name}: ${about}`);
    }
    if (answer.text === '') return;
    const type = answer.headers.get('Content-Type')?.split(';')[0];
    const media = response.content?.[type];
    assert.ok(media, `${type} is not in the document: ${about}`);
    if (!type.endsWith('json')) return;
    const body = JSON.parse(answer.text);
    assert.equal(this.faults(media.schema, body), '', about);
    if (type !== 'application/problem+json') return;
    assert.equal(body.status, answer.status, about);
    assert.equal(body.request_id, answer.headers.get('X-Request-Id'), about);
    if (answer.status !== 500) assert.ok(codes.get(body.code)?.includes(answer.status), `not in docs/errors.md: ${about}`);
  }
}
