// The picture alone, for the client: no controls, full screen where the browser allows it; Esc leads back.

import { button, byId } from "./dom.js";

/** @typedef {import("./types.js").App} App */

// the browser takes the screen in several steps
const SETTLED_MS = 1000;

/** @param {App} app */
export function buildClientView(app) {
  const page = byId("app");
  const back = button("Back (Esc)", () => leave(), { id: "client-back", hidden: true });
  byId("stage").after(back);
  let grown = () => 1;
  const enter = async () => {
    grown = grow(app.stage);
    page.classList.add("clean");
    back.hidden = false;
    app.stage.host.focus();
    await document.documentElement.requestFullscreen?.().catch(() => {}); // where it is refused, the page does
  };
  const leave = () => {
    grow(app.stage, 1 / grown());
    page.classList.remove("clean");
    back.hidden = true;
    if (document.fullscreenElement) document.exitFullscreen();
    byId("client-view").focus();
  };
  document.addEventListener("fullscreenchange", () => {
    if (!document.fullscreenElement && page.classList.contains("clean")) leave();
  });
  window.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !page.classList.contains("clean")) return;
    event.preventDefault();
    leave();
  });
  const key = button("Client view", enter, { id: "client-view", title: "The picture alone, without controls" });
  byId("before").after(key);
}

/**
 * The same part of the photo fills the view that is about to change.
 * @param {import("./stage.js").Stage} stage
 * @param {number} [by]  how much larger everything becomes; as much as there is room for when not given
 * @returns {() => number}  how much larger everything has become
 */
function grow(stage, by = 0) {
  const { width, height, zoom, fitted, framed } = stage;
  const larger = () => by || Math.min(stage.width / width, stage.height / height);
  if (fitted || framed) return () => 1; // it will be made to fit again
  let grown = 1;
  const resized = new ResizeObserver(() => {
    grown = larger();
    stage.zoomTo(zoom * grown);
  });
  resized.observe(stage.host);
  window.setTimeout(() => resized.disconnect(), SETTLED_MS);
  return () => grown;
}
