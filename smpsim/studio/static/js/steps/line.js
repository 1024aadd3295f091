// The hairline: a template, a few words (softer, lower ...), and points to drag.

import { button, check, choice, el, part } from "../dom.js";
import { Trouble } from "../api.js";
import { frontAboveEnds, setSharp } from "../edit.js";
import { templatePicture } from "./template_picture.js";
import { LineTool } from "../tools/line.js";
import { Sketch } from "../tools/sketch.js";
import { doubt } from "../words.js";

/**
 * @typedef {import("../types.js").App} App
 * @typedef {import("../types.js").View} View
 */

// so low nobody draws a line: it only shows that "Lower" was pressed too often
const LEAST_ABOVE_BROWS_MM = 10;

/** @type {LineTool} */
let tool;
/** @type {WeakMap<import("../types.js").Hairline, string>} lines that are those of a template, unchanged */
const templated = new WeakMap();
/** @type {() => void} */
let endSketch = () => {};

/** @type {import("../types.js").Step} */
export default {
  id: "line",
  title: "Hairline",
  hint: "Drag the points. Tap on the line for a new one; hold a point, or press Del, to remove it.",
  build(panel, app) {
    tool = new LineTool(app);
    panel.append(templates(app), adjust(app), point(app), sides(app), byHand(app), pencil(app));
  },
  enter(app) {
    app.stage.use(tool);
  },
  leave() {
    endSketch();
  },
};

/** answers come one after another: each question is about the line that the one before has made */
let last = Promise.resolve();

/**
 * Ask the library for another line.
 * @param {App} app
 * @param {string} label  for undo
 * @param {string} done  what is said when it is there
 * @param {string} what
 * @param {Record<string, any>} [args]
 */
function ask(app, label, done, what, args = {}) {
  const { photoId } = app.store;
  last = last.catch(() => {}).then(() => (app.store.photoId === photoId ? send(app, label, done, what, args) : undefined));
}

/**
 * @param {App} app
 * @param {string} label
 * @param {string} done
 * @param {string} what
 * @param {Record<string, any>} args
 */
async function send(app, label, done, what, args) {
  const { store } = app;
  const [project, view, id] = [store.project, store.view, store.photoId];
  if (!project || !id) return;
  app.stage.host.classList.add("busy");
  try {
    const answer = await app.api.json("POST", `photos/${id}/line`, { project, view, do: what, args });
    if (store.photoId !== id) return;
    /** @type {import("../types.js").Hairline} */
    const line = answer.view.hairline;
    if (what === "lower" && tooLow(app, line, args.mm)) {
      return app.say("It goes no lower: the line would lie on the brows, or hang below its own ends.", true);
    }
    if (what === "template") templated.set(line, args.name);
    store.changeView(label, (old) => ({ ...old, hairline: line }));
    if (answer.notes.length) app.note(...doubt(answer.notes[0]));
    else app.say(done);
  } catch (problem) {
    if (!(problem instanceof Trouble)) throw problem;
    app.say(problem.message, true);
  } finally {
    app.stage.host.classList.remove("busy");
  }
}

/**
 * Whether a line that was moved down lies on the brows, as far as they are known, or its front is down at its ends,
 * which do not move: then the line would be turned over.
 * @param {App} app
 * @param {import("../types.js").Hairline} line
 * @param {number} mm  how far it was moved
 */
function tooLow(app, line, mm) {
  const [above] = app.live.told?.line_mm ?? [Infinity];
  const before = app.store.shown?.hairline;
  const turned = frontAboveEnds(line) <= 0 && before && frontAboveEnds(before) > 0;
  return above - mm < LEAST_ABOVE_BROWS_MM || turned;
}

/** @param {App} app */
function templates(app) {
  const list = el("div", { class: "cards", role: "group", "aria-label": "Templates" });
  const which = el("small", { id: "which-template" });
  for (const { name, about } of app.choices.templates ?? []) {
    const title = name.replaceAll("-", " ");
    const label = `template ${title}`;
    const done = `The line is that of the template "${title}". Drag its points where they should be.`;
    const card = button("", () => ask(app, label, done, "template", { name }), { class: "card", title: about, "data-template": name });
    card.append(templatePicture(name), el("span", {}, title));
    list.append(card);
  }
  app.store.subscribe(() => {
    const { line } = tool;
    const name = line && templated.get(line);
    for (const card of list.children) card.setAttribute("aria-pressed", String(card.getAttribute("data-template") === name));
    which.textContent = !line || name ? "" : "The line is none of these as they are: it was proposed for this photo, changed, or opened again.";
  });
  return part("Template", list, which);
}

