// A control for every parameter, made from what the server says of it (/api/controls).

import { check, choice, el } from "./dom.js";
import { slider } from "./fields.js";
import { capital } from "./words.js";

/**
 * @typedef {import("./types.js").App} App
 * @typedef {import("./types.js").Control} Control
 * @typedef {import("./types.js").Value} Value
 * @typedef {{box: HTMLElement, show: () => void}} Made
 */

/** Words for the common ones; the others are named by what they are called in files. @type {Record<string, string>} */
const LABELS = {
  density_per_cm2: "Density",
  diameter_mm: "Dot size",
  needle_depth_mm: "Needle depth",
  regularity: "Regularity",
  n_sessions: "Sessions in all",
};

/** @type {Record<string, string>} */
const UNITS = { "/cm2": "per cm²", "/mm": "per mm", d: "days", y: "years", deg: "°" };

const SUFFIX = /_(per_cm2|per_cm|per_mm|mm|deg|days|years|frac|cv)$/;

/** @param {Control} about */
export function labelOf(about) {
  const words = about.name.replace(SUFFIX, "").replaceAll("_", " ");
  return LABELS[about.name] ?? capital(words);
}

/**
 * @param {App} app
 * @param {string} name
 * @returns {Value}
 */
export function valueOf(app, name) {
  const { project } = app.store;
  return project && name in project.treatment ? project.treatment[name] : app.defaults[name];
}

/**
 * @param {App} app
 * @param {Control} about
 * @returns {Made}
 */
export function makeControl(app, about) {
  const made = about.low === undefined ? words(app, about) : number(app, about);
  made.box.dataset.leaf = about.name;
  return made;
}

/**
 * @param {App} app
 * @param {Control} about
 * @param {Value} value
 */
function set(app, about, value) {
  app.store.treat(labelOf(about).toLowerCase(), { [about.name]: value }, app.defaults, about.name);
}

/**
 * @param {App} app
 * @param {Control} about
 * @returns {Made}
 */
function number(app, about) {
  const [low, high] = [Number(about.low), Number(about.high)];
  const field = slider(
    { label: labelOf(about), unit: UNITS[about.unit] ?? about.unit, low, high, step: about.step ?? 1, help: about.help },
    (value) => set(app, about, value),
  );
  const named = [...about.words, ...(about.derived ? [about.derived] : [])];
  if (!named.length) {
    return { box: field.box, show: () => field.show(Number(valueOf(app, about.name))) };
  }
  // a word or a number: the number is asked for when no word is chosen
  const middle = Math.min(Math.max(0, low), high);
  const which = choice(labelOf(about), [...named.map((word) => pair(word)), ["", "a number"]], (word) =>
    set(app, about, word === about.derived ? null : word || middle),
  );
  const show = () => {
    const value = valueOf(app, about.name);
    const typed = typeof value === "number";
    which.select.value = typed ? "" : value === null ? about.derived : String(value);
    field.box.hidden = !typed;
    if (typed) field.show(value);
  };
  return { box: el("div", { class: "either", title: about.help }, which.label, field.box), show };
}

/** @param {string} word @returns {[string, string]} */
function pair(word) {
  return [word, word.replaceAll("-", " ")];
}

/**
 * @param {App} app
 * @param {Control} about
 * @returns {Made}
 */
function words(app, about) {
  if (about.words.length === 2 && about.words.includes("yes")) {
    const { box, label } = check(labelOf(about), (on) => set(app, about, on ? "yes" : "no",), { title: about.help });
    return { box: label, show: () => (box.checked = valueOf(app, about.name) === "yes") };
  }
  const named = [...(about.derived ? [about.derived] : []), ...about.words];
  /** @param {string} word */
  const spoken = (word) => /** @type {[string, string]} */ ([word, /\d:\d/.test(word) ? word : word.replaceAll("-", " ")]);
  const { select, label } = choice(labelOf(about), named.map(spoken), (word) => set(app, about, word === about.derived ? null : word));
  label.title = about.help;
  return { box: label, show: () => (select.value = String(valueOf(app, about.name) ?? about.derived)) };
}
