// The photo: dropped, picked, pasted or taken here; or the sample client.

import { button, byId, el, part } from "../dom.js";

/** @typedef {import("../types.js").App} App */

/** @type {import("../types.js").Step} */
export default {
  id: "photo",
  title: "Photo",
  hint: "Drop a photo of the head on the page, or choose one.",
  free: true,
  build(panel, app) {
    panel.append(
      part(
        "Begin",
        el("p", {}, "A sharp photo from the front, hair short or shaved, soft light. Drop it anywhere on the page."),
        el(
          "div",
          { class: "buttons" },
          button("Choose a photo …", () => app.openPhoto(), { class: "main", id: "choose" }),
          button("Sample client", () => app.sample(), { id: "sample" }),
        ),
      ),
    );
    bindDrop(app);
    bindPaste(app);
  },
  enter() {},
  leave() {},
};

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
