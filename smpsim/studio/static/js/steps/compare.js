/** @type {import("../types.js").Step} */
export default {
  id: "compare",
  title: "Compare",
  hint: "",
  build() {},
  enter() {},
  leave() {},
};
