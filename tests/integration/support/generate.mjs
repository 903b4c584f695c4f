// SPDX-License-Identifier: MIT
// Values made from a JSON schema: good ones, and good ones with one thing wrong.
import fc from 'fast-check';

/** Printable characters of several scripts, and those that text formats stumble over. */
const kCharacters = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...'abcXYZ019 ._-+@') },
  { weight: 2, arbitrary: fc.constantFrom(...'"\\/<>&\'%?#{}[]', 'ä', 'ж', '漢', '😀', '\u0301', '\u202e') });

function text(schema) {
  if (schema.format === 'date-time') {
    return fc.date({ min: new Date('1971-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString());
  }
  const minLength = schema.minLength ?? 0;
  const maxLength = Math.min(schema.maxLength ?? 40, 300);
  const characters = fc.array(kCharacters, { minLength, maxLength }).map((signs) => signs.join(''));
  const longest = fc.array(kCharacters, { minLength: maxLength, maxLength }).map((signs) => signs.join(''));
  const any = fc.oneof({ weight: 9, arbitrary: characters }, { weight: 1, arbitrary: longest });
  if (!schema.pattern) return any;
  const pattern = new RegExp(schema.pattern, 'u');
  const plain = fc.stringMatching(/^[A-Za-z0-9._@+-]+$/, { maxLength })
    .map((value) => value.slice(0, maxLength).padEnd(minLength, 'x'));
  return fc.oneof(any.filter((value) => pattern.test(value)), plain);
}

function number(schema) {
  const min = schema.minimum ?? schema.exclusiveMinimum ?? -1e6;
  const max = schema.maximum ?? schema.exclusiveMaximum ?? 1e6;
  if (schema.type === 'integer') {
    return fc.integer({ min: Math.max(min, -(2 ** 31)), max: Math.min(max, 2 ** 31 - 1) });
  }
  return fc.double({
    min, max, noNaN: true,
    minExcluded: schema.exclusiveMinimum !== undefined, maxExcluded: schema.exclusiveMaximum !== undefined,
  });
}

function object(contract, schema) {
  const members = Object.fromEntries(Object.entries(schema.properties ?? {})
    .map(([name, member]) => [name, valueOf(contract, member)]));
  const least = schema.minProperties ?? 0;
  return fc.record(members, { requiredKeys: schema.required ?? [] })
    .filter((value) => Object.keys(value).length >= least);
}

/** An arbitrary of values that the schema allows. Knows the keywords that the document uses. */
export function valueOf(contract, written) {
  const schema = contract.resolve(written);
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.oneOf) return fc.oneof(...schema.oneOf.map((one) => valueOf(contract, one)));
  if (Array.isArray(schema.type)) {
    return fc.oneof(...schema.type.map((type) => valueOf(contract, { ...schema, type })));
  }
  switch (schema.type) {
    case 'object': return object(contract, schema);
    case 'array':
      return fc.array(valueOf(contract, schema.items),
        { minLength: schema.minItems ?? 0, maxLength: Math.min(schema.maxItems ?? 8, 8) });
    case 'string': return text(schema);
    case 'integer':
    case 'number': return number(schema);
    case 'boolean': return fc.boolean();
    case 'null': return fc.constant(null);
    default: throw new Error(`No values for ${JSON.stringify(schema)}`);
  }
}

/** Values of every type, and the awkward ones of each. */
export const kStrangers = fc.oneof(
  fc.constantFrom(null, true, false, '', [], {}, 0, -1, 1.5, 2 ** 53, -(2 ** 63), 1e308, -1e-320, '0', 'null',
    '\u0000', '\ud800', 'x'.repeat(3000), [[]], [{}], { '': 0 }, { __proto__x: 1 }),
  fc.jsonValue({ maxDepth: 3 }),
  fc.integer({ min: 64, max: 3000 }).map((depth) => ({ [kDeep]: depth })));

/** Marks a place where `toText()` writes so many nested arrays. */
export const kDeep = '\u{1f573}';

/** JSON with the marks of kStrangers made real; lone surrogates stay escaped. */
export function toText(value) {
  return JSON.stringify(value)
    .replaceAll(new RegExp(`\\{"${kDeep}":(\\d+)\\}`, 'gu'),
      (_, depth) => '['.repeat(Number(depth)) + ']'.repeat(Number(depth)));
}

/** Every place in the value: its path as a list of names. */
function placesIn(value, path = []) {
  const inside = value !== null && typeof value === 'object'
    ? Object.keys(value).flatMap((name) => placesIn(value[name], [...path, name])) : [];
  return [path, ...inside];
}

function changed(value, [name, ...rest], change) {
  if (name === undefined) return change(value);
  const copy = Array.isArray(value) ? [...value] : { ...value };
  copy[name] = changed(copy[name], rest, change);
  return copy;
}

const kSpoilers = [
  (stranger) => () => stranger,
  () => (value) => {
    if (value === null || typeof value !== 'object') return undefined; // missing
    const [gone, ...left] = Object.keys(value);
    return gone === undefined ? 0 : Object.fromEntries(left.map((name) => [name, value[name]]));
  },
  (stranger) => (value) => (value !== null && typeof value === 'object' && !Array.isArray(value)
    ? { ...value, extra_member: stranger } : [value]),
  () => (value) => (typeof value === 'number' ? -value * 1e12 - 1
    : typeof value === 'string' ? value.repeat(2000) + 'x'.repeat(2001) : [value]),
  () => (value) => (Array.isArray(value) ? Array(2000).fill(value[0] ?? 1) : String(value)),
];

/**
 * Values that the schema does not allow: a good one with something wrong at some place.
 * JSON's text of it is given, so that what JSON.stringify cannot say is there too.
 */
export function spoiledOf(contract, schema) {
  return fc.tuple(valueOf(contract, schema), kStrangers, fc.nat(), fc.nat(kSpoilers.length - 1))
    .map(([good, stranger, place, spoiler]) => {
      const places = placesIn(good);
      return changed(good, places[place % places.length], kSpoilers[spoiler](stranger));
    })
    .filter((value) => value !== undefined)
    .map(toText)
    .filter((json) => contract.faults(schema, JSON.parse(json)) !== '');
}
