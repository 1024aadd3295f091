// The divider: before on its left, after on its right; by hand, by keys, and for those who listen.

import { set, svg } from "../dom.js";

/**
 * @typedef {import("../types.js").App} App
 * @typedef {import("../types.js").Place} Place
 */

const REACH_PX = 28;

export class Divider {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    /** share of the photo's width */
    this.at = 0.5;
    this.held = false;
    /** @type {() => void} */
    this.onMove = () => {};
  }

  /** @param {number} at */
  moveTo(at) {
    this.at = Math.min(Math.max(at, 0), 1);
    this.onMove();
    const { stage } = this.app;
    if (stage.tool === this) this.draw(stage.overlay); // a reader hears of it at once
    stage.invalidate();
  }

  get screenX() {
    const { stage } = this.app;
    return stage.toScreen(this.at * (stage.photo?.width ?? 1), 0).x;
  }

  /** @param {Place} place */
  down(place) {
    this.held = Math.abs(place.sx - this.screenX) < REACH_PX;
    return this.held;
  }

  /** @param {Place} place */
  move(place) {
    if (this.held) this.moveTo(place.x / (this.app.stage.photo?.width ?? 1));
  }

  up() {
    this.held = false;
  }

  cancel() {
    this.held = false;
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const step = event.shiftKey ? 0.1 : 0.01;
    const flip = this.app.stage.mirrored ? -1 : 1;
    const to = { ArrowLeft: this.at - flip * step, ArrowDown: this.at - flip * step, ArrowRight: this.at + flip * step, ArrowUp: this.at + flip * step, Home: 0, End: 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.moveTo(to);
  }

  /** @param {SVGElement} overlay */
  draw(overlay) {
    const { stage } = this.app;
    const handle = overlay.firstElementChild ?? overlay.appendChild(this.made());
    const x = this.screenX;
    const percent = Math.round(100 * this.at);
    set(handle, { transform: `translate(${x.toFixed(1)} 0)`, "aria-valuenow": percent, "aria-valuetext": `${percent} % from the left` });
    const [line, hit, grip] = handle.children;
    for (const part of [line, hit]) set(part, { y1: 0, y2: stage.height });
    set(grip, { transform: `translate(0 ${stage.height / 2})` });
  }

  made() {
    const grip = svg("g", { class: "grip" }, svg("circle", { r: 22 }), svg("path", { d: "M-6-7-13 0-6 7M6-7 13 0 6 7" }));
    const about = { role: "slider", tabindex: 0, "aria-label": "Divider", "aria-valuemin": 0, "aria-valuemax": 100, "aria-orientation": "horizontal" };
    const handle = svg("g", { class: "divider", id: "divider", ...about }, svg("line", {}), svg("line", { class: "hit" }), grip);
    handle.addEventListener("keydown", (event) => this.pressed(event));
    return handle;
  }
}
