// Questions to the server.  What goes wrong is said in one sentence (Trouble); what was called off is AbortError.

import { capital } from "./words.js";

/** @typedef {import("./types.js").Project} Project */

export class Trouble extends Error {
  /**
   * @param {string} message
   * @param {number} status  0: the server could not be reached
   */
  constructor(message, status) {
    super(message);
    this.name = "Trouble";
    this.status = status;
  }
}

const AWAY = "The studio's program does not answer. Nothing is lost; it is tried again.";

export class Api {
  constructor() {
    /** @type {(reached: boolean) => void} is told whenever the server could or could not be reached */
    this.onReach = () => {};
  }

  /**
   * @param {string} method
   * @param {string} path  below /api/
   * @param {BodyInit | object | null} [body]  an object goes as JSON
   * @param {AbortSignal} [signal]
   * @returns {Promise<Response>}
   */
  async ask(method, path, body = null, signal) {
    const plain = body !== null && Object.getPrototypeOf(body) === Object.prototype;
    /** @type {Record<string, string>} */
    const headers = plain ? { "Content-Type": "application/json" } : {};
    const sent = plain ? JSON.stringify(body) : /** @type {BodyInit | null} */ (body);
    let response;
    try {
      response = await fetch(`/api/${path}`, { method, body: sent, headers, signal });
    } catch (problem) {
      if (signal?.aborted) throw problem;
      this.onReach(false);
      throw new Trouble(AWAY, 0);
    }
    this.onReach(true);
    if (!response.ok) throw new Trouble(await sentence(response), response.status);
    return response;
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {BodyInit | object | null} [body]
   * @param {AbortSignal} [signal]
   * @returns {Promise<any>}
   */
  async json(method, path, body = null, signal) {
    const response = await this.ask(method, path, body, signal);
    return response.status === 204 ? null : response.json();
  }
}

/**
 * @param {Response} response
 * @returns {Promise<string>}
 */
async function sentence(response) {
  if (response.status === 413) return "This file is too large; photos of up to 64 MB can be opened.";
  const text = await response.text();
  let said = text;
  try {
    const value = JSON.parse(text);
    said = value.error ?? text;
  } catch {
    // no JSON: the guard or the server itself has spoken
  }
  const line = said.split("\n")[0].trim() || `the server answered ${response.status}`;
  return capital(line);
}
