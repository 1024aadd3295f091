// An old photo laid over the present one, half transparent: where the hair once was.  It stays in this tab alone.

import { button, el, part } from "./dom.js";
import { slider } from "./fields.js";

/** @typedef {import("./types.js").App} App */

export class Reference {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    /** @type {ImageBitmap | null} */
    this.picture = null;
    this.opacity = 0.5;
    this.size = 1;
    this.across = 0;
    this.down = 0;
    app.stage.addPainter(20, (ctx) => this.paint(ctx));
    app.store.subscribe((what) => (what === "open" || what === "view") && this.close());
  }

  part() {
    /**
     * @param {string} label
     * @param {"opacity" | "size" | "across" | "down"} what
     * @param {number} low
     * @param {number} high
     * @param {number} value
     */
    const share = (label, what, low, high, value) => {
      const field = slider({ label, unit: "%", low, high, step: 1 }, (now) => {
        this[what] = now / 100;
        this.app.stage.invalidate();
      });
      field.show(value);
      return field.box;
    };
    this.controls = el(
      "div",
      { hidden: true },
      share("Seen", "opacity", 0, 100, 50),
      share("Size", "size", 20, 300, 100),
      share("Across", "across", -100, 100, 0),
      share("Down", "down", -100, 100, 0),
      el("div", { class: "buttons" }, button("Take the old photo away", () => this.close())),
    );
    const words = "Lay an old photo over this one, to see where the hair once was. It is not kept.";
    const pick = button("Old photo …", () => this.pick(), { id: "old-photo" });
    return part("Old photo", el("p", { class: "quiet" }, words), el("div", { class: "buttons" }, pick), this.controls);
  }

  pick() {
    const input = el("input", { type: "file", accept: "image/*" });
    input.addEventListener("change", () => input.files?.[0] && this.open(input.files[0]));
    input.click();
  }

  /** @param {Blob} file */
  async open(file) {
    try {
      this.picture = await createImageBitmap(file);
    } catch {
      return this.app.say("The browser cannot read this photo; take a JPEG or PNG.", true);
    }
    if (this.controls) this.controls.hidden = false;
    this.app.stage.invalidate();
  }

  close() {
    this.picture?.close();
    this.picture = null;
    if (this.controls) this.controls.hidden = true;
    this.app.stage.invalidate();
  }

  /** @param {CanvasRenderingContext2D} ctx */
  paint(ctx) {
    const { photo, bare } = this.app.stage;
    if (!photo || !this.picture || bare) return;
    const scale = (this.size * photo.height) / this.picture.height;
    const width = scale * this.picture.width;
    const height = scale * this.picture.height;
    ctx.globalAlpha = this.opacity;
    ctx.drawImage(
      this.picture,
      (photo.width - width) / 2 + this.across * photo.width,
      (photo.height - height) / 2 + this.down * photo.height,
      width,
      height,
    );
    ctx.globalAlpha = 1;
  }
}
