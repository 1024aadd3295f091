// The hairline: points that are dragged, added and removed; the axis; the rear border.

import { addPoint, fewest, moveAxis, movePoint, moveRear, removePoint, tiltAxis } from "../edit.js";
import { arrowStep } from "../keys.js";
import { cubics, nearest, pointOn, wholeLine } from "../spline.js";
import { LineDrawing } from "./line_drawing.js";

/**
 * @typedef {import("../types.js").App} App
 * @typedef {import("../types.js").Hairline} Hairline
 * @typedef {import("../types.js").Place} Place
 * @typedef {import("../types.js").Point} Point
 * @typedef {import("../types.js").Tool} Tool
 * @typedef {{kind: "point" | "rear" | "axis" | "tilt", index: number, other: boolean}} Handle
 */

const GRAB_PX = 22;
const ON_LINE_PX = 12;
const STILL_PX = 6;
const LONG_MS = 550;

/** @implements {Tool} */
export class LineTool {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.showRear = false;
    this.selected = "";
    this.drawing = new LineDrawing(this);
    /** @type {{handle: Handle, from: Place, offset: Point, line: Hairline, moved: boolean, timer: number} | null} */
    this.held = null;
    /** @type {Hairline | null} with the new point, while that is begun */
    this.added = null;
    /** @type {() => void} */
    this.onSelect = () => {};
  }

  /** @returns {Hairline | null} */
  get line() {
    return this.app.store.shown?.hairline ?? null;
  }

  /** @param {string} name */
  select(name) {
    this.selected = name;
    this.app.stage.invalidate();
    this.onSelect();
  }

  /** @returns {number} of the selected point, -1 when none is */
  get index() {
    return this.line?.points.findIndex((point) => point.name === this.selected) ?? -1;
  }

  /**
   * @param {string} label
   * @param {(line: Hairline) => Hairline} how
   * @param {string} [merge]
   */
  change(label, how, merge = "") {
    const { line } = this;
    if (line) this.app.store.changeView(label, (view) => ({ ...view, hairline: how(line) }), merge);
  }

  /**
   * @param {Place} at
   * @param {PointerEvent} event
   */
  down(at, event) {
    const { line } = this;
    if (!line) return false;
    const found = this.drawing.handleAt(at.sx, at.sy, GRAB_PX);
    const handle = found ?? this._newPoint(line, at);
    if (!handle) return false;
    this.app.store.grab(found ? LABELS[handle.kind] : "new point");
    if (handle.kind === "point") {
      const { points } = /** @type {Hairline} */ (found ? line : this.added);
      if (!found) this.app.store.dragView((view) => ({ ...view, hairline: this.added }));
      this.select(points[handle.index].name);
    }
    const place = this.drawing.placeOf(/** @type {Hairline} */ (this.line), handle);
    const timer = event.pointerType === "mouse" || !found ? 0 : window.setTimeout(() => this._long(), LONG_MS);
    this.held = {
      handle,
      from: at,
      offset: [place[0] - at.x, place[1] - at.y],
      line: /** @type {Hairline} */ (this.line),
      moved: !found,
      timer,
    };
    this.drawing.focus(handle);
    return true;
  }

  /**
   * A tap on the line is a new point.
   * @param {Hairline} line
   * @param {Place} at
   * @returns {Handle | null}
   */
  _newPoint(line, at) {
    const found = nearest(cubics(wholeLine(line)), [at.x, at.y]);
    if (found.far * this.app.stage.zoom > ON_LINE_PX) return null;
    const { line: longer, index, other } = addPoint(line, found.piece, found.at);
    this.added = longer;
    return { kind: "point", index, other };
  }

  /** @param {Place} at */
  move(at) {
    const { held } = this;
    if (!held) return;
    if (!held.moved && Math.hypot(at.sx - held.from.sx, at.sy - held.from.sy) < STILL_PX) return;
    held.moved = true;
    window.clearTimeout(held.timer);
    const to = this._inReach(held.handle, [at.x + held.offset[0], at.y + held.offset[1]]);
    this.app.store.dragView((view) => ({ ...view, hairline: moved(held.line, held.handle, to) }));
  }

  /**
   * Points stay on the photo, where they can be taken hold of again; the rear border may lie beyond a head that is cut off.
   * @param {Handle} handle
   * @param {Point} to
   * @returns {Point}
   */
  _inReach(handle, [x, y]) {
    const { photo } = this.app.stage;
    if (!photo || handle.kind === "rear") return [x, y];
    return [Math.min(Math.max(x, 0), photo.width), Math.min(Math.max(y, 0), photo.height)];
  }

  up() {
    if (!this.held) return;
    window.clearTimeout(this.held.timer);
    this.app.store.drop(this.held.moved);
    this.held = null;
  }

  cancel() {
    if (!this.held) return;
    window.clearTimeout(this.held.timer);
    this.held = null;
    this.app.store.drop(false);
  }

  /** Held for long without moving: the point is taken out. */
  _long() {
    const handle = this.held?.handle;
    this.cancel();
    if (handle?.kind === "point") this.remove(handle.index);
  }

  /** @param {number} index */
  remove(index) {
    const { line } = this;
    if (!line?.points[index]) return;
    if (line.points.length <= fewest(line)) return this.app.say(`A hairline needs ${fewest(line)} points.`);
    this.change("remove a point", (old) => removePoint(old, index));
    this.select(this.line?.points[Math.min(index, line.points.length - 2)].name ?? "");
    this.drawing.focus({ kind: "point", index: this.index, other: false });
    this.app.say("Point removed. Undo brings it back.");
  }

  /**
   * A new point half-way to the next one (from the last, to the one before).
   * @param {number} index
   */
  insert(index) {
    const { line } = this;
    if (!line) return;
    const from = Math.min(index, line.points.length - 2);
    const knots = wholeLine(line);
    const ends = [from, from + 1];
    const piece = knots.findIndex((knot, i) => {
      const next = knots[i + 1];
      return next && !knot.mirrored && !next.mirrored && ends.includes(knot.index) && ends.includes(next.index);
    });
    if (piece < 0) return;
    const added = addPoint(line, piece, pointOn(cubics(knots)[piece], 0.5));
    this.change("new point", () => added.line);
    this.select(added.line.points[added.index].name);
    this.drawing.focus({ kind: "point", index: added.index, other: false });
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const handle = this.drawing.focused;
    const { line } = this;
    if (!handle || !line) return false;
    if ((event.key === "Delete" || event.key === "Backspace") && handle.kind === "point") {
      this.remove(handle.index);
      return true;
    }
    if ((event.key === "Insert" || event.key === "n") && handle.kind === "point") {
      this.insert(handle.index);
      return true;
    }
    const step = arrowStep(event);
    if (!step) return false;
    const [x, y] = this.drawing.placeOf(line, handle);
    const to = this._inReach(handle, [x + step[0], y + step[1]]);
    this.change(LABELS[handle.kind], (old) => moved(old, handle, to), `nudge ${handle.kind} ${handle.index}`);
    return true;
  }

  /** @param {SVGElement} overlay */
  draw(overlay) {
    this.drawing.draw(overlay, this.line, this.app.stage);
  }

  leave() {
    this.cancel();
    this.drawing.clear();
  }
}

const LABELS = { point: "move a point", rear: "move the rear border", axis: "move the axis", tilt: "tilt the axis" };

/**
 * @param {Hairline} line
 * @param {Handle} handle
 * @param {Point} to
 * @returns {Hairline}
 */
function moved(line, handle, to) {
  const { axis } = line;
  if (handle.kind === "point") return movePoint(line, handle.index, to, handle.other);
  if (handle.kind === "rear") return moveRear(line, handle.index, to);
  if (!axis) return line;
  if (handle.kind === "axis") return moveAxis(line, to[0] - axis.x, to[1] - axis.y);
  return tiltAxis(line, (Math.atan2(to[0] - axis.x, axis.y - to[1]) * 180) / Math.PI);
}
