// The brush: strokes in px of the photo, its width in mm; a ring shows its true size.

import { set, svg } from "../dom.js";

/**
 * @typedef {import("../types.js").App} App
 * @typedef {import("../types.js").Place} Place
 * @typedef {import("../types.js").Point} Point
 * @typedef {import("../types.js").Stroke} Stroke
 * @typedef {import("../maskview.js").MaskView} MaskView
 * @typedef {Stroke["mode"]} Mode
 */

export const LEAST_MM = 0.5;
export const MOST_MM = 60;
const STEP = 1.15;
// a brush goes this far before its next point, of its width
const SPACING = 0.08;
// the pen's other end, among PointerEvent.buttons
const ERASER = 32;
// a stroke goes on as another one (smpsim/scalp/strokes.py takes 20,000)
const MOST_POINTS = 10_000;

/** @type {Record<Mode, Mode>} */
const OPPOSITE = { add: "erase", erase: "add", protect: "unprotect", unprotect: "protect" };
/** @type {Record<Mode, string>} */
const LABEL = { add: "painting", erase: "erasing", protect: "keeping free", unprotect: "no longer keeping free" };

export class Brush {
  /**
   * @param {App} app
   * @param {MaskView} view
   */
  constructor(app, view) {
    this.app = app;
    this.view = view;
    /** @type {Mode} */
    this.mode = "add";
    this.width_mm = 12;
    /** 1: a hard edge; 0: as soft as the brush is wide.  Scars and moles end where they end: what is kept free does, too */
    this.hard = { area: 0.6, free: 1 };
    /** the outline of an area is drawn, not the area */
    this.outline = false;
    /** zooming changes the brush in mm, not on the screen */
    this.keepScreen = false;
    /** @type {Stroke | null} */
    this.stroke = null;
    /** @type {Place | null} */
    this.at = null;
    this.eraserEnd = false;
    this.zoom = app.stage.zoom;
    /** @type {() => void} the panel shows what is set */
    this.onChange = () => {};
    app.stage.onMove(() => this.zoomed());
  }

  get width_px() {
    return this.width_mm * (this.app.store.shown?.scale?.px_per_mm ?? 8);
  }

  /** @returns {"area" | "free"} what is painted on */
  get layer() {
    return this.mode === "add" || this.mode === "erase" ? "area" : "free";
  }

  get hardness() {
    return this.hard[this.layer];
  }

  set hardness(share) {
    this.hard[this.layer] = share;
  }

  get erases() {
    return this.mode === "erase" || this.mode === "unprotect";
  }

  /**
   * @param {Place} at
   * @param {PointerEvent} event
   */
  down(at, event) {
    // where a pen is, fingers move the photo
    if (event.button === 2 || (event.pointerType === "touch" && this.app.stage.pointers.penSeen)) return false;
    this.eraserEnd = (event.buttons & ERASER) !== 0;
    this.stroke = {
      mode: this.eraserEnd && !this.erases ? OPPOSITE[this.mode] : this.mode,
      width_px: this.outline ? 1 : this.width_px,
      edge_px: this.outline ? 0 : (1 - this.hardness) * this.width_px,
      filled: this.outline,
      points: [[at.x, at.y]],
    };
    this.at = at;
    if (!this.outline) this.view.add(this.stroke, this.stroke.points);
    return true;
  }

  /**
   * @param {Place} at
   * @param {PointerEvent} event
   */
  move(at, event) {
    if (!this.stroke) return;
    const { stage } = this.app;
    const { points } = this.stroke;
    const known = points.length;
    const spacing = this.outline ? 1 / stage.zoom : Math.max(SPACING * this.width_px, 0.5);
    const passed = event.getCoalescedEvents?.() ?? [];
    for (const { x, y } of [...passed.map((one) => stage.pointers.place(one)), at]) {
      const last = points[points.length - 1];
      if (Math.hypot(x - last[0], y - last[1]) >= spacing && points.length < MOST_POINTS) points.push([x, y]);
    }
    this.at = at;
    if (points.length > known && !this.outline) this.view.add(this.stroke, points.slice(known - 1));
    if (points.length >= MOST_POINTS && !this.outline) {
      this.up(at);
      this.down(at, event);
    }
    stage.invalidate();
  }

