/** @type {import("../types.js").Step} */
export default {
  id: "paint",
  title: "Paint",
  hint: "",
  build() {},
  enter() {},
  leave() {},
};
