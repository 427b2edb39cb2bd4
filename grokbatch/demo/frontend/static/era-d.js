// Since 2026-07: a toolbar whose menu brings the composer for videos, in the place of the one that edits the image.

import { cancel, quick } from "./making.js";
import { draw, drawAll, drawComposer, parts } from "./drawing.js";
import { backToImage } from "./leading.js";
import { entry, trigger } from "./radix.js";
import { keep, mayUpscale, remove, save, share, upscale } from "./results.js";
import { downloadButton, playerBox, round, select, videoNode } from "./stage.js";
import { asset, boot, finished, labels, shown, state } from "./state.js";
import { h, icon } from "./view.js";

export { composer, drawSubmit } from "./era-d-composer.js";

export const player = (reloads = 0) => playerBox((video) => videoNode(video, video.hdUrl ?? video.videoUrl, reloads));

export function toolbar() {
  const button = trigger({ class: "pill" }, "menu", ways, icon("play"), h("span", {}, labels.makeMenu));
  return h("div", { class: "toolbar", role: "toolbar", "aria-label": "Post" }, button, boot.tabs ? tabs() : null);
}

function ways() {
  return [
    boot.preciseEdit ? entry(labels.preciseEdit, () => bring("edit")) : null,
    boot.addPrompt ? entry(labels.addPrompt, () => bring("video")) : null,
    entry(labels.quickAnimate, () => quick("normal")),
    entry(labels.spicy, () => quick("extremely-spicy-or-crazy")),
  ];
}

/** @param {"edit" | "video"} kind */
function bring(kind) {
  state.composer = kind;
  drawComposer();
  /** @type {HTMLElement | null} */
  const box = parts.composer.querySelector(".video [contenteditable], [contenteditable]");
  box?.focus();
}

function tabs() {
  const isVideo = state.selected !== null;
  /** @type {(name: string, selected: boolean, show: () => void) => HTMLElement} */
  const tab = (name, selected, show) => h("button", { type: "button", role: "tab", "aria-selected": String(selected), class: "tab", onclick: show }, name);
  const image = () => (backToImage(), draw("toolbar"));
  const video = () => ((state.selected = finished().at(-1)?.id ?? null), drawAll(), draw("toolbar"));
  return h("div", { role: "tablist", class: "radios" }, tab(labels.modeImage, !isVideo, image), tab(labels.modeVideo, isVideo, video));
}

// The image stands in the column, and leads back to its post.
export function column() {
  const image = h("button", { type: "button", class: `tile${state.selected ? "" : " ring-white"}`, onclick: backToImage }, h("img", { src: state.image, alt: "Image" }));
  return h("div", { class: "column history" }, image, state.videos.map(item));
}

/** @param {Demo.Video} video */
function item(video) {
  if (video.state === "loading") return h("div", { class: "tile loading" }, h("img", { alt: "", src: state.image }));
  if (video.state === "moderated") return h("div", { class: "tile moderated" }, h("img", { alt: "", src: state.image }), icon("eye-off"));
  const node = h("video", { src: asset(video.videoUrl), playsinline: true, preload: "metadata" });
  node.muted = true;
  return h("button", { type: "button", class: `tile${video.id === state.selected ? " ring-white" : ""}`, onclick: () => select(video) }, node);
}

export function progress() {
  if (state.percent === null) return h("div", { class: "progress", hidden: true });
  const percent = state.percent ? h("span", { class: "tabular-nums" }, `${state.percent}%`) : null;
  const stop = h("button", { type: "button", "aria-label": "Cancel Video", class: "quiet", onclick: cancel }, "Cancel");
  return h("div", { class: "progress" }, h("span", { class: "animate-pulse" }, "Generating"), percent, stop);
}

export function side() {
  const video = shown();
  if (!video) return h("div", { class: "side bar" });
  const entries = () => [mayUpscale(video) ? entry("Upscale video", () => upscale(video)) : null, entry(labels.deleteVideo, () => remove(video))];
  return h(
    "div",
    { class: "side bar" },
    h("div", {}, extend()),
    h("div", {}, round("Create share link", "share", share)),
    downloadButton(() => save(video)),
    h("div", {}, round(video.saved ? "Unsave" : "Save", "bookmark", () => keep(video), { "aria-pressed": String(Boolean(video.saved)) })),
    h("div", {}, trigger({ "aria-label": labels.more, class: "round" }, "menu", entries, icon("ellipsis"))),
  );
}

function extend() {
  /** @type {(event: { currentTarget: HTMLElement }) => void} */
  const turn = (event) => {
    const isOn = event.currentTarget.getAttribute("aria-label") === "Extend";
    event.currentTarget.setAttribute("aria-label", isOn ? "Cancel Extend" : "Extend");
  };
  return round("Extend", "extend", turn);
}
