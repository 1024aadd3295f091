// The work of a client, kept by the server as it goes on; after a reload, a crash or another day it is there again.

import { Trouble } from "./api.js";
import { lower, raise } from "./banner.js";
import { byId, el, set } from "./dom.js";
import { keep, recall } from "./othervariant.js";

/**
 * @typedef {import("./types.js").App} App
 * @typedef {import("./types.js").Project} Project
 * @typedef {{work: string, client: string, saved: number, rev: string, views: string[]}} Kept
 */

const PAUSE_MS = 800;
const AGAIN_MS = 3000;
const LATER_MS = 10_000;
const SAMPLE = "sample"; // where its scale comes from

export class Work {
  /**
   * @param {App} app
   * @param {import("./open.js").Opener} opener
   */
  constructor(app, opener) {
    this.app = app;
    this.opener = opener;
    this.id = "";
    this.rev = "";
    /** @type {{id: string, rev: string} | null} what the next project that is opened belongs to */
    this.next = null;
    /** @type {Project | null} as the server has it */
    this.saved = null;
    /** @type {Project | null} as the page has it */
    this.project = null;
    /** @type {import("./othervariant.js").Other | null} */
    this.other = null;
    this.timer = 0;
    this.saving = false;
    /** this studio keeps nothing, or the client was forgotten */
    this.off = false;
    this.mark = el("span", { id: "saved", class: "quiet" });
    byId("tools").prepend(this.mark);
    app.store.subscribe((what) => this.follow(what));
    window.addEventListener("beforeunload", (event) => {
      const kept = this.off || keep(this.id, this.other);
      if (!kept || (this.unsaved && !this.off)) event.preventDefault();
    });
  }

  get unsaved() {
    return this.app.store.project !== null && this.app.store.project !== this.saved;
  }

  /** @param {import("./store.js").What} what */
  follow(what) {
    if (what === "open") {
      this.part();
      this.id = this.next?.id ?? crypto.randomUUID();
      this.rev = this.next?.rev ?? "";
      // the sample is no client, as long as nothing is done to it
      this.saved = this.next || this.app.store.shown?.scale?.source === SAMPLE ? this.app.store.project : null;
      this.next = null;
      this.off = false;
      lower("tabs");
      history.replaceState(null, "", this.rev ? `#work=${this.id}` : location.pathname);
      this.app.variants.restore(recall(this.id));
    }
    this.project = this.app.store.project;
    this.other = this.app.variants.aside;
    if (what !== "dragging") this.later(PAUSE_MS);
  }

  /** Another client is opened: what was done to this one a moment ago is kept, too. */
  part() {
    const { project } = this;
    if (!project || this.off) return;
    keep(this.id, this.other);
    if (project === this.saved) return;
    this.app.api.json("PUT", `work/${this.id}`, this.kept(project)).catch(() => this.app.say("The last change was not kept.", true));
  }

  /**
   * What is to be kept, in the place of what this tab has seen kept last.
   * @param {import("./types.js").Project} project
   */
  kept(project) {
    return { project, ...(this.rev ? { rev: this.rev } : {}) };
  }

  /** @param {number} wait  ms */
  later(wait) {
    this.tell();
    if (!this.unsaved || this.off) return;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.save(), wait);
  }

  tell() {
    if (!this.app.store.project) return;
    const { other } = this;
    const saved = other ? `${other.shown} saved` : "Saved";
    this.mark.textContent = this.off ? "Not kept" : this.unsaved ? "…" : this.rev && saved;
    set(this.mark, { title: other && "The variant that is shown is saved; the other one stays in this tab" });
  }

  async save() {
    const { api, store } = this.app;
    const { project } = store;
    if (!project || this.saving || this.off || !this.unsaved || store.dragging) return;
    const { id } = this;
    let again = PAUSE_MS;
    this.saving = true;
    try {
      /** @type {Kept} */
      const kept = await api.json("PUT", `work/${id}`, this.kept(project));
      if (id !== this.id) return;
      this.rev = kept.rev;
      this.saved = project;
      keep(id, this.other);
      history.replaceState(null, "", `#work=${id}`);
    } catch (problem) {
      if (id === this.id) again = this.failed(problem);
    } finally {
      this.saving = false;
      this.later(again);
    }
  }

  /**
   * @param {unknown} problem
   * @returns {number} after how many ms to try again, unless it is of no use
   */
  failed(problem) {
    if (!(problem instanceof Trouble)) throw problem;
    this.off = [404, 409, 410].includes(problem.status);
    if (problem.status === 409) {
      raise(
        "tabs",
        "This client is open in another tab, which has saved something else.",
        ["Keep what is here", () => this.overrule()],
        ["Take what is there", () => this.open(this.id)],
      );
    } else if (problem.status === 410) {
      raise("tabs", "This client was forgotten. What is still shown here is kept nowhere.", ["Close it", () => leave()]);
    } else if (problem.status && !this.off) this.app.say(`Not kept yet: ${problem.message}`, true);
    return problem.status ? LATER_MS : AGAIN_MS;
  }

  /** What is shown here counts, whatever another tab has saved. */
  overrule() {
    lower("tabs");
    this.rev = "";
    this.off = false;
    this.later(0);
  }

  /** @param {string} id */
  async open(id) {
    const opened = await this.app.api.json("GET", `work/${id}`);
    this.next = { id, rev: opened.rev };
    lower("tabs");
    this.opener.openProject(opened);
  }

  /** After a reload: the client that was open. @returns {Promise<boolean>} whether there was one */
  async resume() {
    const id = /^#work=([A-Za-z0-9_-]{8,64})$/.exec(location.hash)?.[1];
    if (!id) return false;
    try {
      await this.open(id);
      return true;
    } catch (problem) {
      if (!(problem instanceof Trouble)) throw problem;
      history.replaceState(null, "", location.pathname);
      return false;
    }
  }

  /** @returns {Promise<Kept[]>} the last first */
  async list() {
    return this.app.api.json("GET", "work").catch(() => []);
  }

  /** @param {string} id */
  async forget(id) {
    if (id === this.id) this.off = true;
    await this.app.api.ask("DELETE", `work/${id}`);
    keep(id, null);
    if (id === this.id) leave();
  }
}

/** To the start, with nothing of a client left in this page. */
export function leave() {
  if (location.hash) location.replace(location.pathname);
  else location.reload();
}
