// Which videos are shown, and in which order.

/** @import { Video } from "./page.js" */
import { BY_ID, MADE, VIDEOS, byId, find, icon, isMade, make, many } from "./page.js";
import { pickOf, standOf } from "./picks.js";
import { settle } from "./playing.js";
import { current, promptOf, slimTile, tiles, wall } from "./tiles.js";

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

/**
 * What one can filter by: `of` returns the words of a video, `words` are all in their order where that is fixed, and
 * the group is shown if there is a video that `needs` it.
 * @typedef {{
 *   name: string, label: string, words?: string[], needs?: (video: Video) => unknown, of: (video: Video) => string[],
 * }} Group
 */

/** @type {Group[]} */
const GROUPS = [
  {
    name: "pick",
    label: "Pick",
    words: ["undecided", "kept", "rejected"],
    of: (video) =>
      isMade(video) ? [standOf(video.id)] : [],
  },
  {
    name: "rating",
    label: "Rating",
    words: ["not rated", "1", "2", "3", "4", "5"],
    of: (video) => (isMade(video) ? [String(pickOf(video.id).rating ?? "not rated")] : []),
  },
  {
    name: "status",
    label: "Status",
    of: (video) => [video.status, ...(isMade(video) && !video.file ? ["not on disk"] : [])],
  },
  {
    name: "checks",
    label: "Checks",
    words: ["all met", "missed", "less than asked for"],
    needs: (video) => video.missed.length || video.degraded,
    of: (video) => {
      const faults = [video.missed.length ? "missed" : "", video.degraded ? "less than asked for" : ""].filter(Boolean);
      if (!isMade(video)) return [];
      return faults.length ? faults : ["all met"];
    },
  },
  {
    name: "twins",
    label: "Twins",
    words: ["with twins", "one of each"],
    needs: (video) => video.twins.length,
    of: (video) => [
      ...(video.twins.length ? ["with twins"] : []),
      ...(isMade(video) && isBestTwin(video) ? ["one of each"] : []),
    ],
  },
  { name: "prompt", label: "Prompt", of: (video) => [promptOf(video)].filter(Boolean) },
  { name: "choices", label: "Choices", of: (video) => video.choices },
  { name: "account", label: "Account", of: (video) => (video.account ? [video.account] : []) },
];
/** @type {Map<string, Set<string>>} */
const wanted = new Map(); // name of a group -> set of the words that were chosen
/** @type {string[]} */
export let shown = []; // ids in their order
let shownThen = ""; // what the filter would have shown when it was last applied

/** Of videos that look the same the best rated one stands for all, and the first of equals. @param {Video} video */
function isBestTwin(video) {
  /** @type {(one: Video) => number} */
  const worth = (one) => (pickOf(one.id).keep === false ? -1 : 0) + (pickOf(one.id).rating ?? 0);
  return video.twins.every((id) => {
    const twin = BY_ID.get(id);
    return !twin || worth(video) > worth(twin) || (worth(video) === worth(twin) && video.order < twin.order);
  });
}

/** @param {Video} video */
function meets(video) {
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
  const meeting = sorted(MADE.filter(meets));
  const without = VIDEOS.filter((video) => !isMade(video) && meets(video));
  shown = meeting.map(({ id }) => id);
  shownThen = shown.join();
  wall.replaceChildren(...shown.flatMap((id) => tiles.get(id)?.element ?? []));
  find("ul", byId("without")).replaceChildren(...without.map(slimTile));
  byId("without").hidden = !without.length;
  byId("none").hidden = shown.length + without.length > 0;
  byId("again").hidden = true;
  if (!current || !shown.includes(current.video.id)) tiles.get(shown[0])?.become();
  const count = shown.length + without.length;
  byId("shown").textContent =
    count === VIDEOS.length ? many(count, "video") : `${count} of ${many(VIDEOS.length, "video")}`;
  showActive();
  settle();
}

/** A tile does not vanish under one's hand when its rating changes; a button then tidies up. */
export function noteChanges() {
  byId("again").hidden =
    sorted(MADE.filter(meets))
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
  arrange();
  byId("filter").focus();
}

export function drawFilters() {
  const groups = GROUPS.map((group) => ({ ...group, words: wordsOf(group) })).filter(
    ({ words, needs }) => words.length > 1 && (!needs || VIDEOS.some(needs)),
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
