// Tiles in groups: by one property under headings, by two as a table, one across and one down.

/** @import { Video } from "./page.js" */
import { axes, valueOf } from "./filters.js";
import { byId, habit, make, setHabit } from "./page.js";
import { tiles, wall } from "./tiles.js";

const inOrder = new Intl.Collator(undefined, { numeric: true }).compare;

/** @param {Video[]} videos @param {string} axis */
const valuesOf = (videos, axis) => [...new Set(videos.map((video) => valueOf(video, axis)))].sort(inOrder);
/** @param {string} axis @param {string} value */
const inWordsOf = (axis, value) => `${axis}: ${value || "none"}`;
/** @param {string} text @param {string} name */
const heading = (text, name) => make("li", { class: `heading ${name}` }, make("h2", {}, text));

/**
 * Return the elements of the wall in their order, headings included, and the ids of the videos in theirs.
 * @param {Video[]} videos
 * @returns {{ elements: HTMLElement[], ids: string[] }}
 */
export function groupedTiles(videos) {
  const [down, across] = [byId("rows").value, byId("columns").value];
  wall.classList.toggle("table", Boolean(across));
  for (const { id } of videos) Object.assign(tiles.get(id)?.element.style ?? {}, { gridColumn: "", gridRow: "" });
  if (across) return table(videos, down, across);
  wall.style.removeProperty("--across");
  const groups = down ? valuesOf(videos, down).map((value) => videos.filter((video) => valueOf(video, down) === value)) : [videos];
  const elements = groups.flatMap((group) => [
    ...(down && group.length ? [heading(`${inWordsOf(down, valueOf(group[0], down))} (${group.length})`, "row")] : []),
    ...elementsOf(group),
  ]);
  return { elements, ids: groups.flat().map(({ id }) => id) };
}

/** @param {Video[]} group */
const elementsOf = (group) => group.flatMap(({ id }) => tiles.get(id)?.element ?? []);

/** @param {Video[]} videos @param {string} down @param {string} across */
function table(videos, down, across) {
  const columns = valuesOf(videos, across);
  wall.style.setProperty("--across", String(Math.max(1, columns.length)));
  /** @type {HTMLElement[]} */
  const elements = [];
  /** @type {Video[]} */
  const ordered = [];
  let row = 1;
  columns.forEach((value, at) => elements.push(placed(heading(inWordsOf(across, value), "column"), row, at + 1)));
  for (const value of down ? valuesOf(videos, down) : [null]) {
    const inRow = value === null ? videos : videos.filter((video) => valueOf(video, down) === value);
    row += 1;
    if (value !== null) elements.push(placed(heading(inWordsOf(down, value), "row"), row++, 1, -1));
    const cells = columns.map((column) => inRow.filter((video) => valueOf(video, across) === column));
    const height = Math.max(...cells.map((cell) => cell.length));
    for (let line = 0; line < height; line++)
      cells.forEach((cell, at) => {
        const tile = cell[line] && tiles.get(cell[line].id);
        if (!tile) return;
        ordered.push(cell[line]);
        elements.push(placed(tile.element, row + line, at + 1));
      });
    row += height - 1;
  }
  return { elements, ids: ordered.map(({ id }) => id) };
}

/** @template {HTMLElement} Kind @param {Kind} element @param {number} row @param {number} column @param {number} [end] */
function placed(element, row, column, end = column + 1) {
  element.style.gridRow = String(row);
  element.style.gridColumn = `${column} / ${end}`;
  return element;
}

/** Offer what there is to group by; `changed` is called when another one is chosen. @param {() => void} changed */
export function offerGroups(changed) {
  const names = axes();
  byId("grouping").hidden = !names.length;
  for (const name of /** @type {const} */ (["rows", "columns"])) {
    const choice = byId(name);
    choice.append(...["", ...names].map((axis) => make("option", { value: axis }, axis || "nothing")));
    choice.value = names.includes(habit(name, "")) ? habit(name, "") : "";
    choice.addEventListener("change", () => (setHabit(name, choice.value), changed()));
  }
}
