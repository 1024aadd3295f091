// Whether the server answers: a line says when not, and it is tried until it does.

import { lower, raise } from "./banner.js";

/** @typedef {import("./types.js").App} App */

const AGAIN_MS = 2000;

/**
 * @param {App} app
 * @param {() => void} back  called when it answers again
 */
export function watch(app, back) {
  const { api } = app;
  let timer = 0;
  api.onReach = (reached) => {
    if (!reached && !timer) {
      raise("reach", "The studio's program does not answer. Nothing is lost; it is tried again.");
      timer = window.setInterval(() => api.ask("POST", "alive").catch(() => {}), AGAIN_MS);
    } else if (reached && timer) {
      window.clearInterval(timer);
      timer = 0;
      lower("reach");
      back();
    }
  };
}
