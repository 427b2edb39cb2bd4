// 2026-03 to 2026-05: a rich-text bar with groups of radios, the progress beside the video, a bar under it.

import { cancel, submit } from "./making.js";
import { draw, drawSubmit, parts } from "./drawing.js";
import { editableField } from "./fields.js";
import { entriesFor, keep, save, share } from "./results.js";
import { downloadButton, playerBox, round, stills, twoVideos } from "./stage.js";
import { labels, offers, shown, state } from "./state.js";
import { h, icon, menu } from "./view.js";

export const column = stills;
export const player = (reloads = 0) => playerBox((video) => twoVideos(video, reloads));
export const submitLabel = () => (state.choice.mode === "Video" ? labels.make : labels.submit);

export { submitButton as submit };

/** @param {string} label @param {boolean} off */
function submitButton(label, off) {
  const inside = state.choice.mode === "Video" ? [icon("play"), h("span", {}, label)] : icon("arrow-up");
  return h("button", { type: "submit", "aria-label": label, class: "submit", disabled: off }, inside);
}

export function composer() {
  /** @type {(text: string) => void} */
  const heard = (text) => {
    state.prompt = text;
    drawSubmit();
  };
  const editor = editableField({ class: "tiptap ProseMirror", translate: "no" }, blank, { heard, sent: () => submit() });
  if (state.prompt) editor.replaceChildren(...state.prompt.split("\n").map((line) => h("p", {}, line)));
  parts.submit = h("span");
  parts.status = h("p", { role: "status", class: "status" });
  const groups = [radios("Generation mode", "mode", ["Image", "Video"])];
  if (state.choice.mode === "Video") groups.push(radios("Video resolution", "resolution", offers.resolution), radios("Video duration", "length", offers.length));
  /** @type {(event: Event) => void} */
  const onsubmit = (event) => {
    event.preventDefault();
    submit();
  };
  return h("form", { class: "composer query-bar", onsubmit }, editor, h("div", { class: "row wrap" }, groups, parts.status, parts.submit));
}

function blank() {
  return h("p", { "data-placeholder": labels.imagine, class: "is-empty is-editor-empty" }, h("br", { class: "ProseMirror-trailingBreak" }));
}

/** @param {string} label @param {keyof Demo.Choice} group @param {string[]} names */
function radios(label, group, names) {
  /** @type {(name: string) => string} */
  const chosen = (name) => String(state.choice[group] === name);
  /** @type {(name: string) => HTMLElement} */
  const radio = (name) => h("button", { type: "button", role: "radio", "aria-checked": chosen(name), onclick: (event) => choose(event, group, name) }, name);
  return h("div", { role: "radiogroup", "aria-label": label, class: "radios" }, names.map(radio));
}

// A click that a script makes, or a key, has no pointer.
/** @param {MouseEvent & { currentTarget: HTMLElement }} event @param {keyof Demo.Choice} group @param {string} name */
function choose(event, group, name) {
  if (!event.isTrusted || event.detail === 0 || state.choice[group] === name) return;
  state.choice[group] = name;
  if (group === "mode") return drawComposerKeepingText();
  for (const radio of event.currentTarget.parentElement?.children ?? []) radio.setAttribute("aria-checked", String(radio.textContent === name));
}

function drawComposerKeepingText() {
  draw("composer");
  drawSubmit();
}

export function progress() {
  if (state.percent === null) return h("div", { class: "progress", hidden: true });
  const told = [h("span", { class: "animate-pulse" }, "Generating"), h("span", { class: "tabular-nums" }, `${state.percent}%`)];
  return h("div", { class: "progress" }, told, h("button", { type: "button", "aria-label": "Cancel Video", class: "quiet", onclick: cancel }, "Cancel"));
}

export function side() {
  const video = shown();
  if (!video) return h("div", { class: "side bar" });
  const more = round(labels.more, "ellipsis", (event) => menu(event.currentTarget, entriesFor(video)), { "aria-haspopup": "menu" });
  return h(
    "div",
    { class: "side bar" },
    downloadButton(() => save(video)),
    h("div", {}, round(video.saved ? "Unsave" : "Save", "bookmark", () => keep(video), { "aria-pressed": String(Boolean(video.saved)) })),
    h("div", {}, round("Create share link", "link", share)),
    h("div", {}, more),
  );
}
