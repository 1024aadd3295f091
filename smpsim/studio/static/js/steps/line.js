// The hairline: a template, a few words (softer, lower ...), and points to drag.

import { button, check, choice, el, part } from "../dom.js";
import { Trouble } from "../api.js";
import { setSharp } from "../edit.js";
import { templatePicture } from "./template_picture.js";
import { LineTool } from "../tools/line.js";
import { Sketch } from "../tools/sketch.js";

/**
 * @typedef {import("../types.js").App} App
 * @typedef {import("../types.js").View} View
 */

/** @type {LineTool} */
let tool;
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

/**
 * Ask the library for another line.
 * @param {App} app
 * @param {string} label
 * @param {string} what
 * @param {Record<string, any>} [args]
 */
async function ask(app, label, what, args = {}) {
  const { store } = app;
  const [project, view, id] = [store.project, store.view, store.photoId];
  if (!project || !id) return;
  app.stage.host.classList.add("busy");
  try {
    const answer = await app.api.json("POST", `photos/${id}/line`, { project, view, do: what, args });
    if (store.photoId !== id) return;
    store.changeView(label, (old) => ({ ...old, hairline: answer.view.hairline }));
    app.say(answer.notes[0] ?? `${label}: done.`);
  } catch (problem) {
    if (!(problem instanceof Trouble)) throw problem;
    app.say(problem.message, true);
  } finally {
    app.stage.host.classList.remove("busy");
  }
}

/** @param {App} app */
function templates(app) {
  const list = el("div", { class: "cards", role: "group", "aria-label": "Templates" });
  for (const { name, about } of app.choices.templates ?? []) {
    const title = name.replaceAll("-", " ");
    const label = `template ${title}`;
    const card = button("", () => ask(app, label, "template", { name }), { class: "card", title: about, "data-template": name });
    card.append(templatePicture(name), el("span", {}, title));
    list.append(card);
  }
  return part("Template", list);
}

/** @param {App} app */
function adjust(app) {
  /** @type {[string, string, Record<string, any>][]} */
  const ways = [
    ["Lower", "lower", { mm: 2 }],
    ["Higher", "higher", { mm: 2 }],
    ["Softer", "softer", {}],
    ["Sharper", "sharper", {}],
  ];
  const row = el("div", { class: "pairs" });
  for (const [text, what, args] of ways) row.append(button(text, () => ask(app, text.toLowerCase(), what, args), { "data-do": what }));
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
  const linked = check("Both sides alike", (on) => ask(app, on ? "both sides alike" : "sides apart", on ? "mirror" : "unmirror"), { id: "linked" });
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
  const outline = button("Rear border from the photo", () => ask(app, "rear border", "rear"));
  return part("Sides and rear", linked.label, rear.label, el("div", { class: "buttons" }, outline));
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
    if (like) ask(app, "both sides alike", "mirror");
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
  const read = button("Read the pencil line", () => ask(app, "pencil line", "pencil", { colour }), { id: "pencil" });
  return part("Drawn on the skin", el("p", {}, "A line drawn on the skin is found in the photo."), label, el("div", { class: "buttons" }, read));
}
