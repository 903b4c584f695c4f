// SPDX-License-Identifier: MIT
import {h} from '../core/dom.js';
import {formatPercent} from '../core/format.js';
import {t} from '../core/i18n.js';
import {sceneName} from '../model/classes.js';

/** The scenes of a result as bars, the most probable first. @returns {Node[]} */
export function sceneBars(result) {
  const scenes = Object.entries(result.scenes).sort(([, a], [, b]) => b - a);
  const verdict = result.scene
    ? h('p', {class: 'scene-verdict'}, h('strong', {}, sceneName(result.scene)), ' ', h('span', {class: 'muted'}, formatPercent(result.scene_probability)))
    : h('p', {class: 'scene-verdict'}, h('strong', {}, t('scene.none')), ' ', h('span', {class: 'muted scene-reason'}, t(scenes.length === 0 ? 'scene.no_geons' : 'scene.unsure')));
  const bars = scenes.map(([name, probability]) => h('li', {class: ['bar-row', name === result.scene && 'best']},
    h('span', {class: 'bar-label'}, sceneName(name)),
    h('span', {class: 'bar-track', 'aria-hidden': 'true'}, h('span', {class: 'bar-fill', style: {width: `${probability * 100}%`}})),
    h('span', {class: 'bar-value'}, formatPercent(probability))));
  return [verdict, bars.length > 0 && h('ul', {class: 'bars', 'aria-label': t('task.scenes')}, bars)].filter(Boolean);
}
