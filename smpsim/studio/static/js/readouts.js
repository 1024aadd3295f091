// Numbers of the preview, each with how sure it is.

import { el, set } from "./dom.js";

/**
 * @typedef {import("./types.js").App} App
 * @typedef {import("./types.js").Stats} Stats
 */

const SPOKEN_MS = 1500;

export class Readouts {
  /**
   * @param {HTMLElement} bar
   * @param {HTMLElement} spoken  what is read out, when it has not changed for a while
   * @param {App} app
   */
  constructor(bar, spoken, app) {
    this.spoken = spoken;
    this.app = app;
    this.timer = 0;
    /** @type {Map<string, HTMLElement>} */
    this.shown = new Map();
    for (const name of ["area", "dots", "density", "line", "hours"]) {
      const value = el("span", { class: `value ${name}` });
      this.shown.set(name, value);
      bar.append(value);
    }
    app.store.subscribe((what) => {
      if (what === "open") for (const value of this.shown.values()) value.textContent = "";
    });
  }

  /** @param {Stats} stats */
  show(stats) {
    const lines = numbersOf(stats, this.app);
    for (const [name, value] of this.shown) {
      const text = lines[name] ?? "";
      if (value.textContent !== text) value.textContent = text;
      set(value, { hidden: !text });
    }
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      this.spoken.textContent = Object.values(lines).filter(Boolean).join(", ");
    }, SPOKEN_MS);
  }
}

/**
 * @param {Stats} stats
 * @param {App} app
 * @returns {Record<string, string>}
 */
function numbersOf(stats, app) {
  const sure = Number(stats.scale_uncertainty_frac);
  // areas go with the square of the scale
  const area = within(stats.area_cm2, 2 * sure);
  return {
    area: `${area} cm²`,
    dots: `${within(stats.n_dots, 2 * sure)} dots`,
    density: `${Math.round(stats.density_per_cm2)} dots/cm²`,
    line: "",
    hours: "",
  };
}

/**
 * A number with its standard uncertainty, no finer than that.
 * @param {number} value
 * @param {number} frac
 */
export function within(value, frac) {
  if (!(frac > 0)) return shorten(value, value / 100);
  const about = frac * value;
  return `${shorten(value, about)} ± ${shorten(about, about)}`;
}

/**
 * @param {number} value
 * @param {number} about
 */
function shorten(value, about) {
  if (!(about > 0)) return String(Math.round(value));
  const step = 10 ** Math.floor(Math.log10(about));
  const digits = Math.max(0, -Math.floor(Math.log10(about)));
  return (Math.round(value / step) * step).toLocaleString("en", { maximumFractionDigits: digits, useGrouping: true }).replaceAll(",", " ");
}
