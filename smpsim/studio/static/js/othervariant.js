// The variant that is not shown stays in this tab: it outlasts a reload and a crash, not the tab itself.

/**
 * @typedef {import("./types.js").Project} Project
 * @typedef {import("./variants.js").Letter} Letter
 * @typedef {{shown: Letter, other: Project}} Other  which one is shown, and the one that is not
 */

/** @param {string} work  id of the client's work */
const keyOf = (work) => `smpsim-variant-${work}`;

/**
 * @param {string} work
 * @param {Other | null} other  null: there is none, or it is to be forgotten
 * @returns {boolean} whether it is kept
 */
export function keep(work, other) {
  try {
    if (other) sessionStorage.setItem(keyOf(work), JSON.stringify(other));
    else sessionStorage.removeItem(keyOf(work));
    return true;
  } catch {
    return !other; // no room, or a browser that keeps nothing
  }
}

/**
 * @param {string} work
 * @returns {Other | null}
 */
export function recall(work) {
  try {
    return JSON.parse(sessionStorage.getItem(keyOf(work)) ?? "null");
  } catch {
    return null;
  }
}
