// How the page says that it is enough, and what it offers beside it.

import { boot, labels } from "./state.js";
import { h, toast } from "./view.js";

/** @param {string} text */
export function showLimit(text) {
  const words = spelled(text);
  if (boot.limitStyle === "dialog") return dialog(words);
  if (boot.limitStyle === "banner") return banner(words);
  toast(words);
}

/** @param {string} text */
function spelled(text) {
  if (!boot.limitOffer) return [text];
  return boot.limitInOne ? [`${text} ${boot.limitOffer}`] : [h("div", {}, text), h("div", {}, boot.limitOffer)];
}

/** @param {Demo.Child[]} words */
function dialog(words) {
  const close = h("button", { class: "quiet", onclick: () => veil.remove() }, "Close");
  const box = h("div", { role: "dialog", "aria-modal": "true", class: "dialog" }, h("div", {}, words), h("div", { class: "row" }, h("button", { class: "submit" }, labels.upgrade), close));
  /** @type {HTMLElement} */
  const veil = h("div", { class: "veil" }, box);
  document.body.append(veil);
}

/** @param {Demo.Child[]} words */
function banner(words) {
  document.querySelector(".limit-banner")?.remove();
  document.getElementById("root")?.prepend(h("div", { class: "limit-banner" }, words));
}
