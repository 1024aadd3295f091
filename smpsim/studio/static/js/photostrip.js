// The photos of a client: small pictures in the bar above; each has a scale, a line and strokes of its own.

import { button, byId, el, part } from "./dom.js";

/** @typedef {import("./types.js").App} App */

const MOST = 20; // as smpsim/project.py allows
const THUMB_PX = 96;

/** @param {App} app */
export function buildPhotoStrip(app) {
  const strip = el("div", { id: "photos", role: "group", "aria-label": "Photos of this client", hidden: true });
  const add = button("+ Photo", () => app.openPhoto(true), { "aria-label": "Add a photo of this client", title: "Add a photo of this client", id: "add-photo" });
  byId("tools").before(strip);
  let shown = "";
  app.store.subscribe((what) => {
    const { project, photos, view } = app.store;
    strip.hidden = !project;
    if (!project || what === "dragging") return;
    const keys = project.views.map((one) => `${one.photo.sha256} ${photos.get(one.photo.sha256)} ${one.name}`);
    const state = `${view} ${keys.join()}`;
    if (state === shown) return;
    shown = state;
    const thumbs = project.views.length > 1 ? project.views.map((one, i) => thumb(app, one, i)) : [];
    strip.replaceChildren(...thumbs, ...(project.views.length < MOST ? [add] : []));
  });
}

/**
 * @param {App} app
 * @param {import("./types.js").View} view
 * @param {number} index
 */
function thumb(app, view, index) {
  const id = app.store.photos.get(view.photo.sha256);
  const pressed = String(index === app.store.view);
  const words = `Photo ${index + 1}: ${view.name || view.photo.name}`;
  const key = button("", () => show(app, index), { "aria-pressed": pressed, "aria-label": words, title: words });
  key.append(id ? el("img", { src: `/api/photos/${id}/before?max_px=${THUMB_PX}`, alt: "" }) : String(index + 1));
  return key;
}

/**
 * @param {App} app
 * @param {number} index
 */
function show(app, index) {
  app.store.show(index);
  byId("photos").querySelectorAll("button")[index]?.focus();
}

/**
 * For the step of photos: what this one is called, and to take it away.
 * @param {App} app
 */
export function viewPart(app) {
  const { store } = app;
  const name = el("input", { type: "text", id: "view-name", list: "view-names", maxlength: 40, autocomplete: "off" });
  const names = el("datalist", { id: "view-names" }, ...["front", "left", "right", "crown", "back"].map((value) => el("option", { value })));
  name.addEventListener("input", () => store.changeView("the photo's name", (view) => ({ ...view, name: name.value }), "view-name"));
  const away = button("Take this photo away", () => {
    const index = store.view;
    store.change("taking a photo away", (project) => ({ ...project, views: project.views.filter((_, i) => i !== index) }));
  }, { id: "take-away" });
  const label = el("label", { class: "name" }, el("span", { class: "quiet" }, "What it shows"), name, names);
  const box = part("Name of the photo", label, el("div", { class: "buttons" }, away));
  const follow = () => {
    box.hidden = !store.project;
    away.hidden = (store.project?.views.length ?? 0) < 2;
    if (document.activeElement !== name) name.value = store.shown?.name ?? "";
  };
  store.subscribe(follow);
  follow();
  return box;
}
