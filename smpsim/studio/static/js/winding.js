// Polygons as coverage, as the library fills them (smpsim/scalp/polygon.py): the exact share of each pixel that a
// polygon winds round anticlockwise as seen.

/**
 * @typedef {import("./types.js").Point} Point
 * @typedef {import("./types.js").Box} Box
 */

/**
 * @param {Iterable<readonly Point[]>} polygons
 * @param {Box} box  whole px: what is filled
 * @returns {Float32Array} coverage of the box's pixels, 0 to 1, row by row
 */
export function coverageOf(polygons, [left, top, width, height]) {
  const change = new Float32Array((width + 2) * height);
  for (const polygon of polygons) {
    let start = polygon[polygon.length - 1];
    for (const stop of polygon) {
      addEdge(change, width, height, [start[0] - left, start[1] - top], [stop[0] - left, stop[1] - top]);
      start = stop;
    }
  }
  const coverage = new Float32Array(width * height);
  for (let row = 0; row < height; row += 1) {
    let winding = 0;
    for (let column = 0; column < width; column += 1) {
      winding += change[row * (width + 2) + column];
      coverage[row * width + column] = Math.min(Math.max(winding, 0), 1);
    }
  }
  return coverage;
}

/**
 * Soften by a Gaussian; beyond the border there is nothing.
 * @param {Float32Array} plane
 * @param {number} width
 * @param {number} height
 * @param {number} sigma  px
 */
export function blurred(plane, width, height, sigma) {
  const reach = Math.ceil(4 * sigma);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-0.5 * ((i - reach) / sigma) ** 2));
  const sum = weights.reduce((a, b) => a + b);
  const kernel = new Float32Array(weights.map((weight) => weight / sum));
  const across = passed(plane, width, height, 1, width, kernel);
  return passed(across, height, width, width, 1, kernel);
}

/**
 * One pass along lines of `length`, of which there are `lines`.
 * @param {Float32Array} from
 * @param {number} length
 * @param {number} lines
 * @param {number} step  from one value of a line to the next
 * @param {number} skip  from line to line
 * @param {Float32Array} kernel
 */
function passed(from, length, lines, step, skip, kernel) {
  const to = new Float32Array(from.length);
  const reach = (kernel.length - 1) / 2;
  for (let line = 0; line < lines; line += 1) {
    for (let i = 0; i < length; i += 1) {
      const value = from[line * skip + i * step];
      if (value === 0) continue;
      const last = Math.min(i + reach, length - 1);
      for (let j = Math.max(i - reach, 0); j <= last; j += 1) to[line * skip + j * step] += value * kernel[j - i + reach];
    }
  }
  return to;
}

/**
 * Bring a coarse plane to the fine grid, bilinear.  Coarse pixels and the lines between them soften by themselves, each
 * by a known variance (1/12 and 1/6 of a coarse pixel's square).
 * @param {Float32Array} plane
 * @param {Box} from  coarse pixels
 * @param {number} coarse  fine pixels to one of them
 * @param {Box} to  fine pixels
 */
export function enlarged(plane, from, coarse, to) {
  const fine = new Float32Array(to[2] * to[3]);
  for (let y = 0; y < to[3]; y += 1) {
    const v = (to[1] + y + 0.5) / coarse - from[1] - 0.5;
    const row = Math.floor(v) * from[2];
    const down = v - Math.floor(v);
    for (let x = 0; x < to[2]; x += 1) {
      const u = (to[0] + x + 0.5) / coarse - from[0] - 0.5;
      const at = row + Math.floor(u);
      const across = u - Math.floor(u);
      const upper = plane[at] + across * (plane[at + 1] - plane[at]);
      const lower = plane[at + from[2]] + across * (plane[at + from[2] + 1] - plane[at + from[2]]);
      fine[y * to[2] + x] = upper + down * (lower - upper);
    }
  }
  return fine;
}

/**
 * What an edge changes in the rows that it passes, to be summed along them.
 * @param {Float32Array} change
 * @param {number} width
 * @param {number} height
 * @param {Point} start
 * @param {Point} stop
 */
function addEdge(change, width, height, start, stop) {
  if (start[1] === stop[1]) return;
  const down = stop[1] > start[1];
  const [top, bottom] = down ? [start, stop] : [stop, start];
  const slope = (bottom[0] - top[0]) / (bottom[1] - top[1]);
  const last = Math.min(bottom[1], height);
  for (let y = Math.max(top[1], 0); y < last; ) {
    const next = Math.min(Math.floor(y) + 1, last);
    const ends = [top[0] + (y - top[1]) * slope, top[0] + (next - top[1]) * slope];
    const x = ends.map((end) => Math.min(Math.max(end, 0), width));
    addPiece(change, Math.floor(y) * (width + 2), Math.min(...x), Math.max(...x), down ? next - y : y - next);
    y = next;
  }
}

/**
 * A piece within one row: its share in each column that it passes.
 * @param {Float32Array} change
 * @param {number} row  where the row begins
 * @param {number} left
 * @param {number} right
 * @param {number} drop  signed height
 */
function addPiece(change, row, left, right, drop) {
  for (let column = Math.floor(left); column <= right; column += 1) {
    const from = Math.max(left, column);
    const to = Math.min(right, column + 1);
    const share = right > left ? ((to - from) / (right - left)) * drop : drop;
    const inside = (from + to) / 2 - column;
    change[row + column] += (1 - inside) * share;
    change[row + column + 1] += inside * share;
  }
}
