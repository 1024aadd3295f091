// A round glass that shows what lies under the finger, beside it.

import { el } from "../dom.js";

/** @typedef {import("../types.js").App} App */

const SIDE_PX = 132;
const AWAY_PX = 96;
const TIMES = 3;

export class Loupe {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.canvas = el("canvas", { class: "loupe", "aria-hidden": "true", hidden: true });
    app.stage.host.append(this.canvas);
  }

  hide() {
    this.canvas.hidden = true;
  }

  /**
   * @param {number} x  px of the photo
   * @param {number} y
   */
  show(x, y) {
    const { stage, live } = this.app;
    const { dpr, photo } = stage;
    const ctx = this.canvas.getContext("2d");
    if (!ctx || !photo) return;
    const at = stage.toScreen(x, y);
    // above the finger, unless that is outside
    const top = at.y - AWAY_PX - SIDE_PX / 2 > 0 ? at.y - AWAY_PX : at.y + AWAY_PX;
    const left = Math.min(Math.max(at.x, SIDE_PX / 2), stage.width - SIDE_PX / 2);
    this.canvas.style.transform = `translate(${left - SIDE_PX / 2}px, ${top - SIDE_PX / 2}px)`;
    this.canvas.hidden = false;
    const side = Math.round(SIDE_PX * dpr);
    if (this.canvas.width !== side) this.canvas.width = this.canvas.height = side;
    const zoom = Math.min(Math.max(TIMES * stage.zoom, 1), 4) * dpr;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.clearRect(0, 0, side, side);
    ctx.setTransform(zoom, 0, 0, zoom, side / 2 - zoom * x, side / 2 - zoom * y);
    live.frames.paintBefore(ctx, photo);
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.strokeStyle = "#ffd9a8";
    ctx.lineWidth = dpr;
    ctx.beginPath();
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      ctx.moveTo(side / 2 + 5 * dpr * dx, side / 2 + 5 * dpr * dy);
      ctx.lineTo(side / 2 + 22 * dpr * dx, side / 2 + 22 * dpr * dy);
    }
    ctx.stroke();
  }
}
