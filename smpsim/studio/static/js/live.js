// The live preview: asks the server for what is seen, one question at a time and the newest first; rough ones while
// something moves, fine ones 200 ms after the last event, tiles at 1:1, then what may be wanted next.

import { Trouble } from "./api.js";
import { Frames, State } from "./frames.js";
import { Layers } from "./layers.js";
import { IDLE_MS, REST_MS, nextJob, questionOf, regionOf, wantsTiles } from "./questions.js";
import { Tiles } from "./tiles.js";

/**
 * @typedef {import("./types.js").Stats} Stats
 * @typedef {import("./questions.js").Job} Job
 */

const AGAIN_MS = 2000;
const SOON_MS = 50;

export class Live {
  /**
   * @param {import("./store.js").Store} store
   * @param {import("./stage.js").Stage} stage
   * @param {import("./api.js").Api} api
   */
  constructor(store, stage, api) {
    this.store = store;
    this.stage = stage;
    this.api = api;
    this.frames = new Frames();
    this.layers = new Layers();
    this.tiles = new Tiles();
    /** how much of the after is seen, 0 to 1 */
    this.opacity = 1;
    /** @type {Job & {control: AbortController} | null} */
    this.running = null;
    this.lastEvent = 0;
    /** @type {number[]} */
    this.timers = [];
    /** @type {State | null} what the server refused: not asked again */
    this.refused = null;
    this.shownId = "";
    /** @type {Stats | null} the numbers that were told last */
    this.told = null;
    /** @type {{width: number, height: number} | null} a photo that is seen, and that the server has yet to read */
    this.preshown = null;
    /** @type {(stats: Stats | null) => void} numbers of what is seen; null: there are none yet */
    this.onStats = () => {};
    /** @type {(busy: string) => void} "" when nothing is asked */
    this.onBusy = () => {};
    /** @type {(on: boolean) => void} a photo is seen that the server has yet to read */
    this.onPreshow = () => {};
    /** @type {(problem: string) => void} */
    this.onTrouble = () => {};
    /** @type {(sha256: string) => void} the server does not have the photo any more */
    this.onLost = () => {};
    stage.addPainter(0, (ctx) => this._paint(ctx));
    stage.onMove(() => this._moved());
    store.subscribe((what) => this._changed(what));
  }

  /** @returns {State | null} */
  get state() {
    return State.of(this.store);
  }

  /** @param {import("./store.js").What} what */
  _changed(what) {
    if (what === "open" || what === "view" || what === "photos") this._showPhoto(what === "open");
    if (this.running && this.running.quality !== "drag") this.running.control.abort();
    this.refused = null;
    this._moved();
    this._tellKnown();
    this.stage.invalidate();
  }

  /** A picture that is there already (of what was undone) is not asked for again: its numbers hold again, too. */
  _tellKnown() {
    const box = this.stage.visible();
    const known = this.state && box && this.frames.current(this.state, box);
    if (known?.stats) this._tell(known.stats);
  }

  /** @param {Stats | null} stats */
  _tell(stats) {
    if (stats === this.told) return;
    this.told = stats;
    this.onStats(stats);
  }

  _moved() {
    this.lastEvent = performance.now();
    for (const timer of this.timers) window.clearTimeout(timer);
    this.timers = [IDLE_MS, REST_MS].map((ms) => window.setTimeout(() => this._ask(), ms + 5));
    this._ask();
  }

  /**
   * Another photo is shown: fetch it as it is, unless it is there already.
   * @param {boolean} [opened]  it may be the one that was shown before it was read
   */
  async _showPhoto(opened = false) {
    const view = this.store.shown;
    const id = this.store.photoId ?? "";
    if (!view || (id && id === this.shownId)) return;
    const photo = { width: view.photo.width_px, height: view.photo.height_px };
    const same = opened && this.preshown?.width === photo.width && this.preshown.height === photo.height;
    this._forget(id, same);
    this.stage.setPhoto(photo);
    if (id && !same) await this._fetchPhoto(id);
  }

  /** @param {string} id */
  async _fetchPhoto(id) {
    try {
      const response = await this.api.ask("GET", `photos/${id}/before?max_px=2560`);
      const bitmap = await createImageBitmap(await response.blob());
      if (this.shownId === id) this.showBefore(bitmap);
    } catch (problem) {
      if (this.shownId !== id) return;
      const wait = this._failed(problem, null);
      if (wait) window.setTimeout(() => this._fetchPhoto(id), wait);
    }
  }

  /**
   * Show a photo that the server has yet to read; nothing is asked until it has.
   * @param {ImageBitmap} bitmap
   * @param {{width: number, height: number}} photo  its full size
   */
  preshow(bitmap, photo) {
    this.running?.control.abort();
    this._forget("");
    this.preshown = photo;
    this.stage.setPhoto(photo);
    this.showBefore(bitmap);
    this.onPreshow(true);
  }

