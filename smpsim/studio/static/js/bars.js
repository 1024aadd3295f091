// The bar above (undo, redo, open) and the one at the view (zoom, before), and the panel's handle on small screens.

import { button, byId, el } from "./dom.js";
import { showHead } from "./head.js";
import { act, peek } from "./keys.js";

/** @typedef {import("./types.js").App} App */

// held for longer, it is no tap
const TAP_MS = 350;

/** @param {App} app */
export function buildBars(app) {
  const { stage, store } = app;
  const undo = button("Undo", () => act(app, "undo"), { id: "undo", title: "Ctrl+Z" });
  const redo = button("Redo", () => act(app, "redo"), { id: "redo", title: "Ctrl+Shift+Z" });
  byId("tools").append(undo, redo, button("Open …", () => app.openPhoto(), { id: "open", title: "Ctrl+O" }));
  const mark = () => {
    undo.toggleAttribute("disabled", !store.canUndo);
    redo.toggleAttribute("disabled", !store.canRedo);
    byId("client").textContent = store.project?.client || store.shown?.photo.name || "";
    byId("app").classList.toggle("has-photo", store.project !== null);
    stage.canvas.setAttribute("aria-label", store.shown ? `Simulated preview on ${store.shown.photo.name}` : "No photo yet");
  };
  store.subscribe(mark);
  buildView(app);
  buildHandle();
  mark();
}

/** @param {App} app */
function buildView(app) {
  const { stage } = app;
  const shown = el("output", { id: "zoom", "aria-label": "Zoom" });
  const before = beforeKey(app);
  byId("view").append(
    button("−", () => stage.zoomTo(stage.zoom / 1.25), { "aria-label": "Zoom out" }),
    shown,
    button("+", () => stage.zoomTo(stage.zoom * 1.25), { "aria-label": "Zoom in" }),
    button("Fit", () => stage.fit(), { title: "0" }),
    button("Head", () => showHead(app), { title: "8", id: "show-head" }),
    button("1:1", () => stage.oneToOne(), { title: "9", "aria-label": "1:1, a pixel of the photo for each of the screen" }),
    before,
    el("span", { class: "mark" }, "Simulation"),
  );
  stage.onMove(() => (shown.textContent = `${Math.round(100 * stage.zoom * stage.dpr)} %`));
}

/**
 * Pressed shortly it shows the photo as it is until it is pressed again; held, as long as it is held.
 * @param {App} app
 */
function beforeKey(app) {
  const title = "The photo as it is: press, or hold; or hold the key B";
  const before = button("Before", () => {}, { id: "before", title, "aria-pressed": "false" });
  let since = 0;
  let on = false;
  const press = () => {
    since = performance.now();
    on = app.live.opacity === 0;
    peek(app, true);
  };
  const release = () => peek(app, !on && performance.now() - since < TAP_MS);
  before.addEventListener("pointerdown", (event) => {
    before.setPointerCapture(event.pointerId);
    press();
  });
  before.addEventListener("pointerup", release);
  before.addEventListener("pointercancel", () => peek(app, false));
  /** @param {KeyboardEvent} event */
  const mine = ({ key, repeat }) => !repeat && (key === " " || key === "Enter");
  before.addEventListener("keydown", (event) => mine(event) && press());
  before.addEventListener("keyup", (event) => mine(event) && release());
  // what is changed is to be seen
  app.store.subscribe((what) => what !== "photos" && peek(app, false));
  return before;
}

/** On small upright screens the panel is pulled up. */
function buildHandle() {
  const handle = byId("handle");
  handle.addEventListener("click", () => {
    const open = handle.getAttribute("aria-expanded") !== "true";
    handle.setAttribute("aria-expanded", String(open));
    byId("app").classList.toggle("lowered", !open);
  });
}
