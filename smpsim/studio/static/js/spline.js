// The library's smooth line (smpsim/scalp/spline.py, hairline.py), for display: centripetal Catmull-Rom with corners.
// Between two points it is a cubic, so it is drawn as Bezier curves, exactly.

/**
 * @typedef {import("./types.js").Point} Point
 * @typedef {import("./types.js").Hairline} Hairline
 * @typedef {import("./types.js").Axis} Axis
 * @typedef {{at: Point, sharp: boolean, index: number, mirrored: boolean}} Knot  a point of the whole line
 * @typedef {[Point, Point, Point, Point]} Cubic  Bezier
 */

const SAME_PX = 1;

/**
 * @param {Axis} axis
 * @param {Point} point
 * @returns {Point}
 */
export function mirrored(axis, [x, y]) {
  const [ux, uy] = sideways(axis);
  const twice = 2 * ((x - axis.x) * ux + (y - axis.y) * uy);
  return [x - twice * ux, y - twice * uy];
}

/**
 * @param {Axis} axis
 * @param {Point} point
 * @returns {Point} the nearest on the axis
 */
export function onAxis(axis, point) {
  const other = mirrored(axis, point);
  return [(point[0] + other[0]) / 2, (point[1] + other[1]) / 2];
}

/** @param {Axis} axis */
function sideways(axis) {
  const tilt = (axis.tilt_deg * Math.PI) / 180;
  return [Math.cos(tilt), Math.sin(tilt)];
}

/**
 * Both halves of a line, from the left of the picture to its right; a first point on the axis counts once.
 * @param {Hairline} line
 * @returns {Knot[]}
 */
export function wholeLine(line) {
  /** @type {Knot[]} */
  const half = line.points.map((p, index) => ({ at: [p.x, p.y], sharp: p.sharp, index, mirrored: false }));
  const { axis } = line;
  if (!axis) return half;
  const there = half.map((knot) => ({ ...knot, at: mirrored(axis, knot.at), mirrored: true }));
  const first = distance(half[0].at, there[0].at) < SAME_PX ? 1 : 0;
  const ownIsLeft = half[half.length - 1].at[0] < there[there.length - 1].at[0];
  const [left, right] = ownIsLeft ? [half, there] : [there, half];
  // the first point is one's own, whichever side comes first
  const joined = [...[...left].reverse(), ...right.slice(first)];
  return joined.map((knot) => (first && knot.index === 0 ? half[0] : knot));
}

/**
 * @param {{at: Point, sharp: boolean}[]} knots
 * @returns {Cubic[]} one for each pair of neighbours
 */
export function cubics(knots) {
  const sharp = knots.map((knot, i) => knot.sharp || i === 0 || i === knots.length - 1);
  /** @type {Cubic[]} */
  const curves = [];
  for (let from = 0; from < knots.length - 1; ) {
    const to = sharp.indexOf(true, from + 1);
    curves.push(...piece(knots.slice(from, to + 1).map((knot) => knot.at)));
    from = to;
  }
  return curves;
}

/**
 * A piece without corners.
 * @param {Point[]} points
 * @returns {Cubic[]}
 */
function piece(points) {
  const h = points.slice(1).map((point, i) => Math.max(Math.sqrt(distance(points[i], point)), 1e-6));
  const chord = h.map((length, i) => scaled(minus(points[i + 1], points[i]), 1 / length));
  const slope = points.map((_, i) => {
    if (points.length === 2) return chord[0];
    if (i === 0) return minus(scaled(chord[0], 2), middle(chord, h, 1));
    if (i === points.length - 1) return minus(scaled(chord[i - 1], 2), middle(chord, h, i - 1));
    return middle(chord, h, i);
  });
  return h.map((length, i) => [
    points[i],
    plus(points[i], scaled(slope[i], length / 3)),
    minus(points[i + 1], scaled(slope[i + 1], length / 3)),
    points[i + 1],
  ]);
}

/**
 * Slope at an inner point of the parabola through it and its neighbours.
 * @param {Point[]} chord
 * @param {number[]} h
 * @param {number} i
 * @returns {Point}
 */
function middle(chord, h, i) {
  const sum = plus(scaled(chord[i - 1], h[i]), scaled(chord[i], h[i - 1]));
  return scaled(sum, 1 / (h[i - 1] + h[i]));
}

/**
 * @param {Cubic} cubic
 * @param {number} t  0 to 1
 * @returns {Point}
 */
export function pointOn([a, b, c, d], t) {
  const s = 1 - t;
  const weights = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t];
  return plus(plus(scaled(a, weights[0]), scaled(b, weights[1])), plus(scaled(c, weights[2]), scaled(d, weights[3])));
}

/**
 * The place on a line nearest to a point.
 * @param {Cubic[]} curves
 * @param {Point} point
 * @returns {{piece: number, at: Point, far: number}}
 */
export function nearest(curves, point) {
  let best = { piece: -1, at: point, far: Infinity };
  curves.forEach((curve, piece) => {
    for (let step = 0; step <= 24; step += 1) {
      const at = pointOn(curve, step / 24);
      const far = distance(at, point);
      if (far < best.far) best = { piece, at, far };
    }
  });
  return best;
}

/**
 * @param {Point} a
 * @param {Point} b
 */
export function distance(a, b) {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

/**
 * @param {Point} a
 * @param {Point} b
 * @returns {Point}
 */
function plus(a, b) {
  return [a[0] + b[0], a[1] + b[1]];
}

/**
 * @param {Point} a
 * @param {Point} b
 * @returns {Point}
 */
function minus(a, b) {
  return [a[0] - b[0], a[1] - b[1]];
}

/**
 * @param {Point} a
 * @param {number} by
 * @returns {Point}
 */
function scaled(a, by) {
  return [a[0] * by, a[1] * by];
}
