// The prompt, in the two forms that it had. Like the framework of the real page, both hear only of input that a
// person's typing would make: what a script sets, even with an event after it, goes unheard.

import { h } from "./view.js";

/** @param {Demo.Attributes} attributes @param {(text: string) => void} heard */
export function areaField(attributes, heard) {
  const area = h("textarea", { rows: 2, ...attributes });
  const native = /** @type {{ get: () => string, set: (text: string) => void }} */ (
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value")
  );
  let known = "";
  Object.defineProperty(area, "value", {
    configurable: true,
    get: () => native.get.call(area),
    set: (text) => {
      known = String(text);
      native.set.call(area, text);
    },
  });
  area.addEventListener("input", () => {
    if (area.value === known) return;
    known = area.value;
    heard(known);
  });
  return area;
}

// `blank` makes what stands in the empty box; Enter sends, with Shift it begins a new line.
/**
 * @param {Demo.Attributes} attributes
 * @param {() => Node} blank
 * @param {{ heard: (text: string) => void, sent: () => void }} on
 */
export function editableField(attributes, blank, { heard, sent }) {
  const box = h("div", { contenteditable: "true", tabindex: 0, ...attributes }, blank());
  box.addEventListener("input", (event) => {
    if (!event.isTrusted) return;
    const text = textOf(box);
    if (!text.trim() && !box.querySelector("p[data-placeholder]")) box.replaceChildren(blank());
    for (const line of box.querySelectorAll("p[data-placeholder]")) line.classList.toggle("is-empty", !text.trim());
    box.classList.toggle("is-empty", !text.trim());
    heard(text);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    sent();
  });
  return box;
}

const BLOCKS = new Set(["P", "DIV", "LI", "OL", "UL", "H1", "H2", "H3", "H4", "H5", "H6", "BLOCKQUOTE"]);

// What was typed: a line per block, and none for the break that keeps an empty block open.
/** @param {Node} node @returns {string} */
export function textOf(node) {
  let text = "";
  for (const child of node.childNodes) {
    if (child instanceof Text) text += child.data;
    else if (child.nodeName === "BR") text += child.nextSibling ? "\n" : "";
    else text += (text && BLOCKS.has(child.nodeName) ? "\n" : "") + textOf(child);
  }
  return text.replaceAll("\u00a0", " ");
}
