// The picture alone, for the client: no controls, full screen where the browser allows it; Esc leads back.

import { button, byId } from "./dom.js";

/** @typedef {import("./types.js").App} App */

/** @param {App} app */
export function buildClientView(app) {
  const page = byId("app");
  const back = button("Back (Esc)", () => leave(), { id: "client-back", hidden: true });
  byId("stage").after(back);
  const enter = async () => {
    page.classList.add("clean");
    back.hidden = false;
    app.stage.host.focus();
    await document.documentElement.requestFullscreen?.().catch(() => {}); // where it is refused, the page does
  };
  const leave = () => {
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
