// An editor that makes formats of what is entered, as tiptap's input rules do: lists, headings, emphasis, mentions.
// Backspace or Ctrl+Z right after a rule takes it back.

import { boot } from "./state.js";
import { editableField, textOf } from "./fields.js";
import { suggest } from "./mentions.js";
import { h } from "./view.js";

/** @typedef {"li" | "p"} Inside what the lines of a block stand in */
/** @typedef {"strong" | "em" | "s" | "code"} Mark */

/** @type {[RegExp, (found: RegExpExecArray) => HTMLElement, Inside?][]} */
const BLOCKS = [
  [/^\s*(\d{1,9})\.\s/, (found) => h("ol", { start: found[1] }), "li"],
  [/^\s*[-+*]\s/, () => h("ul"), "li"],
  [/^(#{1,6})\s/, (found) => h(/** @type {"h1"} */ (`h${found[1].length}`))],
  [/^\s*>\s/, () => h("blockquote"), "p"],
];
/** @type {[RegExp, Mark][]} */
const MARKS = [
  [/(^|\s)(\*\*(?!\s)([^*]+)\*\*)/, "strong"],
  [/(^|\s)(__(?!\s)([^_]+)__)/, "strong"],
  [/(^|\s)(\*(?![\s*])([^*]+)\*)(?!\*)/, "em"],
  [/(^|\s)(_(?![\s_])([^_]+)_)(?!_)/, "em"],
  [/(^|\s)(~~(?!\s)([^~]+)~~)/, "s"],
  [/(^|[^`])(`([^`]+)`)(?!`)/, "code"],
];

/** @param {() => Node} blank @param {{ heard: (text: string) => void, sent: () => void }} on */
export function tiptap(blank, { heard, sent }) {
  /** @type {Node | null} */
  let undone = null;
  const told = () => heard(textOf(box));
  /** @type {(event: Event) => void} */
  const taken = (event) => {
    if (!(event instanceof InputEvent) || !event.isTrusted || boot.formatsText === "no") return;
    const isTyped = event.inputType === "insertText" && event.data?.length === 1;
    if (event.inputType.startsWith("insert")) {
      const before = box.cloneNode(true);
      const changed = isTyped ? formatTyped(box) : boot.formatsText === "all" && formatAll(box);
      undone = changed ? before : null;
      if (changed) told();
    }
    suggest(box, told);
  };
  /** @type {(event: KeyboardEvent) => void} */
  const back = (event) => {
    const isUndo = event.key === "Backspace" || (event.key === "z" && (event.ctrlKey || event.metaKey));
    if (!isUndo || !undone) return;
    event.preventDefault();
    box.replaceChildren(...undone.childNodes);
    undone = null;
    if (box.lastChild) caretAfter(box.lastChild);
    told();
  };
  const attributes = { class: "tiptap ProseMirror", role: "textbox", translate: "no", spellcheck: "false" };
  const box = editableField(attributes, blank, { heard, sent });
  box.addEventListener("input", taken);
  box.addEventListener("keydown", back);
  box.addEventListener("paste", pastePlain);
  return box;
}

/** @param {ClipboardEvent} event */
function pastePlain(event) {
  event.preventDefault();
  document.execCommand("insertText", false, event.clipboardData?.getData("text/plain") ?? "");
}

// What a key has just completed, right before the caret.
/** @param {HTMLElement} box */
function formatTyped(box) {
  const { anchorNode: node = null, anchorOffset: offset = 0 } = getSelection() ?? {};
  if (!(node instanceof Text) || !box.contains(node)) return false;
  const before = node.data.slice(0, offset);
  const line = paragraphOf(node, box);
  const isFirst = line && textOf(line).startsWith(before.replaceAll("\u00a0", " "));
  for (const [pattern, make, inside] of isFirst ? BLOCKS : []) {
    const found = pattern.exec(before);
    if (line && found && found[0].length === before.length) return Boolean(caretAfter(formatBlock(line, found, make, inside)));
  }
  for (const [pattern, tag] of MARKS) {
    const found = new RegExp(pattern.source + "$").exec(before);
    if (found) return Boolean(caretAfter(formatMark(node, found, tag)));
  }
  return false;
}

// Everything that is there, after more than one sign came at once.
/** @param {HTMLElement} box */
function formatAll(box) {
  let changed = false;
  for (const line of box.querySelectorAll(":scope > p")) {
    for (const [pattern, make, inside] of BLOCKS) {
      const found = pattern.exec(textOf(line));
      if (!found) continue;
      formatBlock(line, found, make, inside);
      changed = true;
      break;
    }
  }
  for (const [pattern, tag] of MARKS) {
    for (let at = matching(box, pattern); at; at = matching(box, pattern)) {
      formatMark(at.node, at.found, tag);
      changed = true;
    }
  }
  if (changed && box.lastChild) caretAfter(box.lastChild);
  return changed;
}

/** @param {Node} box @param {RegExp} pattern */
function matching(box, pattern) {
  const texts = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = /** @type {Text} */ (texts.currentNode);
    const found = node.parentElement?.closest("code") ? null : pattern.exec(node.data);
    if (found) return { node, found };
  }
  return null;
}

/** @param {Node} node @param {HTMLElement} box */
function paragraphOf(node, box) {
  const line = node.parentElement?.closest("p");
  return line && line.parentElement === box ? line : null;
}

/**
 * @param {Element} line
 * @param {RegExpExecArray} found
 * @param {(found: RegExpExecArray) => HTMLElement} make
 * @param {Inside} [inside]
 */
function formatBlock(line, found, make, inside) {
  let left = found[0].length;
  const texts = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node && left; node = texts.nextNode()) {
    const text = /** @type {Text} */ (node);
    const cut = Math.min(left, text.length);
    text.deleteData(0, cut);
    left -= cut;
  }
  const content = [...line.childNodes].filter((node) => node.nodeType !== Node.TEXT_NODE || node.textContent);
  const kept = content.length ? content : [h("br", { class: "ProseMirror-trailingBreak" })];
  const block = make(found);
  block.append(...(inside === "li" ? [h("li", {}, h("p", {}, ...kept))] : inside ? [h(inside, {}, ...kept)] : kept));
  line.replaceWith(block);
  return block;
}

/** @param {Text} node @param {RegExpExecArray} found @param {Mark} tag */
function formatMark(node, found, tag) {
  const rest = node.splitText(found.index + found[1].length);
  rest.splitText(found[2].length);
  const marked = h(tag, {}, found[3]);
  rest.replaceWith(marked);
  return marked;
}

/** @param {Node} node */
function caretAfter(node) {
  const deepest = ["STRONG", "EM", "S", "CODE"].includes(node.nodeName) ? null : lastInside(node);
  const caret = getSelection();
  if (deepest?.nodeName === "BR") caret?.collapse(deepest.parentNode, 0);
  else if (deepest) caret?.collapse(deepest, deepest instanceof Text ? deepest.length : 0);
  else caret?.collapse(node.nextSibling ?? node.parentNode, node.nextSibling ? 0 : (node.parentNode?.childNodes.length ?? 0));
  return node;
}

/** @param {Node} node */
function lastInside(node) {
  while (node.lastChild) node = node.lastChild;
  return node;
}
