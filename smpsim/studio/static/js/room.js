// A dark screen, so that the photo is the brightest thing on it, or a light one; this browser remembers which.

import { el } from "./dom.js";
import { segments } from "./fields.js";

const KEY = "smpsim-room";

/** A choice of the screen. */
export function roomPart() {
  const { box, show } = segments("Screen", [["dark", "Dark"], ["light", "Light"]], (room) => {
    enter(room);
    try {
      localStorage.setItem(KEY, room);
    } catch {
      // a browser that remembers nothing
    }
  });
  let room = "dark";
  try {
    room = localStorage.getItem(KEY) ?? room;
  } catch {
    // nor tells anything
  }
  enter(room);
  show(room);
  return el("div", { class: "part" }, box);
}

/** @param {string} room */
function enter(room) {
  document.documentElement.dataset.theme = room;
  window.dispatchEvent(new Event("resize"));
}
