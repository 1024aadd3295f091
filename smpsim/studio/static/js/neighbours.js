// Which treatments may be wanted next, so that their previews can be made beforehand.

import { treated } from "./store.js";

/**
 * @typedef {import("./types.js").App} App
 * @typedef {import("./types.js").Value} Value
 * @typedef {Record<string, Value>} Treatment
 */

const DENSITIES = [40, 60, 80, 110, 150, 200];

/**
 * @param {Treatment} treatment
 * @param {App} app
 * @returns {Treatment[]}
 */
export function neighbours(treatment, app) {
  /** @param {Treatment} leaves */
  const but = (leaves) => treated(treatment, leaves, app.defaults);
  const sessions = Number(treatment.n_sessions ?? app.defaults.n_sessions);
  const density = Number(treatment.density_per_cm2 ?? app.defaults.density_per_cm2);
  const near = [...DENSITIES].sort((a, b) => Math.abs(a - density) - Math.abs(b - density));
  return [
    treatment,
    ...near.slice(0, 3).map((value) => but({ density_per_cm2: value })),
    ...Array.from({ length: sessions }, (_, i) => but({ session: i + 1 === sessions ? null : i + 1 })),
    ...shades(treatment, app).map((value) => but({ shade: value })),
    ...near.slice(3).map((value) => but({ density_per_cm2: value })),
  ];
}

/**
 * All shades, those next to this one first.
 * @param {Treatment} treatment
 * @param {App} app
 */
function shades(treatment, app) {
  const all = app.controls.find((control) => control.name === "shade")?.words ?? [];
  const at = all.indexOf(String(treatment.shade ?? app.defaults.shade));
  return [...all].sort((a, b) => Math.abs(all.indexOf(a) - at) - Math.abs(all.indexOf(b) - at));
}
