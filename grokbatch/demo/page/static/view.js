// Small pieces of markup, as the real page has them.

const ICONS = {
  play: '<polygon points="6 3 20 12 6 21 6 3"/>',
  "rotate-cw": '<path d="M21 12a9 9 0 1 1-9-9c2.5 0 4.9 1 6.7 2.7L21 8"/><path d="M21 3v5h-5"/>',
  "eye-off": '<path d="M10.7 5.1A10.7 10.7 0 0 1 22 12a10.8 10.8 0 0 1-1.4 2.5"/><path d="M17.5 17.5A10.7 10.7 0 0 1 2 12a10.8 10.8 0 0 1 4.4-5.1"/><path d="m2 2 20 20"/>',
  ellipsis: '<circle cx="5" cy="12" r="1"/><circle cx="12" cy="12" r="1"/><circle cx="19" cy="12" r="1"/>',
  download: '<path d="M12 15V3"/><path d="M21 15v4a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4"/><path d="m7 10 5 5 5-5"/>',
  settings: '<path d="M4 7h10"/><path d="M18 7h2"/><circle cx="16" cy="7" r="2"/><path d="M4 17h2"/><path d="M10 17h10"/><circle cx="8" cy="17" r="2"/>',
  x: '<path d="M18 6 6 18"/><path d="m6 6 12 12"/>',
  alert: '<circle cx="12" cy="12" r="10"/><path d="M12 8v4"/><path d="M12 16h.01"/>',
};

export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child != null));
  return node;
}

export function icon(name) {
  const holder = document.createElement("template");
  holder.innerHTML = `<svg xmlns="http://www.w3.org/2000/svg" width="18" height="18" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" class="lucide lucide-${name}">${ICONS[name]}</svg>`;
  return holder.content.firstChild;
}

// Like the framework of the real page, hears only of input that a person's typing would make: setting
// `value` from a script, even with an event after it, goes unheard.
export function promptField(labels, heard) {
  const area = h("textarea", { "aria-label": labels.prompt, placeholder: labels.placeholder, rows: 2 });
  const native = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value");
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

const TOAST_MS = 4000;

export function toast(text, { stays = false } = {}) {
  const section = document.querySelector('section[aria-label^="Notifications"]');
  const list = section.querySelector("ol") ?? section.appendChild(toaster());
  const item = h(
    "li",
    { tabindex: 0, "data-sonner-toast": "", "data-styled": "true", "data-mounted": "true", "data-visible": "true", "data-type": "error" },
    h("div", { "data-icon": "" }, icon("alert")),
    h("div", { "data-content": "" }, h("div", { "data-title": "" }, text)),
  );
  list.prepend(item);
  while (list.children.length > 3) list.lastChild.remove();
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

export function menu(anchor, entries) {
  const open = document.querySelector("[role=menu]");
  open?.remove();
  if (open?.dataset.of === anchor.getAttribute("aria-label")) return;
  const list = h("div", { role: "menu", class: "menu", "data-of": anchor.getAttribute("aria-label") }, entries);
  list.addEventListener("click", () => list.remove());
  anchor.parentElement.append(list);
}
