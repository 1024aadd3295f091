// The line of words below the photo: what to do here, what was done.  What is said of a line goes when the line does.

import { el } from "./dom.js";
import { capital } from "./words.js";

/** @typedef {import("./store.js").Store} Store */

export class Hint {
  /**
   * @param {HTMLElement} host
   * @param {Store} store
   */
  constructor(host, store) {
    this.host = host;
    this.store = store;
    /** what to do in this step */
    this.step = "";
    /** @type {import("./types.js").Hairline | null | undefined} what the note is about; undefined: it is no note */
    this.line = undefined;
    store.subscribe(() => {
      if (this.line !== undefined && this.line !== store.shown?.hairline) this.say(this.step);
    });
  }

  /** @param {string} words  of a step that is entered */
  enter(words) {
    this.step = words;
    this.say(words);
  }

  /**
   * @param {string} text
   * @param {boolean} [urgent]
   */
  say(text, urgent = false) {
    this.line = undefined;
    this.host.replaceChildren(capital(text));
    this.host.classList.toggle("urgent", urgent);
  }

  /**
   * Something to know of the line that is shown.
   * @param {string} text
   * @param {string} [why]  more of it, for who asks
   */
  note(text, why = "") {
    this.say(text);
    this.line = this.store.shown?.hairline;
    if (why) this.host.append(" ", el("details", {}, el("summary", {}, "Why"), capital(why)));
  }
}
