// The page: what it is made of, and how the parts know each other.

import { Api } from "./api.js";
import { byId, el } from "./dom.js";
import { buildClientView } from "./clientview.js";
import { showHead } from "./head.js";
import { headPart } from "./headgrid.js";
import { Hint } from "./hint.js";
import { bindKeys, peek } from "./keys.js";
import { Live } from "./live.js";
import { neighbours } from "./neighbours.js";
import { Opener } from "./open.js";
import { watch } from "./reach.js";
import { buildPhotoStrip, viewPart } from "./photostrip.js";
import { Readouts } from "./readouts.js";
import { clientPart, showRecent } from "./recent.js";
import { Stage } from "./stage.js";
import { Store } from "./store.js";
import { Variants, buildVariants } from "./variants.js";
import { Work } from "./work.js";
import { buildBars } from "./bars.js";
import compare from "./steps/compare.js";
import handover from "./steps/handover.js";
import line from "./steps/line.js";
import look from "./steps/look.js";
import paint from "./steps/paint.js";
import photo, { showAdvice } from "./steps/photo.js";
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
/** @type {Step | null} */
let current = null;

/** @type {App} */
export const app = {
  store,
  stage,
  live,
  api,
  variants: new Variants(store),
  say: (text, urgent) => hint.say(text, urgent),
  note: (text, why) => hint.note(text, why),
  go,
  take: (file, name, another) => opener.take(file, name, another),
  sample: () => opener.sample(),
  openPhoto: (another) => opener.pick(another),
  controls: [],
  choices: {},
  defaults: {},
};
const opener = new Opener(app);
const hint = new Hint(byId("hint"), store);

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
  byId("panel").scrollTop = 0;
  peek(app, false);
  hint.enter(step.hint);
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

/** @param {Work} work */
function buildClient(work) {
  const about = clientPart(app, work);
  byId("panel-photo").append(viewPart(app), about);
  byId("panel-scale").append(headPart(app));
  const follow = () => (about.hidden = !store.project);
  store.subscribe(follow);
  follow();
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
  live.onPreshow = (on) => byId("app").classList.toggle("preshown", on);
  live.onTrouble = (problem) => hint.say(problem, true);
  const readouts = new Readouts(byId("readouts"), byId("spoken"));
  live.onStats = (stats) => {
    readouts.show(stats);
    showAdvice(stats);
  };
  live.onBusy = (quality) => byId("app").classList.toggle("working", quality !== "" && quality !== "drag");
  buildSteps();
  buildBars(app);
  buildVariants(app);
  buildPhotoStrip(app);
  buildClientView(app);
  bindKeys(app, STEPS.map((step) => step.id));
  store.subscribe(enable);
  store.subscribe((what) => (what === "open" || what === "view") && showHead(app));
  enable();
  go("photo");
  const work = new Work(app, opener);
  buildClient(work);
  watch(app, () => work.later(0));
  live.onLost = (sha256) => opener.again(sha256, work);
  if (!(await work.resume())) {
    await Promise.all([opener.first(), showRecent(app, work)]);
  }
  window.setInterval(() => api.ask("POST", "alive").catch(() => {}), ALIVE_MS);
}

start().catch((problem) => hint.say(problem.message, true));

