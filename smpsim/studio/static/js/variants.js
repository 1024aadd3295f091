// Two variants of a project, A and B.  Projects are never changed, only replaced, so a variant is the last project that
// was made while its letter was chosen; undo may lead from one to the other, and the letter follows.

import { button, byId, el, set } from "./dom.js";

/**
 * @typedef {import("./types.js").App} App
 * @typedef {import("./types.js").Project} Project
 * @typedef {import("./store.js").Store} Store
 * @typedef {"A" | "B"} Letter
 */

export class Variants {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    /** @type {Letter} */
    this.active = "A";
    /** @type {Partial<Record<Letter, Project>>} */
    this.slots = {};
    /** @type {WeakMap<Project, Letter>} */
    this.letters = new WeakMap();
    /** @type {Set<() => void>} */
    this.listeners = new Set();
    store.subscribe((what) => this.follow(what));
  }

  /** @returns {Letter} the one that is not shown */
  get other() {
    return this.active === "A" ? "B" : "A";
  }

  /** @param {() => void} listener */
  onChange(listener) {
    this.listeners.add(listener);
  }

  /** @param {import("./store.js").What} what */
  follow(what) {
    const { project } = this.store;
    if (!project) return;
    if (what === "open") {
      this.slots = {};
      this.active = "A";
    }
    this.active = this.letters.get(project) ?? this.active;
    this.letters.set(project, this.active);
    this.slots[this.active] = project;
    for (const listener of this.listeners) listener();
  }

  /** @returns {import("./othervariant.js").Other | null} what is kept of the one that is not shown */
  get aside() {
    const other = this.of(this.other);
    return other && { shown: this.active, other };
  }

  /**
   * After a reload: the project that was opened is the one that was shown.
   * @param {import("./othervariant.js").Other | null} kept
   */
  restore(kept) {
    const { project } = this.store;
    if (!kept || !project) return;
    this.active = kept.shown;
    this.letters.set(project, kept.shown);
    this.slots = { [kept.shown]: project, [this.other]: kept.other };
    for (const listener of this.listeners) listener();
  }

  /**
   * Show the other variant; one that is not there yet begins as a copy of this one.
   * @param {Letter} letter
   */
  show(letter) {
    const { store } = this;
    if (letter === this.active || !store.project) return;
    const next = this.of(letter) ?? { ...store.project };
    this.letters.set(next, letter);
    store.change(`going to variant ${letter}`, () => next);
  }

  /**
   * A variant as it would be shown now: photos that came later, and the client's name, are the same in both.
   * @param {Letter} letter
   * @returns {Project | null}
   */
  of(letter) {
    const { project } = this.store;
    const kept = this.slots[letter];
    if (!project || !kept) return null;
    if (letter === this.active) return project;
    const own = new Map(kept.views.map((view) => [view.photo.sha256, view]));
    const views = project.views.map((view) => own.get(view.photo.sha256) ?? view);
    return { ...kept, client: project.client, views };
  }
}

/**
 * Go to a variant, and say what a new one is.
 * @param {App} app
 * @param {Letter} letter
 */
export function showVariant(app, letter) {
  const fresh = !app.variants.of(letter);
  app.variants.show(letter);
  if (fresh) app.say(`Variant ${letter} begins as a copy: change its line or its look, then compare.`);
}

/**
 * Two keys in the bar above.
 * @param {App} app
 */
export function buildVariants(app) {
  const { variants } = app;
  const keys = /** @type {Letter[]} */ (["A", "B"]).map((letter) =>
    button(letter, () => showVariant(app, letter), { id: `variant-${letter}`, "aria-label": `Variant ${letter}` }),
  );
  const group = el("div", { class: "variants", role: "group", "aria-label": "Variant", hidden: true }, el("span", { class: "quiet", "aria-hidden": "true" }, "Variant"), ...keys);
  byId("tools").prepend(group);
  variants.onChange(() => {
    group.hidden = false;
    keys.forEach((key, i) => set(key, { "aria-pressed": String(variants.active === (i ? "B" : "A")) }));
  });
}
