// SPDX-License-Identifier: MIT
// A server whose disk fails when the test says so, and that dies of a picture: support/fault.c.
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Compiles the library that is preloaded into the server, into `directory`; returns its path. */
export function buildFaultLibrary(directory) {
  const library = path.join(directory, 'fault.so');
  execFileSync(process.env.CC ?? 'cc', ['-shared', '-fPIC', '-O1', '-Wall', '-Werror', '-o', library,
    path.join(import.meta.dirname, 'fault.c'), '-ldl']);
  return library;
}

/** What the preloaded library is told, through a file that both map. */
export class FaultControl {
  constructor(directory) {
    this.file = path.join(directory, 'fault.control');
    writeFileSync(this.file, Buffer.alloc(20));
  }

  /** The variables a server is started with for its files below `folder` to fail. */
  environment(library, folder) {
    return { LD_PRELOAD: library, GEOND_FAULT_FOLDER: folder, GEOND_FAULT_CONTROL: this.file };
  }

  /** From now on the `nth` write fails with `error` (a name of errno); all later ones too if sticky. */
  arm(nth, error, sticky = false) {
    this.#write([nth, os.constants.errno[error], sticky ? 1 : 0, 0, 0]);
  }

  /** The same for the `nth` read. */
  armReads(nth, error) {
    this.#write([nth, os.constants.errno[error], 0, 0, 1]);
  }

  /** Nothing fails any longer; returns whether something did and how many operations there were. */
  disarm() {
    const { failed, operations } = this;
    this.#write([0, 0, 0, 0, 0]);
    return { failed, operations };
  }

  /** Whether something has failed since it was armed. */
  get failed() {
    const [countdown, , sticky] = this.#read();
    return sticky === 1 ? countdown === 1 : countdown <= 0;
  }

  /** How many operations there were since it was armed, those that failed included. */
  get operations() {
    return this.#read()[3];
  }

  #read() {
    const bytes = readFileSync(this.file);
    return [0, 4, 8, 12].map((offset) => bytes.readInt32LE(offset));
  }

  #write(values) {
    const bytes = Buffer.alloc(20);
    values.forEach((value, index) => bytes.writeInt32LE(value, 4 * index));
    // In place, since the server has this very file mapped; the countdown, which arms, comes last.
    const open = openSync(this.file, 'r+');
    writeSync(open, bytes, 4, 16, 4);
    writeSync(open, bytes, 0, 4, 0);
    closeSync(open);
  }
}
