// Previews of what may be wanted next (another shade, session, density), made when nothing else is asked: a change
// to one of them is seen at once, and a density between two is seen as one faded into the other.  The server corrects.

import { State } from "./frames.js";

/**
 * @typedef {import("./types.js").Box} Box
 * @typedef {import("./types.js").Value} Value
 * @typedef {Record<string, Value>} Treatment
 * @typedef {{bitmap: ImageBitmap, treatment: Treatment}} Layer
 */

const MOST = 28;
const LONGER_PX = 1280;
const FADED = "density_per_cm2";

export class Layers {
  constructor() {
    /** @type {Map<string, Layer>} by treatment; the one that was used last is the last */
    this.layers = new Map();
    /** @type {State | null} what is drawn in them */
    this.drawn = null;
    /** @type {OffscreenCanvas | null} */
    this.mix = null;
    /** @type {(treatment: Treatment) => Treatment[]} what may be wanted next, the likeliest first */
    this.neighbours = () => [];
    /** @type {Treatment} */
    this.defaults = {};
  }

  clear() {
    for (const { bitmap } of this.layers.values()) bitmap.close();
    this.layers.clear();
    this.drawn = null;
  }

  /**
   * @param {State} state
   * @param {{width: number, height: number}} photo
   * @returns {{state: State, box: Box, max_px: number} | null}
   */
  next(state, photo) {
    const wanted = new Map(this.neighbours(state.treatment).map((one) => [keyOf(one), one]));
    const known = state.drawnLike(this.drawn);
    const found = [...wanted].slice(0, MOST).find(([key]) => !known || !this.layers.has(key));
    if (!found) return null;
    const treatment = found[1];
    const next = new State(state.view, treatment, state.seed);
    return { state: next, box: [0, 0, photo.width, photo.height], max_px: LONGER_PX };
  }

  /**
   * @param {State} state
   * @param {ImageBitmap} bitmap
   */
  put(state, bitmap) {
    if (!state.drawnLike(this.drawn)) this.clear();
    this.drawn = state;
    const key = keyOf(state.treatment);
    this.layers.get(key)?.bitmap.close();
    this.layers.set(key, { bitmap, treatment: state.treatment });
    for (const [old, layer] of this.layers) {
      if (this.layers.size <= MOST) break;
      layer.bitmap.close();
      this.layers.delete(old);
    }
  }

  /**
   * Bitmaps to be drawn over one another, each with its alpha.
   * @param {State} state
   * @returns {[ImageBitmap, number][]}
   */
  find(state) {
    if (!state.drawnLike(this.drawn)) return [];
    const key = keyOf(state.treatment);
    const exact = this.layers.get(key);
    if (exact) {
      this.layers.delete(key);
      this.layers.set(key, exact);
      return [[exact.bitmap, 1]];
    }
    return this._faded(state.treatment);
  }

  /**
   * @param {Treatment} treatment
   * @returns {[ImageBitmap, number][]}
   */
  _faded(treatment) {
    const at = this._density(treatment);
    const other = keyOf({ ...treatment, [FADED]: 0 });
    const like = [...this.layers.values()].filter((one) => keyOf({ ...one.treatment, [FADED]: 0 }) === other);
    like.sort((a, b) => this._density(a.treatment) - this._density(b.treatment));
    const above = like.findIndex((one) => this._density(one.treatment) > at);
    if (above < 1) return [];
    const [low, high] = [like[above - 1], like[above]];
    const from = this._density(low.treatment);
    return [
      [low.bitmap, 1],
      [high.bitmap, (at - from) / (this._density(high.treatment) - from)],
    ];
  }

  /** @param {Treatment} treatment */
  _density(treatment) {
    return Number(treatment[FADED] ?? this.defaults[FADED]);
  }

  /** @param {State} state */
  answers(state) {
    return this.find(state).length > 0;
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {State} state
   * @param {{width: number, height: number}} photo
   * @returns {boolean} whether there was anything to paint
   */
  paint(ctx, state, photo) {
    const found = this.find(state);
    ctx.imageSmoothingEnabled = true;
    ctx.imageSmoothingQuality = "low"; // the fastest: the server's own picture comes soon
    const picture = found.length > 1 ? this._mixed(found) : found[0]?.[0];
    if (picture) ctx.drawImage(picture, 0, 0, photo.width, photo.height);
    return found.length > 0;
  }

  /**
   * Faded into one another at their own size, so that only one picture is brought to that of the screen.
   * @param {[ImageBitmap, number][]} found
   */
  _mixed(found) {
    const { width, height } = found[0][0];
    if (this.mix?.width !== width || this.mix.height !== height) this.mix = new OffscreenCanvas(width, height);
    const ctx = /** @type {OffscreenCanvasRenderingContext2D} */ (this.mix.getContext("2d", { alpha: false }));
    for (const [bitmap, alpha] of found) {
      ctx.globalAlpha = alpha;
      ctx.drawImage(bitmap, 0, 0, width, height);
    }
    return this.mix;
  }
}

/** @param {Treatment} treatment */
function keyOf(treatment) {
  return JSON.stringify(Object.entries(treatment).sort(([a], [b]) => (a < b ? -1 : 1)));
}
