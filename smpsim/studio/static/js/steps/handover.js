// What the client takes home, and what is kept: files, each with a word on what it is for.

import { valueOf } from "../controls.js";
import { button, check, choice, el, part, set } from "../dom.js";
import { Job } from "../jobs.js";
import { capital } from "../words.js";
import { MOMENTS } from "./look.js";

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
/** kinds that show the moment that is chosen here; all others show what the screen shows, or many moments */
const OF_A_MOMENT = ["sheet", "slider", "jpeg", "options"];
/** where this browser keeps the studio's name: the technician's own, nothing of a client */
const KEPT = "smpsim-studio-name";

/** @typedef {{label: HTMLElement, show: () => void}} Field */
/** @typedef {{fields: HTMLElement[], read: (kind: string) => Record<string, string>}} Options */
/** @typedef {Options & {beside: Record<string, HTMLElement>, show: () => void}} Look  beside: below what button */

/** @type {() => void} */
let show = () => {};

/** @type {import("../types.js").Step} */
export default {
  id: "handover",
  title: "Hand over",
  hint: "Choose what the client takes home. Every page and picture is marked as a simulation.",
  build(panel, app) {
    const told = new Map(/** @type {{name: string, about: string}[]} */ (app.choices.exports ?? []).map(({ name, about }) => [name, about]));
    const name = nameField(app);
    const [paper, look] = [paperOptions(), lookOptions(app)];
    /** @param {string} kind */
    const read = (kind) => ({ ...paper.read(kind), ...look.read(kind) });
    /** @param {(keyof typeof TITLES)[]} kinds */
    const rows = (...kinds) =>
      el("ul", { class: "exports" }, ...kinds.filter((kind) => told.has(kind)).map((kind) => row(app, kind, told.get(kind) ?? "", read, look.beside[kind])));
    panel.append(
      part("Client", name.label, el("details", { id: "on-the-pages" }, el("summary", {}, "Day, studio, language, paper"), ...paper.fields)),
      part("For the client", ...look.fields, rows("sheet", "slider", "jpeg", "options", "timeline")),
      part("To go on another day", rows("project", "pack")),
      el("details", {}, el("summary", {}, "For other programs"), rows("png", "tiff", "ora", "mask", "dots")),
    );
    show = () => [name, look].forEach((one) => one.show());
    app.store.subscribe(show);
  },
  enter() {
    show();
  },
  leave() {},
};

/** @param {App} app @returns {Field} */
function nameField(app) {
  const input = words("client-name");
  input.addEventListener("input", () => app.store.change("the client's name", (project) => ({ ...project, client: input.value }), "client"));
  const show = () => {
    if (document.activeElement !== input) input.value = app.store.project?.client ?? "";
  };
  return { label: named("Name, on pages and files; may stay empty", input), show };
}

/** What stands on sheets and pages besides, and how they are made. @returns {Options} */
function paperOptions() {
  const day = el("input", { type: "date", id: "sheet-date" });
  const studio = words("studio-name");
  studio.value = kept();
  studio.addEventListener("change", () => keep(studio.value));
  const language = choice("Language", Object.entries(LANGUAGES), () => {});
  const paper = choice("Paper", [["a4", "A4"], ["letter", "Letter"]], () => {});
  language.select.id = "language";
  return {
    fields: [named("Day, on the sheet", day), named("Studio or technician, on the sheet", studio), language.label, paper.label],
    read: (kind) => ({
      language: language.select.value,
      ...(kind === "sheet" ? { paper: paper.select.value, date: day.value, studio: studio.value } : {}),
    }),
  };
}

/** Which moment the client is given, and what goes with it. @param {App} app @returns {Look} */
function lookOptions(app) {
  const moment = choice("Sheet, page, picture and options show", [["healed", "Healed, after all sessions"], ["shown", ""]], () => {});
  moment.select.id = "moment";
  moment.label.classList.add("wide");
  // what goes home with the client holds nothing that is not for the client
  const technician = check("With a page for the technician", () => {}, { id: "technician-page" });
  const caption = check("With the word simulation below it", () => {}, { id: "caption", checked: true });
  return {
    fields: [moment.label],
    beside: { sheet: technician.label, jpeg: caption.label },
    read: (kind) => ({
      ...(OF_A_MOMENT.includes(kind) ? { moment: moment.select.value } : {}),
      ...(kind === "sheet" ? { technician: yesNo(technician.box.checked) } : {}),
      ...(kind === "jpeg" ? { caption: yesNo(caption.box.checked) } : {}),
    }),
    show: () => {
      moment.select.options[1].text = `As on the screen: ${shown(app)}`;
    },
  };
}

/** The moment on the screen: "1 year after session 3". @param {App} app */
function shown(app) {
  const age = valueOf(app, "age_days");
  const time = MOMENTS.find(([, , value]) => value === age)?.[1].toLowerCase() ?? `${age} days`;
  return `${time} after session ${valueOf(app, "session") ?? valueOf(app, "n_sessions")}`;
}

/** @param {boolean} is */
function yesNo(is) {
  return is ? "yes" : "no";
}

/** @param {string} id */
function words(id) {
  return el("input", { type: "text", id, maxlength: 80, autocomplete: "off", spellcheck: "false" });
}

/** @param {string} text @param {HTMLElement} input */
function named(text, input) {
  return el("label", { class: "name" }, el("span", { class: "quiet" }, text), input);
}

function kept() {
  try {
    return localStorage.getItem(KEPT) ?? "";
  } catch {
    return "";
  }
}

/** @param {string} name */
function keep(name) {
  try {
    localStorage.setItem(KEPT, name);
  } catch {
    // a browser that remembers nothing
  }
}

/**
 * @param {App} app
 * @param {keyof typeof TITLES} kind
 * @param {string} about
 * @param {(kind: string) => Record<string, string>} options
 * @param {HTMLElement} [beside]  what else is chosen for it
 */
function row(app, kind, about, options, beside) {
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
  return el("li", {}, make, el("p", { class: "quiet" }, `${capital(about)}.`), beside ?? null, under);
}
