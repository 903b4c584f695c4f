// SPDX-License-Identifier: MIT
// Certificates for servers that speak TLS; made by the openssl program.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

function openssl(...args) {
  const made = spawnSync('openssl', args);
  assert.equal(made.status, 0, String(made.stderr));
}

/** Days from now, as openssl reads a time. */
export const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString().replace(/[-:T]|\.\d+/g, '');

/**
 * Paths of a certificate for `name` that vouches for itself, and of its key, made in `folder`. It holds from now
 * for a day, or `from` and `until` days from now.
 */
export function selfSigned(folder, name, { from = 0, until = 1 } = {}) {
  const files = { cert: path.join(folder, 'cert.pem'), key: path.join(folder, 'key.pem') };
  const [request, settings, index] = ['request.pem', 'ca.conf', 'index.txt'].map((file) => path.join(folder, file));
  openssl('req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', `/CN=${name}`,
    '-keyout', files.key, '-out', request);
  // Of openssl's ways to make a certificate, the one that takes a beginning and an end in every version.
  writeFileSync(index, '');
  writeFileSync(settings, `[ca]\ndefault_ca = own\n[own]\ndatabase = ${index}\nnew_certs_dir = ${folder}\n`
    + 'rand_serial = yes\ndefault_md = sha256\npolicy = any\n[any]\ncommonName = supplied\n');
  openssl('ca', '-batch', '-selfsign', '-notext', '-config', settings, '-keyfile', files.key, '-in', request,
    '-out', files.cert, '-startdate', inDays(from), '-enddate', inDays(until));
  return files;
}
