// What an @ brings up: a list of what can be named, until something else is written.

import { labels } from "./state.js";
import { h } from "./view.js";

/** @typedef {{ node: Text, offset: number, query: string }} At where an @ stands, up to the caret, and what follows it */

/** @type {{ end: () => void } | null} */
let popup = null;

/** @param {HTMLElement} box @param {() => void} told */
export function suggest(box, told) {
  const at = asked(box);
  const names = at ? [labels.image, labels.upload].filter((name) => name.toLowerCase().startsWith(at.query.toLowerCase())) : [];
  hide();
  if (at && names.length) show(box, at, names, told);
}

/** @param {HTMLElement} box @returns {At | null} */
function asked(box) {
  const { anchorNode: node = null, anchorOffset: offset = 0 } = getSelection() ?? {};
  if (!(node instanceof Text) || !box.contains(node)) return null;
  const found = /(?:^|\s)@([\p{L}\d]*)$/u.exec(node.data.slice(0, offset));
  return found && { node, offset, query: found[1] };
}

function hide() {
  popup?.end();
  popup = null;
}

/** @param {HTMLElement} box @param {At} at @param {string[]} names @param {() => void} told */
function show(box, at, names, told) {
  /** @type {(name: string, index: number) => HTMLElement} */
  const option = (name, index) => h("button", { type: "button", role: "option", "aria-selected": String(index === 0), onmousedown: (event) => (event.preventDefault(), take(name)) }, name);
  const list = h("div", { role: "listbox", class: "radix mentions" }, names.map(option));
  /** @type {(name: string) => void} */
  const take = (name) => {
    hide();
    mention(at, name);
    told();
  };
  /** @type {(event: KeyboardEvent) => void} */
  const keys = (event) => {
    if (!["Escape", "Enter", "Tab"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") hide();
    else take(names[0]);
  };
  const range = document.createRange();
  range.setStart(at.node, at.offset);
  const { left, top } = range.getBoundingClientRect();
  document.body.append(list);
  list.style.left = `${left}px`;
  list.style.top = `${Math.max(8, top - list.offsetHeight - 6)}px`;
  document.addEventListener("keydown", keys, true);
  box.addEventListener("blur", hide, { once: true });
  popup = {
    end() {
      list.remove();
      document.removeEventListener("keydown", keys, true);
      box.removeEventListener("blur", hide);
    },
  };
}

/** @param {At} at @param {string} name */
function mention({ node, offset, query }, name) {
  const rest = node.splitText(offset);
  node.deleteData(offset - query.length - 1, query.length + 1);
  const chip = h("span", { "data-type": "mention", class: "mention", contenteditable: "false" }, `@${name}`);
  rest.before(chip);
  rest.insertData(0, " ");
  getSelection()?.collapse(rest, 1);
}
