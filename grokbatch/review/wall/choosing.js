// Which videos are shown, and in which order.

/** @import { Video } from "./page.js" */
import { GROUPS, isBestTwin, isFound } from "./filters.js";
import { groupedTiles } from "./grouping.js";
import { MADE, PRESENT, VIDEOS, byId, find, icon, isMade, make, many } from "./page.js";
import { asPick, change, pickOf, standOf } from "./picks.js";
import { settle } from "./playing.js";
import { current, slimTile, tiles, wall } from "./tiles.js";

/** @import { Group } from "./filters.js" */

/** A label, what to sort by, and whether the largest comes first.
 * @type {Record<string, [string, (video: Video) => number | undefined, boolean?]>} */
export const SORTS = {
  order: ["Order", (video) => video.order],
  rating: ["Rating", (video) => pickOf(video.id).rating ?? undefined, true],
  duration: ["Length", (video) => video.duration, true],
  pixels: ["Resolution", (video) => (video.width ?? 0) * (video.height ?? 0) || undefined, true],
  size: ["File size", (video) => video.size, true],
  made: ["Time made", (video) => (video.made_at ? Date.parse(video.made_at) : undefined), true],
};

/** @type {Map<string, Set<string>>} */
const wanted = new Map(); // name of a group -> set of the words that were chosen
/** @type {string[]} */
export let shown = []; // ids in their order
export let stacksTwins = false; // of videos that look the same only the best is shown
let shownThen = ""; // what the filter would have shown when it was last applied

/** @param {Video} video */
function meets(video) {
  if (stacksTwins && isMade(video) && !isBestTwin(video)) return false;
  if (!isFound(video, byId("search").value.trim())) return false;
  return GROUPS.every(({ name, of }) => !wanted.has(name) || of(video).some((word) => wanted.get(name)?.has(word)));
}

/** @param {Video[]} videos */
function sorted(videos) {
  const [, of, downwards = false] = SORTS[byId("sort").value];
  const turned = byId("direction").getAttribute("aria-pressed") === "true";
  const sign = downwards !== turned ? -1 : 1;
  return [...videos].sort((one, other) => {
    const [first, second] = [of(one), of(other)];
    if (first === second) return one.order - other.order;
    if (first === undefined || second === undefined) return first === undefined ? 1 : -1;
    return sign * (first - second);
  });
}

/** Show what meets the filter, in the order that was chosen. */
export function arrange() {
  const meeting = sorted(PRESENT.filter(meets));
  const earlier = sorted(MADE.filter((video) => video.earlier_of && meets(video)));
  const without = VIDEOS.filter((video) => !isMade(video) && meets(video));
  const inGroups = groupedTiles(meeting);
  putInOrder(wall, inGroups.elements);
  find("ul", byId("earlier")).replaceChildren(...earlier.flatMap(({ id }) => tiles.get(id)?.element ?? []));
  find("summary", byId("earlier")).textContent = `Earlier versions (${earlier.length})`;
  byId("earlier").hidden = !earlier.length;
  shown = [...inGroups.ids, ...(byId("earlier").open ? earlier.map(({ id }) => id) : [])];
  shownThen = meeting.map(({ id }) => id).join();
  find("ul", byId("without")).replaceChildren(...without.map(slimTile));
  byId("without").hidden = !without.length;
  byId("none").hidden = meeting.length + earlier.length + without.length > 0;
  byId("again").hidden = true;
  if (!current || !shown.includes(current.video.id)) tiles.get(shown[0])?.become();
  const notMade = VIDEOS.filter((video) => !isMade(video)).length;
  const told = outOf(meeting.length, PRESENT.length, many(PRESENT.length, "video"));
  byId("shown").textContent = told + (without.length ? `, ${outOf(without.length, notMade, notMade)} not made` : "");
  for (const [id, tile] of tiles) tile.element.classList.toggle("stacked", stacksTwins && tile.video.twins.length > 0 && shown.includes(id));
  showActive();
  settle();
}

/** How many of all are shown; `named` is how all are told. @param {number} count @param {number} all @param {string | number} named */
const outOf = (count, all, named) => (count === all ? named : `${count} of ${named}`);

/** Let an element have these children; those that are there already are not moved, so they keep focus and pictures. @param {Element} parent @param {Element[]} children */
function putInOrder(parent, children) {
  const wanted = new Set(children);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  let next = parent.firstElementChild;
  for (const child of children) {
    if (child === next) next = next.nextElementSibling;
    else parent.insertBefore(child, next);
  }
}

