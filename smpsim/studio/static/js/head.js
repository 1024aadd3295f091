// Which part of the photo the work is on.

/**
 * @typedef {import("./types.js").Box} Box
 * @typedef {import("./types.js").View} View
 */

const ROOM = 0.25;
const NEARER = 1.05;

/**
 * The treated area with room round it; null when nothing is drawn.
 * @param {View} view
 * @returns {Box | null}
 */
export function headBox({ hairline, photo }) {
  if (!hairline) return null;
  const { axis } = hairline;
  const points = [...hairline.points.map(({ x, y }) => [x, y]), ...hairline.rear];
  const all = axis ? [...points, ...points.map(([x, y]) => [2 * axis.x - x, y])] : points;
  const xs = all.map(([x]) => Math.min(Math.max(x, 0), photo.width_px));
  const ys = all.map(([, y]) => Math.min(Math.max(y, 0), photo.height_px));
  const [left, top, right, bottom] = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  const room = ROOM * Math.max(right - left, bottom - top);
  const [x, y] = [Math.max(left - room, 0), Math.max(top - room, 0)];
  const width = Math.min(right + room, photo.width_px) - x;
  const height = Math.min(bottom + room, photo.height_px) - y;
  return width < 8 || height < 8 ? null : [x, y, width, height];
}

/**
 * Zoom to where the work is.
 * @param {import("./types.js").App} app
 */
export function showHead({ stage, store }) {
  const box = store.shown && headBox(store.shown);
  if (box) stage.frame(box);
  // where it is nearly all of the photo, that is what is seen
  if (!box || stage.zoom < NEARER * stage.fitZoom) stage.fit();
}
