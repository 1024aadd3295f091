// How many pixels a millimetre has: two points on something of known length.

import { el, part } from "../dom.js";
import { Trouble } from "../api.js";
import { segments, slider } from "../fields.js";
import { showHead } from "../head.js";
import { Ruler } from "../tools/ruler.js";

/**
 * @typedef {import("../types.js").App} App
 * @typedef {import("../types.js").Point} Point
 * @typedef {{name: string, about: string, mm: number | null}} Aid
 */

/** @type {Record<string, {title: string, ends: [string, string], hint: string}>} */
const WORDS = {
  pupils: { title: "Pupils", ends: ["left pupil", "right pupil"], hint: "Drag the two ends onto the centres of the pupils." },
  iris: { title: "Iris", ends: ["left edge of the iris", "right edge of the iris"], hint: "Drag the two ends to the left and right edge of one iris." },
  coin: { title: "Coin", ends: ["one edge of the coin", "other edge of the coin"], hint: "Drag the two ends to opposite edges of the coin." },
  tape: { title: "Tape", ends: ["first mark", "second mark"], hint: "Drag the two ends onto two marks of the tape." },
  points: { title: "Ruler", ends: ["first end", "second end"], hint: "Drag the two ends to places whose distance you know." },
};

/** @type {Record<string, string>} */
const SOURCES = {
  typed: "typed", ruler: "the ruler", pupils: "the pupils", iris: "the iris", face: "the face, as found in the photo",
  mask: "the width of the area", photo: "the size of the photo", head: "the width of the head", coin: "the coin", tape: "the tape",
};

/** @type {Ruler} */
let ruler;
let kind = "pupils";
/** @type {number | null} */
let mm = null;
let asked = 0;
/** @type {(mm: number) => void} */
let showLength = () => {};

/** @type {import("../types.js").Step} */
export default {
  id: "scale",
  title: "Scale",
  hint: WORDS.pupils.hint,
  build(panel, app) {
    ruler = new Ruler(app, (done) => done && measure(app));
    const state = el("p", { id: "scale-state", role: "status" });
    const bar = el("div", { class: "scale-bar", "aria-hidden": "true" }, el("span", {}, "10 mm"));
    panel.append(part("Now", state, bar), aids(app), length(app), much());
    const show = () => {
      const scale = app.store.shown?.scale;
      state.textContent = scale ? inWords(scale) : "The scale is not known yet; it is estimated.";
      const px = scale ? 10 * scale.px_per_mm * app.stage.zoom : 0;
      bar.hidden = !(px > 8 && px < 400);
      bar.style.width = `${px}px`;
    };
    app.store.subscribe(show);
    app.stage.onMove(show);
    app.store.subscribe((what) => {
      if (what === "open" || what === "view") ruler.ends = null;
    });
  },
  enter(app) {
    app.stage.use(ruler);
    if (!ruler.ends) begin(app);
    app.say(WORDS[kind].hint);
  },
  leave(app) {
    showHead(app);
  },
};

/** @param {import("../types.js").Scale} scale */
function inWords(scale) {
  const sure = scale.uncertainty_frac > 0 ? `, ± ${Math.max(Math.round(100 * scale.uncertainty_frac), 1)} %` : "";
  const guessed = ["face", "head", "mask", "photo"].includes(scale.source);
  return `${guessed ? "Estimated: " : ""}${scale.px_per_mm.toFixed(2)} pixels per mm${sure}, from ${SOURCES[scale.source] ?? scale.source}.`;
}

/** @param {App} app */
function aids(app) {
  /** @type {Aid[]} */
  const all = app.choices.scales ?? [];
  const order = Object.keys(WORDS).filter((name) => all.some((aid) => aid.name === name));
  const { box, show } = segments("Measure by", order.map((name) => [name, WORDS[name].title]), (name) => {
    kind = name;
    mm = all.find((aid) => aid.name === name)?.mm ?? null;
    ruler.names = WORDS[name].ends;
    if (mm) showLength(mm);
    begin(app);
    app.say(WORDS[name].hint);
  });
  show(kind);
  mm = all.find((aid) => aid.name === kind)?.mm ?? null;
  ruler.names = WORDS[kind].ends;
  return el("div", { class: "part" }, box);
}

/** @param {App} app */
function length(app) {
  const field = slider({ label: "Distance", unit: "mm", low: 1, high: 250, step: 0.1 }, (value, done) => {
    mm = value;
    if (done) measure(app);
  });
  showLength = field.show;
  field.show(mm ?? 63);
  return el("div", { class: "part" }, field.box, el("small", {}, "Pupils: 63 mm is the mean of adults (54 to 72); measure the client's for a better scale."));
}

function much() {
  return el("p", { class: "quiet" }, "Everything works without this; numbers are then as unsure as the estimate.");
}

/**
 * Where the ruler begins: at the eyes, as far as the line tells where they are; else in the middle of the view.
 * @param {App} app
 */
function begin(app) {
  const { shown } = app.store;
  const axis = shown?.hairline?.axis;
  const px = shown?.scale?.px_per_mm;
  if (!axis || !px || (kind !== "pupils" && kind !== "iris")) return ruler.placeInView();
  const half = ((mm ?? 63) / 2) * px;
  const tilt = (axis.tilt_deg * Math.PI) / 180;
  // pupils lie about 20 mm below the glabella, an iris round the one on the left of the picture
  const [cos, sin, down] = [Math.cos(tilt), Math.sin(tilt), 20 * px];
  /** @param {number} across @returns {Point} */
  const at = (across) => [axis.x + across * cos - down * sin, axis.y + across * sin + down * cos];
  ruler.place(kind === "pupils" ? [at(-half), at(half)] : [at(-31.5 * px - half), at(-31.5 * px + half)]);
  const [x, y] = at(0);
  app.stage.frame([x - 75 * px, y - 75 * px, 150 * px, 110 * px]);
}

/** @param {App} app */
async function measure(app) {
  const { store } = app;
  const id = store.photoId;
  if (!ruler.ends || !id) return;
  const number = (asked += 1);
  try {
    const { scale } = await app.api.json("POST", `photos/${id}/scale`, { kind, points: ruler.ends, mm });
    if (number !== asked || store.photoId !== id) return;
    store.changeView(`scale from ${SOURCES[scale.source] ?? scale.source}`, (view) => ({ ...view, scale }), "scale");
    app.say(inWords(scale));
  } catch (problem) {
    if (!(problem instanceof Trouble)) throw problem;
    app.say(problem.message, true);
  }
}
