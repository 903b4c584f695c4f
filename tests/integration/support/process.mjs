// SPDX-License-Identifier: MIT
// What a process costs, read from /proc (proc(5)).
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** A field of /proc/PID/status in MiB: VmRSS (now), VmHWM (the most since forgetPeak()). */
export function memoryOf(pid, field = 'VmRSS') {
  const line = readFileSync(`/proc/${pid}/status`, 'utf8').match(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm'));
  return Number(line[1]) / 1024;
}

/** Makes VmHWM start again from what is used now. */
export function forgetPeak(pid) {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** Processor time of all threads, in seconds. */
export function processorTimeOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
  const kTicksPerSecond = 100;
  return (Number(fields[11]) + Number(fields[12])) / kTicksPerSecond;
}

export function descriptorsOf(pid) {
  return readdirSync(`/proc/${pid}/fd`).length;
}
