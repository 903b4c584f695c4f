// SPDX-License-Identifier: MIT
import {formatThreshold} from '../core/format.js';

const kThresholds = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];

/** The thresholds that can be chosen for a task. @returns {{value: string, label: string}[]} */
export function thresholdOptions() {
  return kThresholds.map((value) => ({value: String(value), label: formatThreshold(value)}));
}
