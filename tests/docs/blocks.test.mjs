// SPDX-License-Identifier: MIT
// node --test tests/docs: the runner's own rules.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matches, readBlocks } from './blocks.mjs';
import { anchors, links } from './links.mjs';

test('an output block belongs to the block above it', () => {
  const blocks = readBlocks('```sh\necho a\n```\n\n```output\na\n```\n');
  assert.equal(blocks.length, 1);
  assert.equal(blocks[0].output, 'a');
});

test('a block that is not run says why', () => {
  const [block] = readBlocks('```sh norun=needs a container engine\ndocker run geond\n```');
  assert.equal(block.runnable, false);
  assert.equal(block.reason, 'needs a container engine');
});

test('a block succeeds unless it says with which status it fails', () => {
  const [plain, failing] = readBlocks('```sh\ntrue\n```\n```sh status=2\nfalse\n```\n```output\nno\n```\n');
  assert.deepEqual([plain.status, failing.status, failing.runnable, failing.output], [0, 2, true, 'no']);
});

for (const output of ['...', '...\n...']) {
  test(`an output that fits anything is refused: ${JSON.stringify(output)}`, () => {
    assert.throws(() => readBlocks(`\`\`\`sh\necho a\n\`\`\`\n\`\`\`output\n${output}\n\`\`\`\n`), /fits anything/);
  });
}

test('a block that is never closed is an error', () => {
  assert.throws(() => readBlocks('```sh\necho'), /never closed/);
});

for (const [expected, actual, verdict] of [
  ['a', 'a\n', true],
  ['a', 'b', false],
  ['{"id": ..., "x": 1}', '{"id": 12, "x": 1}', true],
  ['{"id": ...}', '{"id": 12}\nmore', false],
  ['first\n...\nlast', 'first\n1\n2\nlast', true],
  ['first\n...\nlast', 'first\nlast', true],
  ['first\n...', 'first\nwhatever\nelse', true],
  ['a.c', 'abc', false],
]) {
  test(`'${expected.replaceAll('\n', '|')}' ${verdict ? 'stands for' : 'refuses'} '${actual.replaceAll('\n', '|')}'`, () => {
    assert.equal(matches(expected, actual), verdict);
  });
}

test('links in fenced blocks are code, not links', () => {
  assert.deepEqual(links('[a](b.md)\n```\n[c](d.md)\n```'), [{ target: 'b.md', line: 1 }]);
});

test('anchors follow the headings', () => {
  assert.deepEqual([...anchors('# Two words, `code`\n```\n# no\n```')], ['two-words-code']);
});
