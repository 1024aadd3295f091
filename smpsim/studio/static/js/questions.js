// What is asked of the server next, and how.

import { State } from "./frames.js";
import { headBox } from "./head.js";

/**
 * @typedef {import("./types.js").Box} Box
 * @typedef {import("./types.js").Project} Project
 * @typedef {import("./live.js").Live} Live
 * @typedef {object} Job
 * @property {"drag" | "idle" | "rest" | "layer" | "tile"} quality
 * @property {State} state
 * @property {Box} box  what is asked for
 * @property {number} [max_px]
 * @property {string} [key]
 */

/** so long after the last event the view is fine */
export const IDLE_MS = 200;
/** so long after it light and camera are measured for exactly this area, and then what may be wanted next is made */
export const REST_MS = 1000;
const MOST_PX = 4096;
const BESIDE_PX = 1280;

/** @param {import("./stage.js").Stage} stage */
export function wantsTiles(stage) {
  return stage.zoom * stage.dpr > 0.999;
}

/**
 * @param {Live} live
 * @returns {Job | null}
 */
export function nextJob(live) {
  const { frames, layers, stage, state, store } = live;
  const box = stage.visible();
  const { photo } = stage;
  if (!state || !box || !photo || !store.photoId || live.preshown || live.refused?.is(state)) return null;
  const moving = store.dragging ? dragged(store, box) : box;
  const known = frames.current(state, moving);
  const quiet = store.dragging ? 0 : performance.now() - live.lastEvent;
  const fine = Math.min(stage.zoom * stage.dpr, 1);
  // the first picture is asked for at once
  if (quiet < IDLE_MS && (frames.whole || frames.part)) {
    return known || layers.answers(state) ? null : { quality: "drag", state, box: moving, max_px: pixels(moving, fine / 2) };
  }
  const wide = roomy(box, photo);
  const most = Math.min(fine, MOST_PX / Math.max(wide[2], wide[3]));
  if (!known || known.fine < 0.98 * most) return { quality: "idle", state, box: wide, max_px: pixels(wide, fine) };
  const tile = wantsTiles(stage) ? live.tiles.missing(state, box, photo) : null;
  if (tile) return { quality: "tile", state, ...tile };
  if (quiet < REST_MS) return null;
  if (!known.settled) return { quality: "rest", state, box: wide, max_px: pixels(wide, fine) };
  // what lies beside the view, for when it is moved
  if (!frames.whole?.state.is(state)) {
    return { quality: "layer", key: "whole", state, box: [0, 0, photo.width, photo.height], max_px: BESIDE_PX };
  }
  const layer = layers.next(state, photo);
  return layer && { quality: "layer", ...layer };
}

/**
 * What may change while a hairline is dragged: the same box from beginning to end, so that the server can build on it.
 * @param {import("./store.js").Store} store
 * @param {Box} box  what is seen
 * @returns {Box}
 */
function dragged({ before, view }, box) {
  const begun = before?.project.views[view];
  const head = begun && !begun.mask && !begun.strokes.length && headBox(begun);
  if (!head) return box;
  const [x, y] = [Math.max(Math.floor(head[0]), box[0]), Math.max(Math.floor(head[1]), box[1])];
  const width = Math.min(Math.ceil(head[0] + head[2]), box[0] + box[2]) - x;
  const height = Math.min(Math.ceil(head[1] + head[3]), box[1] + box[3]) - y;
  return width > 0 && height > 0 ? [x, y, width, height] : box;
}

/**
 * @param {import("./store.js").Store} store
 * @param {Job} job
 */
export function questionOf({ project, view, rev }, { quality, state, box, max_px }) {
  const asked = onlyView({ .../** @type {Project} */ (project), treatment: state.treatment }, view);
  const part = quality === "tile" ? { window: box } : { region: box, max_px };
  return { project: asked, view, rev, quality: quality === "tile" ? "idle" : quality, ...part };
}

/**
 * Masks of other views are not sent: this question is about one.
 * @param {Project} project
 * @param {number} index
 * @returns {Project}
 */
function onlyView(project, index) {
  const views = project.views.map((view, i) => (i === index ? view : { ...view, mask: null, strokes: [] }));
  return { ...project, views };
}

/**
 * @param {Box} box
 * @param {number} fine  px of the answer per px of the photo
 */
function pixels(box, fine) {
  return Math.max(Math.min(Math.ceil(Math.max(box[2], box[3]) * fine), MOST_PX), 64);
}

/**
 * A little more than is seen, so that small moves show nothing old; all of the photo when most of it is seen.
 * @param {Box} box
 * @param {{width: number, height: number}} photo
 * @returns {Box}
 */
function roomy(box, photo) {
  const across = Math.round(0.1 * box[2]);
  const down = Math.round(0.1 * box[3]);
  const x = Math.max(box[0] - across, 0);
  const y = Math.max(box[1] - down, 0);
  const width = Math.min(box[0] + box[2] + across, photo.width) - x;
  const height = Math.min(box[1] + box[3] + down, photo.height) - y;
  return width * height > 0.6 * photo.width * photo.height ? [0, 0, photo.width, photo.height] : [x, y, width, height];
}

/**
 * @param {Response} response
 * @returns {Box | null}
 */
export function regionOf(response) {
  const numbers = (response.headers.get("Smpsim-Region") ?? "").split(" ").map(Number);
  return numbers.length === 4 && numbers.every(Number.isFinite) ? /** @type {Box} */ (numbers) : null;
}
