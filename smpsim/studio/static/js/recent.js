// Recent clients: opened again, or forgotten.

import { Trouble } from "./api.js";
import { confirmed } from "./ask.js";
import { button, byId, el, part } from "./dom.js";
import { leave } from "./work.js";

/**
 * @typedef {import("./types.js").App} App
 * @typedef {import("./work.js").Work} Work
 * @typedef {import("./work.js").Kept} Kept
 */

const MOST = 30;

/**
 * @param {App} app
 * @param {Work} work
 */
export async function showRecent(app, work) {
  const kept = (await work.list()).slice(0, MOST);
  const host = byId("recent");
  if (!kept.length) return host.replaceChildren();
  host.replaceChildren(el("h2", {}, "Recent clients"), el("ul", { class: "recent" }, ...kept.map((one) => row(app, work, one))));
}

/**
 * @param {App} app
 * @param {Work} work
 * @param {Kept} kept
 */
function row(app, work, kept) {
  const name = nameOf(kept);
  const when = new Date(1000 * kept.saved).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  const count = kept.views.length > 1 ? `, ${kept.views.length} photos` : "";
  const open = button("", () => said(app, work.open(kept.work)), { class: "open" });
  open.append(el("span", {}, name), el("small", {}, `${when}${count}`));
  const drop = button("Forget …", () => forget(app, work, kept), { "aria-label": `Forget ${name} …` });
  return el("li", {}, open, drop);
}

/** @param {Kept} kept */
function nameOf(kept) {
  return kept.client || kept.views[0] || "without a name";
}

/**
 * @param {App} app
 * @param {Work} work
 * @param {Kept} kept
 */
async function forget(app, work, kept) {
  const words = "The photos, the drawing and everything set for this client are deleted from this computer. Files that were handed over stay where they are. This cannot be undone.";
  if (!(await confirmed(`Forget ${nameOf(kept)}?`, words, "Forget", "Keep"))) return;
  await said(app, work.forget(kept.work));
  app.say(`${nameOf(kept)} is forgotten.`);
  showRecent(app, work);
}

/**
 * For the step of photos: away from this client, or to forget it.
 * @param {App} app
 * @param {Work} work
 */
export function clientPart(app, work) {
  const others = button("All clients", async () => {
    await work.save();
    leave();
  }, { id: "all-clients" });
  const drop = button("Forget this client …", () => {
    const { project } = app.store;
    if (project) forget(app, work, { work: work.id, client: project.client, saved: 0, rev: "", views: project.views.map((view) => view.photo.name) });
  }, { id: "forget" });
  return part("Client", el("div", { class: "buttons" }, others, drop));
}

/**
 * @param {App} app
 * @param {Promise<unknown>} act
 */
async function said(app, act) {
  try {
    await act;
  } catch (problem) {
    if (!(problem instanceof Trouble)) throw problem;
    app.say(problem.message, true);
  }
}
