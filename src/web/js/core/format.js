// SPDX-License-Identifier: MIT
import {currentLocale, t} from './i18n.js';

/** Numbers, sizes and times as people write them in the page's language. */

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
  return (Number(value.toFixed(digits)) + 0).toLocaleString(currentLocale(), {maximumFractionDigits: digits, minimumFractionDigits: digits});
}

/** 0.914 -> 91 %. */
export function formatPercent(share, digits = 0) {
  return share.toLocaleString(currentLocale(), {style: 'percent', maximumFractionDigits: digits, minimumFractionDigits: digits});
}

/** A threshold with the digits it was given, up to two: 0.535 -> 53.5 %. @param {number} share */
export function formatThreshold(share) {
  return share.toLocaleString(currentLocale(), {style: 'percent', maximumFractionDigits: 2});
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
  return when.toLocaleString(currentLocale(), today ? {timeStyle: 'short'} : {dateStyle: 'medium', timeStyle: 'short'});
}

/** In full, for tooltips and details. */
export function formatFullTime(text) {
  return text ? new Date(text).toLocaleString(currentLocale(), {dateStyle: 'long', timeStyle: 'medium'}) : '–';
}
