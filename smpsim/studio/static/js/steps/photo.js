// The photo: dropped, picked, pasted or taken here; or the sample client.

import { takePhoto } from "../camera.js";
import { button, byId, el, part, svg } from "../dom.js";
import { roomPart } from "../room.js";
import { capital } from "../words.js";

/** @typedef {import("../types.js").App} App */

// as smpsim/scalp/scale.py says
const RESOLVED_PX_PER_MM = 6;

/** @type {HTMLElement} */
let notes;

/** @type {import("../types.js").Step} */
export default {
  id: "photo",
  title: "Photo",
  hint: "Drop a photo of the head on the page, or choose one.",
  free: true,
  build(panel, app) {
    notes = el("ul", { class: "notes", id: "photo-notes" });
    const about = part("This photo", notes);
    about.hidden = true;
    panel.append(about, part("A good photo", tips()), roomPart());
    buildInvitation(app);
    bindDrop(app);
    bindPaste(app);
    app.store.subscribe(() => (about.hidden = !app.store.project));
  },
  enter(app) {
    if (app.store.project) app.say("Drop another photo to begin anew.");
  },
  leave() {},
};

/**
 * What would make a better photo, as the preview found it.
 * @param {import("../types.js").Stats | null} stats  null: it is yet to be looked at
 */
export function showAdvice(stats) {
  if (!stats) return notes.replaceChildren();
  /** @type {{code: string, words: string, do: string}[]} */
  const advice = stats.advice;
  const told = new Set([...advice.map(inWords), ...stats.warnings]);
  for (const one of advice) if (one.code === "px-per-mm") told.delete(inWords(one)); // said in other words below
  // what is meant for the command line stands in brackets
  const lines = [...told].map((line) => line.replace(/ \([^()]*--[^()]*\)/g, ""));
  // known before the photo has been looked at
  if (stats.px_per_mm < RESOLVED_PX_PER_MM) lines.unshift(tooSmall(stats.px_per_mm));
  if (!lines.length) lines.push("Nothing to find fault with.");
  notes.replaceChildren(...lines.map((line) => el("li", {}, capital(line) + (/[.:]$/.test(line) ? "" : "."))));
}

/** @param {{words: string, do: string}} advice  as it stands among the warnings */
function inWords(advice) {
  return `${advice.words}: ${advice.do}`;
}

/** @param {number} px_per_mm */
function tooSmall(px_per_mm) {
  const much = `a millimetre is ${px_per_mm.toFixed(1)} pixels, ${RESOLVED_PX_PER_MM} are needed`;
  return `The photo is too small to show single dots (${much}): judge tone and edge, or take one from nearer`;
}

function tips() {
  const lines = [
    "From the front, at the height of the forehead.",
    "Hair shaved or very short.",
    "Soft light from a window, no flash.",
    "Sharp, and near: the head fills the picture.",
  ];
  return el("ul", { class: "notes" }, ...lines.map((line) => el("li", {}, line)));
}

/** What the stage shows before there is a photo. @param {App} app */
function buildInvitation(app) {
  const picture = svg(
    "svg",
    { viewBox: "0 0 64 64", "aria-hidden": "true" },
    svg("path", { d: "M12 38C10 8 54 8 52 38C52 52 42 60 32 60C22 60 12 52 12 38Z" }),
    svg("path", { d: "M18 30C20 20 44 20 46 30", class: "line" }),
  );
  const invitation = el(
    "div",
    { id: "invitation" },
    el(
      "div",
      { class: "drop" },
      el("div", { class: "picture" }, picture),
      el("p", { class: "large" }, "Drop a photo of the head here"),
      el("p", { class: "quiet" }, "The preview comes by itself after some seconds. Photos stay on this computer."),
      el(
        "div",
        { class: "buttons" },
        button("Choose a photo …", () => app.openPhoto(), { class: "main", id: "choose" }),
        button("Camera …", () => takePhoto(app), { id: "camera" }),
        button("Sample client", () => app.sample(), { id: "sample" }),
      ),
    ),
    el("div", { id: "recent" }),
  );
  byId("work").prepend(invitation);
  app.store.subscribe(() => (invitation.hidden = app.store.project !== null));
}

/** @param {App} app */
function bindDrop(app) {
  const page = byId("app");
  page.addEventListener("dragover", (event) => {
    event.preventDefault();
    page.classList.add("dropping");
  });
  page.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) page.classList.remove("dropping");
  });
  page.addEventListener("drop", (event) => {
    event.preventDefault();
    page.classList.remove("dropping");
    const file = event.dataTransfer?.files[0];
    if (file) app.take(file, file.name);
    else app.say("That is no file; drop a photo.", true);
  });
}

/** @param {App} app */
function bindPaste(app) {
  window.addEventListener("paste", (event) => {
    const file = [...(event.clipboardData?.files ?? [])].find((one) => one.type.startsWith("image/"));
    if (file) app.take(file, file.name || "pasted.png");
  });
}
