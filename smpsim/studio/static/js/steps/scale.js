/** @type {import("../types.js").Step} */
export default {
  id: "scale",
  title: "Scale",
  hint: "",
  build() {},
  enter() {},
  leave() {},
};
