// How the mask is shown over the photo: one fixed tint for what is treated and one for what is kept free, or their
// edges alone.  Only a matter of display: the mask itself is what the strokes say.

import { MaskPlane } from "./maskplane.js";
import { cubics, pointOn, wholeLine } from "./spline.js";

/**
 * @typedef {import("./types.js").App} App
 * @typedef {import("./types.js").Box} Box
 * @typedef {import("./types.js").Point} Point
 * @typedef {import("./types.js").Stroke} Stroke
 * @typedef {import("./types.js").Hairline} Hairline
 * @typedef {import("./types.js").View} View
 */

/** Tints that are told apart from skin: what is treated; what is kept free has the fixed second one. */
export const TINTS = { green: [64, 224, 120], blue: [80, 160, 255], magenta: [255, 80, 220], yellow: [255, 225, 60] };
const KEPT_FREE = [255, 110, 40];
const STRENGTH = 0.38;
const EDGE = 128;

export class MaskView {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    /** @type {keyof typeof TINTS} */
    this.tint = "green";
    this.edgeOnly = false;
    /** @type {MaskPlane | null} */
    this.plane = null;
    this.canvas = document.createElement("canvas");
    /** @type {Hairline | null | undefined} */
    this.line = undefined;
    /** @type {string | null | undefined} */
    this.mask = undefined;
    this.photo = "";
  }

  /** Bring what is shown to where the project is. */
  async follow() {
    const view = this.app.store.shown;
    if (!view) return;
    if (view.photo.sha256 !== this.photo) this.begin(view);
    const plane = /** @type {MaskPlane} */ (this.plane);
    if (view.hairline !== this.line || view.mask !== this.mask) {
      const { hairline, mask } = view;
      this.line = hairline;
      this.mask = mask;
      const picture = mask ? await pictureOf(mask) : null;
      if (plane !== this.plane || mask !== this.mask || hairline !== this.line) return; // it went on meanwhile
      plane.setBase(picture, hairline && outlineOf(hairline));
    }
    plane.paint(view.strokes);
    this.show();
  }

  /** @param {View} view */
  begin(view) {
    this.photo = view.photo.sha256;
    this.line = this.mask = undefined;
    this.plane = new MaskPlane(view.photo.width_px, view.photo.height_px);
    this.canvas.width = this.plane.width;
    this.canvas.height = this.plane.height;
  }

  /**
   * A stroke under way, before it is part of the project.
   * @param {Stroke} stroke
   * @param {Point[]} part  its newest points
   */
  add(stroke, part) {
    if (this.plane) this.show(this.plane.apply(stroke, part));
  }

  /** Forget a stroke that was not finished. */
  restore() {
    this.plane?.clear();
    this.follow();
  }

  /** @param {Box} [box]  px of the plane; all of it when not given */
  show(box) {
    const { plane } = this;
    const pen = this.canvas.getContext("2d");
    if (!plane || !pen) return;
    const [left, top, width, height] = grown(box ?? [0, 0, plane.width, plane.height], plane);
    if (width < 1 || height < 1) return;
    const picture = new ImageData(width, height);
    const treat = TINTS[this.tint];
    for (let y = 0, i = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1, i += 4) {
        const at = (top + y) * plane.width + left + x;
        const free = this.alpha(plane.protect, at, left + x);
        const alpha = free || this.alpha(plane.treat, at, left + x);
        const tint = free ? KEPT_FREE : treat;
        picture.data[i] = tint[0];
        picture.data[i + 1] = tint[1];
        picture.data[i + 2] = tint[2];
        picture.data[i + 3] = alpha;
      }
    }
    pen.putImageData(picture, left, top);
    this.app.stage.invalidate();
  }

  /**
   * @param {Uint8ClampedArray} layer
   * @param {number} at
   * @param {number} x
   */
  alpha(layer, at, x) {
    if (!this.edgeOnly) return STRENGTH * layer[at];
    if (layer[at] < EDGE || !this.plane) return 0;
    const { width } = this.plane;
    const inside =
      (x === 0 || layer[at - 1] >= EDGE) &&
      (x === width - 1 || layer[at + 1] >= EDGE) &&
      (at < width || layer[at - width] >= EDGE) &&
      (at + width >= layer.length || layer[at + width] >= EDGE);
    return inside ? 0 : 255;
  }

  /** @param {CanvasRenderingContext2D} ctx */
  paint(ctx) {
    const { photo } = this.app.stage;
    if (!photo || !this.plane) return;
    ctx.imageSmoothingEnabled = true;
    ctx.drawImage(this.canvas, 0, 0, photo.width, photo.height);
  }
}

/**
 * What the area of a line is bounded by, px of the photo.
 * @param {Hairline} line
 * @param {number} [step]  px between its points, about
 * @returns {Point[]}
 */
export function outlineOf(line, step = 2) {
  const rear = sampled(line.rear.map((at) => ({ at, sharp: false })), step);
  return [...sampled(wholeLine(line), step), ...rear.reverse()];
}

/**
 * @param {{at: Point, sharp: boolean}[]} knots
 * @param {number} step
 * @returns {Point[]}
 */
function sampled(knots, step) {
  const curves = knots.length > 1 ? cubics(knots) : [];
  const points = curves.flatMap((curve) => {
    const count = Math.max(Math.ceil(Math.hypot(curve[3][0] - curve[0][0], curve[3][1] - curve[0][1]) / step), 1);
    return Array.from({ length: count }, (_, i) => pointOn(curve, i / count));
  });
  return [...points, ...knots.slice(-1).map(({ at }) => at)];
}

/**
 * Edges change beside what was painted, too.
 * @param {Box} box
 * @param {MaskPlane} plane
 * @returns {Box}
 */
function grown([x, y, width, height], plane) {
  const left = Math.max(x - 1, 0);
  const top = Math.max(y - 1, 0);
  return [left, top, Math.min(x + width + 1, plane.width) - left, Math.min(y + height + 1, plane.height) - top];
}

/** @param {string} mask  a PNG in base64 */
async function pictureOf(mask) {
  const bytes = Uint8Array.from(atob(mask), (letter) => letter.charCodeAt(0));
  return createImageBitmap(new Blob([bytes], { type: "image/png" }));
}
