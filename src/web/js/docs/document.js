// SPDX-License-Identifier: MIT
/** Reading an OpenAPI 3.1 document. */

const kMethods = ['get', 'post', 'put', 'patch', 'delete'];

/** @typedef {{method: string, path: string, anchor: string, data: Object, parameters: Object[]}} Operation */

export class Document {
  /** @param {Object} data the parsed document */
  constructor(data) {
    this.data = data;
    this.version = data.info.version;
    this.description = data.info.description ?? '';
  }

  /** Follows `$ref`s within the document. */
  resolve(value) {
    let at = value;
    for (let depth = 0; at?.$ref && depth < 20; depth += 1) {
      at = at.$ref.replace(/^#\//, '').split('/').reduce((node, key) => node?.[key.replaceAll('~1', '/').replaceAll('~0', '~')], this.data);
    }
    return at;
  }

  /** @returns {Operation[]} */
  operations() {
    return Object.entries(this.data.paths).flatMap(([path, item]) => kMethods.filter((method) => item[method]).map((method) => ({
      method, path, anchor: `${method}-${path.replace(/[^\w]+/g, '-').replace(/^-|-$/g, '')}`, data: item[method],
      parameters: [...(item.parameters ?? []), ...(item[method].parameters ?? [])].map((parameter) => this.resolve(parameter)),
    })));
  }

  /** A short name of a schema's type. */
  typeOf(schema) {
    const resolved = this.resolve(schema) ?? {};
    if (resolved.const !== undefined) return JSON.stringify(resolved.const);
    if (resolved.enum) return resolved.enum.map((value) => JSON.stringify(value)).join(' | ');
    if (resolved.oneOf) return resolved.oneOf.map((option) => this.typeOf(option)).join(' | ');
    if (resolved.type === 'array') return `${this.typeOf(resolved.items ?? {})}[]`;
    return [resolved.type ?? 'any'].flat().join(' | ');
  }
}

/** The operations by their first tag, in the document's order of tags. */
export function groupOperations(document) {
  const groups = new Map((document.data.tags ?? []).map((tag) => [tag.name, {name: tag.name, description: tag.description, operations: []}]));
  for (const operation of document.operations()) {
    const name = operation.data.tags?.[0] ?? 'API';
    if (!groups.has(name)) groups.set(name, {name, description: '', operations: []});
    groups.get(name).operations.push(operation);
  }
  return [...groups.values()].filter((group) => group.operations.length > 0);
}
