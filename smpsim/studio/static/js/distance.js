// The picture as large as it is seen from some way off: an estimate, from the size of the screen's pixels and how far
// the eye is from the screen.

import { button, el, part } from "./dom.js";
import { segments, slider } from "./fields.js";

/** @typedef {import("./types.js").App} App */

const CARD_MM = 85.6;
// CSS says 96 px to the inch; a card held to the screen says better
const USUAL_PX_PER_MM = 96 / 25.4;
const KEPT = "smpsim-screen-px-per-mm";

export class Distance {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    const kept = Number(localStorage.getItem(KEPT));
    this.calibrated = kept > 0;
    this.pxPerMm = kept > 0 ? kept : USUAL_PX_PER_MM;
    this.eye_m = 0.6;
  }

  /** @param {number} metres */
  zoomFor(metres) {
    const scale = this.app.store.shown?.scale?.px_per_mm ?? 0;
    return scale > 0 ? (this.pxPerMm * this.eye_m) / metres / scale : 0;
  }

  /** @param {number} metres */
  show(metres) {
    const zoom = this.zoomFor(metres);
    if (!zoom) return this.app.say("There is no scale yet: set it first.", true);
    const { stage } = this.app;
    stage.fit();
    stage.zoomTo(zoom);
    const sure = this.calibrated ? "" : " The screen is not measured yet: hold a bank card to it, below.";
    this.app.say(`About as large as it is seen from ${metres} m, with the eye ${this.eye_m} m from the screen: an estimate.${sure}`);
  }

  part() {
    const metres = /** @type {[string, string][]} */ ([0.5, 1, 2, 4].map((far) => [String(far), `${far} m`]));
    const from = segments("As seen from", metres, (far) => this.show(Number(far)));
    from.box.id = "distance";
    const eye = slider({ label: "Eye to screen", unit: "m", low: 0.3, high: 2, step: 0.1 }, (far) => (this.eye_m = far));
    eye.show(this.eye_m);
    const note = el("p", { class: "quiet" }, "An estimate: it rests on the photo's scale, the screen's size and where you sit.");
    return part("Viewing distance", from.box, eye.box, note, this.card());
  }

  /** A card drawn as wide as a real one, once it has been fitted. */
  card() {
    const card = el("div", { class: "bank-card", "aria-hidden": "true" }, "85.6 mm");
    const show = () => card.style.setProperty("width", `${CARD_MM * this.pxPerMm}px`);
    const width = slider({ label: "Width of the card on this screen", unit: "px", low: 150, high: 700, step: 1 }, (px) => {
      this.pxPerMm = px / CARD_MM;
      this.calibrated = true;
      localStorage.setItem(KEPT, String(this.pxPerMm));
      show();
    });
    width.show(CARD_MM * this.pxPerMm);
    width.box.id = "card-width";
    show();
    const words = el("p", { class: "quiet" }, "Hold a bank card to the screen and make the drawn one as wide.");
    const reset = button("As the browser says", () => {
      localStorage.removeItem(KEPT);
      this.calibrated = false;
      this.pxPerMm = USUAL_PX_PER_MM;
      width.show(CARD_MM * this.pxPerMm);
      show();
    });
    return el("details", {}, el("summary", {}, "Measure the screen"), words, card, width.box, el("div", { class: "buttons" }, reset));
  }
}
