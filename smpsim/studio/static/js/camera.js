// A photo taken here: the camera in a dialog; where there is none, why, and a file instead.

import { button, el } from "./dom.js";

/** @typedef {import("./types.js").App} App */

const WANTED = { facingMode: { ideal: "environment" }, width: { ideal: 4096 }, height: { ideal: 4096 } };

/** @type {Record<string, string>} by the name of what went wrong */
const WHY = {
  NotFoundError: "No camera is found here.",
  NotAllowedError: "The browser may not use the camera here: it was not allowed to.",
  NotReadableError: "The camera is in use by another program.",
};

/** @param {App} app */
export async function takePhoto(app) {
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: WANTED });
  } catch (problem) {
    return without(app, problem);
  }
  const video = el("video", { autoplay: true, playsinline: true, "aria-label": "What the camera sees" });
  video.muted = true;
  video.srcObject = stream;
  const take = button("Take the photo", async () => {
    const photo = await still(video);
    dialog.close();
    if (photo) await app.take(photo, "camera.jpg");
  }, { class: "main", disabled: true });
  video.addEventListener("loadeddata", () => take.removeAttribute("disabled"));
  const dialog = el(
    "dialog",
    { class: "camera", "aria-label": "Camera" },
    el("p", {}, "From the front, at the height of the forehead, in soft light."),
    video,
    el("div", { class: "buttons" }, take, button("Cancel", () => dialog.close())),
  );
  dialog.addEventListener("close", () => {
    for (const track of stream.getTracks()) track.stop();
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
}

/**
 * @param {HTMLVideoElement} video
 * @returns {Promise<Blob | null>}
 */
function still(video) {
  const canvas = el("canvas", { width: video.videoWidth, height: video.videoHeight });
  canvas.getContext("2d")?.drawImage(video, 0, 0);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.95));
}

/**
 * Say why there is no picture of a camera, and offer a file; tablets and telephones open their own camera for it.
 * @param {App} app
 * @param {unknown} problem
 */
function without(app, problem) {
  const name = problem instanceof DOMException ? problem.name : "";
  const choose = button("Choose a photo …", () => {
    dialog.close();
    const input = el("input", { type: "file", accept: "image/*", capture: "environment" });
    input.addEventListener("change", () => input.files?.[0] && app.take(input.files[0], input.files[0].name));
    input.click();
  }, { class: "main", id: "instead" });
  const dialog = el(
    "dialog",
    { "aria-label": "No camera" },
    el("p", {}, WHY[name] ?? "The camera cannot be used here."),
    el("p", { class: "quiet" }, "A photo taken with another device will do as well: choose its file."),
    el("div", { class: "buttons" }, choose, button("Cancel", () => dialog.close())),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
