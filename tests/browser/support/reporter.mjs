// SPDX-License-Identifier: MIT
// One line a test, failures with their reason, and `N passed, N failed` at the end, with what was skipped if anything was.
export default async function* reporter(source) {
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  for await (const { type, data } of source) {
    if (type === 'test:stdout' || type === 'test:stderr') yield data.message;
    if (type === 'test:diagnostic' && !/^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) /.test(data.message)) yield `        ${data.message}\n`;
    const leaf = data?.details?.type !== 'suite' && !data?.name?.endsWith('.mjs');
    if (type === 'test:pass' && leaf && data.skip !== undefined) {
      skipped += 1;
      yield `  skip  ${data.name}${typeof data.skip === 'string' ? ` (${data.skip})` : ''}\n`;
    } else if (type === 'test:pass' && leaf) {
      passed += 1;
      yield `  ok    ${data.name} (${Math.round(data.details.duration_ms)} ms)\n`;
    }
    if (type === 'test:fail' && (leaf || data.details.error?.failureType !== 'subtestsFailed')) {
      failed += 1;
      const error = data.details.error;
      yield `  FAIL  ${data.name}\n${String(error?.cause?.stack ?? error?.cause ?? error).replace(/^/gm, '        ')}\n`;
    }
  }
  yield `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`;
}
