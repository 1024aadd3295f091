// One line over the photo that stays until it is answered: the server is away, another tab has saved, this takes long.

import { button, byId } from "./dom.js";

/** @typedef {[string, () => void]} Answer */

/** @type {Map<string, {words: string, answers: Answer[]}>} by what it is about; the last is shown */
const open = new Map();

/**
 * @param {string} about
 * @param {string} words
 * @param {...Answer} answers
 */
export function raise(about, words, ...answers) {
  open.delete(about);
  open.set(about, { words, answers });
  show();
}

/** @param {string} about */
export function lower(about) {
  if (open.delete(about)) show();
}

function show() {
  const banner = byId("banner");
  const last = [...open.values()].pop();
  banner.hidden = !last;
  banner.replaceChildren(last?.words ?? "", ...(last?.answers ?? []).map(([words, act]) => button(words, act)));
}
