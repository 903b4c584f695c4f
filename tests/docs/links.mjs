// SPDX-License-Identifier: MIT
// Every relative link of the documents leads to a file of the repository, and every #anchor to a
// heading of it. Links to other sites are not followed: the test needs no network.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** The anchors of a Markdown text, as hosts of repositories make them from headings. */
export function anchors(text) {
  const found = new Set();
  let fenced = false;
  for (const line of text.split('\n')) {
    if (line.startsWith('```')) fenced = !fenced;
    const heading = !fenced && /^#{1,6} (.*)$/.exec(line);
    if (!heading) continue;
    found.add(heading[1].toLowerCase().replace(/[`*]/g, '').replace(/[^\p{L}\p{N}\- _]/gu, '').trim().replace(/ /g, '-'));
  }
  return found;
}

/** The links of a Markdown text outside of fenced blocks: {target, line}. */
export function links(text) {
  const found = [];
  let fenced = false;
  text.split('\n').forEach((line, index) => {
    if (line.startsWith('```')) fenced = !fenced;
    if (fenced) return;
    for (const [, target] of line.matchAll(/\]\(([^)\s]+)\)/g)) found.push({ target, line: index + 1 });
  });
  return found;
}

/** What is wrong with the links of `file`: one sentence each. */
export function brokenLinks(file) {
  const problems = [];
  for (const { target, line } of links(readFileSync(file, 'utf8'))) {
    if (/^(https?|mailto):/.test(target)) continue;
    const [path, anchor] = target.split('#');
    const aim = path ? resolve(dirname(file), path) : file;
    if (!existsSync(aim)) problems.push(`${file}:${line}: ${target} does not exist`);
    else if (anchor && statSync(aim).isFile() && !anchors(readFileSync(aim, 'utf8')).has(anchor)) {
      problems.push(`${file}:${line}: ${target} has no such heading`);
    }
  }
  return problems;
}
