/** @type {import("../types.js").Step} */
export default {
  id: "line",
  title: "Hairline",
  hint: "",
  build() {},
  enter() {},
  leave() {},
};
