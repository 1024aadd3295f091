// A photo taken here: the camera in a dialog, or the device's own way where there is none.

import { button, el } from "./dom.js";

/** @typedef {import("./types.js").App} App */

const WANTED = { facingMode: { ideal: "environment" }, width: { ideal: 4096 }, height: { ideal: 4096 } };

/** @param {App} app */
export async function takePhoto(app) {
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: WANTED });
  } catch {
    return ownWay(app);
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
 * Tablets and telephones open their camera for a file field; elsewhere it picks a file.
 * @param {App} app
 */
function ownWay(app) {
  app.say("No camera can be used here; choose a photo instead.");
  const input = el("input", { type: "file", accept: "image/*", capture: "environment" });
  input.addEventListener("change", () => input.files?.[0] && app.take(input.files[0], input.files[0].name));
  input.click();
}
