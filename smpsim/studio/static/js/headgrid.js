// The shape of the head: flat, or an ellipsoid whose grid lies over the scalp and can be turned by hand.

import { Trouble } from "./api.js";
import { valueOf } from "./controls.js";
import { button, byId, check, el, part } from "./dom.js";
import { segments, slider } from "./fields.js";
import { treated } from "./store.js";

/**
 * @typedef {import("./types.js").App} App
 * @typedef {import("./types.js").Place} Place
 * @typedef {import("./types.js").Point} Point
 * @typedef {import("./types.js").Tool} Tool
 * @typedef {import("./types.js").Value} Value
 */

const WAIT_MS = 120;
const DEG_PER_PX = 0.35;

/** What is set: leaf, words, unit, of the head itself and of how it lies in this photo. @type {[string, string, string][]} */
const SIZES = [
  ["head_breadth_mm", "Breadth", "mm"],
  ["head_length_mm", "Length", "mm"],
  ["head_height_mm", "Height", "mm"],
];
/** @type {[string, string, string][]} */
const TURNS = [
  ["head_azimuth_deg", "Turned", "°"],
  ["head_elevation_deg", "Nodding", "°"],
  ["head_roll_deg", "Leaning", "°"],
];

/** How a head lies is another thing in every photo: found anew for each when there are several. */
export const FOUND = { head_x_mm: null, head_y_mm: null, head_azimuth_deg: null, head_elevation_deg: null, head_roll_deg: 0 };

