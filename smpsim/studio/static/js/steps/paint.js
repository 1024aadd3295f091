// Where to treat, by hand: what the line leaves out or takes in too much, scars, what is to stay as it is.

import { button, check, el, part } from "../dom.js";
import { segments, slider } from "../fields.js";
import { MaskView, TINTS, outlineOf } from "../maskview.js";
import { Reference } from "../reference.js";
import { Brush, LEAST_MM, MOST_MM } from "../tools/brush.js";

/**
 * @typedef {import("../types.js").App} App
 * @typedef {import("../types.js").Stroke} Stroke
 * @typedef {Stroke["mode"]} Mode
 */

/** @type {MaskView} */
let view;
/** @type {Brush} */
let brush;
/** @type {(() => void)[]} */
let endings = [];

/** @type {import("../types.js").Step} */
export default {
  id: "paint",
  title: "Paint",
  hint: "Paint where dots go. X swaps painting and erasing; comma and full stop change the size.",
  build(panel, app) {
    view = new MaskView(app);
    brush = new Brush(app, view);
    panel.append(brushPart(app), areaPart(app), displayPart(), new Reference(app).part());
    brush.onChange();
  },
  enter(app) {
    app.stage.use(brush);
    endings = [
      app.stage.addPainter(10, (ctx) => app.stage.bare || view.paint(ctx)),
      app.store.subscribe((what) => what !== "photos" && view.follow()),
    ];
    view.follow();
    brush.onChange();
  },
  leave() {
    for (const end of endings) end();
    endings = [];
  },
};

/** @param {App} app */
function brushPart(app) {
  /** @type {[Mode, string][]} */
  const words = [["add", "Paint"], ["erase", "Erase"], ["protect", "Keep free"], ["unprotect", "Allow dots"]];
  const modes = segments("What it does", words, (mode) => brush.set({ mode: /** @type {Mode} */ (mode) }));
  modes.box.id = "brush-mode";
  const swap = button("Swap paint and erase", () => brush.swap(), { title: "X", id: "swap" });
  const size = slider({ label: "Size", unit: "mm", low: LEAST_MM, high: MOST_MM, step: 0.5 }, (width_mm) => brush.set({ width_mm }));
  size.box.id = "brush-size";
  const hard = slider({ label: "Hardness", unit: "%", low: 0, high: 100, step: 5 }, (share) => brush.set({ hardness: share / 100 }));
  const drawn = segments("Draw", [["brush", "With the brush"], ["outline", "Round an area"]], (how) =>
    brush.set({ outline: how === "outline" }),
  );
  const zoomed = segments("When zooming", [["mm", "Keep mm"], ["screen", "Keep screen size"]], (what) =>
    brush.set({ keepScreen: what === "screen" }),
  );
  const note = el("p", { class: "quiet" });
  brush.onChange = () => {
    modes.show(brush.mode);
    size.show(Math.round(10 * brush.width_mm) / 10);
    hard.show(Math.round(100 * brush.hardness));
    drawn.show(brush.outline ? "outline" : "brush");
    zoomed.show(brush.keepScreen ? "screen" : "mm");
    const scale = app.store.shown?.scale;
    const guessed = scale && scale.uncertainty_frac > 0.1;
    note.textContent = guessed ? "The scale is an estimate, and so are the brush's millimetres: set it with the ruler." : "";
  };
  return part("Brush", modes.box, el("div", { class: "buttons" }, swap), size.box, hard.box, drawn.box, zoomed.box, note);
}

/** @param {App} app */
function areaPart(app) {
  const { store } = app;
  /**
   * @param {string} label
   * @param {(strokes: Stroke[]) => Stroke[]} how
   */
  const restroke = (label, how) => store.changeView(label, (shown) => ({ ...shown, strokes: how(shown.strokes) }));
  const fill = button("Fill inside the hairline", () => {
    const line = store.shown?.hairline;
    if (!line) return app.say("There is no hairline yet: draw one in the step before, or paint.", true);
    const points = outlineOf(line, Math.max(2, line.width_px / 1000));
    restroke("filling inside the hairline", (strokes) => [...strokes, { mode: "add", width_px: 1, edge_px: 0, filled: true, points }]);
  }, { id: "fill" });
  const clear = button("Clear all strokes", () => {
    if (!store.shown?.strokes.length) return app.say("Nothing is painted on this photo.");
    const free = store.shown.strokes.some(({ mode }) => mode === "protect");
    restroke(free ? "clearing all strokes, what was kept free among them" : "clearing all strokes", () => []);
    app.say(`All strokes are cleared${free ? ", and nothing is kept free any more" : ""}. Undo brings them back.`);
  }, { id: "clear-strokes" });
  const words = "All strokes: what was painted, erased and kept free.";
  return part("Area", el("div", { class: "buttons" }, fill, clear), el("p", { class: "quiet" }, words));
}

function displayPart() {
  const tint = segments("Colour of the area", [["green", "Green"], ["blue", "Blue"], ["magenta", "Magenta"], ["yellow", "Yellow"]], (name) => {
    view.tint = /** @type {keyof typeof TINTS} */ (name);
    view.show();
  });
  tint.show(view.tint);
  tint.box.id = "tint";
  const edge = check(
    "Edge only",
    (on) => {
      view.edgeOnly = on;
      view.show();
    },
    { id: "edge-only" },
  );
  const words = "Orange is kept free of dots. Colours are for this step only and are never in the preview.";
  return part("How it is shown", tint.box, edge.label, el("p", { class: "quiet" }, words));
}
