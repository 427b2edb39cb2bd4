// The two composers of era D: one edits the image and stands there first, the other makes videos and is brought.

import { edit, submit } from "./making.js";
import { draw, drawComposer, drawSubmit as redraw, parts } from "./drawing.js";
import { entry, trigger } from "./radix.js";
import { boot, labels, offers, remember, state } from "./state.js";
import { tiptap } from "./tiptap.js";
import { h, icon } from "./view.js";

const FORGETS_MS = 150;
/** @type {Record<string, [string, string]>} */
const MODES = { Image: ["image", labels.modeImage], Video: ["video", labels.modeVideo], Agent: ["agent", labels.modeAgent] };
const GROUPS = { length: labels.durationGroup, resolution: labels.resolutionGroup };
const KINDS = /** @type {const} */ (["edit", "video"]);
/** @type {{ edit?: HTMLElement, video?: HTMLElement }} */
let buttons = {};
/** @type {number | null} */
let waking = null;
let forgets = boot.forgetsFirstEntry;

export function composer() {
  buttons = {};
  const isVideo = state.composer === "video";
  parts.status = h("p", { role: "status", class: "status" });
  const forEdits = !isVideo || boot.editComposerStays ? editComposer() : null;
  return h("div", { class: "composers" }, forEdits, isVideo ? videoComposer() : null);
}

function editComposer() {
  /** @type {(text: string) => void} */
  const heard = (text) => {
    state.editText = text;
    redraw();
  };
  const go = () => edit(state.editText);
  const editor = written(tiptap(blank, { heard, sent: go }), state.editText);
  buttons.edit = h("span");
  /** @type {(event: Event) => void} */
  const onsubmit = (event) => (event.preventDefault(), go());
  const status = state.composer === "edit" ? parts.status : null;
  return h("form", { class: "composer query-bar", onsubmit }, editor, h("div", { class: "row wrap" }, status, buttons.edit));
}

function videoComposer() {
  /** @type {HTMLElement} */
  const editor = written(tiptap(blank, { heard: (text) => heard(text, editor), sent: go }), state.prompt);
  buttons.video = h("span");
  const { mode } = state.choice;
  /** @type {HTMLElement[]} */
  const groups = [modes()];
  if (mode === "Video") groups.push(radios("length"), radios("resolution"));
  if (mode !== "Agent") groups.push(ratio());
  return h("div", { class: "composer query-bar video" }, editor, h("div", { class: "row wrap" }, groups, parts.status, buttons.video));
}

/** @param {HTMLElement} editor @param {string} text */
function written(editor, text) {
  if (text) editor.replaceChildren(...text.split("\n").map((line) => h("p", {}, line || h("br"))));
  return editor;
}

function blank() {
  return h("p", { "data-placeholder": labels.imagine, class: "is-empty is-editor-empty" }, h("br", { class: "ProseMirror-trailingBreak" }));
}

/** @param {string} text @param {HTMLElement} editor */
function heard(text, editor) {
  state.prompt = text;
  if (!text.trim()) hush();
  else if (!state.ready) waking ??= setTimeout(wake, boot.enableAfter * 1000);
  redraw();
  if (!forgets || !text.trim()) return;
  forgets = false;
  setTimeout(() => {
    if (!editor.isConnected) return;
    editor.replaceChildren(blank());
    heard("", editor);
  }, FORGETS_MS);
}

function wake() {
  waking = null;
  state.ready = true;
  redraw();
}

function hush() {
  clearTimeout(waking ?? undefined);
  waking = null;
  state.ready = false;
}

function go() {
  if (!state.ready || !state.prompt.trim()) return;
  if (state.choice.mode === "Video") submit();
  else edit(state.prompt, state.choice.mode);
}

function modes() {
  /** @type {(mode: [string, [string, string]]) => HTMLElement} */
  const radio = ([mode, [sign, name]]) => {
    const isOn = state.choice.mode === mode;
    /** @type {Demo.Attributes} */
    const attributes = { type: "button", role: "radio", "aria-checked": String(isOn), "aria-label": name, onclick: (event) => choose(event, "mode", mode) };
    return h("button", attributes, icon(sign), isOn ? h("span", {}, name) : null);
  };
  return h("div", { role: "radiogroup", "aria-label": labels.modeGroup, class: "radios" }, Object.entries(MODES).map(radio));
}

/** @param {"length" | "resolution"} group */
function radios(group) {
  /** @type {(name: string) => HTMLElement} */
  const radio = (name) => h("button", { type: "button", role: "radio", "aria-checked": String(state.choice[group] === name), onclick: (event) => choose(event, group, name) }, name);
  return h("div", { role: "radiogroup", "aria-label": GROUPS[group], class: "radios" }, offers[group].map(radio));
}

// A click that a script makes, or a key, has no pointer.
/** @param {MouseEvent & { currentTarget: HTMLElement }} event @param {keyof Demo.Choice} group @param {string} name */
function choose(event, group, name) {
  if (!event.isTrusted || event.detail === 0 || state.choice[group] === name) return;
  state.choice[group] = name;
  remember();
  if (group === "mode") return drawComposer();
  for (const radio of event.currentTarget.parentElement?.children ?? []) radio.setAttribute("aria-checked", String(radio.textContent === name));
}

function ratio() {
  const told = h("span", {}, state.choice.aspect);
  /** @type {(name: string) => HTMLElement} */
  const choice = (name) => entry(name, () => ((state.choice.aspect = told.textContent = name), remember()), look(name));
  const popup = boot.ratioEntries === "option" ? "listbox" : "menu";
  return trigger({ "aria-label": labels.ratio, class: "pill" }, popup, () => offers.aspect.map(choice), icon("ratio"), told);
}

/** @param {string} name */
function look(name) {
  if (boot.ratioEntries !== "option") return {};
  return { role: "option", "aria-selected": String(state.choice.aspect === name) };
}

/** @param {boolean} anew */
export function drawSubmit(anew) {
  parts.status.textContent = state.limited ? boot.limitText : "";
  for (const kind of KINDS) {
    const old = buttons[kind];
    if (!old) continue;
    const [label, off] = kind === "edit" ? [labels.edit, !state.editText.trim()] : [name(), !state.ready || state.limited || state.throttled || state.percent !== null];
    const isAbsent = kind === "video" && boot.sendAppears && !state.prompt.trim();
    const isSame = old.getAttribute("aria-label") === label && old.isConnected && !isAbsent;
    if (isSame && !anew) /** @type {HTMLButtonElement} */ (old).disabled = off;
    else old.replaceWith((buttons[kind] = isAbsent ? h("span") : button(kind, label, off)));
  }
  parts.submit = buttons.video ?? buttons.edit ?? parts.submit;
}

/** @returns {string} */
function name() {
  /** @type {Record<string, string>} */
  const names = { Video: labels.makeVideo, Image: labels.edit, Agent: labels.submit };
  return names[state.choice.mode];
}

/** @param {"edit" | "video"} kind @param {string} label @param {boolean} off */
function button(kind, label, off) {
  const act = kind === "edit" ? { type: "submit" } : { type: "button", onclick: go };
  return h("button", { ...act, "aria-label": label, class: "submit", disabled: off }, icon("arrow-up"), h("span", {}, label));
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || !boot.escapeResets || state.composer !== "video") return;
  // The text stays, and with it would be edited now.
  state.editText = state.prompt;
  state.prompt = "";
  hush();
  state.composer = "edit";
  draw("composer");
  redraw();
});
