// Photos and projects: picked, dropped, taken; opened by the server, and handed over again should it lose one.

import { Trouble } from "./api.js";
import { lower, raise } from "./banner.js";
import { el } from "./dom.js";
import { FOUND } from "./headgrid.js";
import { treated } from "./store.js";

/**
 * @typedef {import("./types.js").App} App
 * @typedef {import("./types.js").Opened} Opened
 * @typedef {import("./types.js").Project} Project
 */

// longer side of the photo as it is seen without dots
const SHOWN_PX = 2560;
const PROJECT = /\.(smp\.json|smpz)$/i;
const SLOW_MS = 3000;
const ACCEPTED = "image/*,.heic,.heif,.avif,.tif,.tiff,.json,.smpz";

export class Opener {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    /** @type {Map<string, Blob>} files that were opened here, by SHA-256 */
    this.files = new Map();
  }

  /**
   * Ask for a photo or a project, and open it.
   * @param {boolean} [another]  a further photo of this client
   */
  pick(another = false) {
    return new Promise((resolve) => {
      const input = el("input", { type: "file", accept: ACCEPTED });
      input.addEventListener("change", async () => {
        const file = input.files?.[0];
        if (file) await this.take(file, file.name, another);
        resolve(undefined);
      });
      input.addEventListener("cancel", () => resolve(undefined));
      input.click();
    });
  }

  /**
   * @param {Blob} file
   * @param {string} name
   * @param {boolean} [another]
   */
  async take(file, name, another = false) {
    const { api, live } = this.app;
    if (PROJECT.test(name)) return this._busy("Opening the project …", (signal) => this._project(file, signal));
    await this._busy("Opening the photo …", async (signal) => {
      const shown = another ? null : this._preshow(file);
      try {
        const room = another ? (this.app.store.project?.views.length ?? 0) + 1 : 1;
        const opened = await api.json("POST", `photos?name=${encodeURIComponent(name)}&room=${room}`, file, signal);
        this.begin(opened, another);
        this.files.set(opened.project.views[0].photo.sha256, file);
      } catch (problem) {
        if (await shown) live.showAgain();
        throw problem;
      }
    });
  }

  async sample() {
    await this._busy("Making the sample client …", async (signal) => this.begin(await this.app.api.json("POST", "sample", null, signal), false));
  }

  /** What the program was started with. */
  async first() {
    const { api, store } = this.app;
    const given = await api.json("GET", "start").catch(() => null);
    if (!given || store.project) return;
    if (given.photo) this.begin(given.photo, false);
    else if (given.project) this.openProject(given.project);
  }

  /**
   * @param {string} words
   * @param {(signal: AbortSignal) => Promise<void>} act
   */
  async _busy(words, act) {
    const { say, stage } = this.app;
    const control = new AbortController();
    const late = window.setTimeout(() => raise("slow", "This takes long.", ["Cancel", () => control.abort()]), SLOW_MS);
    stage.host.classList.add("busy");
    say(words);
    try {
      await act(control.signal);
    } catch (problem) {
      if (control.signal.aborted) say("Opening was called off.");
      else if (problem instanceof Trouble) say(problem.message, true);
      else throw problem;
    } finally {
      window.clearTimeout(late);
      lower("slow");
      stage.host.classList.remove("busy");
    }
  }

  /**
   * Show a photo before the server has answered; what the browser cannot read is shown when it has.
   * @param {Blob} file
   * @returns {Promise<boolean>} whether it is shown
   */
  async _preshow(file) {
    const { live, store } = this.app;
    const before = store.rev;
    const whole = await createImageBitmap(file).catch(() => null);
    if (!whole) return false;
    const { width, height } = whole;
    const shrink = Math.min(SHOWN_PX / Math.max(width, height), 1);
    /** @type {ImageBitmapOptions} */
    const size = { resizeWidth: Math.round(width * shrink), resizeHeight: Math.round(height * shrink), resizeQuality: "medium" };
    const bitmap = shrink < 1 ? await createImageBitmap(whole, size) : whole;
    if (bitmap !== whole) whole.close();
    if (store.rev !== before) {
      bitmap.close();
      return false;
    }
    live.preshow(bitmap, { width, height });
    return true;
  }

  /**
   * @param {Opened} opened
   * @param {boolean} another
   */
  begin(opened, another) {
    const { app } = this;
    const view = opened.project.views[0];
    if (this._lacks(view.photo.sha256)) {
      app.store.knowPhoto(view.photo.sha256, opened.id);
      return app.say("This is the photo that was missing.");
    }
    if (another && app.store.project) {
      app.store.knowPhoto(view.photo.sha256, opened.id);
      app.store.change("another photo", (project) => ({
        ...project,
        treatment: treated(project.treatment, FOUND, app.defaults),
        views: [...project.views, view],
      }));
      app.store.show(app.store.project.views.length - 1);
    } else app.store.open(opened.project, { [view.photo.sha256]: opened.id });
    app.note(opened.notes.at(-1) ?? "This is a simulation: an estimate of how it may look.");
  }

  /**
   * Whether a photo is the project's, which was opened without it.
   * @param {string} sha256
   */
  _lacks(sha256) {
    const { project, photos } = this.app.store;
    return !photos.has(sha256) && (project?.views.some((view) => view.photo.sha256 === sha256) ?? false);
  }

  /**
   * @param {Blob} file
   * @param {AbortSignal} signal
   */
  async _project(file, signal) {
    this.openProject(await this.app.api.json("POST", "open", file, signal));
  }

  /** @param {{project: Project, photos: Record<string, string>, missing?: string[]}} opened */
  openProject({ project, photos, missing = [] }) {
    const { app } = this;
    app.store.open(project, photos);
    if (missing.length) app.say(`The project is open; now open its photo: ${missing.join(", ")}`, true);
    else app.say("The project is open.");
  }

  /**
   * The server has let go of a photo: hand it over once more, or let it look among what is kept.
   * @param {string} sha256
   * @param {import("./work.js").Work} work
   */
  async again(sha256, work) {
    const { api, store, say } = this.app;
    const file = this.files.get(sha256);
    try {
      const id = file
        ? (await api.json("POST", "photos?name=photo", file)).id
        : (await api.json("GET", `work/${work.id}`)).photos[sha256];
      if (id) return store.knowPhoto(sha256, id);
    } catch (problem) {
      if (!(problem instanceof Trouble)) throw problem;
    }
    say("The studio was started anew; open the photo again.", true);
  }
}
