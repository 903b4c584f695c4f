// SPDX-License-Identifier: MIT
import { readdirSync } from 'node:fs';
import path from 'node:path';

/** The SHA-256 of every picture that is stored under a data directory. */
export function blobNames(data) {
  const folder = path.join(data, 'blobs');
  return readdirSync(folder).flatMap(
    (prefix) => readdirSync(path.join(folder, prefix)).map((rest) => prefix + rest));
}
