// The pictures that are there: the photo, the last previews of it, and how they are laid over one another.

/**
 * @typedef {import("./types.js").Box} Box
 * @typedef {import("./types.js").Project} Project
 * @typedef {import("./types.js").View} View
 * @typedef {import("./stage.js").Stage} Stage
 * @typedef {{bitmap: ImageBitmap, box: Box, state: State, fine: number, settled: boolean, stats: import("./types.js").Stats | null}} Frame
 */

/** What a preview depends on.  Projects are never changed, so the same parts mean the same picture. */
export class State {
  /**
   * @param {View} view
   * @param {Record<string, import("./types.js").Value>} treatment
   * @param {number} seed
   */
  constructor(view, treatment, seed) {
    this.view = view;
    this.treatment = treatment;
    this.seed = seed;
  }

  /** @param {import("./store.js").Store} store */
  static of(store) {
    const { project, shown } = store;
    return project && shown ? new State(shown, project.treatment, project.seed) : null;
  }

  /** @param {State | null} other */
  is(other) {
    return this.drawnLike(other) && this.treatment === other?.treatment;
  }

  /**
   * Whether the same is drawn on the same photo, whatever the treatment.
   * @param {State | null} other
   */
  drawnLike(other) {
    return this.view === other?.view && this.seed === other.seed;
  }
}

export class Frames {
  constructor() {
    /** @type {ImageBitmap | null} */
    this.before = null;
    /** @type {Frame | null} of the whole photo, from whatever moment */
    this.whole = null;
    /** @type {Frame | null} the last of a part */
    this.part = null;
  }

  /** @param {boolean} [keepBefore] */
  clear(keepBefore = false) {
    for (const bitmap of [keepBefore ? null : this.before, this.whole?.bitmap, this.part?.bitmap]) bitmap?.close();
    if (!keepBefore) this.before = null;
    this.whole = this.part = null;
  }

  /**
   * @param {Frame} frame
   * @param {{width: number, height: number}} photo
   */
  put(frame, photo) {
    if (holds(frame.box, [0, 0, photo.width, photo.height])) {
      this.whole?.bitmap.close();
      this.whole = frame;
      if (!this.part?.state.is(frame.state) || this.part.fine <= frame.fine) this._dropPart();
    } else {
      this._dropPart();
      this.part = frame;
    }
  }

  _dropPart() {
    this.part?.bitmap.close();
    this.part = null;
  }

  /**
   * The finest frame of this moment that shows all of a box.
   * @param {State} state
   * @param {Box} box
   */
  current(state, box) {
    const fits = [this.whole, this.part].filter((frame) => frame && frame.state.is(state) && holds(frame.box, box));
    return fits.sort((a, b) => (b?.fine ?? 0) - (a?.fine ?? 0))[0] ?? null;
  }

  /**
   * A part goes over the whole, unless only the whole is of this moment; alone, when it is all that is seen.
   * @param {CanvasRenderingContext2D} ctx
   * @param {State | null} state
   * @param {Box | null} seen
   */
  paintAfter(ctx, state, seen) {
    const stale = this.whole?.state.is(state) && !this.part?.state.is(state);
    const alone = this.part && seen && holds(this.part.box, seen);
    for (const frame of stale ? [this.whole] : alone ? [this.part] : [this.whole, this.part]) {
      if (!frame) continue;
      // single pixels are only seen where there are some
      if (frame.fine < 0.99) ctx.imageSmoothingEnabled = true;
      ctx.drawImage(frame.bitmap, ...frame.box);
    }
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {{width: number, height: number}} photo
   */
  paintBefore(ctx, photo) {
    if (!this.before) return;
    if (this.before.width < photo.width) ctx.imageSmoothingEnabled = true;
    ctx.drawImage(this.before, 0, 0, photo.width, photo.height);
  }
}

/**
 * @param {Box} outer
 * @param {Box} inner
 */
export function holds(outer, inner) {
  return (
    outer[0] < inner[0] + 1 &&
    outer[1] < inner[1] + 1 &&
    outer[0] + outer[2] > inner[0] + inner[2] - 1 &&
    outer[1] + outer[3] > inner[1] + inner[3] - 1
  );
}
