// Small helpers to build a page: elements with attributes, as the content security policy wants them.

/** @typedef {Node | string | null | false} Child */

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, any>} [attributes]  on...: a listener; true: present; false, null: absent
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  set(node, attributes);
  for (const child of children) if (child || child === "") node.append(child);
  return node;
}

/**
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, any>} [attributes]
 * @param {...Child} children
 * @returns {SVGElementTagNameMap[T]}
 */
export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  set(node, attributes);
  for (const child of children) if (child) node.append(child);
  return node;
}

/**
 * @param {Element} node
 * @param {Record<string, any>} attributes
 */
export function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on") && typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (value === false || value === null || value === undefined) node.removeAttribute(name);
    else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value === true ? "" : String(value));
  }
}

/**
 * @param {string} text
 * @param {() => void} act
 * @param {Record<string, any>} [attributes]
 */
export function button(text, act, attributes = {}) {
  return el("button", { type: "button", onclick: act, ...attributes }, text);
}

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const node = document.getElementById(id);
  if (!node) throw new Error(`the page has no #${id}`);
  return node;
}

/**
 * A part of a panel with a heading.
 * @param {string} title
 * @param {...Child} children
 */
export function part(title, ...children) {
  return el("section", { class: "part" }, el("h3", {}, title), ...children);
}

/**
 * A labelled checkbox.
 * @param {string} text
 * @param {(on: boolean) => void} act
 * @param {Record<string, any>} [attributes]
 */
export function check(text, act, attributes = {}) {
  const box = el("input", { type: "checkbox", ...attributes });
  box.addEventListener("change", () => act(box.checked));
  return { box, label: el("label", { class: "check" }, box, el("span", {}, text)) };
}

/**
 * A labelled choice.
 * @param {string} text
 * @param {[string, string][]} options  value, words
 * @param {(value: string) => void} act
 */
export function choice(text, options, act) {
  const select = el("select", {}, ...options.map(([value, words]) => el("option", { value }, words)));
  select.addEventListener("change", () => act(select.value));
  return { select, label: el("label", { class: "field" }, el("span", {}, text), select) };
}
