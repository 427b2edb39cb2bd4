// 2025-11 to 2026-02: a text area, one button, and a pill whose menu holds the options and whose text is the progress.

import { draw, drawSubmit, parts } from "./drawing.js";
import { areaField } from "./fields.js";
import { submit } from "./making.js";
import { entriesFor, save } from "./results.js";
import { downloadButton, playerBox, round, stills, twoVideos } from "./stage.js";
import { labels, offers, shown, state } from "./state.js";
import { h, icon, menu } from "./view.js";

const OPTIONS = /** @type {const} */ (["length", "resolution", "preset"]);

export const column = stills;
export const player = (reloads = 0) => playerBox((video) => twoVideos(video, reloads));
export const submitLabel = () => (state.made ? labels.redo : labels.make);

export { submitButton as submit };

/** @param {string} label @param {boolean} off */
function submitButton(label, off) {
  const sign = icon(state.made ? "rotate-cw" : "play");
  return h("button", { type: "button", "aria-label": label, class: "submit", disabled: off, onclick: () => submit() }, sign, h("span", {}, label));
}

export function composer() {
  const area = areaField({ "aria-label": labels.prompt, placeholder: labels.placeholder }, (text) => {
    state.prompt = text;
    drawSubmit();
  });
  area.value = state.prompt;
  parts.progress = h("span");
  parts.submit = h("span");
  parts.status = h("p", { role: "status", class: "status" });
  const row = h("div", { class: "row" }, h("div", { class: "anchor" }, parts.progress), parts.status, parts.submit);
  return h("form", { class: "composer", onsubmit: (event) => event.preventDefault() }, area, row);
}

export function progress() {
  const text = state.percent === null ? state.choice.preset : `${state.percent}%`;
  /** @param {{ currentTarget: HTMLElement }} event */
  const open = (event) => menu(event.currentTarget, choices());
  const pill = h("button", { type: "button", "aria-label": labels.options, "aria-haspopup": "menu", class: "pill", onclick: open }, icon("settings"), h("span", { class: "tabular-nums" }, text));
  pill.style.setProperty("--done", `${state.percent ?? 0}%`);
  return pill;
}

function choices() {
  return OPTIONS.map((group) => h("div", { class: "row" }, offers[group].map((name) => choice(group, name))));
}

/** @param {Demo.Option} group @param {string} name */
function choice(group, name) {
  const choose = () => {
    state.choice[group] = name;
    draw("progress");
  };
  return h("button", { type: "button", "aria-pressed": String(state.choice[group] === name), onclick: choose }, name);
}

export function side() {
  const video = shown();
  if (!video) return h("div", { class: "side" });
  const more = round(labels.more, "ellipsis", (event) => menu(event.currentTarget, entriesFor(video)), { "aria-haspopup": "menu" });
  return h("div", { class: "side" }, downloadButton(() => save(video)), h("div", {}, round("Hide", "eye-off")), h("div", {}, more));
}
