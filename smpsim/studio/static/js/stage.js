// Where the photo is seen: a canvas as large as the view, an SVG over it for what can be taken hold of, and the way
// from px of the photo to px of the screen.

import { svg } from "./dom.js";
import { Pointers } from "./pointers.js";

/**
 * @typedef {import("./types.js").Box} Box
 * @typedef {import("./types.js").Tool} Tool
 * @typedef {{order: number, paint: (ctx: CanvasRenderingContext2D, stage: Stage) => void}} Painter
 */

const MARGIN_PX = 16;
/** nothing but the picture is seen */
const ALONE = ".clean";
const MOST_ZOOM = 16;

export class Stage {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.host = host;
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", "No photo yet");
    this.overlay = svg("svg", { class: "overlay" });
    host.append(this.canvas, this.overlay);
    const ctx = this.canvas.getContext("2d", { alpha: false });
    if (!ctx) throw new Error("no canvas");
    this.ctx = ctx;
    this.width = 1;
    this.height = 1;
    this.dpr = 1;
    /** @type {{width: number, height: number} | null} */
    this.photo = null;
    this.zoom = 1;
    this.left = 0;
    this.top = 0;
    this.fitted = true;
    this.mirrored = false;
    /** @type {{box: Box, share: number} | null} what the view was made to show */
    this.framed = null;
    /** @type {Painter[]} */
    this.painters = [];
    /** @type {Tool | null} */
    this.tool = null;
    /** @type {Set<() => void>} */
    this.listeners = new Set();
    this.waiting = 0;
    this.pointers = new Pointers(this);
    new ResizeObserver(() => this.resize()).observe(host);
    window.addEventListener("resize", () => this.resize()); // another screen, another colour of the room
    this.resize();
  }

  /**
   * @param {() => void} listener  is called with every move of the view
   */
  onMove(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * Paint in px of the photo; lower orders first.
   * @param {number} order  0: the picture, 10: masks, 20: reference and other things on top
   * @param {(ctx: CanvasRenderingContext2D, stage: Stage) => void} paint
   */
  addPainter(order, paint) {
    const painter = { order, paint };
    this.painters.push(painter);
    this.painters.sort((a, b) => a.order - b.order);
    this.invalidate();
    return () => {
      this.painters = this.painters.filter((other) => other !== painter);
      this.invalidate();
    };
  }

  /** @param {Tool | null} tool */
  use(tool) {
    if (this.tool === tool) return;
    this.pointers.release();
    this.tool?.leave?.();
    this.overlay.replaceChildren();
    this.tool = tool;
    this.host.classList.toggle("has-tool", tool !== null);
    this.invalidate();
  }

  resize() {
    const box = this.host.getBoundingClientRect();
    if (!box.width || !box.height) return;
    const centre = this.toPhoto(this.width / 2, this.height / 2);
    this.width = box.width;
    this.height = box.height;
    this.dpr = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(this.width * this.dpr);
    this.canvas.height = Math.round(this.height * this.dpr);
    this.canvas.style.width = `${this.canvas.width / this.dpr}px`;
    this.canvas.style.height = `${this.canvas.height / this.dpr}px`;
    if (this.fitted) return this.fit();
    if (this.framed) return this.frame(this.framed.box, this.framed.share);
    this._place(this.zoom, this.width / 2 - centre.x * this.zoom, this.height / 2 - centre.y * this.zoom);
  }

  /** @param {{width: number, height: number} | null} photo */
  setPhoto(photo) {
    const same = photo?.width === this.photo?.width && photo?.height === this.photo?.height;
    this.photo = photo;
    if (same) this.invalidate();
    else this.fit();
  }

  get fitZoom() {
    const { width, height } = this.photo ?? { width: 1, height: 1 };
    return this._filling(width, height);
  }

  /**
   * @param {number} width  px of the photo
   * @param {number} height
   */
  _filling(width, height) {
    const margin = this.host.closest(ALONE) ? 0 : MARGIN_PX;
    return Math.min((this.width - 2 * margin) / width, (this.height - 2 * margin) / height);
  }

  fit() {
    this.invalidate();
    if (!this.photo) return;
    const zoom = this.fitZoom;
    this._place(zoom, (this.width - zoom * this.photo.width) / 2, (this.height - zoom * this.photo.height) / 2);
    this.fitted = true;
  }

  /**
   * Show a part of the photo, as large as the view allows; nothing beside the photo where there is more of it.
   * @param {Box} box
   * @param {number} [share]  of the view's width that there is for it
   */
  frame(box, share = 1) {
    const [x, y, width, height] = box;
    const photo = this.photo ?? { width, height };
    const zoom = Math.min(this._filling(width / share, height), MOST_ZOOM);
    const left = snug(this.width / 2 - zoom * (x + width / 2), zoom * photo.width, this.width, share);
    this._place(zoom, left, snug(this.height / 2 - zoom * (y + height / 2), zoom * photo.height, this.height));
    this.framed = { box, share };
  }

  /** Nothing is drawn but the picture: the photo as it is was asked for, or the client looks on. */
  get bare() {
    return this.host.classList.contains("peeking") || this.host.closest(ALONE) !== null;
  }

  /** @param {boolean} on  as the client knows it */
  setMirrored(on) {
    this.mirrored = on;
    this.host.classList.toggle("mirrored", on);
  }

  oneToOne() {
    this.zoomTo(1 / this.dpr);
  }

  /**
   * @param {number} zoom  CSS px per px of the photo
   * @param {{x: number, y: number}} [around]  CSS px that stay where they are
   */
  zoomTo(zoom, around = { x: this.width / 2, y: this.height / 2 }) {
    const least = Math.min(this.fitZoom, 1 / this.dpr) / 8;
    const next = Math.min(Math.max(zoom, least), MOST_ZOOM);
    const at = this.toPhoto(around.x, around.y);
    this._place(next, around.x - at.x * next, around.y - at.y * next);
  }

  /**
   * @param {number} dx  CSS px
   * @param {number} dy
   */
  pan(dx, dy) {
    this._place(this.zoom, this.left + dx, this.top + dy);
  }

  /**
   * @param {number} zoom
   * @param {number} left
   * @param {number} top
   */
  _place(zoom, left, top) {
    const whole = Math.abs(zoom * this.dpr - Math.round(zoom * this.dpr)) < 1e-9;
    /** @param {number} at  at 1:1 pixels lie on pixels */
    const snapped = (at) => (whole ? Math.round(at * this.dpr) / this.dpr : at);
    this.zoom = zoom;
    this.left = snapped(this._held(left, zoom * (this.photo?.width ?? 1), this.width));
    this.top = snapped(this._held(top, zoom * (this.photo?.height ?? 1), this.height));
    this.fitted = false;
    this.framed = null;
    this.invalidate();
    for (const listener of this.listeners) listener();
  }

  /**
   * The photo cannot be lost beside the view.
   * @param {number} at
   * @param {number} length
   * @param {number} view
   */
  _held(at, length, view) {
    const kept = Math.min(length, view) / 3;
    return Math.min(Math.max(at, kept - length), view - kept);
  }

  /**
   * @param {number} sx  CSS px of the stage
   * @param {number} sy
   */
  toPhoto(sx, sy) {
    return { x: (sx - this.left) / this.zoom, y: (sy - this.top) / this.zoom };
  }

  /**
   * @param {number} x  px of the photo
   * @param {number} y
   */
  toScreen(x, y) {
    return { x: x * this.zoom + this.left, y: y * this.zoom + this.top };
  }

  /** @returns {Box | null} whole px of the photo that are seen */
  visible() {
    if (!this.photo) return null;
    const from = this.toPhoto(0, 0);
    const to = this.toPhoto(this.width, this.height);
    const x = Math.max(Math.floor(from.x), 0);
    const y = Math.max(Math.floor(from.y), 0);
    const width = Math.min(Math.ceil(to.x), this.photo.width) - x;
    const height = Math.min(Math.ceil(to.y), this.photo.height) - y;
    return width > 0 && height > 0 ? [x, y, width, height] : null;
  }

  invalidate() {
    this.waiting ||= requestAnimationFrame(() => {
      this.waiting = 0;
      this.draw();
    });
  }

  draw() {
    const { ctx, dpr, zoom } = this;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.fillStyle = getComputedStyle(this.host).backgroundColor;
    ctx.fillRect(0, 0, this.canvas.width, this.canvas.height);
    for (const { paint } of this.painters) {
      ctx.save();
      ctx.setTransform(dpr * zoom, 0, 0, dpr * zoom, dpr * this.left, dpr * this.top);
      ctx.imageSmoothingEnabled = zoom * dpr < 1;
      ctx.imageSmoothingQuality = zoom * dpr < 1 ? "medium" : "low";
      paint(ctx, this);
      ctx.restore();
    }
    this.tool?.draw?.(this.overlay);
  }
}

/**
 * Where a photo begins, so that it leaves no room empty that it could fill, and lies in the middle where it cannot.
 * @param {number} at  where it would begin, px of the screen
 * @param {number} length
 * @param {number} view
 * @param {number} [share]  of the view, in its middle
 */
function snug(at, length, view, share = 1) {
  const from = (view * (1 - share)) / 2;
  const to = view - from - length;
  return to >= from ? (from + to) / 2 : Math.min(Math.max(at, to), from);
}
