// Tiles of the full render at 1:1, as PNG: what is seen there is what is exported.

/**
 * @typedef {import("./types.js").Box} Box
 * @typedef {import("./frames.js").State} State
 * @typedef {{bitmap: ImageBitmap, box: Box}} Tile
 */

const SIDE_PX = 512;
const MOST = 48;

export class Tiles {
  constructor() {
    /** @type {Map<string, Tile>} the one that was shown last is the last */
    this.tiles = new Map();
    /** @type {State | null} what they are of */
    this.state = null;
  }

  clear() {
    for (const { bitmap } of this.tiles.values()) bitmap.close();
    this.tiles.clear();
    this.state = null;
  }

  /**
   * The seen tile nearest to the middle that is not there.
   * @param {State} state
   * @param {Box} box
   * @param {{width: number, height: number}} photo
   * @returns {{key: string, box: Box} | null}
   */
  missing(state, box, photo) {
    const middle = [box[0] + box[2] / 2, box[1] + box[3] / 2];
    /** @type {{key: string, box: Box, far: number}[]} */
    const wanted = [];
    for (let y = whole(box[1]); y < box[1] + box[3]; y += SIDE_PX) {
      for (let x = whole(box[0]); x < box[0] + box[2]; x += SIDE_PX) {
        const key = `${x} ${y}`;
        if (this.state?.is(state) && this.tiles.has(key)) continue;
        const far = Math.hypot(x + SIDE_PX / 2 - middle[0], y + SIDE_PX / 2 - middle[1]);
        wanted.push({ key, box: [x, y, Math.min(SIDE_PX, photo.width - x), Math.min(SIDE_PX, photo.height - y)], far });
      }
    }
    wanted.sort((a, b) => a.far - b.far);
    return wanted.length ? { key: wanted[0].key, box: wanted[0].box } : null;
  }

  /**
   * @param {State} state
   * @param {string} key
   * @param {Box} box
   * @param {ImageBitmap} bitmap
   */
  put(state, key, box, bitmap) {
    if (!this.state?.is(state)) this.clear();
    this.state = state;
    this.tiles.set(key, { bitmap, box });
    for (const [old, tile] of this.tiles) {
      if (this.tiles.size <= MOST) break;
      tile.bitmap.close();
      this.tiles.delete(old);
    }
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {State} state
   */
  paint(ctx, state) {
    if (!this.state?.is(state)) return;
    ctx.imageSmoothingEnabled = false;
    for (const { bitmap, box } of this.tiles.values()) ctx.drawImage(bitmap, box[0], box[1]);
  }
}

/** @param {number} at */
function whole(at) {
  return Math.floor(at / SIDE_PX) * SIDE_PX;
}
