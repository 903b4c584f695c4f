// SPDX-License-Identifier: MIT
// The document cannot lie: its examples fit its schemas, every route answers as it says, good
// requests made from it are taken, and spoiled ones are refused, never with a fault of the server.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import fc from 'fast-check';
import { atEnd, temporaryDirectory } from '../support/ends.mjs';
import { sceneOfShapes } from '../support/pictures.mjs';
import { Contract } from './support/contract.mjs';
import { EventReader } from './support/events.mjs';
import { kStrangers, spoiledOf, toText, valueOf } from './support/generate.mjs';
import { classification, pictureForm, requests, World } from './support/world.mjs';

/** Set GEOND_SEED to repeat a run, GEOND_RUNS for more of them. */
const seed = Number(process.env.GEOND_SEED ?? 20260101);
const kRuns = Number(process.env.GEOND_RUNS ?? 10);

test('the API and its document', async (t) => {
  const world = await World.make(temporaryDirectory(t));
  atEnd(t, () => world.server.stop('SIGKILL'));
  const contract = await Contract.of(world.server);
  const { document, operations } = contract;
  t.diagnostic(`seed ${seed}, ${kRuns} runs for each property`);
  const assertProperty = (...args) => {
    const predicate = args.pop();
    return fc.assert(fc.asyncProperty(...args, predicate), { seed, numRuns: kRuns, endOnFailure: true });
  };

  await t.test('the document is one by the schema of OpenAPI 3.1', async () => {
    const outcome = await new Validator().validate(structuredClone(document));
    assert.ok(outcome.valid, JSON.stringify(outcome.errors));
    const names = operations.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length, 'operationId is unique');
  });

  await t.test('every schema has an example, and every example fits its schema', () => {
    let count = 0;
    const check = (schema, example, where) => {
      assert.equal(contract.faults(schema, example), '', where);
      ++count;
    };
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      assert.ok(schema.examples?.length > 0, `${name} has no example`);
      for (const example of schema.examples) check(schema, example, name);
    }
    const visit = (value, where) => {
      if (value === null || typeof value !== 'object') return;
      if (value.schema && 'example' in value) check(value.schema, value.example, where);
      if (value.schema?.examples) value.schema.examples.forEach((one) => check(value.schema, one, where));
      for (const [name, member] of Object.entries(value)) visit(member, `${where}/${name}`);
    };
    visit(document.paths, 'paths');
    visit(document.components.responses, 'responses');
    visit(document.components.parameters, 'parameters');
    assert.ok(count > 100, `${count} examples`);
  });

  await t.test('every JSON that is sent or answered has an example', () => {
    for (const { name, operation } of operations) {
      const media = [operation.requestBody, ...Object.values(operation.responses).map((one) => contract.resolve(one))]
        .flatMap((one) => Object.entries(one?.content ?? {})).filter(([type]) => type.endsWith('json'));
      for (const [type, { example, examples, schema }] of media) {
        assert.ok(example !== undefined || examples || contract.resolve(schema).examples, `${name}: ${type}`);
      }
    }
  });

  await t.test('every route answers as the document says, and nothing is left out', async (inner) => {
    assert.deepEqual(Object.keys(requests).sort(), operations.map(({ name }) => name).sort());
    for (const operation of operations) {
      await inner.test(`${operation.method} ${operation.path}`, async () => {
        const answer = await world.send(operation, await requests[operation.name](world));
        contract.check(operation, answer);
        const good = operation.name === 'cancelTask' ? [200, 409]
          : Object.keys(operation.operation.responses).filter((status) => status < 400).map(Number);
        assert.ok(good.includes(answer.status), `${answer.status} ${answer.text}`);
        assert.ok(answer.headers.get('X-Request-Id'));
      });
    }
    await inner.test('a classification', async () => {
      const predict = operations.find(({ name }) => name === 'predict');
      const answer = await world.send(predict, classification);
      contract.check(predict, answer);
      assert.equal(answer.status, 200, answer.text);
    });
  });

  await t.test('the event stream sends what the document says, and so does its example', async () => {
    const { schemas } = document.components;
    const faults = ({ event, data }) => contract.faults(event === 'removed' ? schemas.RemovedEvent
      : event === 'positions' ? schemas.PositionsEvent : schemas.TaskEvent, data);
    const { example } = operations.find(({ name }) => name === 'events')
      .operation.responses[200].content['text/event-stream'];
    const [, event, text] = example.match(/^id: [0-9a-f]{16}-\d+\nevent: (\w+)\ndata: (.+)\n\n$/);
    assert.equal(faults({ event, data: JSON.parse(text) }), '');
    assert.equal(JSON.parse(text).event, event);
    const reader = await EventReader.open(world.server, world.key);
    const ids = [];
    for (let made = 0; made < 6; ++made) ids.push(await world.task());
    await reader.until(() => ids.every((id) => reader.events.some((one) => one.event === 'done' && one.data.id === id)));
    await world.server.json(`/api/v1/tasks/${ids[0]}`, { method: 'DELETE', key: world.key });
    await reader.until(() => reader.events.some((one) => one.event === 'removed'));
    reader.close();
    for (const one of reader.events.filter(({ event: name }) => name !== 'hello')) {
      assert.equal(faults(one), '', JSON.stringify(one));
      if (one.event !== 'positions') assert.equal(one.data.event, one.event);
    }
  });

  await t.test('good bodies made from the schemas are taken', async (inner) => {
    const cases = {
      createUser: [201], changeUser: [200], createKey: [201, 409], changeTask: [200], bulk: [200], predict: [200],
      changeModel: [200],
    };
    // A name is unique, a class must be the classifier's, and the tasks are needed yet. (409: a
    // user has a hundred keys at most.)
    const mend = {
      bulk: (body) => ({ ...body, ids: body.ids.map((id) => id + 1_000_000) }),
      createUser: (body) => ({ ...body, name: world.name() + body.name.slice(0, 40) }),
      predict: (body) => ({
        ...body,
        primitives: body.primitives.map((one, at) => ({ ...one, class: ['cone', 'cube', 'torus'][at % 3] })),
      }),
    };
    const base = {
      ...requests,
      predict: () => classification,
      createKey: () => ({ key: world.admin }),
    };
    for (const [name, statuses] of Object.entries(cases)) {
      const operation = operations.find((one) => one.name === name);
      await inner.test(name, async () => {
        const request = await base[name](world);
        await assertProperty(valueOf(contract, contract.bodySchema(operation)), async (body) => {
          const json = mend[name]?.(body) ?? body;
          const answer = await world.send(operation, { ...request, json });
          contract.check(operation, answer, JSON.stringify(json));
          assert.ok(statuses.includes(answer.status), `${JSON.stringify(json)}: ${answer.status} ${answer.text}`);
        });
      });
    }
  });

  await t.test('good query parameters made from the schemas are taken', async (inner) => {
    // A cursor is opaque, a model is one that is loaded, and a task one that is there.
    const known = { detector: ['geon-detector'], classifier: ['scene-classifier', 'scene-ensemble'], task: [world.done] };
    for (const operation of operations.filter(({ path }) => path.startsWith('/api/v1'))) {
      const query = operation.parameters.filter((one) => one.in === 'query' && one.name !== 'cursor');
      if (query.length === 0) continue;
      await inner.test(operation.name, async () => {
        const values = Object.fromEntries(query.map(({ name, schema }) =>
          [name, known[name] ? fc.constantFrom(...known[name]) : valueOf(contract, schema)]));
        // A detector's threshold begins at 0.05; the schema has what a classifier takes.
        const request = operation.name === 'predict' ? classification : await requests[operation.name](world);
        await assertProperty(fc.record(values, { requiredKeys: [] }), async (chosen) => {
          const text = `?${new URLSearchParams(chosen)}`;
          const answer = await world.send(operation, { ...request, query: text });
          contract.check(operation, answer, text);
          assert.ok(answer.status < 300, `${text}: ${answer.status} ${answer.text}`);
        });
      });
    }
  });

  /** Sends what must be refused. */
  const refused = async (operation, request, what, statuses = [400, 404, 413, 414, 415, 422, 431]) => {
    const answer = await world.send(operation, request);
    contract.check(operation, answer, what);
    assert.ok(statuses.includes(answer.status), `${what}: ${answer.status} ${answer.text}`);
    assert.match(answer.headers.get('Content-Type'), /^application\/problem\+json/, what);
  };

  await t.test('spoiled bodies are refused', async (inner) => {
    for (const operation of operations.filter((one) => contract.bodySchema(one))) {
      await inner.test(operation.name, async () => {
        const base = operation.name === 'predict' ? classification : await requests[operation.name](world);
        const request = { ...base, json: undefined, headers: { 'Content-Type': 'application/json' } };
        await assertProperty(spoiledOf(contract, contract.bodySchema(operation)),
          (body) => refused(operation, { ...request, body }, body.slice(0, 200)));
      });
    }
  });

  await t.test('bytes that are no JSON, in any content type, are refused', async (inner) => {
    for (const operation of operations.filter((one) => contract.bodySchema(one))) {
      await inner.test(operation.name, async () => {
        const request = operation.name === 'predict' ? classification : await requests[operation.name](world);
        const types = fc.constantFrom('application/json', 'application/json; charset=utf-16', 'text/plain',
          'multipart/form-data', 'multipart/form-data; boundary=x', 'nonsense', 'image/png', ' ; ');
        await assertProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), types, (body, type) =>
          refused(operation, { ...request, json: undefined, body, headers: { 'Content-Type': type } }, type));
      });
    }
  });

  await t.test('spoiled query parameters are refused', async (inner) => {
    for (const operation of operations.filter(({ path }) => path.startsWith('/api/v1'))) {
      await inner.test(operation.name, async () => {
        const query = operation.parameters.filter((one) => one.in === 'query').map(({ name, schema }) =>
          fc.oneof(kStrangers, fc.string({ unit: 'binary', maxLength: 20 })).map((value) =>
            typeof value === 'string' ? value : toText(value)).filter((text) => !fits(contract, schema, text))
            .map((text) => [[name, text]]));
        const unknown = fc.string({ minLength: 1, maxLength: 12 }).map((name) => [[`x${name}`, '1']]);
        const request = operation.name === 'predict' ? classification : await requests[operation.name](world);
        await assertProperty(fc.oneof(unknown, ...query), (pairs) => {
          const text = `?${new URLSearchParams(pairs.map(([name, value]) => [name, value.slice(0, 3000)]))}`;
          return refused(operation, { ...request, query: text }, text);
        });
        for (const text of ['?%zz', '?a=%00', '?a=%ff', '?=', `?${'a'.repeat(20_000)}`, `?${'a&'.repeat(2000)}`]) {
          await refused(operation, { ...request, query: text }, text.slice(0, 20), [400, 414, 422, 431]);
        }
      });
    }
  });

  await t.test('spoiled ids and names in the path are refused', async (inner) => {
    const strange = fc.oneof(
      fc.constantFrom('0', '-1', '1.5', '01x', '9223372036854775808', '1e3', '%31%00', 'ä', '%ff',
        'x'.repeat(5000), '1%2F2', ' 1', '+1'),
      fc.string({ minLength: 1, maxLength: 20 }).filter((text) => !/^\d+$|^\.+$/.test(text))
        .map(encodeURIComponent));
    for (const operation of operations.filter(({ path }) => path.includes('{'))) {
      await inner.test(operation.name, async () => {
        const request = await requests[operation.name](world);
        await assertProperty(strange, async (text) => {
          const path = operation.path.replace(/\{\w+\}/, () => text);
          const answer = await world.send({ ...operation, path }, request);
          assert.ok(answer.status >= 400 && answer.status < 500, `${path}: ${answer.status} ${answer.text}`);
          assert.match(answer.headers.get('Content-Type'), /^application\/problem\+json/, path);
        });
      });
    }
  });

  await t.test('pictures that are cut or changed somewhere are taken or refused', async (inner) => {
    const picture = sceneOfShapes(9, 64, 48);
    const broken = fc.tuple(fc.nat(picture.length - 1), fc.nat(255), fc.option(fc.nat(picture.length)))
      .map(([at, value, end]) => {
        const bytes = Buffer.from(picture);
        bytes[at] = value;
        return bytes.subarray(0, end ?? bytes.length);
      });
    for (const name of ['createTask', 'predict', 'classicCreate']) {
      const operation = operations.find((one) => one.name === name);
      await inner.test(name, async () => {
        const request = await requests[name](world);
        await assertProperty(broken, async (bytes) => {
          const body = request.body instanceof FormData ? pictureForm(bytes) : bytes;
          const answer = await world.send(operation, { ...request, body });
          contract.check(operation, answer);
          assert.ok(answer.status < 500, `${answer.status} ${answer.text}`);
        });
      });
    }
  });

  await t.test('after all of this the server is well, and has no fault in its log', async () => {
    assert.equal((await world.server.json('/readyz', { key: null })).status, 200);
    assert.doesNotMatch(world.server.log, /^\S+ error\s/m);
  });
});

/** Whether the text is a value of a query parameter with this schema. */
function fits(contract, schema, text) {
  if (schema.type === 'integer' || schema.type === 'number') {
    return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) && contract.faults(schema, Number(text)) === '';
  }
  if (schema.type === 'array') return text.split(',').every((one) => contract.faults(schema.items, one) === '');
  return contract.faults(schema, text) === '';
}
