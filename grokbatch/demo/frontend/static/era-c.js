// 2026-06 to 2026-09: a plain box in a form, a send button that is named after the mode, options in a popover,
// history items that are small videos.

import { cancel, submit } from "./making.js";
import { draw, drawComposer, drawSubmit, parts } from "./drawing.js";
import { editableField } from "./fields.js";
import { entriesFor, save, share } from "./results.js";
import { downloadButton, playerBox, round, select, videoNode } from "./stage.js";
import { asset, labels, offers, shown, state } from "./state.js";
import { h, icon, menu, menuItem } from "./view.js";

/** @type {Record<Demo.Option, string>} */
const GROUPS = { length: "Duration", resolution: "Resolution", aspect: "Aspect ratio", preset: "Preset" };
const OPTIONS = /** @type {const} */ (["length", "resolution", "aspect", "preset"]);
const narrow = matchMedia("(max-width: 640px)");
narrow.addEventListener("change", () => parts.side && draw("side"));

export const player = (reloads = 0) => playerBox((video) => videoNode(video, video.hdUrl ?? video.videoUrl, reloads));

export function column() {
  return h("div", { class: "column history" }, state.videos.map(item));
}

/** @param {Demo.Video} video */
function item(video) {
  if (video.state === "loading") return h("div", { class: "tile loading" }, h("img", { alt: "", src: state.image }));
  if (video.state === "moderated") return h("div", { class: "tile moderated" }, h("img", { alt: "", src: state.image }), icon("eye-off"));
  const node = h("video", { src: asset(video.videoUrl), playsinline: true, preload: "metadata" });
  node.muted = true;
  const ring = video.id === state.selected ? " ring-white" : "";
  return h("button", { type: "button", class: `tile${ring}`, onclick: () => select(video) }, node);
}

/** @returns {string} */
export function submitLabel() {
  /** @type {Record<string, string>} */
  const names = { Video: labels.create, Image: labels.createImage, Agent: labels.send };
  return names[state.choice.mode];
}

export { submitButton as submit };

/** @param {string} label @param {boolean} off */
function submitButton(label, off) {
  return h("button", { type: "submit", "aria-label": label, class: "submit send", disabled: off }, icon("arrow-up"));
}

export function composer() {
  /** @type {(text: string) => void} */
  const heard = (text) => {
    state.prompt = text;
    drawSubmit();
  };
  const attributes = { role: "textbox", "aria-multiline": "true", "aria-label": labels.ask, "data-placeholder": labels.ask, class: `ask${state.prompt ? "" : " is-empty"}` };
  const box = editableField(attributes, () => document.createTextNode(""), { heard, sent: () => submit() });
  box.textContent = state.prompt;
  parts.submit = h("span");
  parts.status = h("p", { role: "status", class: "status" });
  /** @type {(event: Event) => void} */
  const onsubmit = (event) => {
    event.preventDefault();
    submit();
  };
  const row = h("div", { class: "row wrap" }, modes(), optionsButton(), parts.status, parts.submit);
  return h("form", { class: "composer", onsubmit }, box, row);
}

function modes() {
  /** @type {(mode: string) => () => void} */
  const choose = (mode) => () => {
    state.choice.mode = mode;
    drawComposer();
  };
  /** @type {(mode: string) => HTMLElement} */
  const radio = (mode) => h("button", { type: "button", role: "radio", "aria-checked": String(state.choice.mode === mode), onclick: choose(mode) }, mode);
  return h("div", { role: "radiogroup", "aria-label": "Mode", class: "radios" }, ["Image", "Video", "Agent"].map(radio));
}

function optionsButton() {
  if (state.choice.mode !== "Video") return null;
  const told = h("span", {}, summary());
  /** @type {(event: { currentTarget: HTMLElement }) => void} */
  const open = (event) => menu(event.currentTarget, popover(told), { stays: true });
  return h("div", { class: "anchor" }, h("button", { type: "button", "aria-label": labels.options, "aria-haspopup": "menu", class: "pill", onclick: open }, icon("settings"), told));
}

function summary() {
  const { length, resolution, aspect } = state.choice;
  return `${length} · ${resolution} · ${aspect}`;
}

/** @param {HTMLElement} told */
function popover(told) {
  return OPTIONS.map((group) =>
    h("div", { role: "group", "aria-label": GROUPS[group], class: "group" }, h("span", {}, GROUPS[group]), h("div", { class: "row" }, offers[group].map((name) => choice(group, name, told)))),
  );
}

/** @param {Demo.Option} group @param {string} name @param {HTMLElement} told */
function choice(group, name, told) {
  /** @type {(event: { currentTarget: HTMLElement }) => void} */
  const choose = (event) => {
    state.choice[group] = name;
    for (const one of event.currentTarget.parentElement?.children ?? []) one.setAttribute("aria-checked", String(one.textContent === name));
    told.textContent = summary();
  };
  return h("button", { type: "button", role: "menuitemradio", "aria-checked": String(state.choice[group] === name), onclick: choose }, name);
}

export function progress() {
  if (state.percent === null) return h("div", { class: "progress", hidden: true });
  const told = [h("span", { class: "animate-pulse" }, "Generating"), h("span", { class: "tabular-nums" }, `${state.percent}%`)];
  return h("div", { class: "progress" }, told, round("Cancel", "x", cancel));
}

export function side() {
  const video = shown();
  if (!video) return h("div", { class: "side bar" });
  const again = () => submit({ prompt: state.prompt || state.lastPrompt || "again" });
  const acts = { Regenerate: again, Extend: () => {}, Share: share };
  if (narrow.matches) {
    const all = () => [...Object.entries(acts).map(([name, act]) => menuItem(name, act)), menuItem(labels.download, () => save(video)), ...entriesFor(video)];
    const actions = round("Post actions", "ellipsis", (event) => menu(event.currentTarget, all()), { "aria-haspopup": "menu" });
    return h("div", { class: "side bar" }, h("div", {}, actions));
  }
  /** @type {Record<string, string>} */
  const signs = { Regenerate: "rotate-cw", Extend: "extend", Share: "share" };
  const buttons = Object.entries(acts).map(([name, act]) => h("button", { type: "button", class: "quiet withicon", onclick: act }, icon(signs[name]), name));
  const more = round(labels.more, "ellipsis", (event) => menu(event.currentTarget, entriesFor(video)), { "aria-haspopup": "menu" });
  return h("div", { class: "side bar" }, buttons, downloadButton(() => save(video)), h("div", {}, more));
}
