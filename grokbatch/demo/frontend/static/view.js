// Small pieces of markup, as the real page has them.

/** @type {Record<string, string>} */
const ICONS = {
  play: '<polygon points="6 3 20 12 6 21 6 3"/>',
  "rotate-cw": '<path d="M21 12a9 9 0 1 1-9-9c2.5 0 4.9 1 6.7 2.7L21 8"/><path d="M21 3v5h-5"/>',
  "eye-off": '<path d="M10.7 5.1A10.7 10.7 0 0 1 22 12a10.8 10.8 0 0 1-1.4 2.5"/><path d="M17.5 17.5A10.7 10.7 0 0 1 2 12a10.8 10.8 0 0 1 4.4-5.1"/><path d="m2 2 20 20"/>',
  ellipsis: '<circle cx="5" cy="12" r="1"/><circle cx="12" cy="12" r="1"/><circle cx="19" cy="12" r="1"/>',
  download: '<path d="M12 15V3"/><path d="M21 15v4a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4"/><path d="m7 10 5 5 5-5"/>',
  settings: '<path d="M4 7h10"/><path d="M18 7h2"/><circle cx="16" cy="7" r="2"/><path d="M4 17h2"/><path d="M10 17h10"/><circle cx="8" cy="17" r="2"/>',
  check: '<path d="M20 6 9 17l-5-5"/>',
  bookmark: '<path d="m19 21-7-4-7 4V5a2 2 0 0 1 2-2h10a2 2 0 0 1 2 2z"/>',
  link: '<path d="M10 13a5 5 0 0 0 7.5.5l3-3a5 5 0 0 0-7-7l-1.700 1.700"/><path d="M14 11a5 5 0 0 0-7.500-.5l-3 3a5 5 0 0 0 7 7l1.700-1.700"/>',
  "arrow-up": '<path d="m5 12 7-7 7 7"/><path d="M12 19V5"/>',
  share: '<path d="M12 2v13"/><path d="m16 6-4-4-4 4"/><path d="M4 12v8a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2v-8"/>',
  extend: '<path d="M3 5v14"/><path d="M21 12H7"/><path d="m15 18 6-6-6-6"/>',
  image: '<rect width="18" height="18" x="3" y="3" rx="2"/><circle cx="9" cy="9" r="2"/><path d="m21 15-3-3-9 9"/>',
  video: '<path d="m16 13 5 3V8l-5 3"/><rect x="2" y="6" width="14" height="12" rx="2"/>',
  agent: '<path d="M12 3l2 6 6 3-6 3-2 6-2-6-6-3 6-3z"/>',
  ratio: '<rect width="12" height="20" x="6" y="2" rx="2"/><rect width="20" height="12" x="2" y="6" rx="2"/>',
  x: '<path d="M18 6 6 18"/><path d="m6 6 12 12"/>',
  alert: '<circle cx="12" cy="12" r="10"/><path d="M12 8v4"/><path d="M12 16h.01"/>',
};

/**
 * Return a new element; what begins with "on" listens, `true` is an attribute without a value.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Demo.Attributes} [attributes]
 * @param {...Demo.Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, String(value));
  }
  node.append(...nodesOf(children));
  return node;
}

/** @param {Demo.Child[]} children @returns {(Node | string)[]} */
function nodesOf(children) {
  return children.flatMap((child) => {
    if (Array.isArray(child)) return nodesOf(child);
    return child == null ? [] : [typeof child === "number" ? String(child) : child];
  });
}

/** @param {string} name @returns {Node} */
export function icon(name) {
  const holder = document.createElement("template");
  holder.innerHTML = `<svg xmlns="http://www.w3.org/2000/svg" width="18" height="18" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" class="lucide lucide-${name}">${ICONS[name]}</svg>`;
  return /** @type {Node} */ (holder.content.firstChild);
}

const TOAST_MS = 4000;
const PRESSES = /** @type {const} */ (["pointerdown", "keydown"]);

/** @param {Demo.Child} text @param {{ stays?: boolean, type?: string }} [how] */
export function toast(text, { stays = false, type = "error" } = {}) {
  const section = document.querySelector('section[aria-label^="Notifications"]');
  if (!section) throw new Error("there is no place for notes on the page");
  const list = section.querySelector("ol") ?? section.appendChild(toaster());
  const item = h(
    "li",
    { tabindex: 0, "data-sonner-toast": "", "data-styled": "true", "data-mounted": "true", "data-visible": "true", "data-type": type },
    h("div", { "data-icon": "" }, icon(type === "error" ? "alert" : "check")),
    h("div", { "data-content": "" }, h("div", { "data-title": "" }, text)),
  );
  list.prepend(item);
  while (list.children.length > 3) list.lastChild?.remove();
  if (!stays) setTimeout(() => item.remove(), TOAST_MS);
}

function toaster() {
  return h("ol", {
    dir: "ltr",
    tabindex: -1,
    class: "toaster group",
    "data-sonner-toaster": "true",
    "data-theme": "dark",
    "data-y-position": "top",
    "data-x-position": "center",
  });
}

// A menu beside its button. It goes at a choice unless it `stays`, and at a press elsewhere or Escape.
/** @param {HTMLElement} anchor @param {Demo.Child[]} entries @param {{ stays?: boolean, of?: string | null }} [how] */
export function menu(anchor, entries, { stays = false, of = anchor.getAttribute("aria-label") } = {}) {
  const open = /** @type {HTMLElement | null} */ (document.querySelector("[role=menu]"));
  open?.remove();
  if (open?.dataset.of === of) return;
  const list = h("div", { role: "menu", class: "menu", "data-of": of }, entries);
  const home = /** @type {HTMLElement} */ (anchor.parentElement);
  if (!stays) list.addEventListener("click", () => list.remove());
  home.append(list);
  /** @type {(event: PointerEvent | KeyboardEvent) => void} */
  const leave = (event) => {
    const inside = event instanceof KeyboardEvent ? event.key !== "Escape" : home.contains(/** @type {Node} */ (event.target));
    if (list.isConnected && inside) return;
    list.remove();
    for (const name of PRESSES) document.removeEventListener(name, leave, true);
  };
  for (const name of PRESSES) document.addEventListener(name, leave, true);
}

/** @param {string} name @param {() => unknown} act @param {Demo.Attributes} [attributes] */
export function menuItem(name, act, attributes = {}) {
  return h("div", { role: "menuitem", tabindex: -1, onclick: act, ...attributes }, name);
}

/** @param {string} title @param {string} text @param {string} yes @param {() => unknown} act */
export function confirm(title, text, yes, act) {
  const close = () => veil.remove();
  const done = () => {
    close();
    act();
  };
  const [no, go] = [h("button", { class: "quiet", onclick: close }, "Cancel"), h("button", { class: "danger", onclick: done }, yes)];
  const dialog = h("div", { role: "alertdialog", "aria-modal": "true", "aria-label": title, class: "dialog" }, h("h2", {}, title), h("p", {}, text), h("div", { class: "row" }, no, go));
  /** @type {HTMLElement} */
  const veil = h("div", { class: "veil" }, dialog);
  document.body.append(veil);
  go.focus();
}