/** @implements {Tool} */
export class HeadGrid {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    /** @type {Point[][]} */
    this.lines = [];
    /** @type {Record<string, number>} as the server has found them */
    this.leaves = {};
    this.shown = false;
    this.timer = 0;
    this.asked = 0;
    this.state = "";
    /** @type {Place | null} */
    this.from = null;
    this.begun = { azimuth: 0, elevation: 0 };
    /** what is found is kept: the head then stays where it is while something is painted */
    this.keep = false;
    /** @type {() => void} */
    this.onFound = () => {};
    app.stage.addPainter(12, (ctx) => this.paint(ctx));
    app.store.subscribe((what) => {
      if (what === "open" || what === "view") this.lines = [];
      this.follow();
    });
  }

  get curved() {
    return valueOf(this.app, "surface") === "ellipsoid";
  }

  /** The grid is seen in its step alone. */
  get seen() {
    return this.shown && byId("app").dataset.step === "scale";
  }

  follow() {
    const { project, view } = this.app.store;
    if (!project || !(this.seen || this.keep)) return;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.ask(project, view), WAIT_MS);
  }

  /**
   * @param {import("./types.js").Project} project
   * @param {number} view
   */
  async ask(project, view) {
    const { store, api, say } = this.app;
    const asked = (this.asked += 1);
    try {
      const found = await api.json("POST", `photos/${store.photoId}/surface`, { project, view });
      if (asked !== this.asked) return;
      this.lines = found.lines;
      this.leaves = found.leaves;
      this.settle(project.views.length === 1 ? found.leaves : {});
      this.onFound();
      this.app.stage.invalidate();
    } catch (problem) {
      if (!(problem instanceof Trouble)) throw problem;
      if (asked === this.asked) this.settle({});
      say(problem.message, true);
    }
  }

  /**
   * Take another shape, and how it is found to lie: one step of undo.
   * @param {Record<string, Value>} leaves
   */
  choose(leaves) {
    const { store, defaults } = this.app;
    store.grab("the head's shape");
    this.keep = true;
    store.drag((project) => ({ ...project, treatment: treated(project.treatment, { ...FOUND, ...leaves }, defaults) }));
  }

  /** @param {Record<string, Value>} leaves */
  settle(leaves) {
    if (!this.keep) return;
    this.keep = false;
    const { store, defaults } = this.app;
    store.drag((project) => ({ ...project, treatment: treated(project.treatment, leaves, defaults) }));
    store.drop();
  }

  /** @param {boolean} on */
  show(on) {
    this.shown = on;
    if (!on) this.lines = [];
    this.follow();
    this.app.stage.invalidate();
  }

  /** @param {CanvasRenderingContext2D} ctx */
  paint(ctx) {
    const { stage } = this.app;
    if (!this.seen || stage.bare) return;
    for (const [width, colour] of /** @type {[number, string][]} */ ([[3, "#0008"], [1.2, "#bfe3ffcc"]])) {
      ctx.lineWidth = width / stage.zoom;
      ctx.strokeStyle = colour;
      ctx.beginPath();
      for (const line of this.lines) line.forEach(([x, y], i) => (i ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
      ctx.stroke();
    }
  }

  /** @param {Place} at */
  down(at) {
    if (!this.curved || this.leaves.head_azimuth_deg === undefined) return false;
    this.from = at;
    this.begun = { azimuth: this.leaves.head_azimuth_deg, elevation: this.leaves.head_elevation_deg };
    this.app.store.grab("turning the head");
    return true;
  }

  /** @param {Place} at */
  move(at) {
    if (!this.from) return;
    const azimuth = this.begun.azimuth + DEG_PER_PX * (at.sx - this.from.sx);
    const turned = {
      head_azimuth_deg: Math.round(((azimuth + 540) % 360) - 180),
      head_elevation_deg: Math.round(Math.min(Math.max(this.begun.elevation + DEG_PER_PX * (at.sy - this.from.sy), -90), 90)),
    };
    this.app.store.drag((project) => ({ ...project, treatment: { ...project.treatment, ...turned } }));
  }

  up() {
    this.from = null;
    this.app.store.drop();
  }

  cancel() {
    this.from = null;
    this.app.store.drop(false);
  }
}

/**
 * @param {App} app
 * @returns {HTMLElement}
 */
export function headPart(app) {
  const { store } = app;
  const grid = new HeadGrid(app);
  const kind = segments("The scalp is taken for", [["plane", "Flat"], ["ellipsoid", "Round, like a head"]], (surface) => {
    if (surface === "plane") return store.treat("the head's shape", { surface }, app.defaults);
    find({ surface });
  });
  kind.box.id = "surface";
  /** @param {Record<string, Value>} leaves */
  const find = (leaves) => {
    if (!seen.box.checked) seen.box.click(); // what is found is looked at
    grid.choose(leaves);
  };
  const again = button("Find it again", () => find({}), { id: "head-find" });
  /** @type {Tool | null} the tool of the step */
  let before = null;
  const seen = check("Show the grid", (on) => grid.show(on), { id: "head-grid" });
  const turn = check("Turn it by hand", (on) => {
    if (on) before = app.stage.tool;
    app.stage.use(on ? grid : before);
    if (on) app.say("Draw over the photo: the grid turns with your hand.");
  }, { id: "head-turn" });
  /** @param {[string, string, string]} about */
  const field = ([leaf, label, unit]) => {
    const control = app.controls.find(({ name }) => name === leaf);
    const limits = { low: control?.low ?? 0, high: control?.high ?? 1, step: 1 };
    const made = slider({ label, unit, ...limits, help: control?.help }, (value) => {
      store.treat(`the head's ${label.toLowerCase()}`, { [leaf]: value }, app.defaults, leaf);
    });
    return { ...made, show: () => made.show(Math.round(grid.leaves[leaf] ?? Number(valueOf(app, leaf) ?? 0))) };
  };
  const fields = [...SIZES, ...TURNS].map(field);
  const sizes = el("div", {}, ...fields.slice(0, SIZES.length).map((one) => one.box));
  const turns = el("div", {}, turn.label, ...fields.slice(SIZES.length).map((one) => one.box), el("div", { class: "buttons" }, again));
  const note = el("p", { class: "quiet" }, "Dots are set closer together where the head turns away. How it lies is a proposal from the treated area: turn it until the grid fits.");
  const follow = () => {
    const one = (store.project?.views.length ?? 0) < 2;
    kind.show(String(valueOf(app, "surface")));
    sizes.hidden = !grid.curved;
    turns.hidden = !grid.curved || !one; // a treatment is one for all photos, and they were not taken from one place
    for (const each of fields) each.show();
  };
  grid.onFound = follow;
  store.subscribe(follow);
  return part("Head shape", kind.box, seen.label, sizes, turns, note);
}
