// What is drawn, and where. Every piece is made anew, so that nobody can hold on to old nodes.

import { boot, labels, state } from "./state.js";
import { h } from "./view.js";

// They are found on the page, or made, before anything is drawn in their place.
export const parts = /** @type {Record<Demo.Part, HTMLElement>} */ ({});
/** @type {Demo.Skin} */
let skin;

/** @param {Demo.Skin} chosen */
export function dress(chosen) {
  skin = chosen;
}

/** @param {Demo.Part} name @param {HTMLElement} node */
export function place(name, node) {
  parts[name]?.replaceWith(node);
  parts[name] = node;
}

/** @param {...keyof Demo.Pieces} names */
export function draw(...names) {
  for (const name of names) {
    const node = skin[name]?.();
    if (node) place(name, node);
  }
  if (names.includes("column")) parts.column.querySelector(":scope > :last-child")?.scrollIntoView({ block: "nearest" });
}

export function drawPlayer(reloads = 0) {
  place("player", skin.player(reloads));
  draw("side");
}

export function drawAll() {
  draw("column");
  drawPlayer();
  draw("progress");
  drawSubmit();
}

export function drawComposer() {
  for (const name of /** @type {const} */ (["progress", "submit", "status"])) parts[name] ??= h("span");
  draw("composer");
  draw("progress");
  drawSubmit();
}

export function drawToolbar() {
  parts.toolbar ??= /** @type {HTMLElement} */ (document.querySelector(".toolbar"));
  draw("toolbar");
}

export function drawSubmit({ anew = false } = {}) {
  if (skin.drawSubmit) return skin.drawSubmit(anew);
  const label = skin.submitLabel();
  const off = !state.prompt.trim() || state.limited || state.throttled || state.percent !== null;
  parts.status.textContent = state.limited ? boot.limitText : "";
  const isSame = parts.submit.getAttribute("aria-label") === label && "disabled" in parts.submit;
  if (isSame && !anew) /** @type {HTMLButtonElement} */ (parts.submit).disabled = off;
  else place("submit", skin.submit(label, off));
}

export function drawHeader(signedIn = true) {
  const again = () => location.assign(`/sign-in?redirect=${encodeURIComponent(location.pathname)}`);
  const visitor = [h("button", { class: "quiet", onclick: again }, labels.signIn), h("button", { class: "upgrade", onclick: again }, labels.signUp)];
  const member = [h("button", { "aria-label": labels.upgrade, class: "upgrade" }, labels.upgrade), h("span", { class: "avatar", title: boot.user }, boot.user[0].toUpperCase())];
  place("top", h("header", { id: "top" }, h("span", { class: "brand" }, "Imagine"), h("span", { class: "tag" }, "demo site"), h("div", { class: "account" }, signedIn ? member : visitor)));
}