/** @param {App} app */
function adjust(app) {
  /** @type {[string, string, Record<string, any>][]} */
  const ways = [
    ["Lower", "The line is 2 mm lower.", { mm: 2 }],
    ["Higher", "The line is 2 mm higher.", { mm: 2 }],
    ["Softer", "The line is softer.", {}],
    ["Sharper", "The line is sharper.", {}],
  ];
  const row = el("div", { class: "pairs" });
  for (const [text, done, args] of ways) {
    const what = text.toLowerCase();
    row.append(button(text, () => ask(app, what, done, what, args), { "data-do": what }));
  }
  return part("Change", row, el("small", {}, "Lower and higher: by 2 mm."));
}

/** What can be done with the selected point. @param {App} app */
function point(app) {
  const name = el("p", { class: "quiet", id: "point-name" }, "Tap a point to select it.");
  const { box, label } = check("Sharp corner", (on) => tool.change(on ? "sharp corner" : "round corner", (line) => setSharp(line, tool.index, on)));
  const remove = button("Remove point", () => tool.remove(tool.index));
  const mark = () => {
    const chosen = tool.line?.points[tool.index];
    name.textContent = chosen ? `Selected: ${chosen.name}` : "Tap a point to select it.";
    box.checked = chosen?.sharp ?? false;
    box.disabled = !chosen;
    remove.disabled = !chosen;
  };
  tool.onSelect = mark;
  app.store.subscribe(mark);
  mark();
  return part("Point", name, label, el("div", { class: "buttons" }, remove));
}

/** @param {App} app */
function sides(app) {
  const linked = check("Both sides alike", (on) => (on ? alike(app) : ask(app, "sides apart", "Each side is dragged by itself now.", "unmirror")), { id: "linked" });
  const rear = check("Drag the rear border, too", (on) => {
    tool.showRear = on;
    app.stage.invalidate();
  });
  app.store.subscribe(() => {
    const { line } = tool;
    linked.box.checked = line?.axis != null;
    linked.box.disabled = !line;
    rear.box.disabled = !line;
  });
  const outline = button("Rear border from the photo", () => ask(app, "rear border", "The rear border follows the head in the photo.", "rear"));
  return part("Sides and rear", linked.label, rear.label, el("div", { class: "buttons" }, outline));
}

/** @param {App} app */
function alike(app) {
  ask(app, "both sides alike", "Both sides are alike now.", "mirror");
}

/** A line drawn by hand takes the place of the one that is there. @param {App} app */
function byHand(app) {
  const sketch = new Sketch(app, (points) => {
    endSketch();
    app.stage.use(tool);
    const named = points.map(([x, y], i) => ({ name: `point ${i + 1}`, x, y, sharp: false }));
    const like = tool.line?.axis != null;
    app.store.changeView("line drawn by hand", (view) => ({
      ...view,
      hairline: {
        smpsim_hairline: 1,
        width_px: view.photo.width_px,
        height_px: view.photo.height_px,
        rear: view.hairline?.rear ?? [],
        axis: null,
        points: named,
      },
    }));
    if (like) alike(app);
  });
  const draw = button("Draw the line", () => {
    const on = app.stage.tool !== sketch;
    app.stage.use(on ? sketch : tool);
    draw.setAttribute("aria-pressed", String(on));
    if (on) app.say("Draw the whole line in one go, from side to side.");
  }, { id: "sketch", "aria-pressed": "false" });
  sketch.key = (event) => {
    if (event.key !== "Escape") return false;
    endSketch();
    app.stage.use(tool);
    return true;
  };
  endSketch = () => draw.setAttribute("aria-pressed", "false");
  return part("By hand", el("p", {}, "With a pen, a finger or the mouse."), el("div", { class: "buttons" }, draw));
}

/** @param {App} app */
function pencil(app) {
  const colours = /** @type {string[]} */ (app.choices.pencils ?? ["any"]);
  let colour = colours[0];
  const { label } = choice("Colour of the pencil", colours.map((one) => [one, one]), (value) => (colour = value));
  const read = button("Read the pencil line", () => ask(app, "pencil line", "The line is the one drawn on the skin.", "pencil", { colour }), { id: "pencil" });
  return part("Drawn on the skin", el("p", {}, "A line drawn on the skin is found in the photo."), label, el("div", { class: "buttons" }, read));
}