  /** What was to be shown cannot be read: show what the project has. */
  showAgain() {
    this._forget("");
    this.stage.setPhoto(null);
    this._showPhoto();
  }

  /**
   * @param {string} id  of the photo that comes
   * @param {boolean} [same]  it is the one that is seen
   */
  _forget(id, same = false) {
    this.shownId = id;
    this.preshown = null;
    this.onPreshow(false);
    this._tell(null);
    this.frames.clear(same);
    this.layers.clear();
    this.tiles.clear();
  }

  /** @param {ImageBitmap} bitmap */
  showBefore(bitmap) {
    this.frames.before?.close();
    this.frames.before = bitmap;
    this.stage.invalidate();
  }

  /** @param {CanvasRenderingContext2D} ctx */
  _paint(ctx) {
    const { photo } = this.stage;
    if (!photo) return;
    // a preview of the whole photo hides what lies below it
    if (this.opacity === 0 || !this.frames.whole) this.frames.paintBefore(ctx, photo);
    if (this.opacity === 0) return;
    this.paintAfter(ctx);
    if (this.opacity === 1) return;
    ctx.globalAlpha = 1 - this.opacity;
    this.frames.paintBefore(ctx, photo);
    ctx.globalAlpha = 1;
  }

  /**
   * The preview, as fine as there is one.
   * @param {CanvasRenderingContext2D} ctx
   */
  paintAfter(ctx) {
    const { photo } = this.stage;
    const state = this.state;
    if (!photo || !state) return;
    const box = this.stage.visible();
    const known = box && this.frames.current(state, box);
    if (known || !this.layers.paint(ctx, state, photo)) this.frames.paintAfter(ctx, state, box);
    if (wantsTiles(this.stage)) this.tiles.paint(ctx, state);
  }

  async _ask() {
    if (this.running) return;
    const job = nextJob(this);
    if (!job) return this.onBusy("");
    const running = { ...job, control: new AbortController() };
    this.running = running;
    if (job.quality !== "layer") this.onBusy(job.quality);
    let wait = 0;
    try {
      await this._take(running, await this._send(running));
    } catch (problem) {
      wait = this._failed(problem, running.state);
    }
    this.running = null;
    if (wait) window.setTimeout(() => this._ask(), wait);
    else this._ask();
  }

  /**
   * @param {Job & {control: AbortController}} job
   * @returns {Promise<Response>}
   */
  _send(job) {
    return this.api.ask("POST", `photos/${this.store.photoId}/preview`, questionOf(this.store, job), job.control.signal);
  }

  /**
   * @param {Job} job
   * @param {Response} response
   */
  async _take(job, response) {
    const bitmap = await createImageBitmap(await response.blob());
    const now = this.state;
    const { photo } = this.stage;
    // a rough picture of a moment ago is better than none; of another view nothing is shown
    const fits = job.quality === "drag" ? now?.view.photo === job.state.view.photo : now?.drawnLike(job.state);
    if (!photo || !fits) return bitmap.close();
    if (job.quality === "layer" && !job.key) this.layers.put(job.state, bitmap);
    else if (job.quality === "tile") this.tiles.put(job.state, job.key ?? "", job.box, bitmap);
    else {
      const box = regionOf(response) ?? [0, 0, photo.width, photo.height];
      const settled = response.headers.get("Smpsim-Settled") !== "0" || job.quality === "rest";
      const asked = job.quality === "drag" ? 0 : (job.max_px ?? 0) / Math.max(job.box[2], job.box[3]);
      const fine = Math.max(bitmap.width / box[2], asked);
      const told = response.headers.get("Smpsim-Stats");
      /** @type {Stats | null} */
      const stats = told ? JSON.parse(told) : null;
      this.frames.put({ bitmap, box, state: job.state, fine, settled, stats }, photo);
      this._tell(stats);
      this._tellKnown(); // a rough answer may be of a moment ago
    }
    this.stage.invalidate();
  }

  /**
   * @param {unknown} problem
   * @param {State | null} state
   * @returns {number} after how many ms to ask again
   */
  _failed(problem, state) {
    if (problem instanceof DOMException && problem.name === "AbortError") return 0;
    // an answer that breaks off is a TypeError
    if (problem instanceof TypeError || (problem instanceof Trouble && problem.status === 0)) return AGAIN_MS;
    if (problem instanceof Trouble && problem.status === 409) return SOON_MS;
    const view = state?.view ?? this.store.shown;
    if (problem instanceof Trouble && problem.status === 404 && view) this.onLost(view.photo.sha256);
    else this.onTrouble(problem instanceof Trouble ? problem.message : "This picture could not be shown.");
    this.refused = state;
    return 0;
  }
}
