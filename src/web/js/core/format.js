// SPDX-License-Identifier: MIT
import {currentLocale, t} from './i18n.js';

/** Numbers, sizes and times as people write them in the page's language. */

// Making one takes longer than a row of a table has: each is made once.
const formats = new Map();

/** @param {typeof Intl.NumberFormat|typeof Intl.DateTimeFormat} Kind @param {Object} options as it takes them */
function formatOf(Kind, options) {
  const key = `${Kind.name} ${currentLocale()} ${JSON.stringify(options)}`;
  if (!formats.has(key)) formats.set(key, new Kind(currentLocale(), options));
  return formats.get(key);
}

/** @param {number} bytes */
export function formatBytes(bytes) {
  const units = ['B', 'kB', 'MB', 'GB'];
  let unit = 0;
  let value = bytes;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${formatNumber(value, value < 10 && unit > 0 ? 1 : 0)} ${t(`unit.${units[unit]}`)}`;
}

/** @param {number} value @param {number} [digits] after the point */
export function formatNumber(value, digits = 0) {
  // Never "-0".
  return formatOf(Intl.NumberFormat, {maximumFractionDigits: digits, minimumFractionDigits: digits}).format(Number(value.toFixed(digits)) + 0);
}

/** 0.914 -> 91 %. */
export function formatPercent(share, digits = 0) {
  return formatOf(Intl.NumberFormat, {style: 'percent', maximumFractionDigits: digits, minimumFractionDigits: digits}).format(share);
}

/** A threshold with the digits it was given, up to two: 0.535 -> 53.5 %. @param {number} share */
export function formatThreshold(share) {
  return formatOf(Intl.NumberFormat, {style: 'percent', maximumFractionDigits: 2}).format(share);
}

/** @param {number|null} seconds */
export function formatSeconds(seconds) {
  if (seconds === null || seconds === undefined) return '–';
  if (seconds < 1) return `${formatNumber(seconds * 1000, seconds < 0.01 ? 1 : 0)} ${t('unit.ms')}`;
  if (seconds < 60) return `${formatNumber(seconds, 1)} ${t('unit.s')}`;
  const whole = Math.round(seconds);
  return `${formatNumber(Math.floor(whole / 60))} ${t('unit.min')} ${formatNumber(whole % 60)} ${t('unit.s')}`;
}

/** An estimate of a time to come, no more exact than it is. @param {number} seconds */
export function formatWait(seconds) {
  if (seconds < 90) return `${formatNumber(Math.max(1, Math.ceil(seconds)))} ${t('unit.s')}`;
  return `${formatNumber(Math.round(seconds / 60))} ${t('unit.min')}`;
}

/** @param {string|null} text RFC 3339 */
export function formatTime(text) {
  if (!text) return '–';
  const when = new Date(text);
  const today = when.toDateString() === new Date().toDateString();
  return formatOf(Intl.DateTimeFormat, today ? {timeStyle: 'short'} : {dateStyle: 'medium', timeStyle: 'short'}).format(when);
}

/** In full, for tooltips and details. */
export function formatFullTime(text) {
  return text ? formatOf(Intl.DateTimeFormat, {dateStyle: 'long', timeStyle: 'medium'}).format(new Date(text)) : '–';
}
