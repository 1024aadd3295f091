// The project that is worked on, and its history.  Values in it are never changed, only replaced: so a step of the
// history is a reference, and what did not change is shared.

/**
 * @typedef {import("./types.js").Project} Project
 * @typedef {import("./types.js").View} View
 * @typedef {import("./types.js").Value} Value
 * @typedef {{project: Project, view: number, label: string}} Moment
 * @typedef {"project" | "dragging" | "view" | "photos" | "open"} What  what changed; view: another photo is shown, too
 */

const MOST_STEPS = 300;
// changes of one name are one step when they follow one another within this, ms
const IN_A_ROW_MS = 1000;

export class Store {
  constructor() {
    /** @type {Project | null} */
    this.project = null;
    this.view = 0;
    this.rev = 0;
    /** @type {Map<string, string>} ids of photos on the server, by SHA-256 */
    this.photos = new Map();
    /** @type {boolean} whether a gesture is under way: previews may be rough */
    this.dragging = false;
    /** @type {Moment | null} what was there when the gesture began */
    this.before = null;
    /** @type {Moment[]} */
    this.past = [];
    /** @type {Moment[]} */
    this.future = [];
    /** @type {Set<(what: What) => void>} */
    this.listeners = new Set();
    this.lastMerge = "";
    this.lastChange = 0;
  }

  /**
   * @param {(what: What) => void} listener
   * @returns {() => void} ends it
   */
  subscribe(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** @param {What} what */
  tell(what) {
    for (const listener of [...this.listeners]) listener(what);
  }

  /** @returns {View | null} */
  get shown() {
    return this.project?.views[this.view] ?? null;
  }

  /** @returns {string | null} id of the shown photo on the server */
  get photoId() {
    const view = this.shown;
    return view ? this.photos.get(view.photo.sha256) ?? null : null;
  }

  /**
   * Begin with a project: nothing of the history is kept.
   * @param {Project} project
   * @param {Record<string, string>} photos  ids by SHA-256
   * @param {number} [view]
   */
  open(project, photos, view = 0) {
    this.project = project;
    this.view = view;
    this.photos = new Map(Object.entries(photos));
    this.past = [];
    this.future = [];
    this.dragging = false;
    this.lastMerge = "";
    this.rev += 1;
    this.tell("open");
  }

  /**
   * @param {string} sha256
   * @param {string} id
   */
  knowPhoto(sha256, id) {
    this.photos.set(sha256, id);
    this.tell("photos");
  }

  /**
   * Replace the project by what `how` makes of it: one step of undo.
   * @param {string} label  what was done, for undo
   * @param {(project: Project) => Project} how
   * @param {string} [merge]  changes of the same name in a row are one step (a slider that is drawn)
   */
  change(label, how, merge = "") {
    if (!this.project) return;
    const next = how(this.project);
    if (next === this.project) return;
    const inARow = merge === this.lastMerge && performance.now() - this.lastChange < IN_A_ROW_MS;
    if (!merge || !inARow) this._remember(label);
    this.lastMerge = merge;
    this.lastChange = performance.now();
    this._set(next, "project");
  }

  /**
   * Begin a gesture: what `drag` changes is one step, made by `drop`.
   * @param {string} label
   */
  grab(label) {
    if (!this.project || this.dragging) return;
    this.before = { project: this.project, view: this.view, label };
    this.dragging = true;
  }

  /** @param {(project: Project) => Project} how */
  drag(how) {
    if (!this.project || !this.dragging) return;
    this._set(how(this.project), "dragging");
  }

  /** @param {boolean} [keep]  false: as it was before */
  drop(keep = true) {
    if (!this.dragging || !this.before) return;
    this.dragging = false;
    const before = this.before;
    if (!keep) return this._set(before.project, "project");
    if (this.project === before.project) return;
    this.past.push(before);
    this.future = [];
    this.lastMerge = "";
    this.tell("project");
  }

  /**
   * @param {string} label
   * @param {(view: View) => View} how
   * @param {string} [merge]
   */
  changeView(label, how, merge = "") {
    this.change(label, (project) => withView(project, this.view, how), merge);
  }

  /** @param {(view: View) => View} how */
  dragView(how) {
    this.drag((project) => withView(project, this.view, how));
  }

  /**
   * @param {string} label
   * @param {Record<string, Value>} leaves
   * @param {Record<string, Value>} defaults  what need not be kept
   * @param {string} [merge]
   */
  treat(label, leaves, defaults, merge = "") {
    this.change(label, (project) => ({ ...project, treatment: treated(project.treatment, leaves, defaults) }), merge);
  }

  /** @param {number} view */
  show(view) {
    if (view === this.view || !this.project?.views[view]) return;
    this.view = view;
    this.rev += 1;
    this.tell("view");
  }

  get canUndo() {
    return this.past.length > 0 && !this.dragging;
  }

  get canRedo() {
    return this.future.length > 0 && !this.dragging;
  }

  /** @returns {string} what was undone */
  undo() {
    return this._step(this.past, this.future);
  }

  /** @returns {string} what was done again */
  redo() {
    return this._step(this.future, this.past);
  }

  /**
   * @param {Moment[]} from
   * @param {Moment[]} to
   */
  _step(from, to) {
    const moment = this.dragging ? undefined : from.pop();
    if (!moment || !this.project) return "";
    to.push({ project: this.project, view: this.view, label: moment.label });
    this.lastMerge = "";
    this._set(moment.project, "project", moment.view);
    return moment.label;
  }

  /** @param {string} label */
  _remember(label) {
    if (!this.project) return;
    this.past.push({ project: this.project, view: this.view, label });
    if (this.past.length > MOST_STEPS) this.past.shift();
    this.future = [];
  }

  /**
   * @param {Project} project
   * @param {What} what
   * @param {number} [view]
   */
  _set(project, what, view = this.view) {
    const { shown: before, view: from } = this;
    this.project = project;
    this.view = Math.min(view, project.views.length - 1);
    this.rev += 1;
    // however another photo came to be shown (one was taken away, undo): whatever belongs to a photo has to follow
    const same = this.view === from && this.shown?.photo.sha256 === before?.photo.sha256;
    this.tell(same ? what : "view");
  }
}

/**
 * @param {Project} project
 * @param {number} index
 * @param {(view: View) => View} how
 * @returns {Project}
 */
export function withView(project, index, how) {
  return { ...project, views: project.views.map((view, i) => (i === index ? how(view) : view)) };
}

/**
 * @param {Record<string, Value>} treatment
 * @param {Record<string, Value>} leaves
 * @param {Record<string, Value>} defaults
 * @returns {Record<string, Value>}
 */
export function treated(treatment, leaves, defaults) {
  const all = Object.entries({ ...treatment, ...leaves });
  return Object.fromEntries(all.filter(([name, value]) => value !== defaults[name]));
}
