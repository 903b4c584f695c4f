// SPDX-License-Identifier: MIT
/**
 * Wheel, drag and pinch on a viewport.
 * @param {HTMLElement} viewport
 * @param {{view: function(): {scale: number, x: number, y: number}, limited: function(number): number,
 *   moved: function(Object): void, clicked: function(Element): void,
 *   zoomed: function(number, {x: number, y: number}): void}} to `limited`: the scale that may be, nearest to a wanted one
 */
export function attachGestures(viewport, to) {
  const kClick = 5;  // Screen pixels within which a press is a click.
  const pointers = new Map();
  let start = null;
  let travelled = 0;

  const local = (event) => {
    const frame = viewport.getBoundingClientRect();
    return {x: event.clientX - frame.left, y: event.clientY - frame.top};
  };
  const spread = () => {
    const [a, b] = [...pointers.values()];
    return {distance: Math.hypot(a.x - b.x, a.y - b.y), x: (a.x + b.x) / 2, y: (a.y + b.y) / 2};
  };
  const begin = () => {
    start = pointers.size === 2 ? {...spread(), view: {...to.view()}} : pointers.size === 1 ? {...[...pointers.values()][0], view: {...to.view()}} : null;
  };

  viewport.addEventListener('wheel', (event) => {
    event.preventDefault();
    const unit = event.deltaMode === 1 ? 16 : 1;
    to.zoomed(Math.exp(-event.deltaY * unit * (event.ctrlKey ? 0.01 : 0.002)), local(event));
  }, {passive: false});

  viewport.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    pointers.set(event.pointerId, local(event));
    travelled = pointers.size > 1 ? Infinity : 0;
    begin();
  });

  viewport.addEventListener('pointermove', (event) => {
    if (!pointers.has(event.pointerId) || !start) return;
    // The button was let go where the viewport could not hear it.
    if (event.buttons === 0) return end(event);
    const before = pointers.get(event.pointerId);
    const now = local(event);
    pointers.set(event.pointerId, now);
    travelled += Math.hypot(now.x - before.x, now.y - before.y);
    if (pointers.size > 1) {
      const pinch = spread();
      const scale = to.limited((start.view.scale * pinch.distance) / Math.max(start.distance, 1));
      const factor = scale / start.view.scale;
      to.moved({scale, x: pinch.x - (start.x - start.view.x) * factor, y: pinch.y - (start.y - start.view.y) * factor});
    } else if (travelled > kClick) {
      if (!viewport.hasPointerCapture(event.pointerId)) viewport.setPointerCapture(event.pointerId);
      viewport.classList.add('panning');
      to.moved({scale: start.view.scale, x: start.view.x + now.x - start.x, y: start.view.y + now.y - start.y});
    }
  });

  const end = (event) => {
    if (!pointers.delete(event.pointerId)) return;
    if (event.type === 'pointerup' && travelled <= kClick) to.clicked(event.target);
    viewport.classList.remove('panning');
    begin();
  };
  viewport.addEventListener('pointerup', end);
  viewport.addEventListener('pointercancel', end);
}
