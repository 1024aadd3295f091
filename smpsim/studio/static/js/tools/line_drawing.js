// How the hairline is drawn over the photo: curves, and handles that can be reached with the keyboard.

import { set, svg } from "../dom.js";
import { rearHandles } from "../edit.js";
import { cubics, mirrored, wholeLine } from "../spline.js";

/**
 * @typedef {import("../types.js").Hairline} Hairline
 * @typedef {import("../types.js").Point} Point
 * @typedef {import("../stage.js").Stage} Stage
 * @typedef {import("./line.js").Handle} Handle
 * @typedef {import("./line.js").LineTool} LineTool
 */

// where the axis is tilted by: so far above its middle, CSS px
const TILT_PX = 90;

export class LineDrawing {
  /** @param {LineTool} tool */
  constructor(tool) {
    this.tool = tool;
    /** @type {Map<string, {node: SVGGElement, handle: Handle, at: {x: number, y: number}}>} */
    this.handles = new Map();
    /** @type {Record<string, SVGPathElement>} */
    this.paths = {};
  }

  clear() {
    this.handles.clear();
    this.paths = {};
  }

  /**
   * @param {SVGElement} overlay
   * @param {Hairline | null} line
   * @param {Stage} stage
   */
  draw(overlay, line, stage) {
    for (const name of ["rear", "axis", "under", "mirrored", "own"]) {
      if (!this.paths[name]?.isConnected) overlay.append((this.paths[name] = svg("path", { class: `line ${name}` })));
    }
    const knots = line ? wholeLine(line) : [];
    const curves = cubics(knots);
    const theirs = curves.map((_, i) => knots[i].mirrored || knots[i + 1].mirrored);
    set(this.paths.under, { d: path(curves, stage) });
    set(this.paths.own, { d: path(curves.filter((_, i) => !theirs[i]), stage) });
    set(this.paths.mirrored, { d: path(curves.filter((_, i) => theirs[i]), stage) });
    const rear = line && line.rear.length > 1 ? cubics(line.rear.map((at) => ({ at, sharp: false }))) : [];
    set(this.paths.rear, { d: path(rear, stage) });
    set(this.paths.axis, { d: line?.axis ? this._axis(line, stage) : "" });
    this._handles(overlay, line, stage);
  }

  /**
   * @param {Hairline} line
   * @param {Stage} stage
   */
  _axis(line, stage) {
    const { axis } = line;
    if (!axis) return "";
    const ends = [this.placeOf(line, { kind: "tilt", index: 0, other: false }), [axis.x, axis.y]];
    return `M${ends.map(([x, y]) => Object.values(stage.toScreen(x, y)).map((v) => v.toFixed(1))).join("L")}`;
  }

  /**
   * @param {Hairline} line
   * @param {Handle} handle
   * @returns {Point} px of the photo
   */
  placeOf(line, { kind, index, other }) {
    const { axis } = line;
    if (kind === "rear") return line.rear[index];
    if (kind === "point") {
      const point = /** @type {Point} */ ([line.points[index].x, line.points[index].y]);
      return axis && other ? mirrored(axis, point) : point;
    }
    if (!axis) return [0, 0];
    if (kind === "axis") return [axis.x, axis.y];
    const tilt = (axis.tilt_deg * Math.PI) / 180;
    const far = TILT_PX / this.tool.app.stage.zoom;
    return [axis.x + Math.sin(tilt) * far, axis.y - Math.cos(tilt) * far];
  }

  /**
   * @param {Hairline | null} line
   * @returns {[string, Handle, string][]} key, handle, name
   */
  _wanted(line) {
    if (!line) return [];
    /** @type {[string, Handle, string][]} */
    const wanted = line.points.map((point, index) => [
      `point ${point.name}`,
      { kind: "point", index, other: false },
      `${point.name}${point.sharp ? ", sharp corner" : ""}`,
    ]);
    if (line.axis) {
      line.points.forEach((point, index) => {
        wanted.push([`other ${point.name}`, { kind: "point", index, other: true }, ""]);
      });
      wanted.push(["axis", { kind: "axis", index: 0, other: false }, "middle of the face: moves the whole line"]);
      wanted.push(["tilt", { kind: "tilt", index: 0, other: false }, "tilt of the axis"]);
    }
    if (this.tool.showRear) {
      rearHandles(line.rear).forEach((index, i) => {
        wanted.push([`rear ${index}`, { kind: "rear", index, other: false }, `rear border, ${i + 1}`]);
      });
    }
    return wanted;
  }

