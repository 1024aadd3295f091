// How it will look: the few things that are changed often, and all others folded away.

import { button, choice, el, part } from "../dom.js";
import { labelOf, makeControl, valueOf } from "../controls.js";
import { segments } from "../fields.js";
import { shades } from "../shades.js";

/**
 * @typedef {import("../types.js").App} App
 * @typedef {import("../types.js").Value} Value
 * @typedef {{box: HTMLElement, show: () => void}} Made
 * @typedef {{name: string, about: string, changes: Record<string, Value> | null}} Preset
 */

const COMMON = ["density_per_cm2", "diameter_mm", "needle_depth_mm", "regularity"];
const MEAN = "Density is that of the full area. The mean below the photo is lower: edges are thinner, and so are early sessions.";
// made here in a form of their own
const OWN = ["shade", "session", "n_sessions", "age_days"];
// the head's shape is set where it is seen
const ELSEWHERE = ["head"];

/** key, name, age_days @type {[string, string, Value][]} */
export const MOMENTS = [
  ["fresh", "Fresh", "fresh"],
  ["7", "1 week", 7],
  ["settled", "Healed", null],
  ["365", "1 year", 365],
  ["1096", "3 years", 1096],
  ["1826", "5 years", 1826],
  ["3653", "10 years", 3653],
];

/** @type {Record<string, string>} */
const SECTIONS = {
  placement: "Placement",
  edge: "Edge in detail",
  deposit: "Needle and dots",
  ink: "Ink",
  course: "Course and healing",
  skin: "Skin",
  hair: "Hair in front",
  old: "Old work",
  repair: "Repair",
};

/** @type {import("../types.js").Step} */
export default {
  id: "look",
  title: "Look",
  hint: "Shade, density and session answer at once. Before, or the key B held, shows the photo as it is.",
  build(panel, app) {
    const made = [shades(app, (shade) => treat(app, `shade ${shade}`, { shade })), ...COMMON.map((name) => control(app, name)), edges(app), sessions(app), moments(app)];
    made[1].box.append(el("small", { class: "help" }, MEAN));
    panel.append(
      el("div", { class: "part" }, made[0].box),
      el("div", { class: "part" }, ...made.slice(1, 5).map((one) => one.box)),
      ...made.slice(5).map((one) => el("div", { class: "part" }, one.box)),
      presets(app),
    );
    const folded = Object.keys(SECTIONS).map((section) => fold(app, section));
    panel.append(el("div", { class: "part" }, el("h3", {}, "Everything else"), ...folded.map((one) => one.box)));
    const all = [...made, ...folded];
    app.store.subscribe(() => all.forEach((one) => one.show()));
  },
  enter() {},
  leave() {},
};

/**
 * @param {App} app
 * @param {string} name
 */
function control(app, name) {
  const about = app.controls.find((one) => one.name === name);
  if (!about) throw new Error(`no parameter ${name}`);
  return makeControl(app, about);
}

/** @param {App} app @returns {Made} */
function edges(app) {
  /** @type {Preset[]} */
  const all = app.choices.edges ?? [];
  const clear = Object.fromEntries(app.controls.filter((one) => one.section === "edge").map((one) => [one.name, one.default]));
  const options = all.map(({ name }) => /** @type {[string, string]} */ ([name, name.replace("-edge", "")]));
  const { box, show } = segments("Edge of the hairline", options, (name) => {
    const preset = all.find((one) => one.name === name);
    treat(app, `edge ${name.replace("-edge", "")}`, { ...clear, ...preset?.changes });
  });
  /** @param {Preset} preset */
  const is = ({ changes }) => Object.entries({ ...clear, ...changes }).every(([leaf, value]) => valueOf(app, leaf) === value);
  return { box, show: () => show(all.find(is)?.name ?? null) };
}

/** @param {App} app @returns {Made} */
function sessions(app) {
  const box = el("div");
  const total = control(app, "n_sessions");
  let count = 0;
  /** @type {{box: HTMLElement, show: (value: string | null) => void} | null} */
  let row = null;
  const show = () => {
    total.show();
    const n = Number(valueOf(app, "n_sessions"));
    if (n !== count || !row) {
      count = n;
      const options = Array.from({ length: n }, (_, i) => /** @type {[string, string]} */ ([String(i + 1), `${i + 1}`]));
      row = segments("After session", options, (value) => treat(app, `session ${value}`, { session: Number(value) === n ? null : Number(value) }));
      box.replaceChildren(row.box, total.box);
    }
    row.show(String(valueOf(app, "session") ?? n));
  };
  // fewer sessions than the one that is shown: the last is shown
  app.store.subscribe(() => {
    const session = valueOf(app, "session");
    if (session !== null && Number(session) > Number(valueOf(app, "n_sessions"))) {
      app.store.treat("sessions", { session: null }, app.defaults, "n_sessions");
    }
  });
  show();
  return { box, show };
}

/** @param {App} app @returns {Made} */
function moments(app) {
  const options = MOMENTS.map(([key, words]) => /** @type {[string, string]} */ ([key, words]));
  const { box, show } = segments("Time since the last session", options, (key) => {
    const moment = MOMENTS.find((one) => one[0] === key);
    if (moment) treat(app, `time: ${moment[1].toLowerCase()}`, { age_days: moment[2] });
  });
  const exact = control(app, "age_days");
  return {
    box: el("div", {}, box, el("details", {}, el("summary", {}, "Another time"), exact.box), el("small", {}, "Healing and fading are estimates.")),
    show: () => {
      const value = valueOf(app, "age_days");
      show(MOMENTS.find((one) => one[2] === value)?.[0] ?? null);
      exact.show();
    },
  };
}

/** @param {App} app */
function presets(app) {
  /** @type {Preset[]} */
  const all = (app.choices.presets ?? []).filter((/** @type {Preset} */ one) => one.changes);
  const options = all.map(({ name, about }) => /** @type {[string, string]} */ ([name, `${name.replaceAll("-", " ")}: ${about}`]));
  const { select, label } = choice("Preset", [["", "choose …"], ...options], (name) => {
    const changes = all.find((one) => one.name === name)?.changes;
    if (changes) treat(app, `preset ${name}`, changes);
    select.value = "";
  });
  const reset = button("All as at the beginning", () => {
    app.store.change("everything reset", (project) => ({ ...project, treatment: {} }));
  });
  return part("Presets", label, el("div", { class: "buttons" }, reset));
}

/** @param {App} app @param {string} section @returns {Made} */
function fold(app, section) {
  const names = [...COMMON, ...OWN];
  const about = app.controls.filter((one) => one.section === section && !names.includes(one.name) && !ELSEWHERE.includes(section));
  /** @type {Made[]} */
  let made = [];
  const box = el("details", { "data-section": section }, el("summary", {}, SECTIONS[section]));
  const show = () => made.forEach((one) => one.show());
  // made when it is opened for the first time: most never are
  box.addEventListener("toggle", () => {
    if (made.length || !box.open) return;
    made = about.map((one) => {
      const control = makeControl(app, one);
      control.box.append(el("small", { class: "help" }, one.help));
      return control;
    });
    box.append(...made.map((one) => one.box));
    show();
  });
  box.title = about.map(labelOf).join(", ");
  return { box, show };
}

/** @param {App} app @param {string} label @param {Record<string, Value>} leaves */
function treat(app, label, leaves) {
  app.store.treat(label, leaves, app.defaults);
}
