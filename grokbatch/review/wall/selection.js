// Videos that were selected together, by Shift and Ctrl: keys and buttons then mean all of them.

import { shown } from "./choosing.js";
import { byId, find, many, say } from "./page.js";
import { decide } from "./picks.js";
import { editNotes } from "./notes.js";
import { current, tiles } from "./tiles.js";

/** @type {Set<string>} */
export const selected = new Set();
let anchor = ""; // where a range begins

/** The videos that a key on a tile means. @type {(id: string) => string[]} */
export const meantBy = (id) => (selected.has(id) ? shown.filter((other) => selected.has(other)) : [id]);

/** @param {Iterable<string>} ids */
export function select(ids) {
  const changed = new Set(selected);
  selected.clear();
  for (const id of ids) selected.add(id);
  for (const id of new Set([...changed, ...selected])) tiles.get(id)?.update();
  byId("selection").hidden = !selected.size;
  find("output", byId("selection")).textContent = `${many(selected.size, "video")} selected`;
  say(selected.size ? `${selected.size} selected` : "Nothing selected");
}

/** Do what a click with Ctrl or Shift says; return whether it said anything. @param {MouseEvent} event @param {string} id */
export function selectByClick(event, id) {
  if (event.shiftKey) extendTo(id);
  else if (event.ctrlKey || event.metaKey) toggleSelected(id);
  else return false;
  return true;
}

/** @param {string} id */
export function toggleSelected(id) {
  anchor = id;
  select(selected.has(id) ? [...selected].filter((other) => other !== id) : [...selected, id]);
}

/** Select all from the last one that was selected, or had the focus, to this one. @param {string} id */
export function extendTo(id) {
  if (!shown.includes(anchor)) anchor = current?.video.id ?? id;
  const [from, to] = [shown.indexOf(anchor), shown.indexOf(id)].sort((one, other) => one - other);
  select(shown.slice(from, to + 1));
}

/** A range begins at the tile that the keys come from. @param {string} id */
export function beginRange(id) {
  if (!selected.size) anchor = id;
}

export function listenToSelection() {
  byId("selection").addEventListener("click", ({ target }) => {
    const does = /** @type {Element} */ (target).closest("button")?.dataset.do;
    const ids = shown.filter((id) => selected.has(id));
    if (does === "kept" || does === "rejected" || does === "maybe") decide(ids, does);
    else if (does === "notes") editNotes(ids);
    else if (does === "clear") (select([]), current?.open.focus());
  });
}
