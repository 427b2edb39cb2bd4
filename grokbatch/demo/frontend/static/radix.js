// Menus and list boxes as the real page has them: they open at the press, stand at the end of the body, and as long as
// they are open nothing else can be pressed, scrolled or found by its role.

import { h } from "./view.js";

let made = 0;
/** @type {(() => void) | null} */
let close = null;

/**
 * @param {Demo.Attributes} attributes
 * @param {string} popup
 * @param {() => (HTMLElement | null)[]} entries
 * @param {...Demo.Child} children
 */
export function trigger(attributes, popup, entries, ...children) {
  const id = `radix-:r${(made += 1)}:`;
  const node = h("button", { type: "button", id, "aria-haspopup": popup, "aria-expanded": "false", "data-state": "closed", ...attributes }, ...children);
  /** @type {(event: Event) => void} */
  const toggle = (event) => {
    event.preventDefault();
    if (!close) open(node, popup, entries());
  };
  node.addEventListener("pointerdown", (event) => event.button === 0 && !event.ctrlKey && toggle(event));
  node.addEventListener("keydown", (event) => ["Enter", " ", "ArrowDown"].includes(event.key) && toggle(event));
  return node;
}

// `attributes` may give it another role.
/** @param {string} name @param {() => unknown} act @param {Demo.Attributes} [attributes] */
export function entry(name, act, attributes = {}) {
  const node = h("div", { role: "menuitem", tabindex: -1, "data-orientation": "vertical", "data-radix-collection-item": "", ...attributes }, name);
  const choose = () => {
    close?.();
    act();
  };
  node.addEventListener("click", choose);
  node.addEventListener("pointermove", () => node.focus({ preventScroll: true }));
  node.addEventListener("keydown", (event) => ["Enter", " "].includes(event.key) && (event.preventDefault(), choose()));
  return node;
}

/** @param {HTMLElement} node @param {string} popup @param {(HTMLElement | null)[]} entries */
function open(node, popup, entries) {
  const list = h("div", { role: popup, id: `${node.id}-content`, "data-state": "open", "data-side": "bottom", "data-align": "start", "aria-orientation": "vertical", "aria-labelledby": node.id, "data-radix-menu-content": "", tabindex: -1, class: "radix" }, entries);
  const wrapper = h("div", { "data-radix-popper-content-wrapper": "", class: "popper" }, list);
  const release = hold();
  document.body.append(wrapper);
  place(wrapper, node.getBoundingClientRect());
  mark(node, true);
  node.setAttribute("aria-controls", list.id);
  list.focus({ preventScroll: true });
  /** @type {(event: Event) => void} */
  const pressed = (event) => list.contains(/** @type {Node} */ (event.target)) || close?.();
  /** @type {(event: KeyboardEvent) => void} */
  const key = (event) => keys(event, list);
  document.addEventListener("pointerdown", pressed, true);
  document.addEventListener("keydown", key, true);
  close = () => {
    close = null;
    document.removeEventListener("pointerdown", pressed, true);
    document.removeEventListener("keydown", key, true);
    wrapper.remove();
    release();
    mark(node, false);
    node.focus({ preventScroll: true });
  };
}

/** @param {HTMLElement} node @param {boolean} isOpen */
function mark(node, isOpen) {
  node.setAttribute("aria-expanded", String(isOpen));
  node.dataset.state = isOpen ? "open" : "closed";
}

/** @param {KeyboardEvent} event @param {HTMLElement} list */
function keys(event, list) {
  if (event.key === "Escape") {
    event.preventDefault();
    return close?.();
  }
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (!step) return;
  event.preventDefault();
  const all = /** @type {HTMLElement[]} */ ([...list.children]);
  const at = all.findIndex((one) => one === document.activeElement);
  all.at(at < 0 && step < 0 ? -1 : (at + step) % all.length)?.focus();
}

/** @param {HTMLElement} wrapper @param {DOMRect} beside */
function place(wrapper, { left, top, bottom }) {
  const { height, width } = wrapper.getBoundingClientRect();
  const below = bottom + height + 8 < innerHeight;
  wrapper.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
  wrapper.style.top = `${below ? bottom + 6 : Math.max(8, top - height - 6)}px`;
}

// What React's menus do to the rest of the page, and how it is undone.
function hold() {
  const others = [...document.body.children].filter((one) => !one.matches("script, [aria-live], [aria-hidden]"));
  for (const one of others) {
    one.setAttribute("aria-hidden", "true");
    one.setAttribute("data-aria-hidden", "true");
  }
  document.body.style.pointerEvents = "none";
  document.body.setAttribute("data-scroll-locked", "1");
  return () => {
    for (const one of others) {
      one.removeAttribute("aria-hidden");
      one.removeAttribute("data-aria-hidden");
    }
    document.body.style.pointerEvents = "";
    document.body.removeAttribute("data-scroll-locked");
  };
}