/** @param {boolean} are */
export function stackTwins(are) {
  stacksTwins = are;
  byId("stack").setAttribute("aria-pressed", String(are));
  arrange();
}

/** Decide on much at once, among what is shown. @type {Record<string, () => void>} */
export const SWEEPS = {
  "reject-undecided": () => change(shown.filter((id) => standOf(id) === "undecided").map((id) => [id, asPick("rejected")])),
  "keep-stars": () =>
    change(shown.filter((id) => (pickOf(id).rating ?? 0) >= 3).map((id) => [id, asPick("kept")])),
  "best-twins": () =>
    change(
      MADE.filter(({ id, twins }) => twins.length && (shown.includes(id) || stacksTwins)).map((video) => [
        video.id,
        asPick(isBestTwin(video) ? "kept" : "rejected"),
      ]),
    ),
};

/** A tile does not vanish under one's hand when its rating changes; a button then tidies up. */
export function noteChanges() {
  byId("again").hidden =
    sorted(PRESENT.filter(meets))
      .map(({ id }) => id)
      .join() === shownThen;
}

/** @param {string | undefined} name */
function groupOf(name) {
  const group = GROUPS.find((one) => one.name === name);
  if (!group) throw new Error(`there is no group ${name}`);
  return group;
}

/** @param {string} name @param {string} word */
function toggleWord(name, word) {
  const words = wanted.get(name) ?? new Set();
  if (!words.delete(word)) words.add(word);
  if (words.size) wanted.set(name, words);
  else wanted.delete(name);
  arrange();
}

export function showEverything() {
  wanted.clear();
  byId("search").value = "";
  stackTwins(false);
  byId("filter").focus();
}

export function drawFilters() {
  const groups = GROUPS.map((group) => ({ ...group, words: wordsOf(group) })).filter(
    ({ words, needs, changes }) => words.length > (changes ? 0 : 1) && (!needs || VIDEOS.some(needs)),
  );
  byId("filters").replaceChildren(
    ...groups.map(({ name, label, words }) =>
      make(
        "fieldset",
        { "data-group": name },
        make("legend", {}, label),
        make("div", { class: "chips" }, ...words.map((word) => chip(name, word))),
      ),
    ),
  );
}

/** Words such as tags come and go with the picks. */
export function redrawChangingWords() {
  for (const group of GROUPS.filter(({ changes }) => changes)) {
    const drawn = byId("filters").querySelectorAll(`[data-group="${group.name}"] input`);
    const words = wordsOf(group);
    const isDrawn = words.length === drawn.length && words.every((word, at) => word === drawn[at].getAttribute("value"));
    if (!isDrawn) return drawFilters();
  }
}

/** @param {Group} group */
function wordsOf({ words, of, needs }) {
  if (words && needs) return words;
  const inOrder = new Intl.Collator(undefined, { numeric: true }).compare;
  return words ?? [...new Set(VIDEOS.flatMap(of))].sort(inOrder);
}

/** @param {string} name @param {string} word */
function chip(name, word) {
  const box = make("input", { type: "checkbox", value: word, change: () => toggleWord(name, word) });
  const count = make("b", {});
  const text = name === "rating" && word.length === 1 ? [`${word} `, icon("star")] : [word];
  return make("label", { class: "chip" }, box, ...text, count);
}

/** Bring boxes, counts and the list of what is chosen up to date. */
export function showActive() {
  let chosen = 0;
  for (const box of byId("filters").querySelectorAll("input")) {
    const group = groupOf(box.closest("fieldset")?.dataset.group);
    box.checked = wanted.get(group.name)?.has(box.value) ?? false;
    const count = VIDEOS.filter((video) => group.of(video).includes(box.value)).length;
    for (const told of box.labels ?? []) find("b", told).textContent = String(count);
    chosen += Number(box.checked);
  }
  byId("filter-count").textContent = String(chosen);
  byId("filter-count").hidden = !chosen;
  byId("active").replaceChildren(
    ...[...wanted].flatMap(([name, words]) => [...words].map((word) => activeWord(groupOf(name), word))),
    ...(chosen ? [make("button", { type: "button", class: "plain", click: showEverything }, "Show everything")] : []),
  );
}

/** @param {Group} group @param {string} word */
function activeWord({ name, label }, word) {
  return make(
    "button",
    {
      type: "button",
      class: "chip",
      "aria-label": `Take away ${label}: ${word}`,
      click: () => (toggleWord(name, word), byId("filter").focus()),
    },
    `${label}: ${word}`,
    icon("reject"),
  );
}
