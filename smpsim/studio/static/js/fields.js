// Fields that several steps use: a slider with its number, a row of choices.

import { el } from "./dom.js";

let made = 0;

/**
 * A slider and a number field that say the same.
 * @param {{label: string, unit: string, low: number, high: number, step: number, help?: string}} about
 * @param {(value: number, done: boolean) => void} act  done: let go
 */
export function slider({ label, unit, low, high, step, help = "" }, act) {
  const id = `field-${(made += 1)}`;
  const limits = { min: low, max: high, step };
  const range = el("input", { type: "range", ...limits, "aria-label": label });
  const number = el("input", { type: "number", ...limits, id, inputmode: "decimal" });
  const words = el("label", { for: id }, label, unit ? el("small", {}, ` ${unit}`) : null);
  const box = el("div", { class: "slider", title: help }, words, number, range);
  range.addEventListener("input", () => {
    number.value = range.value;
    act(Number(range.value), false);
  });
  range.addEventListener("change", () => act(Number(range.value), true));
  number.addEventListener("change", () => {
    if (number.value === "" || !Number.isFinite(number.valueAsNumber)) {
      number.value = range.value;
      return;
    }
    const value = Math.min(Math.max(number.valueAsNumber, low), high);
    number.value = String(value);
    range.value = String(value);
    act(value, true);
  });
  /** @param {number} value */
  const show = (value) => {
    if (document.activeElement !== number) number.value = String(+value.toFixed(4));
    range.value = String(value);
    range.setAttribute("aria-valuetext", `${number.value} ${unit}`.trim());
  };
  /** @param {boolean} off */
  const disable = (off) => {
    range.disabled = off;
    number.disabled = off;
  };
  return { box, show, disable };
}

/**
 * One of several: native radio buttons that look like a row of keys.
 * @param {string} legend
 * @param {[string, string, Node?][]} options  value, words, picture
 * @param {(value: string) => void} act
 * @param {string} [kind]  a class
 */
export function segments(legend, options, act, kind = "segments") {
  const name = `choice-${(made += 1)}`;
  const inputs = options.map(([value]) => el("input", { type: "radio", name, value, class: "only-read" }));
  const labels = options.map(([value, words, picture], i) =>
    el("label", { title: words, "data-value": value }, inputs[i], el("span", { class: "key" }, picture ?? null, el("span", { class: "words" }, words))),
  );
  for (const input of inputs) input.addEventListener("change", () => input.checked && act(input.value));
  const box = el("fieldset", { class: kind }, el("legend", {}, legend), el("div", { class: "keys" }, ...labels));
  /** @param {string | null} value */
  const show = (value) => {
    for (const input of inputs) input.checked = input.value === value;
  };
  return { box, show };
}
