/** @type {import("../types.js").Step} */
export default {
  id: "handover",
  title: "Hand over",
  hint: "",
  build() {},
  enter() {},
  leave() {},
};
