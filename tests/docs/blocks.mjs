// SPDX-License-Identifier: MIT
// Reads the fenced blocks of a Markdown document that tests run.
//
//   ```sh                 run by bash; all blocks of one document share one shell
//   ```python, ```js      written to a file and run
//   ```output             what the block above must print; `...` stands for anything, on a line of
//                         its own for any lines, but never for all of them
//   ```sh norun=REASON    not run; the runner lists the reason
//   ```sh status=1        ends with that exit status; any other block with 0
//
// Any other language is an example to look at: configuration, a listing.

const kRunnable = new Set(['sh', 'python', 'js']);

/**
 * Splits `text` into blocks: {language, code, line, output (text or null), status, runnable, reason (text or null)}.
 * Throws where a block is never closed, or where an output has no block above it or would fit anything.
 */
export function readBlocks(text) {
  const blocks = [];
  let open = null;
  text.split('\n').forEach((line, index) => {
    const fence = /^```(.*)$/.exec(line);
    if (!open && fence) {
      open = { info: fence[1].trim(), lines: [], line: index + 1 };
    } else if (open && fence) {
      addBlock(blocks, open);
      open = null;
    } else if (open) {
      open.lines.push(line);
    }
  });
  if (open) throw new Error(`line ${open.line}: a fenced block is never closed`);
  return blocks;
}

function addBlock(blocks, { info, lines, line }) {
  const [language, ...words] = info.split(/\s+/);
  const rest = words.join(' ');
  const code = lines.join('\n');
  if (language === 'output') {
    const last = blocks.at(-1);
    if (!last || last.output !== null) throw new Error(`line ${line}: output without a block above it`);
    if (/^(\s*\.\.\.\s*)+$/.test(code)) throw new Error(`line ${line}: this output fits anything: write what is always printed`);
    last.output = code;
    return;
  }
  const norun = /^norun=(.+)$/.exec(rest);
  const status = /^status=(\d+)$/.exec(rest);
  blocks.push({
    language, code, line, output: null, status: status ? Number(status[1]) : 0,
    runnable: kRunnable.has(language) && !norun,
    reason: norun ? norun[1] : null,
  });
}

/** Whether `actual` is what `expected` says, with `...` standing for anything. */
export function matches(expected, actual) {
  const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const lines = expected.trimEnd().split('\n');
  const pattern = lines.map((line, index) => {
    const end = index === lines.length - 1 ? '' : '\n';
    if (line.trim() === '...') return end ? '(?:[^\\n]*\\n)*?' : '[\\s\\S]*';
    return line.split('...').map(escape).join('[^\\n]*?') + end;
  }).join('');
  return new RegExp(`^${pattern}$`).test(actual.trimEnd());
}
