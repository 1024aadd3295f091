// A hairline drawn by hand, with pen, finger or mouse: a smooth line of a few points comes of it.

import { set, svg } from "../dom.js";
import { distance } from "../spline.js";

/**
 * @typedef {import("../types.js").App} App
 * @typedef {import("../types.js").Place} Place
 * @typedef {import("../types.js").Point} Point
 * @typedef {import("../types.js").Tool} Tool
 */

const SHORTEST_PX = 60;
const APART_PX = 3;
const POINTS = 9;

/** @implements {Tool} */
export class Sketch {
  /**
   * @param {App} app
   * @param {(points: Point[]) => void} onDrawn  from the left of the picture to its right
   */
  constructor(app, onDrawn) {
    this.app = app;
    this.onDrawn = onDrawn;
    /** @type {Point[]} */
    this.drawn = [];
    /** @type {(event: KeyboardEvent) => boolean} */
    this.key = () => false;
    this.under = svg("path", { class: "line under" });
    this.path = svg("path", { class: "line own" });
  }

  /** @param {Place} at */
  down(at) {
    this.drawn = [[at.x, at.y]];
    return true;
  }

  /** @param {Place} at */
  move(at) {
    const here = /** @type {Point} */ ([at.x, at.y]);
    const last = this.drawn[this.drawn.length - 1];
    if (last && distance(last, here) * this.app.stage.zoom > APART_PX) this.drawn.push(here);
    this.app.stage.invalidate();
  }

  up() {
    const { drawn } = this;
    this.cancel();
    const length = drawn.slice(1).reduce((sum, point, i) => sum + distance(drawn[i], point), 0);
    if (length * this.app.stage.zoom < SHORTEST_PX) return this.app.say("Draw the whole line in one go, from side to side.");
    const points = evenly(drawn, POINTS);
    this.onDrawn(points[0][0] < points[POINTS - 1][0] ? points : points.reverse());
  }

  cancel() {
    this.drawn = [];
    this.app.stage.invalidate();
  }

  leave() {
    this.cancel();
  }

  /** @param {SVGElement} overlay */
  draw(overlay) {
    if (!this.path.isConnected) overlay.append(this.under, this.path);
    const at = this.drawn.map(([x, y]) => Object.values(this.app.stage.toScreen(x, y)).map((value) => value.toFixed(1)));
    for (const path of [this.under, this.path]) set(path, { d: at.length > 1 ? `M${at.join("L")}` : "" });
  }
}

/**
 * Points at equal lengths along a drawn line, which is smoothed a little: hands tremble.
 * @param {Point[]} drawn
 * @param {number} count
 * @returns {Point[]}
 */
export function evenly(drawn, count) {
  /** @type {number[]} */
  const lengths = [0];
  for (let i = 1; i < drawn.length; i += 1) lengths.push(lengths[i - 1] + distance(drawn[i - 1], drawn[i]));
  const all = lengths[lengths.length - 1];
  const near = all / (count - 1) / 4;
  return Array.from({ length: count }, (_, i) => {
    const at = (i * all) / (count - 1);
    // the ends stay where they are
    const reach = Math.min(near, at, all - at);
    const those = drawn.filter((_point, j) => Math.abs(lengths[j] - at) <= reach + 1e-9);
    const mean = those.length ? those : [drawn[lengths.findIndex((length) => length >= at - 1e-9)]];
    const [x, y] = mean.reduce(([sx, sy], [px, py]) => [sx + px / mean.length, sy + py / mean.length], [0, 0]);
    return /** @type {Point} */ ([x, y]);
  });
}
