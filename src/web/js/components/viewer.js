// SPDX-License-Identifier: MIT
import {eachFrame, h, s} from '../core/dom.js';
import {formatPercent} from '../core/format.js';
import {t} from '../core/i18n.js';
import {cornersInPixels, placeLabels} from '../model/boxes.js';
import {className, classStyle} from '../model/classes.js';
import {icon} from './icons.js';
import {attachGestures} from './viewer_gestures.js';

const kMostZoom = 40;       // Screen pixels a picture's pixel may take.
const kMostLabels = 100;    // More cannot be told apart; zooming in shows the others.
const kManyLabels = 20;     // From here on they name no class: their signs do.
const kLabelHeight = 1.25;   // rem.
const kPaper = {width: 640, height: 415};  // CSS pixels that a picture may take on paper: 17 by 11 cm.
/** What stands before the label of a marked box. */
export const kMarkSigns = {'mark-one': '-', 'mark-other': '+', 'mark-changed': '≠'};
const kStep = 48;           // Screen pixels that an arrow key moves.

/**
 * A picture with rotated boxes over it, to look at closely. Boxes are SVG outlines whose strokes
 * do not scale, so they are crisp at every zoom; labels lie in an unscaled layer and make room for
 * one another.
 *
 * Set `picture`, then `primitives`; `filter()` shows a part. Events, all with `detail.index` into
 * `primitives` (-1: none): `boxhover`, `boxselect`; and `viewchange` when a person moved the view.
 */
export class GeondViewer extends HTMLElement {
  #picture = {src: '', width: 1, height: 1, alt: ''};
  #primitives = [];
  #boxes = [];
  #shown = () => true;
  #view = {scale: 1, x: 0, y: 0};  // screen = picture * scale + (x, y)
  #fitted = true;
  #selected = -1;
  #hovered = -1;
  #labels = true;
  #size = {width: 1, height: 1};
  #awaited = null;   // The view to begin with.
  #scheduleLabels = eachFrame(() => this.#placeLabels());

