// A question with two answers, in a dialogue of the page's own.

import { button, el } from "./dom.js";

/**
 * @param {string} title
 * @param {string} words
 * @param {string} yes
 * @param {string} no
 * @returns {Promise<boolean>}
 */
export function confirmed(title, words, yes, no) {
  return new Promise((resolve) => {
    const dialog = el("dialog", { "aria-labelledby": "question" });
    /** @param {string} answer */
    const close = (answer) => () => dialog.close(answer);
    dialog.append(
      el("h2", { id: "question" }, title),
      el("p", {}, words),
      el("div", { class: "buttons" }, button(no, close("")), button(yes, close("yes"), { class: "main", id: "confirm" })),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
