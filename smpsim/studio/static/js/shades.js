// The shade in two choices, as it is mixed: a pigment, and parts of water to one of it.

import { valueOf } from "./controls.js";
import { el } from "./dom.js";
import { segments } from "./fields.js";

/**
 * @typedef {import("./types.js").App} App
 * @typedef {{name: string, swatch: string}} Shade
 */

/**
 * @param {App} app
 * @param {(shade: string) => void} act
 */
export function shades(app, act) {
  /** @type {Shade[]} */
  const all = app.choices.shades ?? [];
  const pigments = [...new Set(all.map(({ name }) => pigmentOf(name)))];
  const now = () => String(valueOf(app, "shade"));
  // what was chosen last, also where a pigment does not have it: going back finds it again
  let water = waterOf(now());
  const first = segments(
    "Pigment",
    pigments.map((pigment) => [pigment, pigment, swatch(nearestTo(all, pigment, 10))]),
    (pigment) => act(nearestTo(all, pigment, water).name),
    "swatches",
  );
  const rows = pigments.map((pigment) => {
    const mine = all.filter(({ name }) => pigmentOf(name) === pigment);
    const row = segments("Pigment to water", mine.map((shade) => [shade.name, shade.name.split("-")[1], swatch(shade)]), act, "swatches");
    return { pigment, ...row };
  });
  // of the same size for every pigment, so that nothing below moves
  const box = el("div", {}, first.box, el("div", { class: "stack" }, ...rows.map((row) => row.box)));
  const show = () => {
    const shade = now();
    if (nearestTo(all, pigmentOf(shade), water)?.name !== shade) water = waterOf(shade);
    first.show(pigmentOf(shade));
    for (const row of rows) {
      row.box.classList.toggle("away", row.pigment !== pigmentOf(shade));
      row.show(shade);
    }
  };
  show();
  return { box, show };
}

/** @param {string} shade */
function pigmentOf(shade) {
  return shade.split("-")[0];
}

/** @param {string} shade  "carbon-1:10" */
function waterOf(shade) {
  return Number(shade.split(":")[1]);
}

/**
 * @param {Shade[]} all
 * @param {string} pigment
 * @param {number} water
 */
function nearestTo(all, pigment, water) {
  const mine = all.filter(({ name }) => pigmentOf(name) === pigment);
  return mine.sort((a, b) => Math.abs(waterOf(a.name) - water) - Math.abs(waterOf(b.name) - water))[0];
}

/** @param {Shade} shade */
function swatch({ swatch: colour }) {
  const chip = el("span", { class: "swatch", "aria-hidden": "true" });
  chip.style.backgroundColor = colour;
  return chip;
}
