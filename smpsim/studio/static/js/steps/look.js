/** @type {import("../types.js").Step} */
export default {
  id: "look",
  title: "Look",
  hint: "",
  build() {},
  enter() {},
  leave() {},
};
