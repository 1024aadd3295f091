// Two pictures of the same place: before and after, or variant A and B; on both sides of a divider, or side by side.

import { Trouble } from "./api.js";
import { State } from "./frames.js";

/**
 * @typedef {import("./types.js").App} App
 * @typedef {"before" | "A" | "B"} Side
 */

const LONGEST_PX = 1600;
const AGAIN_MS = 600;

export class Comparison {
  /**
   * @param {App} app
   * @param {import("./tools/divider.js").Divider} divider
   */
  constructor(app, divider) {
    this.app = app;
    this.divider = divider;
    /** what is compared: the photo with the preview, or the variants */
    this.variants = false;
    this.beside = false;
    /** @type {{bitmap: ImageBitmap, state: State} | null} the variant that is not shown */
    this.other = null;
    this.asking = false;
    this.timer = 0;
  }

  /** @returns {[Side, Side]} */
  get sides() {
    const { active } = this.app.variants;
    return this.variants ? ["A", "B"] : ["before", active];
  }

  /** @param {CanvasRenderingContext2D} ctx */
  paint(ctx) {
    const { stage } = this.app;
    const { photo } = stage;
    if (!photo || stage.host.classList.contains("peeking")) return;
    const [left, right] = this.sides;
    if (this.beside) {
      this.clear(ctx);
      this.half(ctx, left, 0);
      this.half(ctx, right, 1);
    } else {
      this.side(ctx, right);
      ctx.beginPath();
      ctx.rect(0, 0, this.divider.at * photo.width, photo.height);
      ctx.clip();
      this.side(ctx, left);
    }
  }

  /**
   * Nothing but a line between the halves.
   * @param {CanvasRenderingContext2D} ctx
   */
  clear(ctx) {
    const { stage } = this.app;
    ctx.save();
    ctx.setTransform(stage.dpr, 0, 0, stage.dpr, 0, 0);
    ctx.fillStyle = getComputedStyle(stage.host).backgroundColor;
    ctx.fillRect(0, 0, stage.width, stage.height);
    ctx.fillStyle = "#808080";
    ctx.fillRect(stage.width / 2 - 1, 0, 2, stage.height);
    ctx.restore();
  }

  /**
   * One half of the stage, its middle where the stage's would be.
   * @param {CanvasRenderingContext2D} ctx
   * @param {Side} side
   * @param {0 | 1} which
   */
  half(ctx, side, which) {
    const { stage } = this.app;
    const { dpr, zoom } = stage;
    const width = stage.width / 2;
    ctx.save();
    ctx.setTransform(dpr, 0, 0, dpr, 0, 0);
    ctx.beginPath();
    ctx.rect(which * (width + 1), 0, width - 1, stage.height);
    ctx.clip();
    const shift = (which - 0.5) * width;
    ctx.setTransform(dpr * zoom, 0, 0, dpr * zoom, dpr * (stage.left + shift), dpr * stage.top);
    this.side(ctx, side);
    ctx.restore();
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {Side} side
   */
  side(ctx, side) {
    const { live, stage, store, variants } = this.app;
    const { photo } = stage;
    if (!photo) return;
    live.frames.paintBefore(ctx, photo);
    if (side === variants.active) live.paintAfter(ctx);
    else if (side !== "before" && this.other && this.other.state.view.photo.sha256 === store.shown?.photo.sha256) ctx.drawImage(this.other.bitmap, 0, 0, photo.width, photo.height);
  }

  /** Have the variant that is not shown made, too. */
  async follow() {
    const { variants, store, stage, api } = this.app;
    const project = this.variants ? variants.of(variants.other) : null;
    const { view, photoId } = store;
    stage.invalidate();
    if (!project || !photoId || this.asking) return;
    const state = new State(project.views[view], project.treatment, project.seed);
    if (state.is(this.other?.state ?? null)) return;
    this.asking = true;
    try {
      const size = state.view.photo;
      const region = [0, 0, size.width_px, size.height_px];
      const asked = { project, view, rev: 0, quality: "layer", region, max_px: Math.min(LONGEST_PX, Math.max(...region)) };
      const response = await api.ask("POST", `photos/${photoId}/preview`, asked);
      const bitmap = await createImageBitmap(await response.blob());
      this.other?.bitmap.close();
      this.other = { bitmap, state };
    } catch (problem) {
      if (!(problem instanceof Trouble)) throw problem;
      // it gave way to the variant that is shown, or the server is away: once more
      if (problem.status === 400 || problem.status === 422) return this.app.say(problem.message, true);
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.follow(), AGAIN_MS);
      return;
    } finally {
      this.asking = false;
    }
    this.follow();
  }
}
