// The mask as the page shows it: what smpsim/scalp/strokes.py paints, at the resolution of the screen.

import { blurred, coverageOf, enlarged } from "./winding.js";

/**
 * @typedef {import("./types.js").Point} Point
 * @typedef {import("./types.js").Stroke} Stroke
 * @typedef {import("./types.js").Box} Box
 */

const LONGEST = 1600;
// an edge from 5 to 95 % spans so many standard deviations (smpsim/scalp/grid.py)
const STEP_IN_SIGMAS = 3.29;
const CAP_CORNERS = 24;
// standard deviations of fewer pixels need the fine grid
const FINE_ENOUGH = 3;

export class MaskPlane {
  /**
   * @param {number} width  of the photo, px
   * @param {number} height
   */
  constructor(width, height) {
    this.scale = Math.min(1, LONGEST / Math.max(width, height));
    this.width = Math.max(1, Math.round(width * this.scale));
    this.height = Math.max(1, Math.round(height * this.scale));
    this.base = new Uint8ClampedArray(this.width * this.height);
    this.treat = new Uint8ClampedArray(this.base);
    this.protect = new Uint8ClampedArray(this.base);
    /** @type {readonly Stroke[]} */
    this.painted = [];
  }

  /**
   * What lies below the strokes: a mask that was brought along, and the area of the line.
   * @param {CanvasImageSource | null} mask  grey
   * @param {readonly Point[] | null} outline  px of the photo
   */
  setBase(mask, outline) {
    this.base.fill(0);
    if (mask) {
      const grey = pixelsOf(mask, this.width, this.height);
      for (let i = 0; i < this.base.length; i += 1) this.base[i] = grey[4 * i];
    }
    if (outline) {
      const line = coverageOf([this.scaled(outline)], [0, 0, this.width, this.height]);
      for (let i = 0; i < line.length; i += 1) this.base[i] = Math.max(this.base[i], 255 * line[i]);
    }
    this.clear();
  }

  clear() {
    this.treat.set(this.base);
    this.protect.fill(0);
    this.painted = [];
  }

  /**
   * Bring the plane to where the strokes are; what is painted already is not painted again.
   * @param {readonly Stroke[]} strokes
   */
  paint(strokes) {
    if (this.painted.some((stroke, i) => stroke !== strokes[i])) this.clear();
    for (const stroke of strokes.slice(this.painted.length)) this.apply(stroke);
    this.painted = strokes;
  }

  /**
   * @param {Stroke} stroke
   * @param {readonly Point[]} [part]  only round these points of it: what a moving brush has just added
   * @returns {Box} what may have changed, px of the plane
   */
  apply(stroke, part = stroke.points) {
    const box = this.boxOf(stroke, part);
    const [left, top, width, height] = box;
    if (width < 1 || height < 1) return box;
    const print = this.print(stroke, box);
    const plane = stroke.mode === "add" || stroke.mode === "erase" ? this.treat : this.protect;
    const more = stroke.mode === "add" || stroke.mode === "protect";
    for (let y = 0; y < height; y += 1) {
      let at = (top + y) * this.width + left;
      for (let i = y * width; i < (y + 1) * width; i += 1, at += 1) {
        plane[at] = more ? Math.max(plane[at], 255 * print[i]) : Math.min(plane[at], 255 * (1 - print[i]));
      }
    }
    return box;
  }

  /**
   * @param {Stroke} stroke
   * @param {readonly Point[]} points
   * @returns {Box}
   */
  boxOf(stroke, points) {
    const reach = this.scale * ((stroke.filled ? 0 : stroke.width_px / 2) + stroke.edge_px) + 2;
    const xs = points.map(([x]) => x * this.scale);
    const ys = points.map(([, y]) => y * this.scale);
    const left = Math.max(0, Math.floor(least(xs) - reach));
    const top = Math.max(0, Math.floor(least(ys) - reach));
    const right = Math.min(this.width, Math.ceil(-least(xs.map((x) => -x)) + reach));
    const bottom = Math.min(this.height, Math.ceil(-least(ys.map((y) => -y)) + reach));
    return [left, top, right - left, bottom - top];
  }

  /**
   * What the whole stroke covers, in a box alone.
   * @param {Stroke} stroke
   * @param {Box} box
   */
  print(stroke, box) {
    const sigma = (stroke.edge_px * this.scale) / STEP_IN_SIGMAS;
    // what is soft is as good on a coarser grid, and much sooner there
    const coarse = Math.max(1, Math.floor(sigma / FINE_ENOUGH));
    const spread = coarse > 1 ? Math.sqrt((sigma / coarse) ** 2 - 1 / 4 + 1 / (12 * coarse ** 2)) : sigma;
    const margin = sigma ? Math.ceil(4 * spread) + 1 : 0;
    const [left, top] = [Math.floor(box[0] / coarse), Math.floor(box[1] / coarse)];
    const right = Math.ceil((box[0] + box[2]) / coarse);
    const bottom = Math.ceil((box[1] + box[3]) / coarse);
    /** @type {Box} */
    const wide = [left - margin, top - margin, right - left + 2 * margin, bottom - top + 2 * margin];
    const points = this.scaled(stroke.points, coarse);
    const loops = stroke.filled ? [points] : capsules(points, (stroke.width_px * this.scale) / coarse / 2, wide);
    const hard = coverageOf(loops, wide);
    return sigma ? enlarged(blurred(hard, wide[2], wide[3], spread), wide, coarse, box) : hard;
  }

  /**
   * @param {readonly Point[]} points  px of the photo
   * @param {number} [coarse]
   * @returns {Point[]} px of the plane, or of one so much coarser
   */
  scaled(points, coarse = 1) {
    const scale = this.scale / coarse;
    return points.map(([x, y]) => [x * scale, y * scale]);
  }
}

/**
 * Outlines of a line's pieces, all in the same direction of turning; of those alone that come near a box.
 * @param {Point[]} points
 * @param {number} radius
 * @param {Box} box
 * @returns {Point[][]}
 */
function capsules(points, radius, [left, top, width, height]) {
  const line = points.length > 1 ? points : [points[0], points[0]];
  /** @type {Point[][]} */
  const outlines = [];
  for (let i = 1; i < line.length; i += 1) {
    const [[x0, y0], [x1, y1]] = [line[i - 1], line[i]];
    const across = Math.max(x0, x1) + radius > left && Math.min(x0, x1) - radius < left + width;
    const down = Math.max(y0, y1) + radius > top && Math.min(y0, y1) - radius < top + height;
    if (!across || !down) continue;
    const along = Math.atan2(y1 - y0, x1 - x0);
    outlines.push([...cap(line[i], along, radius), ...cap(line[i - 1], along + Math.PI, radius)].reverse());
  }
  return outlines;
}

/**
 * @param {Point} centre
 * @param {number} along
 * @param {number} radius
 * @returns {Point[]}
 */
function cap([x, y], along, radius) {
  return Array.from({ length: CAP_CORNERS }, (_, i) => {
    const turn = along + Math.PI * (i / (CAP_CORNERS - 1) - 0.5);
    return [x + radius * Math.cos(turn), y + radius * Math.sin(turn)];
  });
}

/**
 * @param {CanvasImageSource} picture
 * @param {number} width
 * @param {number} height
 */
function pixelsOf(picture, width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  if (!pen) throw new Error("no canvas");
  pen.drawImage(picture, 0, 0, width, height);
  return pen.getImageData(0, 0, width, height).data;
}

/** @param {number[]} values  may be long, so not spread over arguments */
function least(values) {
  return values.reduce((a, b) => Math.min(a, b), Infinity);
}