  /** @param {Place} at */
  up(at) {
    const { stroke } = this;
    this.stroke = null;
    this.eraserEnd = false;
    this.at = at;
    if (!stroke) return;
    if (stroke.filled && stroke.points.length < 3) return this.app.say("Draw all round the area, then let go.");
    const points = stroke.points.map(([x, y]) => /** @type {Point} */ ([tenth(x), tenth(y)]));
    const finished = { ...stroke, points: stroke.filled ? anticlockwise(points) : points };
    this.app.store.changeView(LABEL[stroke.mode], (view) => ({ ...view, strokes: [...view.strokes, finished] }));
  }

  cancel() {
    this.stroke = null;
    this.eraserEnd = false;
    this.view.restore();
  }

  /** @param {Place | null} at */
  hover(at) {
    this.at = at;
    this.app.stage.invalidate();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.key === "x" || event.key === "X") this.swap();
    else if (event.key === "[" || event.key === ",") this.set({ width_mm: this.width_mm / STEP });
    else if (event.key === "]" || event.key === ".") this.set({ width_mm: this.width_mm * STEP });
    else return false;
    return true;
  }

  swap() {
    this.set({ mode: OPPOSITE[this.mode] });
  }

  /** @param {Partial<Pick<Brush, "mode" | "width_mm" | "hardness" | "outline" | "keepScreen">>} what */
  set(what) {
    Object.assign(this, what);
    this.width_mm = Math.min(Math.max(this.width_mm, LEAST_MM), MOST_MM);
    this.onChange();
    this.app.stage.invalidate();
  }

  zoomed() {
    const { zoom } = this.app.stage;
    if (this.keepScreen && zoom !== this.zoom) this.set({ width_mm: (this.width_mm * this.zoom) / zoom });
    this.zoom = zoom;
  }

  leave() {
    this.at = null;
    if (this.stroke) this.cancel();
  }

  /** @param {SVGElement} overlay */
  draw(overlay) {
    const [ring, inner, outer, lasso] = marks(overlay);
    const { stage } = this.app;
    const radius = (this.width_px * stage.zoom) / 2;
    const seen = this.at !== null && !this.outline ? "visible" : "hidden";
    const place = { visibility: seen, cx: this.at?.sx ?? 0, cy: this.at?.sy ?? 0 };
    set(ring, { ...place, r: radius });
    // inside of the one it works in full, beyond the other not at all
    set(inner, { ...place, r: radius * this.hardness });
    set(outer, { ...place, r: radius * (2 - this.hardness) });
    ring.classList.toggle("erasing", this.erases || this.eraserEnd);
    const points = this.stroke?.filled ? this.stroke.points : [];
    const shown = points.map(([x, y]) => stage.toScreen(x, y));
    lasso.setAttribute("points", shown.map(({ x, y }) => `${tenth(x)},${tenth(y)}`).join(" "));
  }
}

/**
 * The nodes that the brush draws with, made once.
 * @param {SVGElement} overlay
 */
function marks(overlay) {
  if (!overlay.querySelector(".ring")) {
    overlay.replaceChildren(
      svg("circle", { class: "ring", "aria-hidden": "true" }),
      svg("circle", { class: "ring edge", "aria-hidden": "true" }),
      svg("circle", { class: "ring edge", "aria-hidden": "true" }),
      svg("polyline", { class: "lasso", "aria-hidden": "true" }),
    );
  }
  return overlay.children;
}

/** @param {number} value */
function tenth(value) {
  return Math.round(10 * value) / 10;
}

/**
 * Outlines are filled where they wind anticlockwise as seen, whichever way the hand went.
 * @param {Point[]} points
 * @returns {Point[]}
 */
function anticlockwise(points) {
  const twice = points.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = points[(i + 1) % points.length];
    return sum + x * nextY - nextX * y;
  }, 0);
  return twice > 0 ? [...points].reverse() : points;
}
