// Before and after, one variant and the other, at the size in which it is seen.

import { Comparison } from "../comparison.js";
import { Distance } from "../distance.js";
import { button, byId, check, el, part } from "../dom.js";
import { segments } from "../fields.js";
import { headBox, showHead } from "../head.js";
import { Divider } from "../tools/divider.js";
import { showVariant } from "../variants.js";

/** @typedef {import("../types.js").App} App */

const CAPTION_PX = 12;

/** @type {Divider} */
let divider;
/** @type {Comparison} */
let comparison;
/** @type {(() => void)[]} */
let endings = [];
let entered = false;
/** shows in the panel and on the stage what is compared */
let show = () => {};

/** @type {import("../types.js").Step} */
export default {
  id: "compare",
  title: "Compare",
  hint: "Draw the divider over the photo. Before, or the key B held, shows the photo as it is.",
  build(panel, app) {
    divider = new Divider(app);
    comparison = new Comparison(app, divider);
    divider.onMove = () => label(app);
    panel.append(whatPart(app), viewPart(app), new Distance(app).part());
    app.store.subscribe((what) => {
      if (what === "open") comparison.variants = comparison.beside = false;
    });
    app.variants.onChange(() => entered && show());
  },
  enter(app) {
    entered = true;
    endings = [
      app.stage.addPainter(15, (ctx) => comparison.paint(ctx)),
      app.stage.onMove(() => label(app)),
      app.store.subscribe((what) => what === "view" && comparison.beside && frame(app)),
    ];
    byId("stage").append(...captions());
    show();
  },
  leave(app) {
    entered = false;
    if (comparison.beside) showHead(app);
    for (const end of endings) end();
    for (const caption of document.querySelectorAll(".side")) caption.remove();
    mirror(app, false);
  },
};

/** @param {App} app */
function whatPart(app) {
  const what = segments("What", [["before", "Before and after"], ["variants", "Variants A and B"]], (value) => {
    if (value === "variants" && !app.variants.of(app.variants.other)) showVariant(app, app.variants.other);
    comparison.variants = value === "variants";
    show();
  });
  what.box.id = "compare-what";
  const how = segments("How", [["divider", "Divider"], ["beside", "Side by side"]], (value) => {
    comparison.beside = value === "beside";
    show();
    frame(app);
  });
  how.box.id = "compare-how";
  show = () => {
    what.show(comparison.variants ? "variants" : "before");
    how.show(comparison.beside ? "beside" : "divider");
    app.stage.use(comparison.beside ? null : divider);
    label(app);
    comparison.follow();
  };
  const words = "Switch between variant A and B above, in any step. The one that is shown is saved and handed over; the other one stays in this tab, also when it is loaded again, until the tab is closed.";
  return part("Pictures", what.box, how.box, el("p", { class: "quiet" }, words));
}

/** @param {App} app */
function viewPart(app) {
  const flipped = check("As in a mirror", (on) => mirror(app, on), { id: "mirror" });
  const reset = button("Reset the view", () => {
    comparison.variants = comparison.beside = false;
    divider.at = 0.5;
    mirror(app, false);
    app.stage.fit();
    show();
  }, { id: "reset-view" });
  const one = button("1:1", () => app.stage.oneToOne(), { "aria-label": "1:1, every pixel of the photo" });
  return part("View", flipped.label, el("div", { class: "buttons" }, one, reset));
}

/**
 * @param {App} app
 * @param {boolean} on
 */
function mirror(app, on) {
  const box = document.getElementById("mirror");
  if (box instanceof HTMLInputElement) box.checked = on;
  app.stage.setMirrored(on);
  label(app);
}

/**
 * Side by side there is half the room.
 * @param {App} app
 */
function frame(app) {
  const { photo } = app.stage;
  const head = app.store.shown && headBox(app.store.shown);
  if (comparison.beside && photo) app.stage.frame(head ?? [0, 0, photo.width, photo.height], 0.5);
  else showHead(app);
}

function captions() {
  return ["left", "right"].map((side) => el("span", { class: `side ${side}`, "aria-hidden": "true" }));
}

/**
 * Say which side is which, as far as there is room.
 * @param {App} app
 */
function label(app) {
  const words = { before: "Before", A: "Variant A", B: "Variant B" };
  const sides = comparison.sides.map((side) => (side !== "before" && !comparison.variants ? "After" : words[side]));
  if (app.stage.mirrored) sides.reverse();
  const { left, top, width, zoom, photo, mirrored } = app.stage;
  const shift = comparison.beside ? width / 4 : 0;
  const beside = [left - shift, width - left - zoom * (photo?.width ?? 0) - shift];
  if (mirrored) beside.reverse();
  // on the picture, not half on what is beside it
  const [x, right, y] = [...beside, top].map((px) => `${Math.max(px, 0) + CAPTION_PX}px`);
  document.querySelectorAll(".side").forEach((caption, i) => {
    caption.textContent = sides[i];
    Object.assign(/** @type {HTMLElement} */ (caption).style, { top: y, ...(i ? { right } : { left: x }) });
  });
}
