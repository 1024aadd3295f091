// Numbers of the preview, each with how sure it is.

import { el, set } from "./dom.js";

/**
 * @typedef {import("./types.js").Stats} Stats
 */

const SPOKEN_MS = 1500;
/** @type {Record<string, string>} */
const TITLES = {
  area: "treated skin; ± is the standard uncertainty, as the scale is known",
  dots: "dots in all sessions that are shown",
  density: "the mean over the treated area: its edges are thinner than what is asked for, and so are early sessions",
  line: "middle of the hairline above the brows, by tape: an estimate",
  hours: "a wide estimate: paces of 1000 to 7000 dots an hour are reported",
};

export class Readouts {
  /**
   * @param {HTMLElement} bar
   * @param {HTMLElement} spoken  what is read out, when it has not changed for a while
   */
  constructor(bar, spoken) {
    this.spoken = spoken;
    this.timer = 0;
    /** @type {Map<string, HTMLElement>} */
    this.shown = new Map();
    for (const name of ["area", "dots", "density", "line", "hours"]) {
      const value = el("span", { class: `value ${name}`, title: TITLES[name] });
      this.shown.set(name, value);
      bar.append(value);
    }
  }

  /** @param {Stats | null} stats */
  show(stats) {
    const lines = stats ? numbersOf(stats) : {};
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
 * @returns {Record<string, string>}
 */
function numbersOf(stats) {
  if (!stats.n_dots) return { area: "Nothing is treated yet" };
  const sure = Number(stats.scale_uncertainty_frac);
  // areas go with the square of the scale
  return {
    area: `${within(stats.area_cm2, 2 * sure)} cm²`,
    dots: `${within(stats.n_dots, 2 * sure)} dots`,
    density: `mean ${Math.round(stats.density_per_cm2)} dots/cm²`,
    line: stats.line_mm ? `line ${within(stats.line_mm[0] / 10, stats.line_mm[1] / stats.line_mm[0])} cm above the brows` : "",
    hours: stats.hours ? `about ${span(stats.hours)} hours` : "",
  };
}

/**
 * @param {[number, number]} hours  least and most
 */
function span([least, most]) {
  /** @param {number} hours */
  const about = (hours) => String(hours < 3 ? Math.max(Math.round(2 * hours) / 2, 0.5) : Math.round(hours));
  const [low, high] = [about(least), about(most)];
  return low === high ? low : `${low} to ${high}`;
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
  return (Math.round(value / step) * step).toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits }).replaceAll(",", " ");
}
