// Keys, by what they mean (event.key), never by where they lie.

import { byId } from "./dom.js";
import { showHead } from "./head.js";

/** @typedef {import("./types.js").App} App */

const PAN_PX = 40;
const ZOOM = 1.25;

/**
 * @param {App} app
 * @param {string[]} steps
 */
export function bindKeys(app, steps) {
  const { stage } = app;
  window.addEventListener("keydown", (event) => {
    if (typed(event) || event.defaultPrevented) return;
    const taken = (event.ctrlKey || event.metaKey) ? withControl(app, event) : stage.tool?.key?.(event) || plain(app, steps, event);
    if (taken) event.preventDefault();
  });
  window.addEventListener("keyup", (event) => {
    if (event.key === " ") hold(app, false);
    if (event.key === "b" || event.key === "B") peek(app, false);
  });
  window.addEventListener("blur", () => {
    hold(app, false);
    peek(app, false);
  });
}

/**
 * How far an arrow key moves a point, px of the photo.
 * @param {KeyboardEvent} event
 * @returns {import("./types.js").Point | null}
 */
export function arrowStep({ key, shiftKey }) {
  const far = shiftKey ? 10 : 1;
  if (key === "ArrowLeft" || key === "ArrowRight") return [key === "ArrowLeft" ? -far : far, 0];
  if (key === "ArrowUp" || key === "ArrowDown") return [0, key === "ArrowUp" ? -far : far];
  return null;
}

/**
 * Whether the key belongs to a field.
 * @param {KeyboardEvent} event
 */
function typed(event) {
  const { target } = event;
  if (!(target instanceof HTMLElement)) return false;
  // a number is undone as all else is; words are undone letter by letter
  if (target.matches("input[type=number]") && (event.ctrlKey || event.metaKey)) return !/^[zy]$/i.test(event.key);
  if (target instanceof HTMLInputElement && target.type === "range") return /^(Arrow|Page|Home|End)/.test(event.key);
  if (target.closest("[role=slider], [role=radiogroup]") && /^(Arrow|Page|Home|End)/.test(event.key)) return true;
  return target.matches("input:not([type=range]):not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
}

/**
 * @param {App} app
 * @param {KeyboardEvent} event
 */
function withControl(app, event) {
  const key = event.key.toLowerCase();
  if (key === "z") return act(app, event.shiftKey ? "redo" : "undo");
  if (key === "y") return act(app, "redo");
  if (key === "o") {
    app.openPhoto();
    return true;
  }
  return false;
}

/**
 * @param {App} app
 * @param {"undo" | "redo"} what
 */
export function act(app, what) {
  const label = what === "undo" ? app.store.undo() : app.store.redo();
  if (label) app.say(`${what === "undo" ? "Undone" : "Done again"}: ${label}`);
  return true;
}

/**
 * @param {App} app
 * @param {string[]} steps
 * @param {KeyboardEvent} event
 */
function plain(app, steps, event) {
  const { stage } = app;
  const { key, target } = event;
  const control = target instanceof HTMLElement && target.closest("button, a, summary, input");
  if (/^[1-7]$/.test(key)) app.go(steps[Number(key) - 1]);
  else if (key === "0") stage.fit();
  else if (key === "8") showHead(app);
  else if (key === "9") stage.oneToOne();
  else if (key === "+" || key === "=") stage.zoomTo(stage.zoom * ZOOM);
  else if (key === "-") stage.zoomTo(stage.zoom / ZOOM);
  else if (key === "b" || key === "B") peek(app, true);
  else if (control) return false;
  else if (key === " ") hold(app, true);
  else {
    const step = target === stage.host ? arrowStep(event) : null;
    if (!step) return false;
    stage.pan(-PAN_PX * step[0], -PAN_PX * step[1]);
  }
  return true;
}

/**
 * Held: one finger, pen or mouse moves the photo, whatever the tool.
 * @param {App} app
 * @param {boolean} held
 */
function hold(app, held) {
  app.stage.pointers.spaceHeld = held;
}

/**
 * Show the photo as it is, as long as it is asked for.
 * @param {App} app
 * @param {boolean} held
 */
export function peek(app, held) {
  if (held === (app.live.opacity === 0)) return;
  app.live.opacity = held ? 0 : 1;
  app.stage.host.classList.toggle("peeking", held);
  byId("before").setAttribute("aria-pressed", String(held));
  app.stage.invalidate();
}
