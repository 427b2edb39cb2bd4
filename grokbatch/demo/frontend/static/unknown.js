// A shape that the page never had: what it may look like next year. Nothing here is called, or built, as it was in
// any era; but each control has a name of its own for people who cannot see, and a mark that stays. Classes change
// with every load, as those that a bundler makes.

import { drawSubmit, parts } from "./drawing.js";
import { submit as send } from "./making.js";
import { mayUpscale, remove, save, upscale } from "./results.js";
import { marks, select, shapeOf, videoNode } from "./stage.js";
import { offers, shown, state } from "./state.js";
import { h } from "./view.js";

/** @type {Map<string, string>} */
const made = new Map();

/** @param {string} name */
function generated(name) {
  const known = made.get(name) ?? `css-${Math.random().toString(36).slice(2, 8)}`;
  made.set(name, known);
  return known;
}

export function column() {
  return h("ul", { class: `column reel ${generated("reel")}`, "data-testid": "takes" }, state.videos.map(take));
}

/** @param {Demo.Video} video @param {number} index */
function take(video, index) {
  if (video.state === "loading") return h("li", { class: `tile loading ${generated("take")}` }, "…");
  if (video.state === "moderated") return h("li", { class: `tile moderated ${generated("take")}` }, "–");
  const ring = video.id === state.selected ? " ring-white" : "";
  return h("li", { class: `tile${ring} ${generated("take")}`, onclick: () => select(video) }, `Take ${index + 1}`);
}

export function player(reloads = 0) {
  const video = shown();
  const { wide, style } = shapeOf(video);
  if (!video) return h("ul", { class: "player", style }, h("li", {}, h("img", { src: state.image, alt: "", class: "still" })));
  const node = videoNode(video, video.hdUrl ?? video.videoUrl, reloads, { "data-testid": "clip", class: generated("clip") });
  return h("ul", { class: `player${wide}`, style }, h("li", {}, node, marks(video)));
}

export const submitLabel = () => "Bring to life";

export { start as submit };

/** @param {string} label @param {boolean} off */
function start(label, off) {
  /** @type {(event: Event) => void} */
  const go = (event) => {
    event.preventDefault();
    if (!off) send();
  };
  return h("a", { href: "#", role: "link", "aria-label": label, "aria-disabled": String(off), "data-testid": "bring-to-life", class: `submit ${generated("go")}`, onclick: go }, label);
}

export function composer() {
  /** @type {(event: Event) => void} */
  const heard = (event) => {
    if (!event.isTrusted) return;
    state.prompt = /** @type {HTMLInputElement} */ (event.target).value;
    drawSubmit();
  };
  const line = h("input", { "aria-label": "Scene", placeholder: "What happens next?", "data-testid": "scene", class: `line ${generated("line")}`, oninput: heard, value: state.prompt });
  parts.submit = h("span");
  parts.status = h("p", { role: "status", class: "status" });
  const dials = /** @type {const} */ (["length", "resolution"]).map(dial);
  return h("section", { class: `composer ${generated("composer")}` }, line, h("div", { class: "row" }, dials, parts.status, parts.submit));
}

// One word that goes round with every press.
/** @param {"length" | "resolution"} group */
function dial(group) {
  /** @type {(event: { currentTarget: HTMLElement }) => void} */
  const turn = (event) => {
    const all = offers[group];
    state.choice[group] = all[(all.indexOf(state.choice[group]) + 1) % all.length];
    event.currentTarget.textContent = worded(group);
  };
  return h("span", { role: "link", tabindex: 0, "data-testid": `dial-${group}`, class: `quiet ${generated("dial")}`, onclick: turn }, worded(group));
}

/** @param {"length" | "resolution"} group */
function worded(group) {
  return group === "length" ? `for ${parseInt(state.choice.length)} sec.` : `at ${parseInt(state.choice.resolution)} lines`;
}

export function progress() {
  if (state.percent === null) return h("div", { class: "progress", hidden: true });
  return h("div", { class: "progress" }, h("output", { "aria-label": "Developing", "data-testid": "developing", class: generated("developing") }, `Developing ${state.percent} %`));
}

export function side() {
  const video = shown();
  if (!video) return h("div", { class: "side bar" });
  /** @type {(mark: string, name: string, does: () => void) => HTMLElement} */
  const act = (mark, name, does) => h("a", { href: "#", "data-testid": mark, class: `quiet ${generated("act")}`, onclick: (event) => (event.preventDefault(), does()) }, name);
  const acts = [act("keep-file", "Keep the file", () => save(video))];
  if (mayUpscale(video)) acts.push(act("sharpen", "Sharpen", () => upscale(video)));
  acts.push(act("throw-away", "Throw away", () => remove(video)));
  return h("div", { class: "side bar" }, acts);
}
