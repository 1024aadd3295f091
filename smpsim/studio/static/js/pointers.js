// Mouse, pen and fingers on the stage: one goes to the tool, or moves the photo; two fingers move and zoom.

/**
 * @typedef {import("./types.js").Place} Place
 * @typedef {import("./stage.js").Stage} Stage
 */

const WHEEL = 0.0015;

export class Pointers {
  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    /** @type {Map<number, {x: number, y: number}>} */
    this.down = new Map();
    /** @type {"" | "tool" | "pan" | "pinch"} */
    this.mode = "";
    this.owner = -1;
    this.penSeen = false;
    this.spaceHeld = false;
    const host = stage.host;
    host.addEventListener("pointerdown", (event) => this._down(event));
    host.addEventListener("pointermove", (event) => this._move(event));
    host.addEventListener("pointerup", (event) => this._up(event, false));
    host.addEventListener("pointercancel", (event) => this._up(event, true));
    host.addEventListener("pointerleave", (event) => stage.tool?.hover?.(null, event));
    host.addEventListener("wheel", (event) => this._wheel(event), { passive: false });
    host.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  /**
   * @param {PointerEvent | WheelEvent} event
   * @returns {Place}
   */
  place(event) {
    const box = this.stage.host.getBoundingClientRect();
    const sx = this.stage.mirrored ? box.right - event.clientX : event.clientX - box.left;
    const sy = event.clientY - box.top;
    return { ...this.stage.toPhoto(sx, sy), sx, sy };
  }

  /** Let go of whatever is held: the tool is changed. */
  release() {
    if (this.mode === "tool") this.stage.tool?.cancel?.();
    this.mode = this.down.size ? "pan" : "";
  }

  /** @param {PointerEvent} event */
  _down(event) {
    if (event.target instanceof HTMLElement && event.target.closest("button, input, a")) return;
    const at = this.place(event);
    if (event.pointerType === "pen") this.penSeen = true;
    this.down.set(event.pointerId, { x: at.sx, y: at.sy });
    this.stage.host.setPointerCapture(event.pointerId);
    if (this.down.size === 2) return this._pinch();
    if (this.down.size > 2 || !this.stage.photo) return;
    this.owner = event.pointerId;
    const moves = event.button === 1 || this.spaceHeld;
    this.mode = !moves && this.stage.tool?.down?.(at, event) ? "tool" : "pan";
    this.stage.host.classList.toggle("panning", this.mode === "pan");
  }

  _pinch() {
    if (this.mode === "tool") this.stage.tool?.cancel?.();
    this.mode = "pinch";
  }

  /** @param {PointerEvent} event */
  _move(event) {
    const at = this.place(event);
    const before = this.down.get(event.pointerId);
    if (!before) {
      this.stage.tool?.hover?.(at, event);
      return;
    }
    const now = { x: at.sx, y: at.sy };
    if (this.mode === "pinch") this._spread(event.pointerId, before, now);
    this.down.set(event.pointerId, now);
    if (event.pointerId !== this.owner) return;
    if (this.mode === "tool") this.stage.tool?.move?.(at, event);
    else if (this.mode === "pan") this.stage.pan(now.x - before.x, now.y - before.y);
  }

  /**
   * One of two fingers has moved: what lies between them stays between them.
   * @param {number} id
   * @param {{x: number, y: number}} before
   * @param {{x: number, y: number}} now
   */
  _spread(id, before, now) {
    const other = [...this.down].find(([key]) => key !== id)?.[1];
    if (!other) return;
    const was = Math.hypot(before.x - other.x, before.y - other.y);
    const is = Math.hypot(now.x - other.x, now.y - other.y);
    this.stage.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
    const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
    if (was > 1 && is > 1) this.stage.zoomTo((this.stage.zoom * is) / was, middle);
  }

  /**
   * @param {PointerEvent} event
   * @param {boolean} cancelled
   */
  _up(event, cancelled) {
    if (!this.down.delete(event.pointerId)) return;
    if (this.mode === "tool" && event.pointerId === this.owner) {
      if (cancelled) this.stage.tool?.cancel?.();
      else this.stage.tool?.up?.(this.place(event), event);
    }
    if (this.mode === "pinch" && this.down.size === 1) {
      // the finger that stays goes on moving the photo
      this.mode = "pan";
      this.owner = [...this.down.keys()][0];
    } else if (event.pointerId === this.owner) this.mode = "";
    if (!this.down.size) this.stage.host.classList.remove("panning");
  }

  /** @param {WheelEvent} event */
  _wheel(event) {
    event.preventDefault();
    if (!this.stage.photo) return;
    if (event.shiftKey) return this.stage.pan(-event.deltaY - event.deltaX, 0);
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    const { sx, sy } = this.place(event);
    const speed = event.ctrlKey ? 5 * WHEEL : WHEEL;
    this.stage.zoomTo(this.stage.zoom * Math.exp(-event.deltaY * lines * speed), { x: sx, y: sy });
  }
}
