// SPDX-License-Identifier: MIT
// Certificates for servers that speak TLS; made by the openssl program.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';

/** Paths of a certificate for `name` that vouches for itself, and of its key, made in `folder`. */
export function selfSigned(folder, name) {
  const files = { cert: path.join(folder, 'cert.pem'), key: path.join(folder, 'key.pem') };
  const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt',
    'ec_paramgen_curve:P-256', '-nodes', '-days', '1', '-subj', `/CN=${name}`,
    '-keyout', files.key, '-out', files.cert]);
  assert.equal(made.status, 0, String(made.stderr));
  return files;
}
