// Two points a known distance apart.

import { set, svg } from "../dom.js";
import { arrowStep } from "../keys.js";
import { Loupe } from "./loupe.js";

/**
 * @typedef {import("../types.js").App} App
 * @typedef {import("../types.js").Place} Place
 * @typedef {import("../types.js").Point} Point
 * @typedef {import("../types.js").Tool} Tool
 */

const GRAB_PX = 30;

/** @implements {Tool} */
export class Ruler {
  /**
   * @param {App} app
   * @param {(done: boolean) => void} onMove  done: let go
   */
  constructor(app, onMove) {
    this.app = app;
    this.onMove = onMove;
    /** @type {[Point, Point] | null} */
    this.ends = null;
    this.held = -1;
    /** @type {Point} */
    this.offset = [0, 0];
    this.loupe = new Loupe(app);
    this.names = ["first end", "second end"];
    /** @type {SVGGElement[]} */
    this.nodes = [];
    this.path = svg("path", { class: "ruler" });
    this.under = svg("path", { class: "ruler under" });
  }

  /** @param {[Point, Point]} ends */
  place(ends) {
    this.ends = ends;
    this.app.stage.invalidate();
  }

  /** Across the middle of what is seen. */
  placeInView() {
    const { stage } = this.app;
    const from = stage.toPhoto(stage.width * 0.35, stage.height * 0.55);
    const to = stage.toPhoto(stage.width * 0.65, stage.height * 0.55);
    this.place([[from.x, from.y], [to.x, to.y]]);
  }

  /** @param {Place} at */
  down(at) {
    if (!this.ends) return false;
    const { zoom } = this.app.stage;
    const far = this.ends.map(([x, y]) => zoom * Math.hypot(x - at.x, y - at.y));
    this.held = far[0] < far[1] ? 0 : 1;
    if (far[this.held] > GRAB_PX) {
      this.held = -1;
      return false;
    }
    const [x, y] = this.ends[this.held];
    this.offset = [x - at.x, y - at.y];
    this.nodes[this.held]?.focus({ preventScroll: true });
    this.loupe.show(x, y);
    return true;
  }

  /** @param {Place} at */
  move(at) {
    if (this.held < 0) return;
    this._put(this.held, [at.x + this.offset[0], at.y + this.offset[1]]);
    this.loupe.show(at.x + this.offset[0], at.y + this.offset[1]);
    this.onMove(false);
  }

  up() {
    this.cancel();
    this.onMove(true);
  }

  cancel() {
    this.held = -1;
    this.loupe.hide();
  }

  leave() {
    this.cancel();
    this.nodes = [];
  }

  /**
   * @param {number} index
   * @param {Point} to
   */
  _put(index, to) {
    if (!this.ends) return;
    this.ends = index === 0 ? [to, this.ends[1]] : [this.ends[0], to];
    this.app.stage.invalidate();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const index = this.nodes.findIndex((node) => node === document.activeElement);
    const step = arrowStep(event);
    if (index < 0 || !step || !this.ends) return false;
    const [x, y] = this.ends[index];
    this._put(index, [x + step[0], y + step[1]]);
    this.onMove(true);
    return true;
  }

  /** @param {SVGElement} overlay */
  draw(overlay) {
    const { stage } = this.app;
    if (!this.nodes.length) this._build(overlay);
    const ends = (this.ends ?? []).map(([x, y]) => stage.toScreen(x, y));
    const d = ends.map(({ x, y }, i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
    for (const path of [this.under, this.path]) set(path, { d });
    this.nodes.forEach((node, i) => {
      set(node, { transform: ends[i] && `translate(${ends[i].x.toFixed(1)} ${ends[i].y.toFixed(1)})`, visibility: ends[i] ? null : "hidden", "aria-label": this.names[i] });
    });
  }

  /** @param {SVGElement} overlay */
  _build(overlay) {
    this.nodes = [0, 1].map(() =>
      svg(
        "g",
        { class: "handle end", tabindex: 0, role: "button", "aria-roledescription": "point to drag" },
        svg("circle", { r: GRAB_PX, class: "hit" }),
        svg("path", { d: "M-11 0H-3M3 0H11M0 -11V-3M0 3V11" }),
        svg("circle", { r: 13 }),
      ),
    );
    overlay.append(this.under, this.path, ...this.nodes);
  }
}
