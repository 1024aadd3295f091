// Small pictures of the templates: a head from the front with its line.  Drawn by eye; the library places the real one.

import { svg } from "../dom.js";

/** Right half of each line, from the middle outwards, in a head 48 wide with its brows at 46. @type {Record<string, string>} */
const LINES = {
  straight: "M32 22L50 23L52 34L55 42",
  rounded: "M32 21C41 21 48 25 51 33L55 42",
  mature: "M32 20C39 18 46 20 49 25C51 28 50 31 52 34L55 42",
  receded: "M32 18C37 19 43 14 46 15C49 18 50 29 52 33L55 42",
  "widows-peak": "M32 25C35 20 42 18 48 22C51 26 50 31 52 34L55 42",
  female: "M32 25C42 22 49 27 53 34L55 42",
  juvenile: "M32 26C40 25 47 25 50 28L53 35L55 42",
};

/** @param {string} name */
export function templatePicture(name) {
  const half = LINES[name] ?? LINES.mature;
  const head = "M8 40C6 6 58 6 56 40C56 56 44 66 32 66C20 66 8 56 8 40Z";
  return svg(
    "svg",
    { viewBox: "0 0 64 52", "aria-hidden": "true", class: "template" },
    svg("path", { d: head, class: "head" }),
    svg("path", { d: "M20 46h8M36 46h8", class: "brows" }),
    svg("path", { d: half, class: "line" }),
    svg("path", { d: half, class: "line", transform: "matrix(-1 0 0 1 64 0)" }),
  );
}