  connectedCallback() {
    this.#build();
    this.observer = new ResizeObserver(() => this.#resized());
    this.observer.observe(this.viewport);
    this.leaving = new AbortController();
    addEventListener('beforeprint', () => this.#toPaper(), this.leaving);
    addEventListener('afterprint', () => this.#fromPaper(), this.leaving);
  }

  disconnectedCallback() {
    this.observer?.disconnect();
    this.leaving?.abort();
  }

  #build() {
    if (this.viewport) return;
    this.classList.add('viewer');
    this.fault = h('p', {class: 'viewer-fault', role: 'alert'});
    this.image = h('img', {class: 'viewer-image', draggable: false, on: {
      load: () => { this.fault.textContent = ''; }, error: () => { this.fault.textContent = t('viewer.no_picture'); },
    }});
    this.layer = s('g', {});
    this.labelLayer = s('g', {class: 'labels', 'aria-hidden': 'true'});
    this.svg = s('svg', {class: 'viewer-boxes', role: 'group', 'aria-label': t('viewer.boxes')}, this.layer, this.labelLayer);
    this.viewport = h('div', {class: 'viewport', tabIndex: 0, role: 'group', 'aria-label': t('viewer.help')}, this.image, this.svg);
    this.readout = h('output', {class: 'viewer-zoom'});
    const button = (name, label, run, extra = {}) =>
      h('button', {type: 'button', class: 'icon-button', 'aria-label': t(label), title: t(label), on: {click: run}, ...extra}, icon(name));
    this.labelButton = button('tag', 'viewer.labels', () => this.#toggleLabels(), {'aria-pressed': 'true'});
    this.tools = h('div', {class: 'viewer-tools', role: 'toolbar', 'aria-label': t('viewer.tools')},
      button('zoomout', 'viewer.zoom_out', () => this.zoomBy(1 / 1.4)), this.readout,
      button('zoomin', 'viewer.zoom_in', () => this.zoomBy(1.4)),
      button('fit', 'viewer.fit', () => this.fit()),
      h('button', {type: 'button', class: 'icon-button text', 'aria-label': `1:1, ${t('viewer.actual')}`, title: t('viewer.actual'), on: {click: () => this.actualSize()}}, '1:1'),
      this.labelButton);
    this.append(this.viewport, this.fault, this.tools);
    this.viewport.addEventListener('keydown', (event) => this.#key(event));
    this.svg.addEventListener('pointerover', (event) => this.#hover(this.#indexOf(event.target)));
    this.svg.addEventListener('pointerleave', () => this.#hover(-1));
    this.svg.addEventListener('focusin', (event) => this.#hover(this.#indexOf(event.target)));
    this.svg.addEventListener('focusout', () => this.#hover(-1));
    attachGestures(this.viewport, {
      view: () => this.#view,
      limited: (scale) => this.#limitScale(scale),
      moved: (view) => this.#setView(view, true),
      clicked: (target) => this.#select(this.#indexOf(target)),
      zoomed: (factor, point) => this.zoomBy(factor, point),
    });
  }

  /** @param {{src: string, width: number, height: number, alt: string}} picture of the upright size */
  set picture(picture) {
    this.#build();
    this.#picture = picture;
    this.image.src = picture.src;
    this.image.alt = picture.alt;
    this.image.style.width = `${picture.width}px`;
    this.image.style.height = `${picture.height}px`;
    this.viewport.style.setProperty('--ratio', `${picture.width} / ${picture.height}`);
    this.fit({quiet: true});
  }

  get picture() {
    return this.#picture;
  }

  /** The boxes, as results have them. Large ones are drawn first, so that small ones can be hit. */
  set primitives(primitives) {
    this.#build();
    this.#primitives = primitives;
    this.#selected = -1;
    this.#boxes = primitives.map((primitive, index) => this.#makeBox(primitive, index));
    const order = [...this.#boxes].sort((a, b) => b.area - a.area);
    this.layer.replaceChildren(...order.map((box) => box.group));
    this.labelLayer.replaceChildren(...this.#boxes.map((box) => box.label));
    this.#refilter();
  }

  get primitives() {
    return this.#primitives;
  }

  #makeBox(primitive, index) {
    const style = classStyle(primitive.class);
    const corners = cornersInPixels(primitive, this.#picture);
    const points = corners.map(([x, y]) => `${x.toFixed(2)},${y.toFixed(2)}`).join(' ');
    const percent = formatPercent(primitive.probability);
    const text = `${className(primitive.class)} ${percent}`;
    const group = s('g', {class: `box class-${style.index}`, role: 'button', tabindex: '-1', 'aria-label': text, 'data-index': index},
      s('polygon', {class: 'box-halo', points}),
      s('polygon', {class: 'box-line', points, 'stroke-dasharray': style.dash || null}));
    const rem = rootSize();
    const plate = s('rect', {height: kLabelHeight * rem, rx: 4});
    const writing = s('text', {x: 1.375 * rem, y: 0.875 * rem});
    const label = s('g', {class: `label class-${style.index}`}, plate,
      s('path', {class: 'label-glyph', d: style.glyph, transform: `translate(${0.3 * rem} ${0.2 * rem}) scale(${(0.85 * rem) / 16})`}), writing);
    const xs = corners.map(([x]) => x);
    const ys = corners.map(([, y]) => y);
    const bounds = {left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys)};
    return {index, group, label, plate, writing, percent, text, sign: '', written: '', width: 0, corners, bounds, area: primitive.size[0] * primitive.size[1], shown: true};
  }

  /** Shows the boxes for which `shown(primitive, index)` holds. */
  filter(shown) {
    this.#shown = shown;
    this.#refilter();
  }

  #refilter() {
    let first = true;
    for (const box of this.#boxes) {
      const shown = this.#shown(this.#primitives[box.index], box.index);
      if (shown !== box.shown) {
        box.shown = shown;
        // Not display: that would have the whole drawing laid out again.
        box.group.style.visibility = shown ? '' : 'hidden';
      }
      if (shown && first) this.#stop(box.index);
      if (shown) first = false;
    }
    this.#scheduleLabels();
  }

  // One box is a stop of the Tab key; the arrow keys go to the others.
  #stop(index) {
    this.stopped?.setAttribute('tabindex', '-1');
    this.stopped = this.#boxes[index]?.group;
    this.stopped?.setAttribute('tabindex', '0');
  }

  /** Marks boxes with a class name each, of `kMarkSigns`: what only one of two results has, or has of another class. */
  set marks(marks) {
    for (const box of this.#boxes) {
      const mark = marks.get(box.index);
      for (const name of Object.keys(kMarkSigns)) {
        box.group.classList.toggle(name, mark === name);
        box.label.classList.toggle(name, mark === name);
      }
      // A sign in front, for who does not tell the colours apart.
      box.sign = mark ? `${kMarkSigns[mark]} ` : '';
    }
    this.#scheduleLabels();
  }

  /** Writes a label: all of it, or the probability alone where many must find room. */
  #write(box, brief) {
    const words = box.sign + (brief ? box.percent : box.text);
    if (words === box.written) return;
    box.written = words;
    const rem = rootSize();
    box.width = textWidth(words, rem) + 1.75 * rem;
    box.writing.textContent = words;
    box.plate.setAttribute('width', box.width);
  }

  /** Highlights a box without telling anyone. */
  highlight(index) {
    this.#boxes[this.#hovered]?.group.classList.remove('hot');
    this.#hovered = index;
    this.#boxes[index]?.group.classList.add('hot');
    this.#scheduleLabels();
  }

  /** Selects a box without telling anyone; brings it into sight if it is out of it. */
  select(index) {
    this.#boxes[this.#selected]?.group.classList.remove('selected');
    this.#selected = index;
    const box = this.#boxes[index];
    box?.group.classList.add('selected');
    if (box) {
      this.#stop(index);
      this.#reveal(box);
    }
    this.#scheduleLabels();
  }

  #reveal(box) {
    const {scale, x, y} = this.#view;
    const cx = ((box.bounds.left + box.bounds.right) / 2) * scale + x;
    const cy = ((box.bounds.top + box.bounds.bottom) / 2) * scale + y;
    if (cx > 0 && cy > 0 && cx < this.#size.width && cy < this.#size.height) return;
    this.#setView({scale, x: x + this.#size.width / 2 - cx, y: y + this.#size.height / 2 - cy}, true);
  }

  #indexOf(target) {
    const group = target.closest?.('.box');
    return group ? Number(group.dataset.index) : -1;
  }

  #hover(index) {
    if (index === this.#hovered) return;
    this.highlight(index);
    this.dispatchEvent(new CustomEvent('boxhover', {detail: {index}}));
  }

  #select(index) {
    this.select(index);
    this.dispatchEvent(new CustomEvent('boxselect', {detail: {index}}));
  }

  #toggleLabels() {
    this.#labels = !this.#labels;
    this.labelButton.setAttribute('aria-pressed', String(this.#labels));
    this.#scheduleLabels();
  }

  // --- the view --------------------------------------------------------------------------------

  /** Shows the whole picture. */
  fit({quiet = false} = {}) {
    const {width, height} = this.#size;
    const scale = Math.min(width / this.#picture.width, height / this.#picture.height);
    this.#setView({scale, x: (width - this.#picture.width * scale) / 2, y: (height - this.#picture.height * scale) / 2}, !quiet);
    this.#fitted = true;
    this.viewport.classList.add('fitted');
  }

  /** One pixel of the picture is one of the screen. */
  actualSize() {
    this.zoomBy(1 / devicePixelRatio / this.#view.scale);
  }

  /** Zooms about a point of the viewport, its middle if left out. */
  zoomBy(factor, point = {x: this.#size.width / 2, y: this.#size.height / 2}) {
    const scale = this.#limitScale(this.#view.scale * factor);
    const real = scale / this.#view.scale;
    this.#setView({scale, x: point.x - (point.x - this.#view.x) * real, y: point.y - (point.y - this.#view.y) * real}, true);
  }

  #limitScale(scale) {
    const least = Math.min(this.#fitScale() / 2, 1);
    return Math.min(Math.max(scale, least), kMostZoom);
  }

  #fitScale() {
    return Math.min(this.#size.width / this.#picture.width, this.#size.height / this.#picture.height);
  }

  /**
   * The view as another viewer of the same picture can take it: zoom relative to the whole
   * picture, and what part of the picture is in the middle (0 to 1).
   */
  get sharedView() {
    const {scale, x, y} = this.#view;
    return {
      zoom: scale / this.#fitScale(), fitted: this.#fitted,
      x: (this.#size.width / 2 - x) / scale / this.#picture.width,
      y: (this.#size.height / 2 - y) / scale / this.#picture.height,
    };
  }

  /** Takes another viewer's view without telling anyone; as soon as it has a size, if it has none yet. */
  set sharedView({zoom, fitted, x, y}) {
    if (!this.isConnected) {
      this.#awaited = {zoom, fitted, x, y};
      return;
    }
    if (fitted) {
      this.fit({quiet: true});
      return;
    }
    const scale = zoom * this.#fitScale();
    this.#setView({
      scale, x: this.#size.width / 2 - x * this.#picture.width * scale, y: this.#size.height / 2 - y * this.#picture.height * scale,
    }, false);
  }

  #setView(view, byPerson) {
    this.#view = this.#contain(view);
    this.#fitted = false;
    this.viewport.classList.remove('fitted');
    const {scale, x, y} = this.#view;
    this.image.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
    this.image.classList.toggle('pixels', scale * devicePixelRatio > 4);
    this.layer.setAttribute('transform', `translate(${x} ${y}) scale(${scale})`);
    this.readout.textContent = formatPercent(scale * devicePixelRatio);
    this.#scheduleLabels();
    if (byPerson) this.dispatchEvent(new CustomEvent('viewchange'));
  }

  // The picture cannot be lost: some of it always stays in sight.
  #contain({scale, x, y}) {
    const keep = 40;
    const limit = (value, size, space) => Math.min(Math.max(value, keep - size), space - keep);
    return {
      scale,
      x: limit(x, this.#picture.width * scale, this.#size.width),
      y: limit(y, this.#picture.height * scale, this.#size.height),
    };
  }

  #resized() {
    if (this.onScreen) return;
    const awaited = this.#awaited;
    const before = this.#size;
    this.#awaited = null;
    this.#size = {width: this.viewport.clientWidth || 1, height: this.viewport.clientHeight || 1};
    if (awaited) this.sharedView = awaited;
    else if (this.#fitted) this.fit({quiet: true});
    else this.#keepMiddle(before);
  }

  /** In a viewport of another size than `before` a person's scale stays, and so does what is in the middle. */
  #keepMiddle(before) {
    const {scale, x, y} = this.#view;
    this.#setView({scale, x: x + (this.#size.width - before.width) / 2, y: y + (this.#size.height - before.height) / 2}, false);
  }

  /** Nothing is measured between this and the print: so the size is said instead of found. */
  #toPaper() {
    if (this.onScreen) return;
    const {width, height} = this.#picture;
    const half = this.closest('.compare-sides') ? 0.5 : 1;
    const scale = Math.min((half * kPaper.width) / width, kPaper.height / height);
    this.onScreen = this.sharedView;
    this.#size = {width: width * scale, height: height * scale};
    this.viewport.style.setProperty('--print-width', `${this.#size.width}px`);
    this.viewport.style.setProperty('--print-height', `${this.#size.height}px`);
    this.fit({quiet: true});
    this.#placeLabels();
  }

  #fromPaper() {
    const before = this.onScreen;
    if (!before) return;
    this.onScreen = null;
    for (const side of ['width', 'height']) this.viewport.style.removeProperty(`--print-${side}`);
    this.#resized();
    this.sharedView = before;
  }

  #placeLabels() {
    const {scale, x, y} = this.#view;
    const first = (box) => (box.index === this.#selected ? 2 : 0) + (box.index === this.#hovered ? 1 : 0);
    const inSight = ({left, top, right, bottom}) => right * scale + x > 0 && bottom * scale + y > 0 && left * scale + x < this.#size.width && top * scale + y < this.#size.height;
    const wanted = this.#boxes.filter((box) => box.shown && (this.#labels || first(box) > 0) && inSight(box.bounds));
    wanted.sort((a, b) => first(b) - first(a) || this.#primitives[b.index].probability - this.#primitives[a.index].probability);
    const height = kLabelHeight * rootSize();
    const brief = wanted.length > kManyLabels;
    wanted.length = Math.min(wanted.length, kMostLabels);
    for (const box of wanted) this.#write(box, brief && first(box) === 0);
    const places = placeLabels(wanted.map((box) => {
      const {left, top, right, bottom} = box.bounds;
      const screen = {left: left * scale + x, top: top * scale + y, right: right * scale + x, bottom: bottom * scale + y};
      // Above the corner that is highest on the screen, of two such ones the left.
      const [cornerX, cornerY] = box.corners.reduce((best, corner) => (corner[1] < best[1] - 1 || (corner[1] < best[1] + 1 && corner[0] < best[0]) ? corner : best));
      const overhang = cornerX > (left + right) / 2 ? box.width : 0;
      return {x: cornerX * scale + x - overhang, y: cornerY * scale + y - height, width: box.width, height, box: screen};
    }), this.#size);
    for (const box of this.#boxes) box.place = null;
    wanted.forEach((box, index) => { box.place = places[index]; });
    for (const box of this.#boxes) this.#putLabel(box);
  }

  #putLabel(box) {
    const shown = Boolean(box.place);
    if (shown !== box.labelShown) {
      box.labelShown = shown;
      box.label.style.visibility = shown ? '' : 'hidden';
    }
    if (!shown) return;
    const at = `translate(${box.place.x.toFixed(1)} ${box.place.y.toFixed(1)})`;
    if (at !== box.labelAt) box.label.setAttribute('transform', at);
    box.labelAt = at;
  }

  // --- keys ------------------------------------------------------------------------------------

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const index = this.#indexOf(event.target);
    const move = {ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]}[event.key];
    if (index >= 0 && move) this.#step(index, event.key === 'ArrowRight' || event.key === 'ArrowDown' ? 1 : -1);
    else if (index >= 0 && (event.key === 'Enter' || event.key === ' ')) this.#select(index);
    else if (move) this.#setView({...this.#view, x: this.#view.x + move[0] * kStep, y: this.#view.y + move[1] * kStep}, true);
    else if (event.key === '+' || event.key === '=') this.zoomBy(1.4);
    else if (event.key === '-') this.zoomBy(1 / 1.4);
    else if (event.key === '0') this.fit();
    else if (event.key === '1') this.actualSize();
    else if (event.code === 'KeyL') this.#toggleLabels();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #step(index, direction) {
    const shown = this.#boxes.filter((box) => box.shown);
    const at = shown.findIndex((box) => box.index === index);
    const next = shown[(at + direction + shown.length) % shown.length];
    this.#stop(next.index);
    next.group.focus();
  }
}

let ruler = null;
const widths = new Map();

/** Pixels of a rem. */
function rootSize() {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
}

function textWidth(text, rem) {
  const key = `${rem} ${text}`;
  if (!widths.has(key)) {
    ruler ??= document.createElement('canvas').getContext('2d');
    ruler.font = `600 ${0.75 * rem}px ${getComputedStyle(document.documentElement).getPropertyValue('--font') || 'sans-serif'}`;
    widths.set(key, Math.ceil(ruler.measureText(text).width));
  }
  return widths.get(key);
}

customElements.define('geond-viewer', GeondViewer);
