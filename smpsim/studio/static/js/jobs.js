// Files that take a while: ordered from the server, asked after, saved by the browser.

import { Trouble } from "./api.js";
import { el } from "./dom.js";

/** @typedef {import("./types.js").App} App */
/** @typedef {{state: "waiting" | "running" | "done" | "failed" | "cancelled", progress: number, stage: string, error?: string}} Told */

const ASK_MS = 300;
const AGAIN_MS = 2000;

export class Job {
  /**
   * @param {App} app
   * @param {string} kind
   * @param {Record<string, string>} options
   * @param {(told: Told) => void} onTold
   */
  constructor(app, kind, options, onTold) {
    this.app = app;
    this.order = { project: app.store.project, view: app.store.view, kind, options };
    this.onTold = onTold;
    this.id = "";
    this.ended = false;
  }

  /** @returns {Promise<Told>} how it ended; the file is then being saved */
  async run() {
    try {
      this.id = (await this.app.api.json("POST", "jobs", this.order)).id;
      for (;;) {
        const told = this.ended ? null : await this.asked();
        if (!told || this.ended) return { state: "cancelled", progress: 0, stage: "" };
        this.onTold(told);
        if (told.state === "done") save(`/api/jobs/${this.id}/file`);
        if (told.state !== "waiting" && told.state !== "running") return told;
        await pause(ASK_MS);
      }
    } catch (problem) {
      if (!(problem instanceof Trouble)) throw problem;
      if (this.ended) return { state: "cancelled", progress: 0, stage: "" };
      return { state: "failed", progress: 0, stage: "", error: problem.message };
    }
  }

  /** @returns {Promise<Told>} also when the server is away for a while */
  async asked() {
    for (;;) {
      try {
        return await this.app.api.json("GET", `jobs/${this.id}`);
      } catch (problem) {
        if (!(problem instanceof Trouble) || problem.status !== 0 || this.ended) throw problem;
        await pause(AGAIN_MS);
      }
    }
  }

  async cancel() {
    this.ended = true;
    if (this.id) await this.app.api.ask("DELETE", `jobs/${this.id}`).catch(() => {});
  }
}

/** @param {string} address */
export function save(address) {
  const link = el("a", { href: address, download: "" });
  document.body.append(link);
  link.click();
  link.remove();
}

/** @param {number} ms */
function pause(ms) {
  return new Promise((resolve) => window.setTimeout(resolve, ms));
}
