// The page: what it is made of, and how the parts know each other.

import { Api, Trouble } from "./api.js";
import { byId, el } from "./dom.js";
import { bindKeys } from "./keys.js";
import { Live } from "./live.js";
import { neighbours } from "./neighbours.js";
import { Readouts } from "./readouts.js";
import { Stage } from "./stage.js";
import { Store } from "./store.js";
import { buildBars, showHead } from "./bars.js";
import compare from "./steps/compare.js";
import handover from "./steps/handover.js";
import line from "./steps/line.js";
import look from "./steps/look.js";
import paint from "./steps/paint.js";
import photo from "./steps/photo.js";
import scale from "./steps/scale.js";

/**
 * @typedef {import("./types.js").App} App
 * @typedef {import("./types.js").Step} Step
 */

/** @type {Step[]} */
const STEPS = [photo, scale, line, paint, look, compare, handover];
const ALIVE_MS = 20_000;

const api = new Api();
const store = new Store();
const stage = new Stage(byId("stage"));
const live = new Live(store, stage, api);
/** @type {Map<string, Blob>} files that were opened here, by SHA-256: handed over again should the server lose one */
const files = new Map();
/** @type {Step | null} */
let current = null;

/** @type {App} */
const app = { store, stage, live, api, say, go, take, sample, openPhoto, controls: [], choices: {}, defaults: {} };

/**
 * @param {string} text
 * @param {boolean} [urgent]
 */
function say(text, urgent = false) {
  byId("hint").textContent = text;
  byId("hint").classList.toggle("urgent", urgent);
}

/** @param {string} id */
function go(id) {
  const step = STEPS.find((one) => one.id === id);
  if (!step || (step === current) || (!store.project && !step.free)) return;
  current?.leave(app);
  stage.use(null);
  current = step;
  for (const { id: other } of STEPS) {
    byId(`panel-${other}`).hidden = other !== id;
    byId(`step-${other}`).setAttribute("aria-current", other === id ? "step" : "false");
  }
  byId("app").dataset.step = id;
  say(step.hint);
  step.enter(app);
}

function buildSteps() {
  STEPS.forEach((step, index) => {
    const label = el("span", { class: "title" }, step.title);
    const number = el("span", { class: "number", "aria-hidden": "true" }, String(index + 1));
    byId("steps").append(el("button", { type: "button", id: `step-${step.id}`, onclick: () => go(step.id) }, number, label));
    const panel = el("section", { id: `panel-${step.id}`, class: "panel", hidden: true, "aria-labelledby": `head-${step.id}` });
    panel.append(el("h2", { id: `head-${step.id}` }, step.title));
    byId("panels").append(panel);
    step.build(panel, app);
  });
}

/** Steps that need a photo cannot be entered without one. */
function enable() {
  for (const step of STEPS) byId(`step-${step.id}`).toggleAttribute("disabled", !store.project && !step.free);
}

function openPhoto() {
  return new Promise((resolve) => {
    const input = el("input", { type: "file", accept: "image/*,.heic,.heif,.tif,.tiff,.smp.json,.smpz" });
    input.addEventListener("change", async () => {
      if (input.files?.[0]) await take(input.files[0], input.files[0].name);
      resolve(undefined);
    });
    input.addEventListener("cancel", () => resolve(undefined));
    input.click();
  });
}

/**
 * Open a photo: a new client's, or another view of this one's.
 * @param {Blob} file
 * @param {string} name
 * @param {boolean} [another]
 */
async function take(file, name, another = false) {
  byId("stage").classList.add("busy");
  say("Opening the photo …");
  try {
    const opened = await api.json("POST", `photos?name=${encodeURIComponent(name)}`, file);
    begin(opened, another);
    if (store.shown) files.set(store.shown.photo.sha256, file);
  } catch (problem) {
    if (!(problem instanceof Trouble)) throw problem;
    say(problem.message, true);
  } finally {
    byId("stage").classList.remove("busy");
  }
}

async function sample() {
  byId("stage").classList.add("busy");
  say("Making the sample client …");
  try {
    begin(await api.json("POST", "sample"), false);
  } catch (problem) {
    if (!(problem instanceof Trouble)) throw problem;
    say(problem.message, true);
  } finally {
    byId("stage").classList.remove("busy");
  }
}

/**
 * @param {import("./types.js").Opened} opened
 * @param {boolean} another
 */
function begin(opened, another) {
  const view = opened.project.views[0];
  if (another && store.project) {
    store.knowPhoto(view.photo.sha256, opened.id);
    store.change("another photo", (project) => ({ ...project, views: [...project.views, view] }));
    store.show(/** @type {import("./types.js").Project} */ (store.project).views.length - 1);
  } else store.open(opened.project, { [view.photo.sha256]: opened.id });
  showHead(app);
  say(opened.notes[0] ?? "This is a simulation: an estimate of how it may look.");
}

/**
 * The server has let go of a photo: hand it over once more.
 * @param {string} sha256
 */
async function reopen(sha256) {
  const file = files.get(sha256);
  if (!file) return say("The studio was started anew; open the photo again.", true);
  const { id } = await api.json("POST", `photos?name=${encodeURIComponent("photo")}`, file);
  store.knowPhoto(sha256, id);
}

async function start() {
  const [controls, choices] = await Promise.all([
    api.json("GET", "controls"),
    api.json("GET", "choices").catch(() => ({})),
  ]);
  app.controls = controls;
  app.choices = choices;
  app.defaults = Object.fromEntries(app.controls.map((control) => [control.name, control.default]));
  live.layers.defaults = app.defaults;
  live.layers.neighbours = (treatment) => (current?.id === "look" || current?.id === "compare" ? neighbours(treatment, app) : []);
  live.onTrouble = (problem) => say(problem, true);
  live.onLost = reopen;
  const readouts = new Readouts(byId("readouts"), byId("spoken"), app);
  live.onStats = (stats) => readouts.show(stats);
  live.onBusy = (quality) => byId("app").classList.toggle("working", quality !== "" && quality !== "drag");
  buildSteps();
  buildBars(app);
  bindKeys(app, STEPS.map((step) => step.id));
  store.subscribe(enable);
  enable();
  go("photo");
  window.setInterval(() => api.ask("POST", "alive").catch(() => {}), ALIVE_MS);
}

start().catch((problem) => say(problem.message, true));

