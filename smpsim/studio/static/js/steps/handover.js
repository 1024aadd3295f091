// What the client takes home, and what is kept: files, each with a word on what it is for.

import { button, choice, el, part, set } from "../dom.js";
import { Job } from "../jobs.js";
import { capital } from "../words.js";

/** @typedef {import("../types.js").App} App */

/** kind -> what it is called; what it is for is told by the server */
const TITLES = {
  sheet: "Client sheet (PDF)",
  slider: "Before and after page",
  jpeg: "Picture (JPEG)",
  options: "Choice of options",
  timeline: "Over the years",
  project: "Project",
  pack: "Project with photos",
  png: "Picture (PNG)",
  tiff: "Picture (TIFF)",
  mask: "Treated area",
  dots: "Dots",
  ora: "Layers",
};
const LANGUAGES = { en: "English", de: "Deutsch" };

/** @type {() => void} */
let show = () => {};

/** @type {import("../types.js").Step} */
export default {
  id: "handover",
  title: "Hand over",
  hint: "Choose what the client takes home. Every picture and page says that it is a simulation.",
  build(panel, app) {
    const told = new Map(/** @type {{name: string, about: string}[]} */ (app.choices.exports ?? []).map(({ name, about }) => [name, about]));
    const options = optionFields();
    /** @param {(keyof typeof TITLES)[]} kinds */
    const rows = (...kinds) =>
      el("ul", { class: "exports" }, ...kinds.filter((kind) => told.has(kind)).map((kind) => row(app, kind, told.get(kind) ?? "", options.read)));
    panel.append(
      part("Client", nameField(app), ...options.fields),
      part("For the client", rows("sheet", "slider", "jpeg", "options", "timeline")),
      part("To go on another day", rows("project", "pack")),
      el("details", {}, el("summary", {}, "For other programs"), rows("png", "tiff", "ora", "mask", "dots")),
    );
  },
  enter() {
    show();
  },
  leave() {},
};

/** @param {App} app */
function nameField(app) {
  const input = el("input", { type: "text", id: "client-name", maxlength: 80, autocomplete: "off", spellcheck: "false" });
  input.addEventListener("input", () => app.store.change("the client's name", (project) => ({ ...project, client: input.value }), "client"));
  show = () => {
    if (document.activeElement !== input) input.value = app.store.project?.client ?? "";
  };
  app.store.subscribe(show);
  return el("label", { class: "name" }, el("span", { class: "quiet" }, "Name, on pages and files; may stay empty"), input);
}

function optionFields() {
  const language = choice("Language", Object.entries(LANGUAGES), () => {});
  const paper = choice("Paper", [["a4", "A4"], ["letter", "Letter"]], () => {});
  language.select.id = "language";
  return {
    fields: [language.label, paper.label],
    /** @param {string} kind @returns {Record<string, string>} */
    read: (kind) => ({ language: language.select.value, ...(kind === "sheet" ? { paper: paper.select.value } : {}) }),
  };
}

/**
 * @param {App} app
 * @param {keyof typeof TITLES} kind
 * @param {string} about
 * @param {(kind: string) => Record<string, string>} options
 */
function row(app, kind, about, options) {
  /** @type {Job | null} */
  let job = null;
  const title = TITLES[kind];
  const bar = el("progress", { max: 1, value: 0, "aria-label": title });
  const stage = el("span", { class: "quiet" });
  const cancel = button("Cancel", () => job?.cancel(), { "aria-label": `Cancel: ${title}` });
  const under = el("div", { class: "job", hidden: true }, bar, stage, cancel);
  const make = button(title, async () => {
    if (job) return;
    job = new Job(app, kind, options(kind), (told) => {
      bar.value = told.progress;
      stage.textContent = told.state === "waiting" ? "waiting" : told.stage;
    });
    bar.removeAttribute("value");
    stage.textContent = "";
    set(make, { "aria-disabled": "true" });
    under.hidden = false;
    const end = await job.run();
    job = null;
    set(make, { "aria-disabled": null });
    under.hidden = true;
    if (end.state === "done") app.say(`${title}: saved where the browser keeps downloads.`);
    else if (end.state === "failed") app.say(`${title}: ${end.error || "it could not be made"}`, true);
    else app.say(`${title}: called off.`);
  }, { id: `export-${kind}`, class: kind === "sheet" ? "main" : null });
  return el("li", {}, make, el("p", { class: "quiet" }, `${capital(about)}.`), under);
}
