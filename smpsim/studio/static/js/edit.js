// Hairlines, changed: every function returns a new one.

import { mirrored, onAxis, wholeLine } from "./spline.js";

/**
 * @typedef {import("./types.js").Hairline} Hairline
 * @typedef {import("./types.js").Point} Point
 */

const ON_AXIS_PX = 1;

/** @param {Hairline} line */
export function fewest(line) {
  return line.axis ? 2 : 3;
}

/**
 * @param {Hairline} line
 * @param {number} index
 * @param {Point} to
 * @param {boolean} [other]  the point was taken hold of on the other half
 * @returns {Hairline}
 */
export function movePoint(line, index, to, other = false) {
  const { axis } = line;
  let at = axis && other ? mirrored(axis, to) : to;
  if (axis && index === 0 && liesOnAxis(line)) at = onAxis(axis, to);
  const points = line.points.map((point, i) => (i === index ? { ...point, x: at[0], y: at[1] } : point));
  return { ...line, points };
}

/** @param {Hairline} line */
function liesOnAxis({ axis, points }) {
  if (!axis) return false;
  const at = /** @type {Point} */ ([points[0].x, points[0].y]);
  const foot = onAxis(axis, at);
  return Math.hypot(at[0] - foot[0], at[1] - foot[1]) < ON_AXIS_PX;
}

/**
 * @param {Hairline} line
 * @param {number} piece  of the whole line, between two of its points
 * @param {Point} at
 * @returns {{line: Hairline, index: number, other: boolean}}
 */
export function addPoint(line, piece, at) {
  const knots = wholeLine(line);
  const [left, right] = [knots[piece], knots[piece + 1]];
  const other = left.mirrored || right.mirrored;
  const place = line.axis && other ? mirrored(line.axis, at) : at;
  // both ends of a piece over the axis are the first point: the new one comes before it
  const index = Math.max(left.index, right.index);
  const name = freeName(line);
  const points = [...line.points];
  points.splice(index, 0, { name, x: place[0], y: place[1], sharp: false });
  return { line: { ...line, points }, index, other };
}

/** @param {Hairline} line */
function freeName({ points }) {
  for (let number = 1; ; number += 1) {
    const name = `point ${number}`;
    if (!points.some((point) => point.name === name)) return name;
  }
}

/**
 * @param {Hairline} line
 * @param {number} index
 * @returns {Hairline} the same one when it has too few points
 */
export function removePoint(line, index) {
  if (line.points.length <= fewest(line)) return line;
  return { ...line, points: line.points.filter((_, i) => i !== index) };
}

/**
 * @param {Hairline} line
 * @param {number} index
 * @param {boolean} sharp
 * @returns {Hairline}
 */
export function setSharp(line, index, sharp) {
  return { ...line, points: line.points.map((point, i) => (i === index ? { ...point, sharp } : point)) };
}

/**
 * Move the axis, and the line with it.
 * @param {Hairline} line
 * @param {number} dx
 * @param {number} dy
 * @returns {Hairline}
 */
export function moveAxis(line, dx, dy) {
  if (!line.axis) return line;
  const axis = { ...line.axis, x: line.axis.x + dx, y: line.axis.y + dy };
  return { ...line, axis, points: line.points.map((point) => ({ ...point, x: point.x + dx, y: point.y + dy })) };
}

/**
 * Tilt the axis, and the line with it.
 * @param {Hairline} line
 * @param {number} tilt_deg
 * @returns {Hairline}
 */
export function tiltAxis(line, tilt_deg) {
  const { axis } = line;
  if (!axis) return line;
  const by = ((tilt_deg - axis.tilt_deg) * Math.PI) / 180;
  const [cos, sin] = [Math.cos(by), Math.sin(by)];
  const points = line.points.map((point) => {
    const [dx, dy] = [point.x - axis.x, point.y - axis.y];
    return { ...point, x: axis.x + cos * dx - sin * dy, y: axis.y + sin * dx + cos * dy };
  });
  return { ...line, axis: { ...axis, tilt_deg }, points };
}

/**
 * Which of the rear border's points are taken hold of: about so many, evenly along it.
 * @param {Point[]} rear
 * @param {number} [most]
 */
export function rearHandles(rear, most = 9) {
  const n = Math.min(most, rear.length);
  return Array.from({ length: n }, (_, i) => (n > 1 ? Math.round((i * (rear.length - 1)) / (n - 1)) : 0));
}

/**
 * Move a point of the rear border; its neighbours follow, the less the farther they are.
 * @param {Hairline} line
 * @param {number} index
 * @param {Point} to
 * @returns {Hairline}
 */
export function moveRear(line, index, to) {
  const handles = rearHandles(line.rear);
  const reach = handles.length > 1 ? (line.rear.length - 1) / (handles.length - 1) : 1;
  const [dx, dy] = [to[0] - line.rear[index][0], to[1] - line.rear[index][1]];
  const rear = line.rear.map(([x, y], i) => {
    const weight = Math.abs(i - index) < reach ? (1 + Math.cos((Math.PI * (i - index)) / reach)) / 2 : 0;
    return /** @type {Point} */ ([x + weight * dx, y + weight * dy]);
  });
  return { ...line, rear };
}

/**
 * How far the front of a line lies above its ends, px: the measure of "Lower" (smpsim/scalp/adjust.py).
 * @param {Hairline} line
 */
export function frontAboveEnds({ axis, points }) {
  const tilt = ((axis?.tilt_deg ?? 0) * Math.PI) / 180;
  const heights = points.map(({ x, y }) => Math.sin(tilt) * x - Math.cos(tilt) * y);
  const last = heights[heights.length - 1];
  const ends = axis ? last : Math.max(heights[0], last);
  const sorted = [...heights].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return (sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2) - ends;
}