  /**
   * @param {SVGElement} overlay
   * @param {Hairline | null} line
   * @param {Stage} stage
   */
  _handles(overlay, line, stage) {
    const wanted = this._wanted(line);
    const keys = new Set(wanted.map(([key]) => key));
    for (const [key, { node }] of this.handles) {
      if (keys.has(key)) continue;
      node.remove();
      this.handles.delete(key);
    }
    for (const [key, handle, name] of wanted) {
      const place = this.placeOf(/** @type {Hairline} */ (line), handle);
      const at = stage.toScreen(place[0], place[1]);
      const known = this.handles.get(key);
      const node = known?.node ?? this._node(overlay, handle, name);
      if (!name) set(node, { "data-of": line?.points[handle.index].name });
      this.handles.set(key, { node, handle, at });
      if (!known || known.at.x !== at.x || known.at.y !== at.y) {
        set(node, { transform: `translate(${at.x.toFixed(1)} ${at.y.toFixed(1)})` });
      }
      if (name) set(node, { "aria-label": name });
      node.classList.toggle("selected", handle.kind === "point" && line?.points[handle.index].name === this.tool.selected);
    }
  }

  /**
   * The other half's handles follow, so only the pointer needs them.
   * @param {SVGElement} overlay
   * @param {Handle} handle
   * @param {string} name
   */
  _node(overlay, handle, name) {
    const shape = handle.kind === "axis" || handle.kind === "tilt" ? svg("rect", { x: -7, y: -7, width: 14, height: 14, rx: 3 }) : svg("circle", { r: 7 });
    const node = svg("g", { class: `handle ${handle.kind}${handle.other ? " other" : ""}` }, svg("circle", { r: 22, class: "hit" }), shape);
    if (name) set(node, { tabindex: 0, role: "button", "aria-roledescription": "point to drag", "aria-keyshortcuts": "ArrowUp ArrowDown ArrowLeft ArrowRight" });
    else set(node, { "aria-hidden": "true" });
    node.addEventListener("focus", () => {
      if (handle.kind === "point") this.tool.select(this.tool.line?.points[this._handleOf(node)?.index ?? -1]?.name ?? "");
    });
    overlay.append(node);
    return node;
  }

  /**
   * @param {Element | null} node
   * @returns {Handle | null}
   */
  _handleOf(node) {
    for (const one of this.handles.values()) if (one.node === node) return one.handle;
    return null;
  }

  /** @returns {Handle | null} */
  get focused() {
    return this._handleOf(document.activeElement);
  }

  /** @param {Handle} handle */
  focus(handle) {
    this.tool.app.stage.draw();
    for (const { node, handle: one } of this.handles.values()) {
      if (one.kind === handle.kind && one.index === handle.index && !one.other) node.focus({ preventScroll: true });
    }
  }

  /**
   * The handle nearest to a place of the stage, points before others.
   * @param {number} sx
   * @param {number} sy
   * @param {number} within  CSS px
   * @returns {Handle | null}
   */
  handleAt(sx, sy, within) {
    let best = null;
    let least = within;
    for (const { at, handle } of this.handles.values()) {
      const far = Math.hypot(at.x - sx, at.y - sy);
      if (far > least) continue;
      best = handle;
      least = far;
    }
    return best;
  }
}

/**
 * @param {import("../spline.js").Cubic[]} curves
 * @param {Stage} stage
 */
function path(curves, stage) {
  /** @param {Point} point */
  const at = ([x, y]) => {
    const to = stage.toScreen(x, y);
    return `${to.x.toFixed(1)} ${to.y.toFixed(1)}`;
  };
  return curves.map(([a, b, c, d]) => `M${at(a)}C${at(b)} ${at(c)} ${at(d)}`).join("");
}
